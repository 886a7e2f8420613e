"""Published rows in a CSV: one a line, a column for each metric by its id.

A metric or count of a group stands under ``group.name``, as in ``micro.spotting_f1``. Decimal
commas are read where the cells are apart by semicolons or tabs, or in quotes.
"""

from __future__ import annotations

from typing import Any

from mebench.diagnostics import Findings, MebenchError, Place
from mebench.formats.checking import validate_model
from mebench.formats.strict_json import KeyPath
from mebench.formats.table import TextTable, read_text_table
from mebench.formats.text import TextFile
from mebench.leaderboards.claims import LocatedRow
from mebench.leaderboards.columns import HEADLINE
from mebench.metrics.registry import METRICS_BY_ID
from mebench.protocols import load_shipped_protocol, shipped_protocol_ids
from mebench.records.published import PublishedCounts, PublishedRow
from mebench.suggest import closest_name, did_you_mean

REQUIRED_COLUMNS = ("method", "protocol")
TEXT_COLUMNS = (
    *("id", "source", "link_text", "paper", "table", "system", "scope", "model_selection"),
    *("analysis", "sample_list"),
)
COUNT_COLUMNS = tuple(PublishedCounts.model_fields)
EMPTY_CELLS = {"", "-", "–", "—"}
"""Cells that state nothing."""


def read_csv(source: TextFile, findings: Findings) -> list[LocatedRow]:
    """Read the rows of a CSV.

    Parameters
    ----------
    source : TextFile
        The text.
    findings : Findings
        Takes in what is wrong with columns and cells.

    Raises
    ------
    MebenchError
        ``csv-syntax``, ``csv-duplicate-column`` or ``csv-missing-column``.
    """
    from mebench.leaderboards.published import check_unique_ids

    table = read_text_table(source, findings)
    missing = [name for name in REQUIRED_COLUMNS if name not in table.header]
    if missing:
        raise MebenchError.of(
            "csv-missing-column",
            f"The column {missing[0]!r} is missing; there are {', '.join(table.header)[:200]}.",
            "Needed are method and protocol, then metrics by their ids: spotting_f1, uf1, strs.",
            Place(file=source.name, line=source.first_line_number),
        )
    columns = _column_paths(table, findings)
    rows = [
        found
        for at in range(len(table.rows))
        if (found := _read_row(table, at, columns, findings)) is not None
    ]
    check_unique_ids(rows, findings)
    return rows


def _column_paths(table: TextTable, findings: Findings) -> dict[str, KeyPath]:
    """Return the path in a row for each column that is known."""
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
                "Correct its name; metrics go by their ids.",
                place,
            )
        elif name:
            findings.warning(
                "csv-column-ignored",
                f"The column {name[:60]!r} is not known, and was ignored.",
                "Metrics go by their ids: `mebench protocols show ID` lists them.",
                place,
            )
    return paths


def _read_row(
    table: TextTable, at: int, columns: dict[str, KeyPath], findings: Findings
) -> LocatedRow | None:
    from mebench.leaderboards.published import check_row

    line = Place(file=table.source.name, line=table.lines[at])

    def place(*_: str | int) -> Place:
        return line

    cells = dict(zip(table.header, map(str.strip, table.rows[at]), strict=True))
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
    document.setdefault("id", f"{method or 'row'} (line {table.lines[at]})")
    document.setdefault("source", f"{table.source.name[:900]}, line {table.lines[at]}")
    document.setdefault("link_text", f"line {table.lines[at]}")
    name = str(document.get("protocol", ""))
    try:
        protocol = load_shipped_protocol(name)
    except MebenchError:
        findings.error(
            "unknown-protocol",
            f"There is no protocol {name[:80]!r}.{did_you_mean(name, shipped_protocol_ids())}",
            "`mebench protocols` lists them.",
            line,
        )
        return None
    # Where both kinds are spotted, the numbers of a plain column are those of both together.
    plain = "overall" if len(protocol.targets) > 1 else HEADLINE
    for part, own in (("counts", ""), ("values", HEADLINE)):
        if own in document[part]:
            document[part][plain] = document[part].pop(own) | document[part].get(plain, {})
    row = validate_model(PublishedRow, document, findings, lambda _: line)
    if row is None:
        return None
    check_row(row, protocol, place, findings)
    return LocatedRow(row, protocol, line, place)


def _read_count(name: str, text: str, place: Place, findings: Findings) -> int | list[int] | None:
    """Read a whole number; of ``classes`` several, apart by slashes or spaces."""
    is_list = name.rpartition(".")[2] == "classes"
    parts = text.replace("/", " ").split() if is_list else [text]
    if not all(one.isascii() and one.isdigit() and len(one) <= 12 for one in parts):
        shown = text if len(text) <= 60 else text[:57] + "..."
        findings.error(
            "number-unreadable",
            f"{name!r} is {shown!r}, and should be "
            + ("whole numbers such as 70/51/43." if is_list else "a whole number."),
            "Leave the cell empty where nothing is stated.",
            place,
        )
        return None
    numbers = [int(one) for one in parts]
    return numbers if is_list else numbers[0]
