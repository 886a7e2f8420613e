"""Tables of boards as Markdown, LaTeX and CSV: one table per group of rows."""

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
    """Return the table of a group, for readers.

    Parameters
    ----------
    board : Board
        The board.
    group : RowGroup
        One of its groups.
    notes : Notes, optional
        Receives the notes below the table; without it, sources and notes are left out.
    """
    visible_columns = board.visible_columns
    grid = Grid(
        [*LEADING_COLUMNS, *(board.columns[index].title for index in visible_columns)],
        "lr" + "r" * len(visible_columns),
    )
    for row in group.rows:
        year = None if row.year is None else str(row.year)
        grid.rows.append([row.method, year, *(row.cells[index].text for index in visible_columns)])
    grid.strong = {
        (row, visible_columns.index(column) + len(LEADING_COLUMNS))
        for row, column in group.best
        if column in visible_columns
    }
    if notes is not None:
        _annotate(grid, group, notes)
    return grid


def _annotate(grid: Grid, group: RowGroup, notes: Notes) -> None:
    """Add columns for short sources and for the numbers of notes, if any row has them."""
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
    """Return all rows of boards as one table, for programs; the boards have the same columns."""
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
            *(column.id for column in first.columns),
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
    """The remarks on rows of a board, numbered in order of appearance."""

    def __init__(self) -> None:
        self.texts: list[str] = []

    def marks(self, texts: Sequence[str]) -> str | None:
        """Return the numbers of remarks, such as ``1, 3``; equal texts have the same number."""
        numbers = []
        for text in texts:
            if text not in self.texts:
                self.texts.append(text)
            numbers.append(self.texts.index(text) + 1)
        return ", ".join(map(str, sorted(numbers))) or None


def board_latex(board: Board) -> str:
    """Return the tables of a board; the signatures of the rows are comments above them."""
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
Each table contains only comparable rows: they have the same trust label and the same scope. Rows
whose model was chosen on the test set are in tables of their own, without best values; in all other
tables the best values are bold. *Recomputed* rows were scored by mebench from the predictions; the
signatures below the tables state exactly how. Numbers *from the literature* are as printed, and
only their authors can check them."""

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
    """Return the index of all boards, each with its first rows."""
    lines = [
        MADE_BY,
        "",
        "# Leaderboards",
        "",
        "`index.html` shows all boards with sorting, filters and details; it works offline.",
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
    """Return a text on one line, with all markup escaped."""
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
        *(f"{n}. {escape_markdown(text)}" for n, text in enumerate(notes.texts, 1)),
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
    for entry in board.refused:
        lines += [
            f"- {escape_markdown(entry.name)}: {escape_markdown(reason.message)}"
            for reason in entry.reasons
        ]
    return [*lines, ""]
