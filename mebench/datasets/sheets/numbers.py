"""Numbers as cells hold them, made exact."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction

from mebench.datasets.sheets.content import strip_invisible

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
