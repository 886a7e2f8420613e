"""The table of a group of rows."""

from __future__ import annotations

from collections.abc import Sequence

from mebench.leaderboards.building import Board
from mebench.leaderboards.ranking import RowGroup
from mebench.tables.grid import Grid

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
