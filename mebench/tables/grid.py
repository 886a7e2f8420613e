"""A table as plain cells, and the ways to write it down.

The terminal's way is written here, since a score should not wait for a library; Markdown and LaTeX
are tabulate's.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

from mebench.diagnostics.formatting import escape_unprintable

NO_VALUE = "–"
_ALIGNMENTS = {"l": "left", "r": "right"}

MAX_CELL_CHARACTERS = 100
"""So many characters of a cell are shown; CSV and JSON have all."""

_MARKDOWN = re.compile(r"[\\`*_\[\]<>|~&]")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")

# Stand for LaTeX's command while its special characters are escaped; printable() lets no other by.
_BEGIN, _END = "\ue000", "\ue001"


@dataclass(slots=True)
class Grid:
    """A table.

    Attributes
    ----------
    header : list of str
        Column titles.
    rows : list of list of str
        As many cells each; None is a cell without a value.
    align : str
        One letter a column: ``l`` or ``r``.
    strong : set of (int, int)
        Row and column of the cells that Markdown and LaTeX set in bold.
    """

    header: list[str]
    align: str
    rows: list[list[str | None]] = field(default_factory=list)
    strong: set[tuple[int, int]] = field(default_factory=set)

    def as_text(self, indent: str = "  ") -> list[str]:
        """Return lines for a terminal."""
        cells = [
            self.header,
            *[[NO_VALUE if one is None else one for one in row] for row in self.rows],
        ]
        cells = [[_displayable(cell) for cell in row] for row in cells]
        widths = [max(map(width, column)) for column in zip(*cells, strict=True)]
        lines = []
        for row in cells:
            padded = [
                cell + " " * (size - width(cell))
                if side == "l"
                else " " * (size - width(cell)) + cell
                for cell, size, side in zip(row, widths, self.align, strict=True)
            ]
            lines.append((indent + "  ".join(padded)).rstrip())
        if not any(self.header):
            return lines[1:]
        rules = [
            ("─" if name or not place else " ") * size
            for place, (name, size) in enumerate(zip(self.header, widths, strict=True))
        ]
        lines.insert(1, (indent + "  ".join(rules)).rstrip())
        return lines

    def as_markdown(self) -> str:
        """Return a pipe table."""
        from tabulate import tabulate

        def escaped(cell: str | None) -> str:
            text = NO_VALUE if cell is None else " ".join(_displayable(cell).split())
            return _MARKDOWN.sub(r"\\\g<0>", text)

        return tabulate(
            [
                [f"**{text}**" if strong else text for text, strong in row]
                for row in self._cells(escaped)
            ],
            headers=[escaped(name) for name in self.header],
            tablefmt="pipe",
            colalign=[_ALIGNMENTS[side] for side in self.align],
            disable_numparse=True,
        )

    def as_latex(self) -> str:
        """Return a booktabs tabular; LaTeX's special characters are escaped."""
        from tabulate import tabulate

        def plain(cell: str | None) -> str:
            return "--" if cell is None else _displayable(cell)

        table = tabulate(
            [
                [f"{_BEGIN}{text}{_END}" if strong else text for text, strong in row]
                for row in self._cells(plain)
            ],
            headers=[_displayable(name) for name in self.header],
            tablefmt="latex_booktabs",
            colalign=[_ALIGNMENTS[side] for side in self.align],
            disable_numparse=True,
        )
        return table.replace(_BEGIN, r"\textbf{").replace(_END, "}")

    def _cells(self, show: Callable[[str | None], str]) -> list[list[tuple[str, bool]]]:
        """Return each cell as it is shown, and whether it is strong."""
        return [
            [(show(cell), (row, place) in self.strong) for place, cell in enumerate(cells)]
            for row, cells in enumerate(self.rows)
        ]

    def as_csv(self) -> str:
        """Return CSV; text that a spreadsheet would run as a formula gets an apostrophe."""
        import csv
        import io

        rows: list[list[str | None]] = [list(self.header), *self.rows]
        lines = []
        for row in rows:
            buffer = io.StringIO()
            # The writer quotes the characters of its own line end alone, before Python 3.13.
            writer = csv.writer(buffer, lineterminator="\r\n")
            writer.writerow(map(_escape_formula, row, self.align))
            lines.append(buffer.getvalue().removesuffix("\r\n") + "\n")
        return "".join(lines)


def _escape_formula(cell: str | None, side: str) -> str:
    """Return a cell that no spreadsheet runs; only a column of numbers has a bare -5."""
    if cell is None:
        return ""
    if not cell.startswith(_FORMULA):
        return cell
    if side == "r":
        with suppress(ValueError):
            float(cell)
            return cell
    return f"'{cell}"


def _displayable(cell: str) -> str:
    """Return a cell for people: of bearable length, and nothing in it that moves the cursor."""
    return shorten(escape_unprintable(cell, "�"), MAX_CELL_CHARACTERS)


def width(text: str) -> int:
    """Return how many terminal columns a text takes."""
    if text.isascii():
        return len(text)
    from unicodedata import combining, east_asian_width

    return sum(0 if combining(one) else 2 if east_asian_width(one) in "WF" else 1 for one in text)


def shorten(text: str, most: int) -> str:
    """Return a text cut to a number of characters."""
    return text if len(text) <= most else text[: most - 1] + "…"
