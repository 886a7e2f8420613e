"""Read published rows from TOML and CSV files.

A CSV has one row per line and one column per metric, named by its id. The column of a metric or
count of a group is ``group.name``, such as ``micro.spotting_f1``. Decimal commas are allowed if
the cells are separated by semicolons or tabs, or quoted.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Any

from mebench.diagnostics import Findings, MebenchError, Place, UsageError
from mebench.formats.strict_json import KeyPath, json_pointer
from mebench.formats.table_reader import TextTable, read_text_table
from mebench.formats.text_file import TextFile, read_text
from mebench.formats.validate_model import validate_model
from mebench.metrics.registry import METRICS_BY_ID
from mebench.models.published_rows import PublishedCounts, PublishedFile, PublishedRow
from mebench.protocols.loader import load_shipped_protocol, shipped_protocol_ids
from mebench.published.row_claims import HEADLINE, LocatedRow, check_row, check_unique_ids
from mebench.util import resources
from mebench.util.text import closest_name, did_you_mean

_ROW = re.compile(r"(?m)^[ \t]*\[\[[ \t]*rows[ \t]*\]\]")


class TomlPositions:
    """Find the position of a path of keys in a TOML file of ``[[rows]]``.

    Parameters
    ----------
    source : TextFile
        The file.
    """

    def __init__(self, source: TextFile) -> None:
        self._source = source

    @cached_property
    def _rows(self) -> list[int]:
        return [match.start() for match in _ROW.finditer(self._source.text)]

    def at(self, keys: KeyPath) -> Place:
        """Return the place of a key, or of the innermost key of the path that is found."""
        position, end, rest = self._part(keys)
        for key in rest:
            if isinstance(key, str):
                name = rf"(?:{re.escape(key)}|\"{re.escape(key)}\"|'{re.escape(key)}')"
                pattern = re.compile(
                    rf"(?m)^[ \t]*\[[^\]\n=]*(?<![\w-]){name}(?![\w-])[^\]\n=]*\]"
                    rf"|(?:^|[{{,])[ \t]*(?P<key>{name})[ \t]*[=.]"
                )
                match = pattern.search(self._source.text, position or 0, end)
                if match is None:
                    break
                position = match.start("key") if match["key"] else match.start()
        if position is None:
            return Place(file=self._source.name, pointer=json_pointer(keys))
        return replace(self._source.place(position), pointer=json_pointer(keys))

    def _part(self, keys: KeyPath) -> tuple[int | None, int, KeyPath]:
        """Return start and end of the row of a path, and the rest of the path."""
        if len(keys) >= 2 and keys[0] == "rows" and isinstance(keys[1], int):
            ends = [*self._rows[1:], len(self._source.text)]
            if keys[1] < len(self._rows):
                return self._rows[keys[1]], ends[keys[1]], keys[2:]
            return None, 0, ()
        first = self._rows[0] if self._rows else len(self._source.text)
        return None, first, keys


MAX_CHARACTERS = 4_000_000
"""Larger files are refused; a thousand rows have about a million characters."""


def shipped_files() -> list[Path]:
    """Return the files of published rows in mebench: those of boards, then further tables."""
    folder = resources.shared_folder("leaderboards")
    return [*sorted(folder.glob("*/published.toml")), *sorted((folder / "tables").glob("*.toml"))]


def read_published(path: str | Path) -> PublishedFile:
    """Read a file of published rows.

    Parameters
    ----------
    path : str or Path
        A ``.toml`` file.

    Raises
    ------
    UsageError
        ``file-unreadable``, or ``published-syntax`` if the file is not TOML.
    MebenchError
        With all problems of the rows.
    """
    findings = Findings()
    file, _ = read_toml(_read_source(path), findings)
    findings.raise_errors()
    assert file is not None
    return file


def read_located(path: str | Path, findings: Findings) -> list[LocatedRow]:
    """Read the rows of a TOML or CSV file, each with its protocol and place.

    Parameters
    ----------
    path : str or Path
        A ``.toml`` file; all other files are read as CSV.
    findings : Findings
        Receives problems of single rows.

    Raises
    ------
    MebenchError
        If the file cannot be read.
    """
    source = _read_source(path)
    if source.name.casefold().endswith(".toml"):
        return read_toml(source, findings)[1]
    return read_csv(source, findings)


def _read_source(path: str | Path) -> TextFile:
    source = read_text(path)
    if len(source.text) > MAX_CHARACTERS:
        raise MebenchError.of(
            "file-too-large",
            f"The file has {len(source.text) / 1e6:.1f} million characters; at most "
            f"{MAX_CHARACTERS / 1e6:.0f} million are allowed.",
            "Check that this is the correct file.",
            Place(file=source.name),
        )
    return source


def read_toml(
    source: TextFile, findings: Findings
) -> tuple[PublishedFile | None, list[LocatedRow]]:
    """Read a TOML file; the model is None if it has errors."""
    import tomllib

    try:
        document = tomllib.loads(source.text)
    except (ValueError, RecursionError) as error:  # tomllib's own error is a ValueError
        reason = "nested too deeply" if isinstance(error, RecursionError) else str(error)
        raise UsageError.of(
            "published-syntax",
            f"Not valid TOML: {reason}.",
            "Write published rows as TOML, or as a CSV file that ends in .csv.",
            Place(file=source.name),
        ) from None
    places = TomlPositions(source)
    file = validate_model(PublishedFile, document, findings, places.at)
    if file is None:
        return None, []
    before = findings.error_count
    rows = [
        located
        for index, row in enumerate(file.rows)
        if (
            located := locate_row(row, row.protocol or file.protocol or "", places, index, findings)
        )
    ]
    check_unique_ids(rows, findings)
    return (file if findings.error_count == before else None), rows


def locate_row(
    row: PublishedRow, protocol: str, places: TomlPositions, index: int, findings: Findings
) -> LocatedRow | None:
    """Return a row with its protocol and place; None if its protocol is not known."""
    keys: KeyPath = ("rows", index)
    try:
        known = load_shipped_protocol(protocol)
    except UsageError:
        findings.error(
            "unknown-protocol",
            f"There is no protocol {protocol[:80]!r}."
            f"{did_you_mean(protocol, shipped_protocol_ids())}",
            "Use one of `mebench protocols`.",
            places.at((*keys, "protocol")) if row.protocol else places.at(("protocol",)),
        )
        return None

    def place_in(*more: str | int) -> Place:
        return places.at((*keys, *more))

    check_row(row, known, place_in, findings)
    return LocatedRow(row, known, places.at(keys), place_in)


REQUIRED_COLUMNS = ("method", "protocol")
TEXT_COLUMNS = (
    *("id", "source", "link_text", "paper", "table", "system", "scope", "model_selection"),
    *("analysis", "sample_list"),
)
COUNT_COLUMNS = tuple(PublishedCounts.model_fields)
EMPTY_CELLS = {"", "-", "–", "—"}
"""Cells that count as empty."""


def read_csv(source: TextFile, findings: Findings) -> list[LocatedRow]:
    """Read the rows of a CSV.

    Parameters
    ----------
    source : TextFile
        The file.
    findings : Findings
        Receives problems of columns and cells.

    Raises
    ------
    MebenchError
        ``csv-syntax``, ``csv-duplicate-column`` or ``csv-missing-column``.
    """
    table = read_text_table(source, findings)
    missing = [name for name in REQUIRED_COLUMNS if name not in table.header]
    if missing:
        raise MebenchError.of(
            "csv-missing-column",
            f"The column {missing[0]!r} is missing; the columns are "
            f"{', '.join(table.header)[:200]}.",
            "Add the columns method and protocol, and metrics by id: spotting_f1, uf1, strs.",
            Place(file=source.name, line=source.first_line_number),
        )
    columns = _column_paths(table, findings)
    rows = [
        located
        for index in range(len(table.rows))
        if (located := _read_row(table, index, columns, findings)) is not None
    ]
    check_unique_ids(rows, findings)
    return rows


def _column_paths(table: TextTable, findings: Findings) -> dict[str, KeyPath]:
    """Return the path in a row for each known column."""
    place = Place(file=table.source.name, line=table.source.first_line_number)
    paths: dict[str, KeyPath] = {}
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
    return paths


def _read_row(
    table: TextTable, index: int, columns: dict[str, KeyPath], findings: Findings
) -> LocatedRow | None:
    line = Place(file=table.source.name, line=table.lines[index])

    def place(*_: str | int) -> Place:
        return line

    cells = dict(zip(table.header, map(str.strip, table.rows[index]), strict=True))
    document: dict[str, Any] = {"values": {}, "counts": {}}
    before = findings.error_count
    for name, path in columns.items():
        if cells[name] in EMPTY_CELLS:
            continue
        if path[0] == "values":
            document["values"].setdefault(path[1], {})[path[2]] = cells[name]
        elif path[0] == "counts" or name == "year":
            number = _read_count(name, cells[name], line, findings)
            if name == "year":
                document["year"] = number
            else:
                document["counts"].setdefault(path[1], {})[path[2]] = number
        else:
            document[name] = cells[name]
    if findings.error_count > before:
        return None
    method = str(document.get("method", ""))
    document.setdefault("id", f"{method or 'row'} (line {table.lines[index]})")
    document.setdefault("source", f"{table.source.name[:900]}, line {table.lines[index]}")
    document.setdefault("link_text", f"line {table.lines[index]}")
    name = str(document.get("protocol", ""))
    try:
        protocol = load_shipped_protocol(name)
    except MebenchError:
        findings.error(
            "unknown-protocol",
            f"There is no protocol {name[:80]!r}.{did_you_mean(name, shipped_protocol_ids())}",
            "Use one of `mebench protocols`.",
            line,
        )
        return None
    # If the protocol spots both kinds, columns without a group are those of both together.
    default_group = "overall" if len(protocol.targets) > 1 else HEADLINE
    for part, own in (("counts", ""), ("values", HEADLINE)):
        if own in document[part]:
            numbers = document[part].pop(own)
            document[part][default_group] = numbers | document[part].get(default_group, {})
    row = validate_model(PublishedRow, document, findings, lambda _: line)
    if row is None:
        return None
    check_row(row, protocol, place, findings)
    return LocatedRow(row, protocol, line, place)


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
