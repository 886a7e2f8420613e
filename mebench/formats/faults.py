"""What pydantic finds wrong with a document: a bounded number of faults, each with its path.

A hopeless file can hold millions of faults, and a fault takes a kilobyte. So lists of rows fail at
their first fault (``FailFast`` in the records), and only then is the document gone through again,
piece by piece, for as many faults as the caller takes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, get_args

from pydantic import BaseModel, TypeAdapter, ValidationError

from mebench.formats.strict_json import KeyPath

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
