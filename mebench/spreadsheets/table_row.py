"""A row of a table in a spreadsheet: its cells by column name, as text, numbers and frames.

Numbers are exact. An invalid cell is a finding with its row and column, and marks the row as bad.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

from mebench.diagnostics import Findings, Place
from mebench.diagnostics.formatting import escape_unprintable
from mebench.models.base import EMOTION_LENGTH, FRAME_LIMIT
from mebench.spreadsheets.workbook_model import (
    SheetRow,
    SpecialCell,
    Value,
    column_letters,
    strip_invisible,
)

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


@lru_cache(maxsize=4096)
def _normalize_digits(text: str) -> str:
    """Return a text with ASCII digits and an ASCII minus sign."""
    return unicodedata.normalize("NFKC", strip_invisible(text)).replace("\u2212", "-")


@dataclass(frozen=True)
class TableContext:
    """What the rows of a table have in common; the 0-based index of a missing column is None."""

    file: str
    tab: str
    columns: Mapping[str, int | None]
    has_decimal_comma: bool
    findings: Findings


@dataclass
class TableRow:
    """A row of data in a sheet.

    Its methods return the cell of a column, which is named as in its :class:`ColumnSpec`. An
    invalid cell is reported once, with its row and column, and returned as None.

    Attributes
    ----------
    number : int
        The number of the row, counted from 1.
    cells : tuple
        The plain values.
    context : TableContext
        What all rows of the table have in common.
    is_bad : bool
        Whether an invalid cell was read so far.
    """

    number: int
    cells: tuple[Value, ...]
    context: TableContext = field(repr=False)
    is_bad: bool = False
    _reported: set[str] = field(default_factory=set, repr=False)

    def value(self, column: str) -> Value:
        """Return the value of a cell; None if it is empty or the sheet has no such column."""
        index = self.context.columns[column]
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

    def label(
        self,
        column: str,
        *,
        required: bool = True,
        limit: int = EMOTION_LENGTH,
        remedy: str = "Write what is missing.",
    ) -> str | None:
        """Return a cell with an id or an emotion: a text on one line.

        Parameters
        ----------
        column : str
            The name of the column.
        required : bool
            Whether an empty cell is an error.
        limit : int
            The largest number of characters.
        remedy : str
            How to correct an empty cell.

        Returns
        -------
        str or None
            None for an empty cell, and for an invalid one, which is reported.
        """
        text = self.text(column)
        if text is None:
            if required:
                self.refuse(column, "is empty", remedy)
        elif len(text) > limit or not text.isprintable():
            why = "is too long" if len(text) > limit else "has line breaks or control characters"
            remedy = "Check whether the sheet is damaged; correct the cell in a copy."
            self.refuse(column, why, remedy)
            return None
        return text

    def frame(self, column: str, first: int = 1, *, required: bool = True) -> int | None:
        """Return the frame in a cell, counted from 0 as everywhere in mebench.

        Parameters
        ----------
        column : str
            The name of the column.
        first : int
            The number that the sheet gives to the first frame of the video: 1, 0, or that of a
            clip in its long video.
        required : bool
            Whether an empty cell, or a mark for an unknown frame such as ``/``, is an error.

        Returns
        -------
        int or None
            None for an empty cell, and for an invalid one, which is reported.
        """
        was_bad, number = self.is_bad, self.count(column)
        remedy = f"Write an integer from {first} on."
        if number is None:
            if required and self.is_bad == was_bad:
                self.refuse(column, "is not the number of a frame", remedy)
            return None
        if not isinstance(number, int) or number < first:
            self.refuse(column, "is not the number of a frame", remedy)
            return None
        return number - first

    def place(self, column: str) -> Place:
        """Return the location of a cell; of the row if the sheet has no such column."""
        index = self.context.columns[column]
        return Place(self.context.file, self.number, None if index is None else index + 1)

    def refuse(self, column: str, why: str, remedy: str) -> None:
        """Report an invalid cell, once, and mark the row as bad; ``why`` is a predicate."""
        self.is_bad = True
        if column in self._reported:
            return
        self._reported.add(column)
        index = self.context.columns[column]
        cell = column if index is None else f"{column} ({column_letters(index)}{self.number})"
        tab, value = quoted(self.context.tab), quoted(self.value(column))
        message = f"{cell} in the tab {tab} is {value}, which {why}."
        if self.value(column) is None:
            message = f"{cell} in the tab {tab} is empty."
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
