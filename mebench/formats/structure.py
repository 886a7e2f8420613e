"""Does a document have the shape of its record? Pydantic decides; here it is put in words."""

from __future__ import annotations

import types
from collections.abc import Callable, Mapping
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin, get_type_hints

from pydantic import BaseModel, ValidationError
from typing_extensions import is_typeddict

from mebench.diagnostics import Findings, Place
from mebench.formats.strict_json import Keys
from mebench.suggest import did_you_mean

Model = TypeVar("Model", bound=BaseModel)
ErrorDetails = Mapping[str, Any]

_FRAMES = {"onset", "apex", "offset", "n_frames"}

_WANTED = {
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


def check(
    model: type[Model], document: Any, findings: Findings, place: Callable[[Keys], Place]
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
    Record or None
        None if anything was wrong.
    """
    try:
        return model.model_validate(document)
    except ValidationError as error:
        report(model, error, findings, place)
        return None


def report(
    model: type[BaseModel],
    error: ValidationError,
    findings: Findings,
    place: Callable[[Keys], Place],
) -> list[Keys]:
    """Take in everything a validation found wrong; return the paths of it."""
    details = error.errors(include_url=False)
    paths = [_path(model, detail["loc"]) for detail in details]
    by_code: dict[str, list[int]] = {}
    worded: dict[int, tuple[str, str]] = {}
    for row, detail in enumerate(details):
        code, message, remedy = _in_words(model, detail, paths[row])
        by_code.setdefault(code, []).append(row)
        worded[row] = message, remedy
    for code, rows in by_code.items():
        findings.each(rows, lambda row: (*worded[row], place(paths[row])), code)
    return paths


def _path(model: type[BaseModel], location: tuple[str | int, ...]) -> Keys:
    """Return a location without the steps that pydantic adds for unions and mapping keys."""
    return tuple(
        step
        for step in location
        if step not in {"[key]", "plain", "reference"} and not _is_tag(step)
    )


def _is_tag(step: str | int) -> bool:
    """Tell a union's tag such as ``dict[literal['micro','macro'],...]`` from a key."""
    return isinstance(step, str) and (
        step in {"str", "float", "int"} or step.startswith(("dict[", "list[", "constrained-"))
    )


def _in_words(model: type[BaseModel], detail: ErrorDetails, path: Keys) -> tuple[str, str, str]:
    kind, given = detail["type"], detail["input"]
    field = str(path[-1]) if path else "the document"
    context = detail.get("ctx", {})
    if kind == "extra_forbidden":
        guess = did_you_mean(field, _fields_at(model, path[:-1]))
        return "unknown-field", f"There is no field {field!r} here.{guess}", "Remove or rename it."
    if kind == "missing":
        return "missing-field", f"The field {field!r} is missing.", "Add it."
    if kind == "int_type" and isinstance(given, float) and field in _FRAMES:
        return (
            "frame-not-integer",
            f"{field!r} is {given!r}; frames are whole numbers.",
            "Write 12, not 12.0; round before writing.",
        )
    if kind == "finite_number":
        return "not-finite", f"{field!r} is {given!r}.", "Give a finite number."
    if kind in {"greater_than", "less_than", "greater_than_equal", "less_than_equal"}:
        code = "frame-too-large" if field in _FRAMES else "value-out-of-range"
        return code, f"{field!r} is {_short(given)}: {_lower(detail['msg'])}.", "Give one in range."
    if kind == "literal_error":
        return _literal(field, given, context)
    if kind in {"string_too_short", "too_short"}:
        return "value-empty", f"{field!r} is empty.", "Fill it in."
    if kind in {"string_too_long", "too_long"}:
        return "value-too-long", f"{field!r} is too long: {_lower(detail['msg'])}.", "Shorten it."
    if kind in _WANTED:
        hint = (
            ' Ids are texts: write "1", not 1.'
            if kind == "string_type" and _is_number(given)
            else ""
        )
        return (
            "wrong-type",
            f"{field!r} is {_short(given)}, and should be {_WANTED[kind]}.{hint}",
            "Change its type.",
        )
    if kind == "value_error":
        return "inconsistent", f"{context.get('error', detail['msg'])}.", "Mend the contradiction."
    return "wrong-value", f"{field!r} is {_short(given)}: {_lower(detail['msg'])}.", "Mend it."


def _literal(field: str, given: Any, context: Mapping[str, Any]) -> tuple[str, str, str]:
    allowed = str(context.get("expected", ""))
    if field == "format":
        return (
            "wrong-format-version",
            f"'format' is {_short(given)}; this version of mebench reads {allowed}.",
            "Check the file's kind, or use the version of mebench that wrote it.",
        )
    if field in {"kind", "[key]"}:
        return "unknown-kind", f"The kind {_short(given)} is not known.", f"Use {allowed}."
    guess = (
        did_you_mean(given, allowed.replace("'", "").replace(" or ", ", ").split(", "))
        if isinstance(given, str)
        else ""
    )
    return "wrong-value", f"{field!r} is {_short(given)}.{guess}", f"Use {allowed}."


def _lower(message: str) -> str:
    return message[:1].lower() + message[1:]


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _short(value: Any) -> str:
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


def _fields_at(model: Any, path: Keys) -> list[str]:
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
