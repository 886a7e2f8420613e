"""Read published rows from TOML and CSV files.

A CSV has one row per line and one column per metric, named by its id. The column of a metric or
count of a group is ``group.name``, such as ``micro.spotting_f1``. Decimal commas are allowed if
the cells are separated by semicolons or tabs, or quoted.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cached_property, partial
from pathlib import Path
from typing import Any

from mebench.diagnostics import Findings, MebenchError, Place, UsageError
from mebench.formats.strict_json import KeyPath, json_pointer
from mebench.formats.table_reader import TextTable, read_text_table
from mebench.formats.text_file import TextFile, read_text
from mebench.formats.validate_model import validate_model
from mebench.metrics.registry import METRICS_BY_ID
from mebench.models.protocol import Protocol
from mebench.models.published_rows import PublishedCounts, PublishedFile, PublishedRow
from mebench.protocols.loader import (
    MAX_SUGGESTED,
    load_shipped_protocol,
    shipped_protocol_ids,
)
from mebench.published.row_claims import HEADLINE, LocatedRow, check_row, check_unique_ids
from mebench.util import resources
from mebench.util.text import closest_name, did_you_mean
from mebench.util.toml_text import parse_toml

_NAME = r"[\w-]+|\"[^\"\n]*\"|'[^'\n]*'"
_KEYS = re.compile(
    rf"(?m)^[ \t]*\[(?P<header>[^\]\n=]*)\]|(?:^|[{{,])[ \t]*(?P<key>{_NAME})[ \t]*[=.]"
)
_ROW = re.compile(r"(?m)^[ \t]*\[\[[ \t]*rows[ \t]*\]\]")


class TomlPlaces:
    """Finds the places of keys in a TOML file of rows, which is searched only once."""

    def __init__(self, source: TextFile) -> None:
        self._source = source
        starts = [match.start() for match in _ROW.finditer(source.text)]
        self._bounds = [*starts, len(source.text)]

    @cached_property
    def _positions(self) -> dict[str, list[int]]:
        """The positions of each name: of the key, or of the header that it is in."""
        positions: dict[str, list[int]] = {}
        for match in _KEYS.finditer(self._source.text):
            if match["key"]:
                found = [(match["key"], match.start("key"))]
            else:
                found = [(name, match.start()) for name in re.findall(_NAME, match["header"])]
            for name, position in found:
                positions.setdefault(name.strip("\"'"), []).append(position)
        return positions

    def at(self, keys: KeyPath) -> Place:
        """Return the place of a key, or of the innermost key of the path that is found."""
        position, end, rest = None, self._bounds[0], keys
        if len(keys) >= 2 and keys[0] == "rows" and isinstance(keys[1], int):
            rest = ()
            if keys[1] + 1 < len(self._bounds):
                position, end = self._bounds[keys[1]], self._bounds[keys[1] + 1]
                rest = keys[2:]
        for key in rest:
            if isinstance(key, str):
                found = self._positions.get(key, [])
                index = bisect_left(found, position or 0)
                if index == len(found) or found[index] >= end:
                    break
                position = found[index]
        source = self._source
        place = Place(file=source.name) if position is None else source.place(position)
        return replace(place, pointer=json_pointer(keys))


MAX_CHARACTERS = 4_000_000
"""Larger files are refused; a thousand rows have about a million characters."""


def shipped_files() -> list[Path]:
    """Return the files of published rows in mebench: those of boards, then further tables."""
    folder = resources.shared_folder("leaderboards")
    return [*sorted(folder.glob("*/published.toml")), *sorted((folder / "tables").glob("*.toml"))]


def read_published(path: str | Path, protocol: Protocol | None = None) -> list[PublishedRow]:
    """Return the rows of a file, or raise all problems; ``protocol`` as for `read_located`."""
    findings = Findings()
    rows = read_located(path, findings, protocol)
    findings.raise_errors()
    return [located.row for located in rows]


def read_located(
    path: str | Path, findings: Findings, protocol: Protocol | None = None
) -> list[LocatedRow]:
    """Read the rows of a ``.toml`` or CSV file, each with its protocol and place.

    ``protocol`` is that of rows that name none, and of those that name its id. ``findings``
    receives the problems of single rows; a file that cannot be read raises.
    """
    source = read_text(path)
    if len(source.text) > MAX_CHARACTERS:
        raise MebenchError.of(
            "file-too-large",
            f"The file has {len(source.text) / 1e6:.1f} million characters; at most "
            f"{MAX_CHARACTERS / 1e6:.0f} million are allowed.",
            "Check that this is the correct file.",
            Place(file=source.name),
        )
    read = _read_toml if source.name.casefold().endswith(".toml") else _read_csv
    rows = []
    for row in read(source, findings, protocol):
        check_row(row, findings)
        rows.append(row)
    check_unique_ids(rows, findings)
    return rows


def _read_toml(source: TextFile, findings: Findings, own: Protocol | None) -> Iterator[LocatedRow]:
    try:
        document = parse_toml(source.text)
    except ValueError as error:
        raise UsageError.of(
            "published-syntax",
            f"Not valid TOML: {error}.",
            "Write published rows as TOML, or as a CSV file that ends in .csv.",
            Place(file=source.name),
        ) from None
    place_of = TomlPlaces(source).at
    if own is not None:
        document.setdefault("protocol", own.id)
    file = validate_model(PublishedFile, document, findings, place_of)
    if file is None:
        return
    for index, row in enumerate(file.rows):

        def place_in(*keys: str | int, index: int = index) -> Place:
            return place_of(("rows", index, *keys))

        name = row.protocol or file.protocol or ""
        keys = ("rows", index, "protocol") if row.protocol else ("protocol",)
        protocol = _find_protocol(name, own, partial(place_of, keys), findings)
        if protocol is not None:
            yield LocatedRow(row, protocol, place_in(), place_in)


def _find_protocol(
    name: str, own: Protocol | None, place: Callable[[], Place], findings: Findings
) -> Protocol | None:
    if own is not None and name in (own.id, own.id.rpartition("@")[0]):
        return own
    try:
        return load_shipped_protocol(name)
    except UsageError:
        findings.error(
            "unknown-protocol",
            f"There is no protocol {name[:80]!r}."
            + did_you_mean(name, shipped_protocol_ids(), MAX_SUGGESTED),
            "Use one of `mebench protocols`, or pass your own file: --protocol PATH.toml.",
            place(),
        )
        return None


REQUIRED_COLUMNS = ("method", "protocol")
TEXT_COLUMNS = (
    *("id", "source", "link_text", "paper", "table", "system", "scope", "model_selection"),
    *("analysis", "sample_list", "differs"),
)
COUNT_COLUMNS = tuple(PublishedCounts.model_fields)
EMPTY_CELLS = {"", "-", "–", "—"}  # cells that count as empty


def _read_csv(source: TextFile, findings: Findings, own: Protocol | None) -> Iterator[LocatedRow]:
    table = read_text_table(source, findings)
    required = ("method",) if own else REQUIRED_COLUMNS
    missing = [name for name in required if name not in table.header]
    if missing:
        raise MebenchError.of(
            "csv-missing-column",
            f"The column {missing[0]!r} is missing; the columns are "
            f"{', '.join(table.header)[:200]}.",
            "Add the columns method and protocol, and metrics by id: spotting_f1, uf1, strs. "
            "Without the column protocol, pass --protocol ID.",
            Place(file=source.name, line=source.first_line_number),
        )
    columns = _column_paths(table, findings)
    for index in range(len(table.lines)):
        row = _read_row(table, index, columns, findings, own)
        if row is not None:
            yield row


def _column_paths(table: TextTable, findings: Findings) -> dict[str, tuple[str, ...]]:
    """Return the path in a row for each known column."""
    place = Place(file=table.source.name, line=table.source.first_line_number)
    paths: dict[str, tuple[str, ...]] = {}
    known = [*REQUIRED_COLUMNS, *TEXT_COLUMNS, "year", *COUNT_COLUMNS, *METRICS_BY_ID]
    for name in table.header:
        group, dot, inner = name.rpartition(".")
        if inner in METRICS_BY_ID:
            paths[name] = ("values", group if dot else HEADLINE, inner)
        elif inner in COUNT_COLUMNS:
            paths[name] = ("counts", group if dot else "", inner)
        elif name in (*REQUIRED_COLUMNS, *TEXT_COLUMNS, "year"):
            paths[name] = (name,)
        elif closest_name(inner, known) is not None:
            findings.error(
                "csv-unknown-column",
                f"The column {name[:60]!r} is not known.{did_you_mean(inner, known)}",
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
    table: TextTable,
    index: int,
    columns: dict[str, tuple[str, ...]],
    findings: Findings,
    own: Protocol | None,
) -> LocatedRow | None:
    number = table.lines[index]
    line = Place(file=table.source.name, line=number)
    cells = {name: column[index] for name, column in zip(table.header, table.columns, strict=True)}
    document: dict[str, Any] = {"values": {}, "counts": {}}
    before = findings.error_count
    for name, path in columns.items():
        if cells[name] in EMPTY_CELLS:
            continue
        is_count = path[0] in ("counts", "year")
        cell = _read_count(name, cells[name], line, findings) if is_count else cells[name]
        if len(path) == 1:
            document[name] = cell
        else:
            part, group, inner = path
            document[part].setdefault(group, {})[inner] = cell
    if findings.error_count > before:
        return None
    method = str(document.get("method", ""))
    document.setdefault("id", f"{method or 'row'} (line {number})")
    document.setdefault("source", f"{table.source.name[:900]}, line {number}")
    document.setdefault("link_text", f"line {number}")
    name = str(document.setdefault("protocol", own.id if own else ""))
    protocol = _find_protocol(name, own, lambda: line, findings)
    if protocol is None:
        return None
    # If the protocol spots both kinds, columns without a group are those of both together.
    default_group = "overall" if len(protocol.targets) > 1 else HEADLINE
    for part, no_group in (("counts", ""), ("values", HEADLINE)):
        if no_group in document[part]:
            numbers = document[part].pop(no_group)
            document[part][default_group] = numbers | document[part].get(default_group, {})
    row = validate_model(PublishedRow, document, findings, lambda _: line)
    return None if row is None else LocatedRow(row, protocol, line, lambda *_: line)


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
