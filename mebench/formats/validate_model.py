"""Build a pydantic model from plain data, or report all problems in plain English.

Pydantic decides whether the data is valid. A malformed file can contain millions of errors, and
each needs a kilobyte of memory. Therefore lists of rows fail at their first error (``FailFast`` in
the models); only then the document is validated again, in chunks, to collect the errors.
"""

from __future__ import annotations

import types
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
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
    """Build a model from plain data.

    Parameters
    ----------
    model : type
        The model.
    document : plain data
        The content of the file.
    findings : Findings
        Receives all problems.
    place : callable
        From a path of keys to the position in the file.

    Returns
    -------
    StrictModel or None
        None if there are problems.
    """
    try:
        return model.model_validate(document)
    except ValidationError:
        report_field_errors(model, document, findings, place)
        return None


CHUNK_SIZE = 1000
"""Intervals that are validated together."""

MAX_FIELD_ERRORS = 10_000
"""The rest of a document with more errors is not checked."""

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


def report_field_errors(
    model: type[BaseModel],
    document: Any,
    findings: Findings,
    place: Callable[[KeyPath], Place],
) -> list[KeyPath]:
    """Report all errors in a document and return their paths."""
    all_errors = list(islice(field_errors_of(model, document), MAX_FIELD_ERRORS))
    errors = drop_unlikely_branches(all_errors)
    by_code: dict[str, list[int]] = {}
    texts: list[tuple[str, str]] = []
    for index, error in enumerate(errors):
        code, message, remedy = _to_message(model, error)
        by_code.setdefault(code, []).append(index)
        texts.append((message, remedy))
    for code, indices in by_code.items():
        findings.add_rows(indices, lambda index: (*texts[index], place(errors[index].path)), code)
    if len(all_errors) == MAX_FIELD_ERRORS:
        findings.stop_reading(place(()).file)
    return [error.path for error in errors]


@dataclass(frozen=True, slots=True)
class FieldError:
    """An error in one value of a document.

    Attributes
    ----------
    path : tuple of str and int
        The path of keys to the value.
    kind, message, given, context
        From pydantic: the error type such as ``int_type``, the message, the value, the expectation.
    is_mapping_key : bool
        Whether the error is in the name on the left of the colon.
    union : tuple or None
        The path of the value with several possible types.
    branch : str
        The possible type that the error is about.
    other_kinds : tuple of str
        The error types for the other possible types.
    """

    path: KeyPath
    kind: str
    message: str
    given: Any
    context: Mapping[str, Any]
    is_mapping_key: bool
    union: KeyPath | None
    branch: str
    other_kinds: tuple[str, ...] = ()


def field_errors_of(model: type[BaseModel], document: Any) -> Iterator[FieldError]:
    """Yield all errors lazily, so that the caller can stop early."""
    rows = {}
    if isinstance(document, dict):
        rows = {
            name: document[name]
            for name in ("videos", "samples")
            if name in model.model_fields and isinstance(document.get(name), list)
        }
    without_rows = {**document, **{name: [] for name in rows}} if rows else document
    yield from _field_errors(model, without_rows, ())
    for name, members in rows.items():
        for index, member in enumerate(members):
            yield from _row_errors(_row_type(model, name), member, (name, index))


def _row_errors(row_type: type[BaseModel], row: Any, prefix: KeyPath) -> Iterator[FieldError]:
    intervals = row.get("intervals") if isinstance(row, dict) else None
    if not isinstance(intervals, list) or "intervals" not in row_type.model_fields:
        yield from _field_errors(row_type, row, prefix)
        return
    yield from _field_errors(row_type, {**row, "intervals": []}, prefix)
    interval_type = _row_type(row_type, "intervals")
    for begin in range(0, len(intervals), CHUNK_SIZE):
        chunk_type = list[interval_type]  # type: ignore[valid-type]
        for error in _field_errors(chunk_type, intervals[begin : begin + CHUNK_SIZE], ()):
            index, *inner = error.path
            assert isinstance(index, int)
            yield replace(error, path=(*prefix, "intervals", begin + index, *inner))


@cache
def _row_type(model: type[BaseModel], name: str) -> Any:
    """Return ``X`` of a field that is ``list[X]`` or ``list[X] | None``."""
    annotation = model.model_fields[name].annotation
    while get_args(annotation):
        annotation = get_args(annotation)[0]
    return annotation


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def _field_errors(kind: Any, value: Any, prefix: KeyPath) -> Iterator[FieldError]:
    try:
        _adapter(kind).validate_python(value)
    except ValidationError as error:
        for detail in error.errors(include_url=False):
            yield _field_error(value, detail, prefix)


def _field_error(value: Any, detail: Mapping[str, Any], prefix: KeyPath) -> FieldError:
    """Convert an error of pydantic.

    Its location has steps that are not in the data; they name a branch of a union type.
    """
    path: list[str | int] = []
    union, branch = None, ""
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
            union, branch = (*prefix, *path), str(step)
    is_invalid_key = detail["type"] == "string_unicode" and isinstance(inner, dict)
    return FieldError(
        (*prefix, *path),
        detail["type"],
        detail["msg"],
        detail["input"],
        detail.get("ctx", {}),
        is_invalid_key or (bool(location) and location[-1] == "[key]"),
        union,
        branch,
    )


def drop_unlikely_branches(errors: list[FieldError]) -> list[FieldError]:
    """Drop errors about possible types of a value that the value does not resemble.

    If it resembles none of them, one error remains that names all possible types.
    """
    branches: dict[KeyPath, dict[str, list[FieldError]]] = {}
    for error in errors:
        if error.union is not None:
            branches.setdefault(error.union, {}).setdefault(error.branch, []).append(error)
    likely_errors = []
    for error in errors:
        of_value = branches.get(error.union, {}) if error.union is not None else {}
        likely = [name for name, own in of_value.items() if not all(map(_is_type_mismatch, own))]
        if len(of_value) < 2 or error.branch in likely:
            likely_errors.append(error)
        elif not likely and error.branch == next(iter(of_value)):
            kinds = tuple(other.kind for own in of_value.values() for other in own)
            likely_errors.append(replace(error, other_kinds=kinds[1:]))
    return likely_errors


def _is_type_mismatch(error: FieldError) -> bool:
    return error.kind in _TYPE_MISMATCHES and error.path == error.union


def _to_message(model: type[BaseModel], error: FieldError) -> tuple[str, str, str]:
    """Return code, message and remedy of an error."""
    path, kind, given = error.path, error.kind, error.given
    field = path[-1] if path else ""
    name = _describe_path(path)
    if error.is_mapping_key:
        return _key_to_message(name, error)
    if kind == "extra_forbidden":
        guess = did_you_mean(str(field), _fields_at(model, path[:-1]))
        return "unknown-field", f"Unknown field {name}.{guess}", "Remove or rename the field."
    if kind == "missing":
        return "missing-field", f"The field {name} is missing.", "Add the field."
    if kind == "int_type" and isinstance(given, float) and field in _FRAME_FIELDS:
        return (
            "frame-not-integer",
            f"{name} is {given!r}, but frames must be integers.",
            "Round frames before writing: 12, not 12.0.",
        )
    if kind == "finite_number":
        return "not-finite", f"{name} is {given!r}.", "Use a finite number."
    if kind in {"greater_than", "less_than", "less_than_equal"} and field in _FRAME_FIELDS:
        return (
            "frame-too-large",
            f"{name} is {_shorten(given)}, which is too large.",
            f"Use frame numbers below {FRAME_LIMIT}.",
        )
    if kind in {"greater_than", "less_than", "greater_than_equal", "less_than_equal"}:
        message = f"{name} is {_shorten(given)}: {_lower_first(error.message)}."
        return "value-out-of-range", message, "Use a value in the allowed range."
    if kind == "literal_error":
        return _literal_to_message(name, field, error)
    if kind in {"string_too_short", "too_short"}:
        return "value-empty", f"{name} is empty.", "Enter a value."
    if kind in {"string_too_long", "too_long"}:
        return (
            "value-too-long",
            f"{name} is too long: {_lower_first(error.message)}.",
            "Shorten it.",
        )
    if kind in _EXPECTED_TYPES:
        types = dict.fromkeys(_EXPECTED_TYPES[other] for other in (kind, *error.other_kinds))
        is_id = kind == "string_type" and _is_number(given) and _last_name(path) in _ID_FIELDS
        hint = ' Ids are strings: write "1", not 1.' if is_id else ""
        return (
            "wrong-type",
            f"{name} is {_shorten(given)}, but must be {' or '.join(types)}.{hint}",
            "Change the type of the value.",
        )
    if kind == "value_error":
        message = str(error.context.get("error", error.message))
        return (
            "inconsistent",
            f"{message[:1].upper()}{message[1:]}.",
            "Correct one of the contradicting values.",
        )
    return (
        "wrong-value",
        f"{name} is {_shorten(given)}: {_lower_first(error.message)}.",
        "Correct the value.",
    )


def _key_to_message(name: str, error: FieldError) -> tuple[str, str, str]:
    """Return code, message and remedy of an error in the name on the left of a colon."""
    if error.kind == "literal_error":
        return _literal_to_message(name, "kind", error)
    if error.kind == "string_too_short":
        return "value-empty", f"A key in {name} is empty.", "Enter a key."
    if error.kind == "string_too_long":
        return "value-too-long", f"A key in {name} is too long.", "Shorten the key."
    expected = _EXPECTED_TYPES.get(error.kind, "another type")
    message = f"A key in {name} is {_shorten(error.given)}, but must be {expected}."
    return "wrong-type", message, "Change the key."


def _describe_path(path: KeyPath) -> str:
    """Return the end of a path for a message: ``'onset'``, ``Entry 3 of 'videos'``."""
    if not path:
        return "The document"
    last = path[-1]
    if isinstance(last, int):
        return f"Entry {last} of {path[-2]!r}" if len(path) > 1 else f"Entry {last}"
    return _shorten(last)


def _last_name(path: KeyPath) -> str | None:
    return next((step for step in reversed(path) if isinstance(step, str)), None)


def _literal_to_message(name: str, field: str | int, error: FieldError) -> tuple[str, str, str]:
    """Return code, message and remedy of a value that is not in a list of allowed values."""
    given, allowed = error.given, str(error.context.get("expected", ""))
    if field == "format":
        return (
            "wrong-format-version",
            f"'format' is {_shorten(given)}; this version of mebench reads {allowed}.",
            "Check that this is the correct file, or use the mebench version that wrote it.",
        )
    guess = (
        did_you_mean(given, allowed.replace("'", "").replace(" or ", ", ").split(", "))
        if isinstance(given, str)
        else ""
    )
    if field == "kind":
        return "unknown-kind", f"Unknown kind {_shorten(given)}.{guess}", f"Use {allowed}."
    return "wrong-value", f"{name} is {_shorten(given)}.{guess}", f"Use {allowed}."


def _lower_first(message: str) -> str:
    return message[:1].lower() + message[1:]


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


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


def _fields_at(model: Any, path: KeyPath) -> list[str]:
    """Return the names of the model's fields at a path."""
    for step in path:
        inner = _field_types(model).get(str(step)) if isinstance(step, str) else None
        model = _innermost_model(inner if inner is not None else model)
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
