"""A row of a table: cells by column name, and their exact numbers."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from mebench.datasets.spreadsheets.workbook_model import (
    SheetRow,
    SpecialCell,
    Value,
    column_letters,
    strip_invisible,
)
from mebench.diagnostics import Findings, Place
from mebench.diagnostics.formatting import escape_unprintable
from mebench.models.base import FRAME_LIMIT

UNKNOWN = ("/", "-", "–", "—", "?", "n/a", "na")
"""Marks of an unknown frame in the sheets of the field; case is ignored."""

_SPECIAL_CELLS = {
    "date": "a date or time",
    "error": "an error of the spreadsheet",
    "formula": "a formula whose result was never stored",
}
_REMEDIES = {
    "date": "The spreadsheet program has turned it into a date: format the cell as text, and write "
    "the value of the original sheet.",
    "error": "Correct the cell in a spreadsheet program.",
    "formula": "Open the file in a spreadsheet program and save it, which stores the results.",
}

_DECIMAL = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,2})?")
_COMMA = re.compile(r"[+-]?[0-9]+,[0-9]+")
_GROUPED = re.compile(r"[+-]?[1-9][0-9]{0,2}(?:[.,][0-9]{3})+")
_MAX_DIGITS = 40


def exact_number(value: str | int | float, has_decimal_comma: bool = False) -> Fraction:
    """Return a cell's number, rounded to 9 decimals; the message of a ValueError is a predicate.

    A double may differ slightly from the number that was typed: 566.4000000000001 is 566.4.
    Without rounding, a later rounding of a half could go up or down. Digits in a text may be
    full-width, as Chinese keyboards write them; ``has_decimal_comma`` allows ``566,4``.
    """
    if isinstance(value, bool):
        raise ValueError("is a truth value, not a number")
    if isinstance(value, int):
        return Fraction(value)
    if isinstance(value, float):
        if not math.isfinite(value):
            raise ValueError("is not a finite number")
        return _rounded(repr(value))  # the shortest decimal of this double
    text = _normalize_digits(value)
    if has_decimal_comma:
        # 1,234 may mean 1234 or 1.234.
        if _GROUPED.fullmatch(text):
            raise ValueError("is ambiguous: it may have thousands or decimals")
        if _COMMA.fullmatch(text):
            text = text.replace(",", ".")
    if len(text) > _MAX_DIGITS or not _DECIMAL.fullmatch(text):
        raise ValueError("is not a number")
    return _rounded(text)


def to_decimal_text(number: Fraction) -> str:
    """Return a number from :func:`exact_number` with as few digits as possible."""
    if number.denominator == 1:
        return str(number.numerator)
    return f"{number.numerator / Decimal(number.denominator):f}"


def is_mark(text: str, marks: Iterable[str]) -> bool:
    """Return whether a text is empty or one of some marks; case is ignored."""
    normalized = _normalize_digits(text).casefold()
    return not normalized or normalized in {_normalize_digits(mark).casefold() for mark in marks}


def _rounded(decimal: str) -> Fraction:
    return Fraction(f"{Decimal(decimal):.9f}")


def _normalize_digits(text: str) -> str:
    """Return a text with ASCII digits and an ASCII minus sign."""
    return unicodedata.normalize("NFKC", strip_invisible(text)).replace("\u2212", "-")


@dataclass(frozen=True)
class TableContext:
    """What the rows of a table have in common; the columns have 0-based indices."""

    file: str
    tab: str
    columns: Mapping[str, int]
    known: tuple[str, ...]
    has_decimal_comma: bool
    findings: Findings


@dataclass
class TableRow:
    """A row of data; its 1-based number is that of a spreadsheet program, or a line of a text file.

    An invalid cell is reported and returned as None; ``is_bad`` says that there was one.
    """

    number: int
    cells: tuple[Value, ...]
    context: TableContext = field(repr=False)
    is_bad: bool = False
    _reported: set[str] = field(default_factory=set, repr=False)

    def value(self, column: str) -> Value:
        """Return the value of a cell; None if it is empty or the sheet has no such column."""
        index = self.context.columns.get(column)
        if index is None and column not in self.context.known:
            raise KeyError(column)
        return None if index is None or index >= len(self.cells) else self.cells[index]

    def _plain_value(self, column: str) -> str | int | float | None:
        """Return the value of a cell, which must be a text, a number or empty."""
        value = self.value(column)
        if not isinstance(value, SpecialCell):
            return value
        self.refuse(column, f"is {_SPECIAL_CELLS[value.kind]}", _REMEDIES[value.kind])
        return None

    def text(self, column: str) -> str | None:
        """Return a cell as text, without surrounding spaces; both 1 and 1.0 are ``1``."""
        value = self._plain_value(column)
        if isinstance(value, bool):
            return str(value).upper()
        if isinstance(value, float) and not math.isfinite(value):
            self.refuse(column, "is not a number", _REMEDIES["error"])
            return None
        if isinstance(value, int | float):
            return to_decimal_text(exact_number(value))
        return None if value is None else strip_invisible(value) or None

    def count(self, column: str, unknown: tuple[str, ...] = UNKNOWN) -> int | Fraction | None:
        """Return a cell as an exact number, such as that of a frame; None for an unknown one."""
        value = self._plain_value(column)
        if value is None or (isinstance(value, str) and is_mark(value, unknown)):
            return None
        try:
            number = exact_number(value, self.context.has_decimal_comma)
            if abs(number) >= FRAME_LIMIT:
                raise ValueError(f"is not below {FRAME_LIMIT:,}")
        except ValueError as error:
            commas = " or 566,4" if self.context.has_decimal_comma else ""
            marks = f", or {' or '.join(map(repr, unknown[:2]))} for unknown" if unknown else ""
            self.refuse(column, str(error), f"Write a number such as 566 or 566.4{commas}{marks}.")
            return None
        return number.numerator if number.denominator == 1 else number

    def place(self, column: str) -> Place:
        """Return the location of a cell; of the row if the sheet has no such column."""
        index = self.context.columns.get(column)
        return Place(self.context.file, self.number, None if index is None else index + 1)

    def refuse(self, column: str, why: str, remedy: str) -> None:
        """Report an invalid cell, once, and mark the row as bad; ``why`` is a predicate."""
        self.is_bad = True
        if column in self._reported:
            return
        self._reported.add(column)
        index = self.context.columns.get(column)
        cell = column if index is None else f"{column} ({column_letters(index)}{self.number})"
        tab, value = quoted(self.context.tab), quoted(self.value(column))
        message = f"{cell} in the tab {tab} is {value}, which {why}."
        self.context.findings.error("sheet-cell", message, remedy, self.place(column))


def quoted(value: Value) -> str:
    """Return a cell for a message: short, on one line, and without control characters."""
    if isinstance(value, SpecialCell):
        return escape_unprintable(_shortened(value.display), "·")
    if isinstance(value, str):
        return f"'{escape_unprintable(_shortened(strip_invisible(value)), '·')}'"
    return _shortened(str(value)) if not isinstance(value, int) or value < 10**40 else "a number"


def quoted_cells(row: SheetRow) -> str:
    """Return the cells of a row for a message."""
    return ", ".join(quoted(cell) for cell in row.cells if cell is not None)


def _shortened(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:39]}…"
