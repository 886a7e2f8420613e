"""Tables of boards as Markdown, LaTeX and CSV: one table per group of rows."""

from __future__ import annotations

import re
from collections.abc import Sequence

from mebench.diagnostics import escaping
from mebench.diagnostics.escaping import escape_unprintable, markdown_code
from mebench.leaderboard.board_rows import BoardRow, RowGroup
from mebench.leaderboard.build_board import Board
from mebench.models.leaderboard import PageSettings
from mebench.tables.grid import Grid
from mebench.util.text import pluralize

LEADING_COLUMNS = ("method", "year")

LIKE_BEST = "†"
LIKE_BEST_LEGEND = (
    f"{LIKE_BEST} marks rows that are not distinguishable from the first row of their table: "
    "paired test by subject, p corrected by Holm's method for all pairs."
)


def group_grid(board: Board, group: RowGroup, notes: list[str] | None = None) -> Grid:
    """Return the table of a group, for readers.

    ``notes`` receives the notes below the table; without it, sources and notes are left out.
    """
    visible_columns = board.visible_columns
    grid = Grid(
        [*LEADING_COLUMNS, *(board.columns[index].title for index in visible_columns)],
        "lr" + "r" * len(visible_columns),
    )
    for place, row in enumerate(group.rows):
        year = None if row.year is None else str(row.year)
        mark = LIKE_BEST if place in group.like_best else ""
        cells = [_cell_text(board, row, column, mark) for column in visible_columns]
        grid.rows.append([row.method, year, *cells])
    grid.strong = {
        (row, visible_columns.index(column) + len(LEADING_COLUMNS))
        for row, column in group.best
        if column in visible_columns
    }
    if notes is None:
        return grid
    # Columns for short sources and for the numbers of notes, if any row has them.
    marks = []
    for row in group.rows:
        texts = [*row.caveats, *([row.source] if row.source and not row.link else [])]
        notes += [text for text in dict.fromkeys(texts) if text not in notes]
        numbers = sorted(notes.index(text) + 1 for text in texts)
        marks.append(", ".join(map(str, numbers)) or None)
    for title, cells in (("source", [row.link for row in group.rows]), ("notes", marks)):
        if any(cell is not None for cell in cells):
            grid.header.append(title)
            grid.align += "l"
            for cell_row, cell in zip(grid.rows, cells, strict=True):
                cell_row.append(cell)
    return grid


def _number(value: float | None) -> str | None:
    return None if value is None else repr(value)


def _cell_text(board: Board, row: BoardRow, column: int, mark: str) -> str | None:
    """Return a number; in the column that ranks, with its confidence interval and a mark."""
    cell = row.cells[column]
    if cell.text is None or board.columns[column] != board.by:
        return cell.text
    return " ".join(filter(None, (cell.text, cell.interval_text, mark)))


def flat_grid(board: Board) -> Grid:
    """Return all rows of a board as one table, for programs."""
    leading = ["protocol", "label", "scope", "model_selection", "id", "method", "year"]
    by = board.columns.index(board.by)
    bounds = [f"{board.by.id}_low", f"{board.by.id}_high"]
    trailing = ["isolation", "not_ranked", "signature", "source", "caveats", "differs", *bounds]
    header = [*leading, *(column.id for column in board.columns), *trailing]
    grid = Grid(header, "l" * 6 + "r" * (1 + len(board.columns)) + "l" * 6 + "rr")
    for row in board.rows:
        year = None if row.year is None else str(row.year)
        grid.rows.append(
            [
                *(board.folder.id, row.label, row.scope, row.selection, row.id, row.method, year),
                *(cell.text for cell in row.cells),
                *(row.isolation, "; ".join(row.not_ranked) or None),
                *(row.signature, row.source, " ".join(row.caveats) or None, row.differs or None),
                *map(_number, row.cells[by].ci95 or (None, None)),
            ]
        )
    return grid


def board_latex(board: Board) -> str:
    """Return the tables of a board; the signatures of the rows are comments above them."""
    lines = [
        "% Written by `mebench leaderboard build`.",
        f"% {board.folder.id}, by {board.by.title}; needs \\usepackage{{booktabs}}",
    ]
    for group in board.groups:
        grid = group_grid(board, group)
        signed = [f"{row.id}: {row.signature}" for row in group.rows if row.signature]
        legend = [LIKE_BEST_LEGEND] if group.like_best else []
        comments = (group.title, *legend, *signed)
        lines += ["", *(f"% {escape_unprintable(line)}" for line in comments)]
        lines.append(grid.as_latex())
    return "\n".join(lines) + "\n"


MADE_BY = "<!-- Written by `mebench leaderboard build`: change the entries, not this file. -->"

LEGEND = """\
Each table contains only comparable rows: they have the same trust label and the same scope, and
their samples and classes do not differ. Rows whose model was chosen on the test set, and rows that
leave out subjects, are in tables of their own, without best values; in all other tables the best
values are bold. *Recomputed* rows were
scored from the predictions when this page was written; the signatures below the tables state
exactly how. *Reported* rows were not, because the truth was not available; they agree with their
own counts. Numbers *from the literature* are as printed, and only their authors can check them."""


def board_markdown(board: Board) -> str:
    """Return the page of a board."""
    protocol, notes = board.folder.protocol, list[str]()
    lines = [MADE_BY, "", f"# {escape_markdown(board.folder.title)}", ""]
    lines += [f"Protocol `{protocol.id}`.", ""]
    for text in paragraphs(board.folder.text):
        lines += [escape_markdown(text), ""]
    if board.folder.settings.deadline is not None:
        lines += [f"Deadline: {board.folder.settings.deadline}.", ""]
    lines += [f"Sorted by {board.by.title}. {LEGEND}", ""]
    for group in board.groups:
        lines += [f"## {group.title}", "", group_grid(board, group, notes).as_markdown(), ""]
    if not board.groups:
        lines += ["No rows yet.", ""]
    if any(group.like_best for group in board.groups):
        lines += [LIKE_BEST_LEGEND, ""]
    signed = [
        f"- {markdown_code(row.id)}: {markdown_code(row.signature)}"
        for row in board.rows
        if row.signature
    ]
    refused = [
        f"- {escape_markdown(name)}: {escape_markdown(reason.message)}"
        for name, reasons in board.refused.items()
        for reason in reasons
    ]
    numbered = [f"{number}. {escape_markdown(text)}" for number, text in enumerate(notes, 1)]
    for title, items in (("Notes", numbered), ("Signatures", signed), ("Not shown", refused)):
        if items:
            lines += [f"## {title}", "", *items, ""]
    return "\n".join(lines).rstrip() + "\n"


def index_markdown(boards: Sequence[Board], page: PageSettings) -> str:
    """Return the index of all boards, each with its first rows."""
    about = "`index.html` shows all boards with sorting, filters and details; it works offline."
    lines = [MADE_BY, "", f"# {escape_markdown(page.title or 'Leaderboards')}", ""]
    for text in [*map(escape_markdown, paragraphs(page.text)), about, LEGEND]:
        lines += [text, ""]
    for board in boards:
        rows = pluralize(len(board.rows), "row")
        lines += [
            f"## [{escape_markdown(board.folder.title)}]({board.folder.id}/board.md)",
            "",
            f"`{board.folder.id}`, {rows}, by {board.by.title}.",
            "",
        ]
        for group in board.groups:
            lines += [f"**{group.title}**", "", _first(board, group), ""]
    return "\n".join(lines).rstrip() + "\n"


def paragraphs(text: str | None) -> list[str]:
    """Return the paragraphs of a text, which empty lines separate."""
    return [part for part in re.split(r"\n[ \t]*\n", text or "") if part.strip()]


def on_one_line(text: str) -> str:
    """Return a text on one line, without control characters."""
    return escape_unprintable(" ".join(text.split()))


def escape_markdown(text: str) -> str:
    """Return a text on one line, with all markup escaped."""
    return escaping.escape_markdown(on_one_line(text))


def _first(board: Board, group: RowGroup, most: int = 5) -> str:
    grid = group_grid(board, group)
    more = len(grid.rows) - most
    del grid.rows[most:]
    grid.strong = {(row, column) for row, column in grid.strong if row < most}
    return grid.as_markdown() + (f"\n\n… and {more} more." if more > 0 else "")
