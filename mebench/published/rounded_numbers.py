"""Rounded numbers: the range of values that a printed number stands for.

A number printed with four digits was rounded or truncated. If u is one unit of its last digit, x
stands for every value from x - u/2 to x + u. Both ends are included: halves are rounded up or down,
and truncating the nearest floating-point number below x + u, such as 100 * 0.29, gives x.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

_NUMBER = re.compile(
    r"(?P<sign>[+-]?)(?P<whole>[0-9]*)(?P<mark>[.,]?)(?P<parts>[0-9]*)\s*(?P<percent>%?)"
)


@dataclass(frozen=True, slots=True)
class RoundedNumber:
    """A number as printed, with the closed range of values that it stands for.

    Percentages are divided by 100. ``digits`` counts those after the decimal mark in the text.
    """

    text: str
    value: Fraction
    low: Fraction
    high: Fraction
    digits: int
    percent: bool

    @property
    def decimals(self) -> int:
        """Digits after the decimal mark; for a percentage, those of the share of 1."""
        return self.digits + 2 * self.percent

    def contains(self, value: Fraction) -> bool:
        """Return whether a value can be printed as this number."""
        return self.low <= value <= self.high

    def overlaps(self, low: Fraction, high: Fraction) -> bool:
        """Return whether some value of a closed range can be printed as this number."""
        return low <= self.high and self.low <= high

    def format_like(self, value: Fraction) -> str:
        """Return another value in the same format."""
        scaled = value * (100 if self.percent else 1) * 10**self.digits
        number = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
        sign, number = ("-", -number) if number < 0 else ("", number)
        whole, parts = divmod(number, 10**self.digits)
        bare = self.text.lstrip("+-").startswith((".", ","))
        head = "" if bare and not whole and self.digits else str(whole)
        tail = f".{parts:0{self.digits}d}" if self.digits else ""
        return f"{sign}{head}{tail}{' %' if self.percent else ''}"


@lru_cache(maxsize=4096)
def parse_rounded_number(text: str, *, is_percent: bool = False) -> RoundedNumber | None:
    """Parse a number such as ``.6516``, ``0,6516`` or ``53.52 %``; None if the text is not one.

    ``is_percent``: a number without a percent sign is a percentage.
    """
    match = _NUMBER.fullmatch(text.strip())
    if match is None or not (match["whole"] or match["parts"]) or len(text) > 60:
        return None
    digits = len(match["parts"])
    percent = is_percent or bool(match["percent"])
    shown = text.strip() if percent == bool(match["percent"]) else f"{text.strip()} %"
    unit = Fraction(1, 10**digits * (100 if percent else 1))
    size = int(match["whole"] + match["parts"]) * unit
    if match["sign"] == "-":
        return RoundedNumber(shown, -size, -size - unit, -size + unit / 2, digits, percent)
    return RoundedNumber(shown, size, size - unit / 2, size + unit, digits, percent)
