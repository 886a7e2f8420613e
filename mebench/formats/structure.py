"""Does a document have the shape of its record? Pydantic decides; here it is put in words."""

from __future__ import annotations

import types
from collections.abc import Callable, Mapping
from itertools import islice
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

from pydantic import BaseModel
from typing_extensions import is_typeddict

from mebench.diagnostics import Findings, Place
from mebench.formats.faults import FieldError, drop_unlikely_branches, field_errors_of
from mebench.formats.strict_json import KeyPath
from mebench.records.base import FRAME_LIMIT
from mebench.suggest import did_you_mean

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
