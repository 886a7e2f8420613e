"""A table of plain cells, and its output as text, Markdown, LaTeX, HTML and CSV.

Text for the terminal is our own, so that a score does not wait for a library to load; Markdown
comes from tabulate. The width of a text is its number of terminal columns: Chinese and Japanese
characters take two.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from unicodedata import combining, east_asian_width

from mebench.diagnostics.escaping import escape_latex, escape_markdown, escape_unprintable
from mebench.util.text import disarm_formula

NO_VALUE = "–"
_ALIGNMENTS = {"l": "left", "r": "right"}

MAX_CELL_CHARACTERS = 100
"""Longer cells are cut in Markdown, in LaTeX and in text of any width."""

MAX_FOLDED_CHARACTERS = 300
"""Longer cells are cut in text of a given width; CSV and JSON have the complete text."""

READABLE_WIDTH = 16
"""Optional columns are left out before a column of text becomes narrower than this."""

_GAP = "  "


@dataclass(slots=True)
class Grid:
    """A table.

    Attributes
    ----------
    header : list of str
        Column titles.
    align : str
        One letter per column: ``l`` or ``r``.
    rows : list of list of str
        One cell per column; None is a cell without a value.
    strong : set of (int, int)
        Row and column of the cells that Markdown and LaTeX set in bold.
    optional : sequence of str
        Titles of the columns that :meth:`as_text` may leave out to fit a width, the least important
        first.
    """

    header: list[str]
    align: str
    rows: list[list[str | None]] = field(default_factory=list)
    strong: set[tuple[int, int]] = field(default_factory=set)
    optional: Sequence[str] = ()

    def as_text(self, indent: str = "  ", width: int | None = None, hint: str = "") -> list[str]:
        """Return lines for a terminal.

        To fit a width, optional columns are left out, and a last line names them; then long cells
        continue on further lines. No word is broken: if the longest words of the required columns
        do not fit beside each other, lines are longer than the width.

        Parameters
        ----------
        width : int, optional
            Columns of the terminal; by default lines can have any length.
        hint : str
            Another way to see all columns, such as ``--format csv``.
        """
        most = MAX_CELL_CHARACTERS if width is None else MAX_FOLDED_CHARACTERS
        columns = [
            Column.of(title, [_displayable(row[index], most) for row in self.rows], align)
            for index, (title, align) in enumerate(
                zip(map(_displayable, self.header), self.align, strict=True)
            )
        ]
        if not columns:
            return []
        if width is None:
            return [(indent + line).rstrip() for line in table_lines(columns)]
        available = width - text_width(indent)
        shown, left_out = leave_out_columns(columns, self.optional, available)
        lines = table_lines(narrow_columns(shown, available))
        if left_out:
            full = text_width(indent) + _total([column.width for column in columns])
            note = f"Columns not shown: {', '.join(left_out)}. To see them, widen the terminal "
            note += f"or set COLUMNS={full}{f', or use {hint}' if hint else ''}."
            lines += ["", *fold(note, available)]
        return [(indent + line).rstrip() for line in lines]

    def as_markdown(self) -> str:
        """Return a pipe table."""
        from tabulate import tabulate

        rows = [
            [
                f"**{_markdown(cell)}**" if (row, column) in self.strong else _markdown(cell)
                for column, cell in enumerate(cells)
            ]
            for row, cells in enumerate(self.rows)
        ]
        return tabulate(
            rows,
            headers=list(map(_markdown, self.header)),
            tablefmt="pipe",
            colalign=[_ALIGNMENTS[side] for side in self.align],
            disable_numparse=True,
        )

    def as_html(self) -> str:
        """Return an HTML table, for notebooks."""
        from tabulate import tabulate

        return tabulate(
            [list(map(_displayable, row)) for row in self.rows],
            headers=list(map(_displayable, self.header)) if any(self.header) else (),
            tablefmt="html",
            colalign=[_ALIGNMENTS[side] for side in self.align],
            disable_numparse=True,
        )

    def as_latex(self) -> str:
        """Return a booktabs tabular; LaTeX's special characters are escaped."""
        plain = [
            ["--" if cell is None else _displayable(cell) for cell in row] for row in self.rows
        ]
        widths = [
            max([len(title) + 2, *(len(row[column]) for row in plain)])
            for column, title in enumerate(map(_displayable, self.header))
        ]

        def line(cells: Sequence[str], row: int) -> str:
            padded = []
            for column, (cell, width, side) in enumerate(
                zip(cells, widths, self.align, strict=True)
            ):
                text, spaces = escape_latex(cell), " " * (width - len(cell))
                if (row, column) in self.strong:
                    text = rf"\textbf{{{text}}}"
                padded.append(text + spaces if side == "l" else spaces + text)
            return f" {' & '.join(padded)} \\\\"

        return "\n".join(
            [
                rf"\begin{{tabular}}{{{self.align}}}",
                r"\toprule",
                line(list(map(_displayable, self.header)), -1),
                r"\midrule",
                *(line(cells, row) for row, cells in enumerate(plain)),
                r"\bottomrule",
                r"\end{tabular}",
            ]
        )

    def as_csv(self) -> str:
        """Return CSV; text that a spreadsheet would run as a formula gets an apostrophe first."""
        import csv
        import io

        rows: list[list[str | None]] = [list(self.header), *self.rows]
        buffer = io.StringIO()
        writer = csv.writer(buffer, lineterminator="\n")
        writer.writerows(
            [
                "" if cell is None else _csv_cell(cell, side)
                for cell, side in zip(row, self.align, strict=True)
            ]
            for row in rows
        )
        return buffer.getvalue()


def _displayable(cell: str | None, most: int = MAX_CELL_CHARACTERS) -> str:
    """Return the text of a cell for people: not too long, and without invisible characters."""
    return NO_VALUE if cell is None else shorten(escape_unprintable(cell), most)


def _csv_cell(cell: str, side: str) -> str:
    """Return a cell that no spreadsheet runs; -5 stays a number in a column of numbers."""
    if side == "r":
        with suppress(ValueError):
            float(cell)
            return cell
    return escape_unprintable(disarm_formula(cell))


def _markdown(cell: str | None) -> str:
    return escape_markdown(" ".join(_displayable(cell).split()), begins_line=False)


def shorten(text: str, most: int) -> str:
    """Return a text cut to a number of characters."""
    return text if len(text) <= most else text[: most - 1] + "…"


def text_width(text: str) -> int:
    """Return how many terminal columns a text takes."""
    if text.isascii():
        return len(text)
    return sum(
        0 if combining(character) else 2 if east_asian_width(character) in "WF" else 1
        for character in text
    )


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table; ``align`` is ``l`` for text or ``r`` for numbers."""

    title: str
    cells: Sequence[str]
    align: str
    width: int

    @classmethod
    def of(cls, title: str, cells: Sequence[str], align: str) -> Column:
        """Return a column that is as wide as its longest cell."""
        return cls(title, cells, align, max(map(text_width, (title, *cells))))

    @property
    def min_width(self) -> int:
        """The width of its longest word; a cell of numbers is one word."""
        cells = self.cells if self.align == "r" else " ".join(self.cells).split(" ")
        return max(map(text_width, (*self.title.split(" "), *cells)))

    @property
    def readable_width(self) -> int:
        """The smallest width that reads well; of a column of numbers only the title folds."""
        if self.align == "r":
            return self.min_width
        return max(self.min_width, min(self.width, READABLE_WIDTH))

    def lines(self, text: str) -> list[str]:
        """Return a cell as lines of the column's width."""
        if text.isascii() and len(text) <= self.width:
            return [text.ljust(self.width) if self.align == "l" else text.rjust(self.width)]
        folded = [text] if text_width(text) <= self.width else fold(text, self.width)
        padding = [(line, " " * (self.width - text_width(line))) for line in folded]
        return [line + spaces if self.align == "l" else spaces + line for line, spaces in padding]


def fold(text: str, width: int) -> list[str]:
    """Break a text into lines between words; a word that is too long keeps its own line."""
    lines: list[str] = []
    for word in text.split(" "):
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and text_width(longer) <= width:
            lines[-1] = longer
        elif word or not lines:
            lines.append(word)
    return lines


def table_lines(columns: Sequence[Column]) -> list[str]:
    """Return the lines of a table: titles, a rule and the rows."""
    lines = []
    if any(column.title for column in columns):
        titles = [column.lines(column.title) for column in columns]
        height = max(map(len, titles))
        lines = _side_by_side([[""] * (height - len(title)) + title for title in titles], columns)
        rule = [
            ("─" if column.title or not index else " ") * column.width
            for index, column in enumerate(columns)
        ]
        lines.append(_GAP.join(rule).rstrip())
    for cells in zip(*(column.cells for column in columns), strict=True):
        folded = [column.lines(cell) for column, cell in zip(columns, cells, strict=True)]
        lines += _side_by_side(folded, columns)
    return lines


def _side_by_side(cells: Sequence[list[str]], columns: Sequence[Column]) -> list[str]:
    height = max(map(len, cells))
    rows = [
        [
            cell[line] if line < len(cell) and cell[line] else " " * column.width
            for cell, column in zip(cells, columns, strict=True)
        ]
        for line in range(height)
    ]
    return [_GAP.join(row).rstrip() for row in rows]


def _total(widths: Sequence[int]) -> int:
    """Return the width of a table with columns of these widths."""
    return sum(widths) + len(_GAP) * (len(widths) - 1)


def leave_out_columns(
    columns: Sequence[Column], optional: Sequence[str], width: int
) -> tuple[list[Column], list[str]]:
    """Return the columns that fit at a readable width, and the titles of those left out.

    ``optional`` are the titles that may be left out, the least important first.
    """
    kept = [(column, column.readable_width) for column in columns]
    left_out = []
    for title in optional:
        if _total([readable for _, readable in kept]) <= width:
            break
        if any(column.title == title for column, _ in kept):
            kept = [(column, readable) for column, readable in kept if column.title != title]
            left_out.append(title)
    return [column for column, _ in kept], left_out


def narrow_columns(columns: Sequence[Column], width: int) -> list[Column]:
    """Narrow the widest columns until the table fits; none becomes narrower than a word in it."""
    least = [column.min_width for column in columns]
    widths = [column.width for column in columns]
    if _total(widths) <= width:
        return list(columns)
    for limit in range(max(widths), -1, -1):
        widths = [
            smallest if column.align == "r" else max(smallest, min(column.width, limit))
            for column, smallest in zip(columns, least, strict=True)
        ]
        if _total(widths) <= width:
            break
    return [replace(column, width=size) for column, size in zip(columns, widths, strict=True)]
