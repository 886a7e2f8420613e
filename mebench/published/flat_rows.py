"""Published rows with one column per number: from a CSV file, and records in memory.

The column of a metric or count is named by its id; that of a group is ``group.name``, such as
``micro.spotting_f1``. In a CSV, decimal commas are allowed if the cells are separated by semicolons
or tabs, or quoted.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import replace
from decimal import Decimal
from typing import Any

from mebench.diagnostics import Findings, MebenchError, Place
from mebench.formats.memory_tables import is_missing, read_memory_table
from mebench.formats.table_reader import read_text_table
from mebench.formats.text_file import TextFile
from mebench.formats.validate_model import validate_model
from mebench.metrics.registry import METRICS_BY_ID, suggest_metrics
from mebench.models.protocol import Protocol
from mebench.models.published_rows import PublishedCounts, PublishedRow
from mebench.published.row_claims import HEADLINE, LocatedRow, find_protocol
from mebench.util.text import closest_name, lookalike_key

REQUIRED_COLUMNS = ("method", "protocol")
TEXT_COLUMNS = (
    *("id", "source", "link_text", "paper", "table", "system", "scope", "model_selection"),
    *("analysis", "sample_list", "differs"),
)
COUNT_COLUMNS = tuple(PublishedCounts.model_fields)
EMPTY_CELLS = {"", "-", "–", "—"}  # cells that count as empty


def read_csv(source: TextFile, findings: Findings, own: Protocol | None) -> Iterator[LocatedRow]:
    """Yield the rows of a CSV file; ``own`` is the protocol of rows that name none."""
    table = read_text_table(source, findings)
    place = Place(file=source.name, line=source.first_line_number)
    columns = _column_paths(table.header, place, own, findings)
    for index, line in enumerate(table.lines):
        cells = {
            name: cells[index] for name, cells in zip(table.header, table.columns, strict=True)
        }
        row = _read_row(cells, columns, Place(file=source.name, line=line), findings, own)
        if row is not None:
            yield row


LabeledRecord = tuple[str, Mapping[str, Any]]
"""A row in memory with its name in findings, such as ``row 3``."""


def frame_records(frame: Any, findings: Findings) -> list[LabeledRecord]:
    """Return the rows of a data frame of pandas or polars."""
    table = read_memory_table(frame, findings)
    records = (dict(zip(table.columns, row, strict=True)) for row in table.rows)
    return list(zip(table.labels, records, strict=True))


def read_records(
    records: Sequence[LabeledRecord], findings: Findings, own: Protocol | None
) -> Iterator[LocatedRow]:
    """Yield rows in memory, as from a CSV; a row with ``values`` has the fields of a TOML file."""
    flat = [record for _, record in records if not _is_nested(record)]
    names = {key: lookalike_key(str(key)) for record in flat for key in record}
    columns = _column_paths(list(names.values()), Place(), own, findings) if flat else {}
    for label, record in records:
        if _is_nested(record):
            document = {key: deepcopy(value) for key, value in record.items() if value is not None}
            row = _finish(document, Place(pointer=label), findings, own)
        else:
            cells = dict.fromkeys(columns, "")
            for key, value in record.items():
                place = Place(pointer=f"{label}, column {str(key)!r}")
                cells[names[key]] = _cell_text(value, place, findings)
            row = _read_row(cells, columns, Place(pointer=label), findings, own)
        if row is not None:
            yield row


def _is_nested(record: Mapping[str, Any]) -> bool:
    return isinstance(record.get("values"), Mapping)


def _cell_text(value: Any, place: Place, findings: Findings) -> str:
    """Return a value as it would be printed; a float with as few digits as possible."""
    if hasattr(value, "item") and not getattr(value, "shape", ()):
        value = value.item()  # of a numpy scalar
    if is_missing(value):
        return ""
    if isinstance(value, list | tuple) and all(type(count) is int for count in value):
        return "/".join(map(str, value))
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        return f"{Decimal(f'{value:.15g}' if isinstance(value, float) else value):f}"
    findings.error(
        "wrong-type",
        f"The cell is of the type {type(value).__name__}; expected a number or a text.",
        "Write numbers as printed, as text: .6516 or 65.16 %.",
        place,
    )
    return ""


def _column_paths(
    header: Sequence[str], place: Place, own: Protocol | None, findings: Findings
) -> dict[str, tuple[str, ...]]:
    """Return the path in a row for each known column; raise if a required one is missing."""
    missing = [name for name in REQUIRED_COLUMNS[: 1 if own else 2] if name not in header]
    if missing:
        instead = "pass --protocol ID" if place.file else "pass protocol=ID"
        raise MebenchError.of(
            "csv-missing-column",
            f"The column {missing[0]!r} is missing; the columns are {', '.join(header)[:200]}.",
            "Add the columns method and protocol, and metrics by id: spotting_f1, uf1, strs. "
            f"Without the column protocol, {instead}.",
            place,
        )
    paths: dict[str, tuple[str, ...]] = {}
    known = [*REQUIRED_COLUMNS, *TEXT_COLUMNS, "year", *COUNT_COLUMNS, *METRICS_BY_ID]
    for name in header:
        key = name.replace(" ", "_")
        group, dot, inner = key.rpartition(".")
        if inner in METRICS_BY_ID:
            paths[name] = ("values", group if dot else HEADLINE, inner)
        elif inner in COUNT_COLUMNS:
            paths[name] = ("counts", group if dot else "", inner)
        elif key in (*REQUIRED_COLUMNS, *TEXT_COLUMNS, "year"):
            paths[name] = (key,)
        elif closest_name(inner, known) is not None:
            findings.error(
                "csv-unknown-column",
                f"The column {name[:60]!r} is not known.{suggest_metrics(inner, known)}",
                "Correct the name of the column.",
                place,
            )
        elif name:
            findings.warning(
                "csv-column-ignored",
                f"The column {name[:60]!r} is not known; it is ignored.",
                "Use the ids of metrics, which `mebench protocols show ID` lists.",
                place,
            )
    first_of: dict[tuple[str, ...], str] = {}
    for name, path in paths.items():
        if first_of.setdefault(path, name) != name:
            findings.error(
                "csv-duplicate-column",
                f"The columns {first_of[path]!r} and {name!r} have the same meaning.",
                "Remove one of them.",
                place,
            )
    return paths


def _read_row(
    cells: Mapping[str, str],
    columns: Mapping[str, tuple[str, ...]],
    place: Place,
    findings: Findings,
    own: Protocol | None,
) -> LocatedRow | None:
    """Read the cells of a row by the names of their columns."""
    document: dict[str, Any] = {"values": {}, "counts": {}}
    before = findings.error_count
    for name, path in columns.items():
        if cells[name] in EMPTY_CELLS:
            continue
        is_count = path[0] in ("counts", "year")
        cell = _read_count(name, cells[name], place, findings) if is_count else cells[name]
        if len(path) == 1:
            document[name] = cell
        else:
            part, group, inner = path
            document[part].setdefault(group, {})[inner] = cell
    return None if findings.error_count > before else _finish(document, place, findings, own)


def _finish(
    document: dict[str, Any], place: Place, findings: Findings, own: Protocol | None
) -> LocatedRow | None:
    """Fill in the protocol and what names the row, and validate it."""
    where = f"line {place.line}" if place.file else str(place.pointer)
    document.setdefault("id", f"{document.get('method') or 'row'} ({where})")
    document.setdefault("source", f"{place.file[:900]}, {where}" if place.file else where)
    document.setdefault("link_text", where)
    name = str(document.setdefault("protocol", own.id if own else ""))
    protocol = find_protocol(name, own, lambda: place, findings)
    if protocol is None:
        return None
    # If the protocol spots both kinds, columns without a group are those of both together.
    default_group = "overall" if len(protocol.targets) > 1 else HEADLINE
    for part, no_group in (("counts", ""), ("values", HEADLINE)):
        if no_group in document.get(part, ()):
            numbers = document[part].pop(no_group)
            document[part][default_group] = numbers | document[part].get(default_group, {})

    def place_in(*keys: str | int) -> Place:
        if place.file is not None or len(keys) < 3:
            return place
        _, group, name = keys[:3]
        column = name if group in (HEADLINE, default_group) else f"{group}.{name}"
        return replace(place, pointer=f"{where}, column {column!r}")

    row = validate_model(PublishedRow, document, findings, lambda _: place)
    return None if row is None else LocatedRow(row, protocol, place, place_in)


def _read_count(name: str, text: str, place: Place, findings: Findings) -> int | list[int] | None:
    """Read an integer; for ``classes`` several, separated by slashes or spaces."""
    is_list = name.rpartition(".")[2] == "classes"
    parts = text.replace("/", " ").split() if is_list else [text]
    if not all(part.isascii() and part.isdigit() and len(part) <= 12 for part in parts):
        shown = text if len(text) <= 60 else text[:57] + "..."
        findings.error(
            "number-unreadable",
            f"{name!r} is {shown!r}; expected "
            + ("integers such as 70/51/43." if is_list else "an integer."),
            "Correct the cell, or leave it empty.",
            place,
        )
        return None
    numbers = [int(part) for part in parts]
    return numbers if is_list else numbers[0]
