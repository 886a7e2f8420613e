"""Boards in Markdown: one page a board, and the list of all."""

from __future__ import annotations

import re
from collections.abc import Sequence

from mebench.diagnostics.showing import escape_unprintable
from mebench.leaderboards.building import Board
from mebench.leaderboards.ranking import RowGroup
from mebench.leaderboards.writing.grids import Notes, group_grid
from mebench.wording import pluralize

MADE_BY = "<!-- Written by `mebench leaderboard build`: change the entries, not this file. -->"

LEGEND = """\
Rows that compare stand together: the same trust label, the same scope, and a model that was not
chosen on the test set. Only among those is the best value bold. *Recomputed* rows were scored by
mebench from the predictions; the signature below the table fixes the number. Numbers *from the
literature* are as printed, and nobody but their authors can check them."""

_MARKUP = re.compile(r"[\\`*_\[\]<>|~#&]|^[-+=](?!\w)|(?<=^[0-9])[.)]|(?<=^[0-9]{2})[.)]")


def board_markdown(board: Board) -> str:
    """Return the page of a board."""
    protocol, notes = board.folder.protocol, Notes()
    lines = [
        MADE_BY,
        "",
        f"# {escape_markdown(protocol.title)}",
        "",
        f"Protocol `{protocol.id}`.",
        "",
    ]
    if protocol.description:
        lines += [escape_markdown(protocol.description), ""]
    lines += [f"Sorted by {board.by.title}. {LEGEND}", ""]
    for group in board.groups:
        lines += [f"## {group.title}", "", group_grid(board, group, notes).as_markdown(), ""]
    if not board.groups:
        lines += ["No rows yet.", ""]
    lines += _notes(notes)
    lines += _signatures(board.groups)
    lines += _refused(board)
    return "\n".join(lines).rstrip() + "\n"


def index_markdown(boards: Sequence[Board]) -> str:
    """Return the list of all boards, each with its first rows."""
    lines = [
        MADE_BY,
        "",
        "# Leaderboards",
        "",
        "`index.html` shows them all, with sorting, filters and details; it needs no network.",
        "",
        LEGEND,
        "",
    ]
    for board in boards:
        protocol = board.folder.protocol
        rows = pluralize(sum(len(group.rows) for group in board.groups), "row")
        lines += [
            f"## [{escape_markdown(protocol.title)}]({board.folder.id}/board.md)",
            "",
            f"`{board.folder.id}`, {rows}, by {board.by.title}.",
            "",
        ]
        for group in board.groups:
            lines += [f"**{group.title}**", "", _first(board, group), ""]
    return "\n".join(lines).rstrip() + "\n"


def escape_markdown(text: str) -> str:
    """Return a text in which nothing is markup, on one line."""
    return _MARKUP.sub(r"\\\g<0>", escape_unprintable(" ".join(text.split()), "�"))


def _first(board: Board, group: RowGroup, most: int = 5) -> str:
    grid = group_grid(board, group)
    more = len(grid.rows) - most
    del grid.rows[most:]
    grid.strong = {(row, column) for row, column in grid.strong if row < most}
    return grid.as_markdown() + (f"\n\n… and {more} more." if more > 0 else "")


def _notes(notes: Notes) -> list[str]:
    if not notes.texts:
        return []
    return [
        "## Notes",
        "",
        *(f"{n}. {escape_markdown(one)}" for n, one in enumerate(notes.texts, 1)),
        "",
    ]


def _signatures(groups: Sequence[RowGroup]) -> list[str]:
    signed = [row for group in groups for row in group.rows if row.signature]
    if not signed:
        return []
    return ["## Signatures", "", *(f"- `{r.id}`: `{r.signature}`" for r in signed), ""]


def _refused(board: Board) -> list[str]:
    if not board.refused:
        return []
    lines = ["## Not shown", ""]
    for one in board.refused:
        lines += [
            f"- {escape_markdown(one.name)}: {escape_markdown(reason.message)}"
            for reason in one.reasons
        ]
    return [*lines, ""]
