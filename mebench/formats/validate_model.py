"""Build a pydantic model from plain data, or report all problems in plain words.

Pydantic decides whether the data is valid. A malformed file can contain millions of errors, and
each one takes a kilobyte. So lists of rows fail at their first error (``FailFast`` in the
models), and only then the document is validated again, in chunks, for as many errors as the
caller takes.
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
    """Build a record from plain data.

    Parameters
    ----------
    model : type
        The record.
    document : plain data
        What the file holds.
    findings : Findings
        Takes in everything that is wrong.
    place : callable
        From a path of keys to the place in the file.

    Returns
    -------
    StrictModel or None
        None if anything was wrong.
    """
    try:
        return model.model_validate(document)
    except ValidationError:
        report_field_errors(model, document, findings, place)
        return None


CHUNK_SIZE = 1000
_TYPE_MISMATCHES = {"string_type", "int_type", "float_type", "list_type", "dict_type"}


@dataclass(frozen=True, slots=True)
class FieldError:
    """Something wrong at one place of a document.

    Attributes
    ----------
    path : tuple of str and int
        The keys that lead to it.
    kind, message, given, context
        As pydantic says: ``int_type``, its sentence, the value, what it expected.
    is_mapping_key : bool
        Whether it is the name on the left of the colon that is wrong.
    union : tuple or None
        The path of the value for which there were several possible types.
    branch : str
        Which of these types the fault speaks of.
    other_kinds : tuple of str
        What else the value could have been.
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
    """Yield everything that is wrong, and do no more work than is taken."""
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
        for place, member in enumerate(members):
            yield from _row_errors(_row_type(model, name), member, (name, place))


def _row_errors(row_type: type[BaseModel], row: Any, prefix: KeyPath) -> Iterator[FieldError]:
    intervals = row.get("intervals") if isinstance(row, dict) else None
    if not isinstance(intervals, list) or "intervals" not in row_type.model_fields:
        yield from _field_errors(row_type, row, prefix)
        return
    yield from _field_errors(row_type, {**row, "intervals": []}, prefix)
    interval_type = _row_type(row_type, "intervals")
    for begin in range(0, len(intervals), CHUNK_SIZE):
        piece = list[interval_type]  # type: ignore[valid-type]
        for fault in _field_errors(piece, intervals[begin : begin + CHUNK_SIZE], ()):
            within, *inner = fault.path
            assert isinstance(within, int)
            yield replace(fault, path=(*prefix, "intervals", begin + within, *inner))


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
    """Take a location apart: steps that are not in the data tell only of a union's branches."""
    path: list[str | int] = []
    union, branch = None, ""
    location = detail["loc"]
    here = value
    for at, step in enumerate(location):
        is_key = isinstance(here, dict) and step in here
        is_place = isinstance(here, list) and isinstance(step, int) and step < len(here)
        if is_key or is_place:
            here = here[step]
            path.append(step)
        elif detail["type"] == "missing" and at == len(location) - 1:
            path.append(step)
        elif union is None and step != "[key]":
            union, branch = (*prefix, *path), str(step)
    is_odd_name = detail["type"] == "string_unicode" and isinstance(here, dict)
    return FieldError(
        (*prefix, *path),
        detail["type"],
        detail["msg"],
        detail["input"],
        detail.get("ctx", {}),
        is_odd_name or (bool(location) and location[-1] == "[key]"),
        union,
        branch,
    )


def drop_unlikely_branches(faults: list[FieldError]) -> list[FieldError]:
    """Leave out, where a value could have been of several types, those it does not resemble."""
    branches: dict[KeyPath, dict[str, list[FieldError]]] = {}
    for fault in faults:
        if fault.union is not None:
            branches.setdefault(fault.union, {}).setdefault(fault.branch, []).append(fault)
    kept = []
    for fault in faults:
        others = branches.get(fault.union, {}) if fault.union is not None else {}
        alike = [name for name, found in others.items() if not all(map(_is_type_mismatch, found))]
        if len(others) < 2 or fault.branch in alike:
            kept.append(fault)
        elif not alike and fault.branch == next(iter(others)):
            kinds = tuple(one.kind for found in others.values() for one in found)
            kept.append(replace(fault, other_kinds=kinds[1:]))
    return kept


def _is_type_mismatch(fault: FieldError) -> bool:
    return fault.kind in _TYPE_MISMATCHES and fault.path == fault.union


MAX_FIELD_ERRORS = 10_000
"""A document with more faults than this is hopeless; the rest is not looked at."""

_FRAME_FIELDS = {"onset", "apex", "offset", "n_frames"}
_ID_FIELDS = {"dataset", "subject", "video", "sample", "test", "training", "validation"}

_EXPECTED_TYPES = {
    "string_type": "a text in quotes",
    "int_type": "a whole number",
    "float_type": "a number",
    "bool_type": "true or false",
    "list_type": "a list [ ]",
    "dict_type": "an object { }",
    "model_type": "an object { }",
    "model_attributes_type": "an object { }",
    "typed_dict_type": "an object { }",
    "string_unicode": "a text of valid Unicode characters",
}


def report_field_errors(
    model: type[BaseModel],
    document: Any,
    findings: Findings,
    place: Callable[[KeyPath], Place],
) -> list[KeyPath]:
    """Take in everything that is wrong with a document; return the paths of it."""
    found = list(islice(field_errors_of(model, document), MAX_FIELD_ERRORS))
    faults = drop_unlikely_branches(found)
    by_code: dict[str, list[int]] = {}
    worded: list[tuple[str, str]] = []
    for row, fault in enumerate(faults):
        code, message, remedy = _to_message(model, fault)
        by_code.setdefault(code, []).append(row)
        worded.append((message, remedy))
    for code, rows in by_code.items():
        findings.add_rows(rows, lambda row: (*worded[row], place(faults[row].path)), code)
    if len(found) == MAX_FIELD_ERRORS:
        findings.stop_reading(place(()).file)
    return [fault.path for fault in faults]


def _to_message(model: type[BaseModel], fault: FieldError) -> tuple[str, str, str]:
    path, kind, given, context = fault.path, fault.kind, fault.given, fault.context
    field = path[-1] if path else ""
    name = _describe_path(path)
    if fault.is_mapping_key:
        return _key_to_message(name, fault)
    if kind == "extra_forbidden":
        guess = did_you_mean(str(field), _fields_at(model, path[:-1]))
        return "unknown-field", f"There is no field {name} here.{guess}", "Remove or rename it."
    if kind == "missing":
        return "missing-field", f"The field {name} is missing.", "Add it."
    if kind == "int_type" and isinstance(given, float) and field in _FRAME_FIELDS:
        return (
            "frame-not-integer",
            f"{name} is {given!r}; frames are whole numbers.",
            "Write 12, not 12.0; round before writing.",
        )
    if kind == "finite_number":
        return "not-finite", f"{name} is {given!r}.", "Give a finite number."
    if kind in {"greater_than", "less_than", "less_than_equal"} and field in _FRAME_FIELDS:
        return (
            "frame-too-large",
            f"{name} is {_shorten(given)}: no video is that long.",
            f"Frames lie below {FRAME_LIMIT}.",
        )
    if kind in {"greater_than", "less_than", "greater_than_equal", "less_than_equal"}:
        message = f"{name} is {_shorten(given)}: {_lower_first(fault.message)}."
        return "value-out-of-range", message, "Give one in range."
    if kind == "literal_error":
        return _literal(name, field, given, context)
    if kind in {"string_too_short", "too_short"}:
        return "value-empty", f"{name} is empty.", "Fill it in."
    if kind in {"string_too_long", "too_long"}:
        return (
            "value-too-long",
            f"{name} is too long: {_lower_first(fault.message)}.",
            "Shorten it.",
        )
    if kind in _EXPECTED_TYPES:
        wanted = " or ".join(
            dict.fromkeys(_EXPECTED_TYPES[one] for one in (kind, *fault.other_kinds))
        )
        is_id = kind == "string_type" and _is_number(given) and _last_name(path) in _ID_FIELDS
        hint = ' Ids are texts: write "1", not 1.' if is_id else ""
        return (
            "wrong-type",
            f"{name} is {_shorten(given)}, and should be {wanted}.{hint}",
            "Change its type.",
        )
    if kind == "value_error":
        message = str(context.get("error", fault.message))
        return "inconsistent", f"{message[:1].upper()}{message[1:]}.", "Mend the contradiction."
    return "wrong-value", f"{name} is {_shorten(given)}: {_lower_first(fault.message)}.", "Mend it."


def _key_to_message(name: str, fault: FieldError) -> tuple[str, str, str]:
    """Put in words what is wrong with a name on the left of a colon."""
    if fault.kind == "literal_error":
        return _literal(name, "kind", fault.given, fault.context)
    if fault.kind == "string_too_short":
        return "value-empty", f"A name in {name} is empty.", "Fill it in."
    if fault.kind == "string_too_long":
        return "value-too-long", f"A name in {name} is too long.", "Shorten it."
    wanted = _EXPECTED_TYPES.get(fault.kind, "another one")
    message = f"A name in {name} is {_shorten(fault.given)}, and should be {wanted}."
    return "wrong-type", message, "Change it."


def _describe_path(path: KeyPath) -> str:
    """Return a path's end for a message: ``'onset'``, ``Entry 3 of 'videos'``."""
    if not path:
        return "The document"
    last = path[-1]
    if isinstance(last, int):
        return f"Entry {last} of {path[-2]!r}" if len(path) > 1 else f"Entry {last}"
    return _shorten(last)


def _last_name(path: KeyPath) -> str | None:
    return next((step for step in reversed(path) if isinstance(step, str)), None)


def _literal(
    name: str, field: str | int, given: Any, context: Mapping[str, Any]
) -> tuple[str, str, str]:
    allowed = str(context.get("expected", ""))
    if field == "format":
        return (
            "wrong-format-version",
            f"'format' is {_shorten(given)}; this version of mebench reads {allowed}.",
            "Check the file's kind, or use the version of mebench that wrote it.",
        )
    guess = (
        did_you_mean(given, allowed.replace("'", "").replace(" or ", ", ").split(", "))
        if isinstance(given, str)
        else ""
    )
    if field == "kind":
        return "unknown-kind", f"The kind {_shorten(given)} is not known.{guess}", f"Use {allowed}."
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
    """Return the names of the fields that the record knows at a path."""
    for step in path:
        inner = _named_types(model).get(str(step)) if isinstance(step, str) else None
        model = _innermost(inner if inner is not None else model)
    return list(_named_types(model))


def _named_types(model: Any) -> dict[str, Any]:
    if is_typeddict(model):
        return get_type_hints(model)
    if isinstance(model, type) and issubclass(model, BaseModel):
        return {info.alias or name: info.annotation for name, info in model.model_fields.items()}
    return {}


def _innermost(annotation: Any) -> Any:
    """Return the record inside ``list[X]``, ``X | None`` and the like."""
    while True:
        origin = get_origin(annotation)
        if origin in {Union, types.UnionType}:
            options = [one for one in get_args(annotation) if one is not type(None)]
            records = [one for one in map(_innermost, options) if _named_types(one)]
            return records[0] if records else options[0]
        if origin in {list, Annotated}:
            annotation = get_args(annotation)[0]
        else:
            return annotation
