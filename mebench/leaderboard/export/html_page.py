"""The HTML page: all boards in one file that works offline, with a chart per board.

The file contains the tables, the charts as SVG, the details of the rows as JSON, and a script
that sorts, filters and shows details. Names of submissions are untrusted: the template escapes
them, and the script only sets text.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mebench.diagnostics.formatting import escape_unprintable
from mebench.leaderboard.board_rows import BoardRow
from mebench.leaderboard.build_board import Board
from mebench.leaderboard.export.board_data import board_data, row_details
from mebench.leaderboard.ranking import LABELS, scope_text
from mebench.tables.grid import shorten

WIDTH, HEIGHT = 640, 240
LEFT, RIGHT, TOP, BOTTOM = 56, 16, 12, 32
MAX_YEAR_LABELS = 8
"""At most so many years are named: more would touch each other on a phone."""

GRIDLINES = 5
"""Gridlines, the axis among them."""


@dataclass(frozen=True, slots=True)
class ChartPoint:
    """A row on the chart: its place in the SVG, and what it is.

    Attributes
    ----------
    x, y : float
        In the SVG's units.
    shape : {"recomputed", "literature", "test"}
        Filled for recomputed rows, hollow for others, a cross where the test set chose the model.
    title : str
        For those who point at it, and for screen readers.
    """

    x: float
    y: float
    shape: str
    title: str


@dataclass(frozen=True, slots=True)
class Chart:
    """What the template draws.

    Attributes
    ----------
    points : tuple of ChartPoint
        The rows that have a year and a value.
    years : tuple of (float, int)
        Places and names of the marks below.
    lines : tuple of (float, str)
        Places and names of the gridlines.
    without_year : int
        Rows that are left out.
    """

    points: tuple[ChartPoint, ...]
    years: tuple[tuple[float, int], ...]
    lines: tuple[tuple[float, str], ...]
    without_year: int
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    bottom: int = HEIGHT - BOTTOM


def make_chart(board: Board) -> Chart | None:
    """Return the chart of a board, or None if its rows are all of one year."""
    at = board.columns.index(board.by)
    rows = [row for group in board.groups for row in group.rows]
    known = [row for row in rows if row.year is not None and row.cells[at].value is not None]
    years = [row.year for row in known if row.year is not None]
    if len(set(years)) < 2:
        return None
    first, last = min(years), max(years)
    top = _ceiling(max(row.cells[at].value or 0.0 for row in known))

    def across(year: int) -> float:
        share = (year - first + 0.5) / (last - first + 1)
        return round(LEFT + share * (WIDTH - LEFT - RIGHT), 1)

    def up(value: float) -> float:
        return round(HEIGHT - BOTTOM - value / top * (HEIGHT - TOP - BOTTOM), 1)

    step = -(-(last - first + 1) // MAX_YEAR_LABELS)
    return Chart(
        tuple(
            ChartPoint(
                across(row.year or 0), up(row.cells[at].value or 0.0), _shape(row), _title(row, at)
            )
            for row in known
        ),
        tuple((across(year), year) for year in range(first, last + 1, step)),
        tuple(
            (up(top * line / (GRIDLINES - 1)), f"{top * line / (GRIDLINES - 1):.2f}")
            for line in range(GRIDLINES)
        ),
        len(rows) - len(known),
    )


def _ceiling(value: float) -> float:
    """Return the least round number above a value: .2, .4, .6, .8 or 1."""
    return next((one / 10 for one in (2, 4, 6, 8) if value <= one / 10), max(1.0, value))


def _shape(row: BoardRow) -> str:
    if row.is_chosen_on_test:
        return "test"
    return "recomputed" if row.label == "recomputed" else "literature"


def _title(row: BoardRow, at: int) -> str:
    return f"{row.method}, {row.year}: {row.cells[at].text}"


TEMPLATE_FOLDER = Path(__file__).parent / "page"

MAX_NAME_LENGTH = 120
"""So many letters of a name are shown in a table; its details have all of it."""

TASKS = {
    "spot-then-recognize": "Spot-then-recognize",
    "spot": "Spotting",
    "recognize": "Recognition",
}
"""The boards of a task stand together in the list of boards."""


def render_html(boards: Sequence[Board]) -> str:
    """Return the page.

    Parameters
    ----------
    boards : sequence of Board
        Built, in the order in which they stand.
    """
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(TEMPLATE_FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"shown": display_text, "line": on_one_line}
    template = environment.get_template("page.html")
    return template.render(
        boards=[_board(board) for board in boards],
        style=(TEMPLATE_FOLDER / "style.css").read_text(encoding="utf-8"),
        script=(TEMPLATE_FOLDER / "script.js").read_text(encoding="utf-8"),
        data=json_for_html(_details(boards)),
        labels=LABELS,
        tasks=TASKS,
    )


def display_text(text: str | None) -> str:
    """Return a text of anybody's as the page shows it: on one line, of bearable length."""
    return shorten(on_one_line(text or ""), MAX_NAME_LENGTH)


def on_one_line(text: str) -> str:
    """Return a text without anything that moves what stands beside it."""
    return escape_unprintable(" ".join(text.split()), "\ufffd")


def json_for_html(data: Any) -> str:
    """Return data as JSON that cannot end the element it stands in."""
    text = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    for one in "<>&\u2028\u2029":
        text = text.replace(one, f"\\u{ord(one):04x}")
    return text


def _board(board: Board) -> dict[str, Any]:
    data = board_data(board)
    for group, source in zip(data["groups"], board.groups, strict=True):
        for row, one in zip(group["rows"], source.rows, strict=True):
            row["key"] = _key(board, one)
            row["values"] = [row["values"][place] for place in board.visible_columns]
            row["doubted"] = [one.cells[place].is_doubted for place in board.visible_columns]
            row["found_by"] = " ".join(
                filter(None, (display_text(row["method"]), display_text(row["link_text"])))
            )
    protocol = board.folder.protocol
    return data | {
        "anchor": "".join(one if one.isalnum() else "-" for one in protocol.id),
        "task": protocol.task,
        "short": protocol.title.partition(", spot-then-recognize")[0],
        "columns": [data["columns"][place] for place in board.visible_columns],
        "chart": make_chart(board),
        "by_title": board.by.title,
    }


def _details(boards: Sequence[Board]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for board in boards:
        for group in board.groups:
            for row in group.rows:
                found[_key(board, row)] = {
                    "method": row.method,
                    "label": LABELS[row.label],
                    "scope": scope_text(row.scope, group.spots),
                    "selection": row.selection,
                    "source": row.source,
                    "caveats": list(row.caveats),
                    "signature": row.signature,
                    "report": row_details(row),
                }
    return found


def _key(board: Board, row: BoardRow) -> str:
    """Return a row's name on the page; an entry and a published row may have one id."""
    return f"{board.folder.id}/{'published' if row.report is None else 'entries'}/{row.id}"
