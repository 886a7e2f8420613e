"""Lay out a table for a terminal: choose the columns that fit, and fold long cells.

The width of a text is its number of terminal columns: Chinese and Japanese characters take two.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from unicodedata import combining, east_asian_width

READABLE_WIDTH = 16
"""Optional columns are left out before a column of text becomes narrower than this."""

_GAP = "  "


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
        """The width of its longest word."""
        words = (word for text in (self.title, *self.cells) for word in text.split(" "))
        return max(map(text_width, words))

    @property
    def readable_width(self) -> int:
        """The smallest width that reads well; of a column of numbers only the title folds."""
        if self.align == "r":
            return self.min_width
        return max(self.min_width, min(self.width, READABLE_WIDTH))

    def lines(self, text: str) -> list[str]:
        """Return a cell as lines of the column's width."""
        padding = [(line, " " * (self.width - text_width(line))) for line in self._folded(text)]
        return [line + spaces if self.align == "l" else spaces + line for line, spaces in padding]

    def _folded(self, text: str) -> list[str]:
        return [text] if text_width(text) <= self.width else fold(text, self.width)


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


def total_width(columns: Sequence[Column]) -> int:
    """Return the width of a table with these columns."""
    return _total([column.width for column in columns])


def _total(widths: Sequence[int]) -> int:
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
    if total_width(columns) <= width:
        return list(columns)
    least = [column.min_width for column in columns]
    widths = [column.width for column in columns]
    for limit in range(max(widths), -1, -1):
        widths = [
            smallest if column.align == "r" else max(smallest, min(column.width, limit))
            for column, smallest in zip(columns, least, strict=True)
        ]
        if _total(widths) <= width:
            break
    return [replace(column, width=size) for column, size in zip(columns, widths, strict=True)]
