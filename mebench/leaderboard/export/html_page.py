"""The HTML page: all boards in one file that works offline, with a chart per board.

The file contains the tables, the charts as SVG, the details of the rows as JSON, and a script
that sorts, filters and shows details. Names of submissions are untrusted: the template escapes
them, and the script only sets text.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from mebench.leaderboard.board_rows import LABELS, BoardRow
from mebench.leaderboard.build_board import Board
from mebench.leaderboard.export.board_data import board_data, row_details
from mebench.leaderboard.export.tables import on_one_line, paragraphs
from mebench.models.leaderboard import PageSettings
from mebench.tables.grid import shorten
from mebench.util.html_page import fill_template, json_for_html, make_visible

WIDTH, HEIGHT = 640, 240
LEFT, RIGHT, TOP, BOTTOM = 56, 16, 12, 32
MAX_YEAR_LABELS = 8  # more labels would overlap on a phone
GRIDLINES = 5  # the number of gridlines, including the axis


def make_chart(board: Board) -> dict[str, Any] | None:
    """Return the chart of a board in units of the SVG, or None if all rows are from the same year.

    The shape of a point is ``recomputed`` (filled), ``literature`` (hollow, all other labels), or
    ``test`` (a cross) if the model was chosen on the test set or the row is not ranked.
    """
    column = board.columns.index(board.by)
    known = [
        (row.year, row.cells[column].value or 0.0, row)
        for row in board.rows
        if row.year is not None and row.cells[column].value is not None
    ]
    years = {year for year, _, _ in known}
    if len(years) < 2:
        return None
    first, last = min(years), max(years)
    largest = max(value for _, value, _ in known)
    top = next((end for end in (0.2, 0.4, 0.6, 0.8) if largest <= end), max(1.0, largest))

    def x(year: int) -> float:
        share = (year - first + 0.5) / (last - first + 1)
        return round(LEFT + share * (WIDTH - LEFT - RIGHT), 1)

    def y(value: float) -> float:
        return round(HEIGHT - BOTTOM - value / top * (HEIGHT - TOP - BOTTOM), 1)

    step = -(-(last - first + 1) // MAX_YEAR_LABELS)
    points = []
    for year, value, row in known:
        shape = "recomputed" if row.label == "recomputed" else "literature"
        shape = "test" if row.is_chosen_on_test or row.not_ranked else shape
        title = f"{row.method}, {year}: {row.cells[column].text}"
        points.append({"x": x(year), "y": y(value), "shape": shape, "title": title})
    heights = [top * line / (GRIDLINES - 1) for line in range(GRIDLINES)]
    return {
        "points": points,
        "years": [(x(year), year) for year in range(first, last + 1, step)],
        "lines": [(y(height), f"{height:.2f}") for height in heights],
        "without_year": len(board.rows) - len(known),
        "width": WIDTH,
        "height": HEIGHT,
        "left": LEFT,
        "right": WIDTH - RIGHT,
        "bottom": HEIGHT - BOTTOM,
    }


TEMPLATE_FOLDER = Path(__file__).parent / "page"

MAX_NAME_LENGTH = 120
"""Tables shorten names to this number of characters; the details show the full name."""

TASKS = {
    "spot-then-recognize": "Spot-then-recognize",
    "spot": "Spotting",
    "recognize": "Recognition",
}
"""The headings of the list of boards."""


DEFAULT_TITLE = "mebench leaderboards"


def render_html(boards: Sequence[Board], page: PageSettings) -> str:
    """Return the page."""
    shown = [_board(board) for board in boards]
    anchors = [board["anchor"] for board in shown]
    for index, anchor in enumerate(anchors):
        if anchor in anchors[:index]:  # of ids such as a.b@1 and a-b@1
            shown[index]["anchor"] = f"{anchor}--{index}"
    return fill_template(
        TEMPLATE_FOLDER / "page.html",
        {"shown": display_text, "line": on_one_line},
        {
            "boards": shown,
            "title": page.title or DEFAULT_TITLE,
            "text": paragraphs(page.text),
            "style": (TEMPLATE_FOLDER / "style.css").read_text(encoding="utf-8"),
            "script": (TEMPLATE_FOLDER / "script.js").read_text(encoding="utf-8"),
            "data": json_for_html(make_visible(_details(boards))),
            "labels": LABELS,
            "tasks": TASKS,
        },
    )


def display_text(text: str | None) -> str:
    """Return an untrusted text as the page shows it: on one line and shortened."""
    return shorten(on_one_line(text or ""), MAX_NAME_LENGTH)


def _board(board: Board) -> dict[str, Any]:
    # The column that ranks the rows comes first, so that it is visible on a phone.
    data, by = board_data(board), board.by
    columns = sorted(board.visible_columns, key=lambda index: board.columns[index] != by)
    rows = [row for group in data["groups"] for row in group["rows"]]
    for row, source in zip(rows, board.rows, strict=True):
        row["key"] = _key(board, source)
        row["values"] = [row["values"][column] for column in columns]
        row["intervals"] = [source.cells[column].interval_text for column in columns]
        row["doubted"] = [source.cells[column].is_doubted for column in columns]
        texts = (display_text(row["method"]), display_text(row["link_text"]))
        row["search_text"] = " ".join(filter(None, texts))
    protocol = board.folder.protocol
    return data | {
        "anchor": "".join(letter if letter.isalnum() else "-" for letter in protocol.id),
        "task": protocol.task,
        "short": board.folder.title.partition(", spot-then-recognize")[0],
        "text": paragraphs(board.folder.text),
        "columns": [data["columns"][column] for column in columns],
        "chart": make_chart(board),
        "by_title": by.title,
        "has_like_best": any(group.like_best for group in board.groups),
    }


def _details(boards: Sequence[Board]) -> dict[str, Any]:
    return {
        _key(board, row): {
            "method": row.method,
            "label": LABELS[row.label],
            "scope": group.scope_text,
            "selection": row.selection,
            "source": row.source,
            "caveats": list(row.caveats),
            "signature": row.signature,
            "report": row_details(row, board.folder.protocol),
        }
        for board in boards
        for group in board.groups
        for row in group.rows
    }


def _key(board: Board, row: BoardRow) -> str:
    """Return a unique key for a row; an entry and a published row may have the same id."""
    return f"{board.folder.id}/{'published' if row.report is None else 'entries'}/{row.id}"
