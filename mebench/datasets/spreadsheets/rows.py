"""A row of a table: cells by column name, and their exact numbers."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from mebench.datasets.spreadsheets.workbook_model import SpecialCell, Value, strip_invisible
from mebench.diagnostics import Findings, Place
from mebench.diagnostics.formatting import escape_unprintable
from mebench.models.base import FRAME_LIMIT

_DECIMAL = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,2})?")
_COMMA = re.compile(r"[+-]?[0-9]+,[0-9]+")
_GROUPED = re.compile(r"[+-]?[1-9][0-9]{0,2}(?:[.,][0-9]{3})+")
_MAX_DIGITS = 40


def exact_number(value: str | int | float, has_decimal_comma: bool = False) -> Fraction:
    """Return a cell's number, rounded to 9 decimals.

    Doubles do not hold what their author typed, and 566.4000000000001 is 566.4: were it not
    rounded, a half would fall to either side.

    Parameters
    ----------
    value : str, int or float
        The cell; digits of a text may be full-width, as Chinese keyboards write them.
    has_decimal_comma : bool
        Whether a text may spell 566.4 as ``566,4``.

    Raises
    ------
    ValueError
        Its message goes on after the cell was named: ``is not a number``.
    """
    if isinstance(value, bool):
        raise ValueError("is a truth value and no number")
    if isinstance(value, int):
        return Fraction(value)
    if isinstance(value, float):
        if not math.isfinite(value):
            raise ValueError("is not a finite number")
        return _rounded(repr(value))  # the shortest decimal that is this double
    text = _normalize_digits(value)
    if has_decimal_comma:
        # From 1,234 nobody can tell whether thousands or thousandths are meant.
        if _GROUPED.fullmatch(text):
            raise ValueError("can be read with thousands or with decimals")
        if _COMMA.fullmatch(text):
            text = text.replace(",", ".")
    if len(text) > _MAX_DIGITS or not _DECIMAL.fullmatch(text):
        raise ValueError("is not a number")
    return _rounded(text)


def to_decimal_text(number: Fraction) -> str:
    """Return a number that :func:`exact_number` gave in as few digits as it needs."""
    if number.denominator == 1:
        return str(number.numerator)
    return f"{number.numerator / Decimal(number.denominator):f}"


def is_mark(text: str, marks: Iterable[str]) -> bool:
    """Return whether a text is empty or one of some marks; capitals make no difference."""
    plain = _normalize_digits(text).casefold()
    return not plain or plain in {_normalize_digits(one).casefold() for one in marks}


def _rounded(decimal: str) -> Fraction:
    return Fraction(f"{Decimal(decimal):.9f}")


def _normalize_digits(text: str) -> str:
    """Return a text with the usual digits and the usual minus."""
    return unicodedata.normalize("NFKC", strip_invisible(text)).replace("\u2212", "-")


UNKNOWN = ("/", "-", "–", "—", "?", "n/a", "na")
"""What the field's sheets write where a frame is not known; capitals make no difference."""

_SPECIAL_IN_WORDS = {
    "date": "a date or time",
    "error": "an error of the spreadsheet",
    "formula": "a formula whose result was never stored",
}
_REMEDY = {
    "date": "The spreadsheet program took it for a date: format the cell as text, and write what "
    "stood there in the original sheet.",
    "error": "Mend the cell in a spreadsheet program.",
    "formula": "Open the file in a spreadsheet program and save it, which stores the results.",
}


@dataclass(frozen=True)
class TableContext:
    """What the rows of a table share.

    Attributes
    ----------
    file, tab : str
        Where they stand.
    columns : mapping of str to int
        Where each column stands, 0-based.
    known : tuple of str
        All columns that may be asked for; those that the sheet does not have are empty.
    has_decimal_comma : bool
        Whether text may spell 566.4 as ``566,4``.
    findings : Findings
        Takes in what is wrong with a cell.
    """

    file: str
    tab: str
    columns: Mapping[str, int]
    known: tuple[str, ...]
    has_decimal_comma: bool
    findings: Findings


@dataclass
class TableRow:
    """A row of data.

    Attributes
    ----------
    number : int
        1-based, as the spreadsheet program counts; in a text file, the line.
    cells : tuple of Value
        What it holds, in all columns.
    is_bad : bool
        Whether a cell that was asked for could not be understood. It then was given as None, and
        is among the findings: leave the row out once all its cells were asked for.
    """

    number: int
    cells: tuple[Value, ...]
    layout: TableContext = field(repr=False)
    is_bad: bool = False
    _reported: set[str] = field(default_factory=set, repr=False)

    def value(self, column: str) -> Value:
        """Return a cell as the file has it; None where it is empty or the sheet has no column."""
        at = self.layout.columns.get(column)
        if at is None and column not in self.layout.known:
            raise KeyError(column)
        return None if at is None or at >= len(self.cells) else self.cells[at]

    def text(self, column: str) -> str | None:
        """Return a cell as text: without spaces around it, and 1 and 1.0 as ``1``.

        Returns
        -------
        str or None
            None where the cell is empty, and where it is bad (``sheet-cell``).
        """
        value = self.value(column)
        if isinstance(value, SpecialCell):
            self.refuse(column, f"is {_SPECIAL_IN_WORDS[value.kind]}", _REMEDY[value.kind])
            return None
        if isinstance(value, bool):
            return str(value).upper()
        if isinstance(value, float) and not math.isfinite(value):
            self.refuse(column, "is no number", _REMEDY["error"])
            return None
        if isinstance(value, int | float):
            return to_decimal_text(exact_number(value))
        return None if value is None else strip_invisible(value) or None

    def count(self, column: str, unknown: tuple[str, ...] = UNKNOWN) -> int | Fraction | None:
        """Return a cell as an exact number, such as that of a frame.

        Floating-point numbers are rounded to 9 decimals: what Excel shows as 566.4 and stores as
        566.4000000000001 is 2832/5, so that rounding half up does what a reader expects.

        Parameters
        ----------
        column : str
            The column's name.
        unknown : tuple of str
            Texts that say that nobody knows.

        Returns
        -------
        int, Fraction or None
            None where the cell is empty or unknown, and where it is bad (``sheet-cell``).
        """
        value = self.value(column)
        if value is None or (isinstance(value, str) and is_mark(value, unknown)):
            return None
        if isinstance(value, SpecialCell):
            self.refuse(column, f"is {_SPECIAL_IN_WORDS[value.kind]}", _REMEDY[value.kind])
            return None
        try:
            number = exact_number(value, self.layout.has_decimal_comma)
            if abs(number) >= FRAME_LIMIT:
                raise ValueError(f"is not below {FRAME_LIMIT:,}")
        except ValueError as error:
            commas = " or 566,4" if self.layout.has_decimal_comma else ""
            marks = f", or {' or '.join(map(repr, unknown[:2]))} for unknown" if unknown else ""
            self.refuse(column, str(error), f"Write a number such as 566 or 566.4{commas}{marks}.")
            return None
        return number.numerator if number.denominator == 1 else number

    def place(self, column: str) -> Place:
        """Return where a cell stands; the row's place if the sheet has no such column."""
        at = self.layout.columns.get(column)
        return Place(self.layout.file, self.number, None if at is None else at + 1)

    def refuse(self, column: str, why: str, remedy: str) -> None:
        """Report a cell, once, and mark the row as bad.

        Parameters
        ----------
        column : str
            The column's name.
        why : str
            Goes on after the cell was named: ``is no emotion``.
        remedy : str
            What is understood, or what to do.
        """
        self.is_bad = True
        if column in self._reported:
            return
        self._reported.add(column)
        at = self.layout.columns.get(column)
        where = column if at is None else f"{column} ({column_letter(at)}{self.number})"
        self.layout.findings.error(
            "sheet-cell",
            f"{where} in the tab {quoted(self.layout.tab)} is {quoted(self.value(column))}, which "
            f"{why}.",
            remedy,
            self.place(column),
        )


def quoted(value: Value) -> str:
    """Return a cell as a message quotes it: short, on one line, and harmless to a terminal."""
    if isinstance(value, SpecialCell):
        return escape_unprintable(_shortened(value.display), "·")
    if isinstance(value, str):
        return f"'{escape_unprintable(_shortened(strip_invisible(value)), '·')}'"
    return _shortened(str(value)) if not isinstance(value, int) or value < 10**40 else "a number"


def column_letter(at: int) -> str:
    """Return the letters that a spreadsheet program gives to a column, counted from 0."""
    letters = ""
    at += 1
    while at:
        at, digit = divmod(at - 1, 26)
        letters = chr(ord("A") + digit) + letters
    return letters


def _shortened(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:39]}…"
