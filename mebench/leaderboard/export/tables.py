"""Tables of boards: one grid per group of rows, written as Markdown, LaTeX and CSV."""

from __future__ import annotations

import re
from collections.abc import Sequence

from mebench.diagnostics.formatting import escape_unprintable
from mebench.leaderboard.build_board import Board
from mebench.leaderboard.ranking import RowGroup
from mebench.tables.grid import Grid
from mebench.util.text import pluralize

LEADING_COLUMNS = ("method", "year")


def group_grid(board: Board, group: RowGroup, notes: Notes | None = None) -> Grid:
    """Return the table of a group, for people.

    Parameters
    ----------
    board : Board
        The board.
    group : RowGroup
        One of its groups.
    notes : Notes, optional
        Takes in what stands below the table; left out, there are no sources and notes.
    """
    visible_columns = board.visible_columns
    grid = Grid(
        [*LEADING_COLUMNS, *(board.columns[place].title for place in visible_columns)],
        "lr" + "r" * len(visible_columns),
    )
    for row in group.rows:
        year = None if row.year is None else str(row.year)
        grid.rows.append([row.method, year, *(row.cells[place].text for place in visible_columns)])
    grid.strong = {
        (row, visible_columns.index(column) + len(LEADING_COLUMNS))
        for row, column in group.best
        if column in visible_columns
    }
    if notes is not None:
        _annotate(grid, group, notes)
    return grid


def _annotate(grid: Grid, group: RowGroup, notes: Notes) -> None:
    """Add the sources in a few words, and the numbers of notes, where a row has any."""
    marks = [
        notes.marks([*row.caveats, *([row.source] if row.source and not row.link else [])])
        for row in group.rows
    ]
    for title, cells in (("source", [row.link for row in group.rows]), ("notes", marks)):
        if any(cell is not None for cell in cells):
            grid.header.append(title)
            grid.align += "l"
            for row, cell in zip(grid.rows, cells, strict=True):
                row.append(cell)


def flat_grid(boards: Sequence[Board]) -> Grid:
    """Return all rows of boards with the same columns as one table, for programs."""
    first = boards[0]
    grid = Grid(
        [
            "protocol",
            "label",
            "scope",
            "model_selection",
            "id",
            "method",
            "year",
            *(one.id for one in first.columns),
            "signature",
            "source",
            "caveats",
        ],
        "l" * 6 + "r" * (1 + len(first.columns)) + "lll",
    )
    for board in boards:
        for group in board.groups:
            for row in group.rows:
                grid.rows.append(
                    [
                        board.folder.id,
                        row.label,
                        row.scope,
                        row.selection,
                        row.id,
                        row.method,
                        None if row.year is None else str(row.year),
                        *(cell.text for cell in row.cells),
                        row.signature,
                        row.source,
                        " ".join(row.caveats) or None,
                    ]
                )
    return grid


class Notes:
    """Remarks of the rows of a board, numbered in the order in which they are met."""

    def __init__(self) -> None:
        self.texts: list[str] = []

    def marks(self, texts: Sequence[str]) -> str | None:
        """Return the numbers of a row's remarks, such as ``1, 3``; equal ones are one."""
        numbers = []
        for text in texts:
            if text not in self.texts:
                self.texts.append(text)
            numbers.append(self.texts.index(text) + 1)
        return ", ".join(map(str, sorted(numbers))) or None


def board_latex(board: Board) -> str:
    """Return the tables of a board; every number's signature stands beside it as a comment."""
    lines = [
        "% Written by `mebench leaderboard build`.",
        f"% {board.folder.id}, by {board.by.title}; needs \\usepackage{{booktabs}}",
    ]
    for group in board.groups:
        grid = group_grid(board, group)
        lines += ["", f"% {group.title}"]
        lines += [f"% {row.id}: {row.signature}" for row in group.rows if row.signature]
        lines.append(grid.as_latex())
    return "\n".join(lines) + "\n"


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
