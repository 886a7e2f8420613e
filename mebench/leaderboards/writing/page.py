"""The page: all boards in one HTML file, which asks for nothing else, on any device, from a disk.

Tables and charts are in the file. A script of its own sorts, filters and shows details, which lie
in the file as JSON. Names of submissions come from anybody: the template escapes them, and the
script only ever sets text.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from mebench.diagnostics.showing import escape_unprintable
from mebench.leaderboards.building import Board
from mebench.leaderboards.ranking import LABELS, scope_text
from mebench.leaderboards.rows import BoardRow
from mebench.leaderboards.writing.chart import make_chart
from mebench.leaderboards.writing.data import board_data, row_details
from mebench.tables.grid import shorten

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
