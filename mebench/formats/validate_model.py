"""Build a pydantic model from plain data, or report all problems in plain English.

Pydantic decides whether the data is valid. A malformed file can contain millions of errors, and
each needs a kilobyte of memory. Therefore lists of rows fail at their first error (``FailFast`` in
the models); only then each row is validated alone, until there are too many errors.
"""

from __future__ import annotations

import types
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import islice
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin, get_type_hints

from pydantic import BaseModel, TypeAdapter, ValidationError
from typing_extensions import is_typeddict

from mebench.diagnostics import Findings, Place
from mebench.formats.strict_json import KeyPath
from mebench.models.base import FRAME_LIMIT
from mebench.util.text import did_you_mean

Model = TypeVar("Model", bound=BaseModel)


def validate_model(
    model: type[Model], document: Any, findings: Findings, place: Callable[[KeyPath], Place]
) -> Model | None:
    """Build a model from plain data; report all problems and return None if there are any.

    ``place`` returns the position of a path of keys in the file.
    """
    try:
        return model.model_validate(document)
    except ValidationError:
        report_field_errors(model, document, findings, place)
        return None


MAX_FIELD_ERRORS = 10_000
"""The rest of a document with more errors is not checked."""

_ROW_LISTS = ("videos", "samples", "intervals", "events")

_TYPE_MISMATCHES = {"string_type", "int_type", "float_type", "list_type", "dict_type"}

_FRAME_FIELDS = {"onset", "apex", "offset", "n_frames"}
_ID_FIELDS = {"dataset", "subject", "video", "sample", "test", "training", "validation"}

_EXPECTED_TYPES = {
    "string_type": "a string in quotes",
    "int_type": "an integer",
    "float_type": "a number",
    "bool_type": "true or false",
    "list_type": "a list [ ]",
    "dict_type": "an object { }",
    "model_type": "an object { }",
    "model_attributes_type": "an object { }",
    "typed_dict_type": "an object { }",
    "string_unicode": "a string of valid Unicode characters",
}

_EMPTY = ("value-empty", "{name} is empty.", "Enter a value.")
_TOO_LONG = ("value-too-long", "{name} is too long: {reason}.", "Shorten it.")
_OUT_OF_RANGE = (
    "value-out-of-range",
    "{name} is {given}: {reason}.",
    "Use a value in the allowed range.",
)
_OTHER = ("wrong-value", "{name} is {given}: {reason}.", "Correct the value.")
_MESSAGES = {
    "missing": ("missing-field", "The field {name} is missing.", "Add the field."),
    "finite_number": ("not-finite", "{name} is {given}.", "Use a finite number."),
    "string_too_short": _EMPTY,
    "too_short": _EMPTY,
    "string_too_long": _TOO_LONG,
    "too_long": _TOO_LONG,
    "greater_than": _OUT_OF_RANGE,
    "less_than": _OUT_OF_RANGE,
    "greater_than_equal": _OUT_OF_RANGE,
    "less_than_equal": _OUT_OF_RANGE,
}
"""Code, message and remedy of the error types that need no further distinction."""


def report_field_errors(
    model: type[BaseModel],
    document: Any,
    findings: Findings,
    place: Callable[[KeyPath], Place],
) -> list[KeyPath]:
    """Report all errors in a document and return their paths."""
    errors = list(islice(field_errors_of(model, document), MAX_FIELD_ERRORS))
    texts = [_to_message(error) for error in errors]
    for code in dict.fromkeys(text[0] for text in texts):
        findings.add_rows(
            [index for index, text in enumerate(texts) if text[0] == code],
            lambda index: (*texts[index][1:], place(errors[index].path)),
            code,
        )
    if len(errors) == MAX_FIELD_ERRORS:
        findings.stop_reading(place(()).file)
    return [error.path for error in errors]


@dataclass(slots=True)
class FieldError:
    """An error of pydantic (``detail``) in a value, or in the name on the left of its colon.

    ``union`` is the path of the value with several possible types that contains this value;
    ``expected`` has the error types for all of them, such as ``int_type``. ``known_fields`` are the
    fields of an object that has an unknown field.
    """

    path: KeyPath
    detail: Mapping[str, Any]
    is_mapping_key: bool
    union: KeyPath | None
    expected: list[str]
    known_fields: list[str]


def field_errors_of(kind: Any, value: Any, path: KeyPath = ()) -> Iterator[FieldError]:
    """Yield all errors of a model or row lazily, so that the caller can stop early."""
    row_types = _row_types(kind)
    rows = {}
    if row_types and isinstance(value, dict):
        rows = {name: value[name] for name in row_types if isinstance(value.get(name), list)}
        value = {**value, **{name: [] for name in rows}}
    try:
        _adapter(kind).validate_python(value)
    except ValidationError as error:
        details = error.errors(include_url=False)
        yield from _merge_unions([_locate(kind, value, detail, path) for detail in details])
    for name, members in rows.items():
        for index, member in enumerate(members):
            yield from field_errors_of(row_types[name], member, (*path, name, index))


@cache
def _row_types(kind: Any) -> dict[str, Any]:
    """Return the type of the rows of each list of rows."""
    fields = _field_types(kind)
    return {name: _innermost_model(fields[name]) for name in _ROW_LISTS if name in fields}


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def _locate(kind: Any, value: Any, detail: Mapping[str, Any], prefix: KeyPath) -> FieldError:
    """Convert an error of pydantic.

    Its location has steps that are not in the data; they name a branch of a union type.
    """
    path: list[str | int] = []
    union = None
    location = detail["loc"]
    inner = value
    for index, step in enumerate(location):
        is_key = isinstance(inner, dict) and step in inner
        is_index = isinstance(inner, list) and isinstance(step, int) and step < len(inner)
        if is_key or is_index:
            inner = inner[step]
            path.append(step)
        elif detail["type"] == "missing" and index == len(location) - 1:
            path.append(step)
        elif union is None and step != "[key]":
            union = (*prefix, *path)
    is_key = location[-1:] == ("[key]",) or (
        detail["type"] == "string_unicode" and isinstance(inner, dict)
    )
    known = _fields_at(kind, path[:-1]) if detail["type"] == "extra_forbidden" else []
    return FieldError((*prefix, *path), detail, is_key, union, [detail["type"]], known)


def _merge_unions(errors: list[FieldError]) -> Iterator[FieldError]:
    """Drop errors about possible types of a value that the value does not resemble.

    If it resembles none of them, one error remains that names all possible types.
    """
    of_union: dict[KeyPath, list[FieldError]] = {}
    for error in errors:
        if error.union is not None:
            of_union.setdefault(error.union, []).append(error)
    for error in errors:
        branches = of_union[error.union] if error.union is not None else []
        if not _is_type_mismatch(error):
            yield error
        elif error is branches[0] and all(map(_is_type_mismatch, branches)):
            error.expected = [branch.detail["type"] for branch in branches]
            yield error


def _is_type_mismatch(error: FieldError) -> bool:
    """Return whether a value has none of the types of one branch of its union type."""
    return error.path == error.union and error.detail["type"] in _TYPE_MISMATCHES


def _to_message(error: FieldError) -> tuple[str, str, str]:
    """Return code, message and remedy of an error."""
    path, kind, given = error.path, error.detail["type"], error.detail["input"]
    field = path[-1] if path else ""
    name = _describe_path(path)
    if error.is_mapping_key:
        return _key_to_message(name, error)
    if kind == "extra_forbidden":
        guess = did_you_mean(str(field), error.known_fields)
        return "unknown-field", f"Unknown field {name}.{guess}", "Remove or rename the field."
    if kind == "int_type" and isinstance(given, float) and field in _FRAME_FIELDS:
        return (
            "frame-not-integer",
            f"{name} is {given!r}, but frames must be integers.",
            "Round frames before writing: 12, not 12.0.",
        )
    if kind in {"greater_than", "less_than", "less_than_equal"} and field in _FRAME_FIELDS:
        return (
            "frame-too-large",
            f"{name} is {_shorten(given)}, which is too large.",
            f"Use frame numbers below {FRAME_LIMIT}.",
        )
    if kind == "literal_error":
        return _literal_to_message(name, field, error.detail)
    if kind in _EXPECTED_TYPES:
        expected = dict.fromkeys(_EXPECTED_TYPES[other] for other in error.expected)
        last_name = next((step for step in reversed(path) if isinstance(step, str)), None)
        is_id = kind == "string_type" and type(given) in {int, float} and last_name in _ID_FIELDS
        hint = ' Ids are strings: write "1", not 1.' if is_id else ""
        return (
            "wrong-type",
            f"{name} is {_shorten(given)}, but must be {' or '.join(expected)}.{hint}",
            "Change the type of the value.",
        )
    if kind == "value_error":
        message = str(error.detail["ctx"]["error"])
        return (
            "inconsistent",
            f"{message[:1].upper()}{message[1:]}.",
            "Correct one of the contradicting values.",
        )
    code, template, remedy = _MESSAGES.get(kind, _OTHER)
    reason = error.detail["msg"]
    reason = reason[:1].lower() + reason[1:]
    return code, template.format(name=name, given=_shorten(given), reason=reason), remedy


def _key_to_message(name: str, error: FieldError) -> tuple[str, str, str]:
    """Return code, message and remedy of an error in the name on the left of a colon."""
    kind = error.detail["type"]
    if kind == "literal_error":
        return _literal_to_message(name, "kind", error.detail)
    if kind == "string_too_short":
        return "value-empty", f"A key in {name} is empty.", "Enter a key."
    if kind == "string_too_long":
        return "value-too-long", f"A key in {name} is too long.", "Shorten the key."
    expected = _EXPECTED_TYPES.get(kind, "another type")
    message = f"A key in {name} is {_shorten(error.detail['input'])}, but must be {expected}."
    return "wrong-type", message, "Change the key."


def _describe_path(path: KeyPath) -> str:
    """Return the end of a path for a message: ``'onset'``, ``Entry 3 of 'videos'``."""
    if not path:
        return "The document"
    last = path[-1]
    if isinstance(last, int):
        return f"Entry {last} of {path[-2]!r}" if len(path) > 1 else f"Entry {last}"
    return _shorten(last)


def _literal_to_message(
    name: str, field: str | int, detail: Mapping[str, Any]
) -> tuple[str, str, str]:
    """Return code, message and remedy of a value that is not in a list of allowed values."""
    given, allowed = detail["input"], detail["ctx"]["expected"]
    if field == "format":
        return (
            "wrong-format-version",
            f"'format' is {_shorten(given)}; this version of mebench reads {allowed}.",
            "Check that this is the correct file, or use the mebench version that wrote it.",
        )
    names = allowed.replace("'", "").replace(" or ", ", ").split(", ")
    guess = did_you_mean(given, names) if isinstance(given, str) else ""
    if field == "kind":
        return "unknown-kind", f"Unknown kind {_shorten(given)}.{guess}", f"Use {allowed}."
    return "wrong-value", f"{name} is {_shorten(given)}.{guess}", f"Use {allowed}."


def _shorten(value: Any) -> str:
    if isinstance(value, dict):
        return "an object { }"
    if isinstance(value, list):
        return "a list [ ]"
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."


def _fields_at(model: Any, path: Sequence[str | int]) -> list[str]:
    """Return the names of the model's fields at a path."""
    for step in path:
        if isinstance(step, str):
            model = _innermost_model(_field_types(model).get(step, model))
    return list(_field_types(model))


def _field_types(model: Any) -> dict[str, Any]:
    if is_typeddict(model):
        return get_type_hints(model)
    if isinstance(model, type) and issubclass(model, BaseModel):
        return {info.alias or name: info.annotation for name, info in model.model_fields.items()}
    return {}


def _innermost_model(annotation: Any) -> Any:
    """Return ``X`` of annotations such as ``list[X]`` and ``X | None``."""
    while True:
        origin = get_origin(annotation)
        if origin in {Union, types.UnionType}:
            options = [option for option in get_args(annotation) if option is not type(None)]
            models = [model for model in map(_innermost_model, options) if _field_types(model)]
            return models[0] if models else options[0]
        if origin in {list, Annotated}:
            annotation = get_args(annotation)[0]
        else:
            return annotation
