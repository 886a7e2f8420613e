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
from mebench.util.extras import require_package

WIDTH, HEIGHT = 640, 240
LEFT, RIGHT, TOP, BOTTOM = 56, 16, 12, 32
MAX_YEAR_LABELS = 8
"""More labels would overlap on a phone."""

GRIDLINES = 5
"""The number of gridlines, including the axis."""


@dataclass(frozen=True, slots=True)
class ChartPoint:
    """A row on the chart.

    Attributes
    ----------
    x, y : float
        Position in units of the SVG.
    shape : {"recomputed", "literature", "test"}
        Filled for recomputed rows, hollow for others, a cross where the test set chose the model.
    title : str
        For tooltips and screen readers.
    """

    x: float
    y: float
    shape: str
    title: str


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart, as the template draws it.

    Attributes
    ----------
    points : tuple of ChartPoint
        The rows that have a year and a value.
    years : tuple of (float, int)
        Positions and labels of the ticks of the horizontal axis.
    lines : tuple of (float, str)
        Positions and labels of the gridlines.
    without_year : int
        The number of rows that are left out.
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
    """Return the chart of a board, or None if all rows are from the same year."""
    column = board.columns.index(board.by)
    rows = [row for group in board.groups for row in group.rows]
    known = [row for row in rows if row.year is not None and row.cells[column].value is not None]
    years = [row.year for row in known if row.year is not None]
    if len(set(years)) < 2:
        return None
    first, last = min(years), max(years)
    top = _ceiling(max(row.cells[column].value or 0.0 for row in known))

    def x(year: int) -> float:
        share = (year - first + 0.5) / (last - first + 1)
        return round(LEFT + share * (WIDTH - LEFT - RIGHT), 1)

    def y(value: float) -> float:
        return round(HEIGHT - BOTTOM - value / top * (HEIGHT - TOP - BOTTOM), 1)

    step = -(-(last - first + 1) // MAX_YEAR_LABELS)
    return Chart(
        tuple(
            ChartPoint(
                x(row.year or 0),
                y(row.cells[column].value or 0.0),
                _shape(row),
                f"{row.method}, {row.year}: {row.cells[column].text}",
            )
            for row in known
        ),
        tuple((x(year), year) for year in range(first, last + 1, step)),
        tuple(
            (y(top * line / (GRIDLINES - 1)), f"{top * line / (GRIDLINES - 1):.2f}")
            for line in range(GRIDLINES)
        ),
        len(rows) - len(known),
    )


def _ceiling(value: float) -> float:
    """Return the upper end of the axis: .2, .4, .6, .8 or 1, or the value if it is larger."""
    return next((tenths / 10 for tenths in (2, 4, 6, 8) if value <= tenths / 10), max(1.0, value))


def _shape(row: BoardRow) -> str:
    if row.is_chosen_on_test:
        return "test"
    return "recomputed" if row.label == "recomputed" else "literature"


TEMPLATE_FOLDER = Path(__file__).parent / "page"

MAX_NAME_LENGTH = 120
"""Tables shorten names to this number of characters; the details show the full name."""

TASKS = {
    "spot-then-recognize": "Spot-then-recognize",
    "spot": "Spotting",
    "recognize": "Recognition",
}
"""The headings of the list of boards."""


def render_html(boards: Sequence[Board]) -> str:
    """Return the page.

    Parameters
    ----------
    boards : sequence of Board
        The boards, in the order of the page.
    """
    require_package("jinja2")
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
    """Return an untrusted text as the page shows it: on one line and shortened."""
    return shorten(on_one_line(text or ""), MAX_NAME_LENGTH)


def on_one_line(text: str) -> str:
    """Return a text on one line, without control characters."""
    return escape_unprintable(" ".join(text.split()), "\ufffd")


def json_for_html(data: Any) -> str:
    """Return data as JSON that cannot end its HTML element."""
    text = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text


def _board(board: Board) -> dict[str, Any]:
    data, columns = board_data(board), board.visible_columns
    for group, source in zip(data["groups"], board.groups, strict=True):
        for row, board_row in zip(group["rows"], source.rows, strict=True):
            row["key"] = _key(board, board_row)
            row["values"] = [row["values"][column] for column in board.visible_columns]
            row["doubted"] = [
                board_row.cells[column].is_doubted for column in board.visible_columns
            ]
            row["search_text"] = " ".join(
                filter(None, (display_text(row["method"]), display_text(row["link_text"])))
            )
    protocol = board.folder.protocol
    return data | {
        "anchor": "".join(letter if letter.isalnum() else "-" for letter in protocol.id),
        "task": protocol.task,
        "short": protocol.title.partition(", spot-then-recognize")[0],
        "columns": [data["columns"][column] for column in columns],
        "chart": make_chart(board),
        "by_title": board.by.title,
    }


def _details(boards: Sequence[Board]) -> dict[str, Any]:
    details: dict[str, Any] = {}
    for board in boards:
        for group in board.groups:
            for row in group.rows:
                details[_key(board, row)] = {
                    "method": row.method,
                    "label": LABELS[row.label],
                    "scope": scope_text(row.scope, group.spots),
                    "selection": row.selection,
                    "source": row.source,
                    "caveats": list(row.caveats),
                    "signature": row.signature,
                    "report": row_details(row, board.folder.protocol),
                }
    return details


def _key(board: Board, row: BoardRow) -> str:
    """Return a unique key for a row; an entry and a published row may have the same id."""
    return f"{board.folder.id}/{'published' if row.report is None else 'entries'}/{row.id}"
