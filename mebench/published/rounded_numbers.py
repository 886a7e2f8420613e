"""Rounded numbers: the range of values that a printed number stands for.

A number printed with four digits was rounded: it stands for every value up to half a unit of its
last digit on each side. Both ends are included, because the direction in which halves were
rounded is not known.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction

_NUMBER = re.compile(
    r"(?P<sign>[+-]?)(?P<whole>[0-9]*)(?P<mark>[.,]?)(?P<parts>[0-9]*)\s*(?P<percent>%?)"
)


@dataclass(frozen=True, slots=True)
class RoundedNumber:
    """A number as printed, with the closed range of values that it stands for.

    Percentages are divided by 100. ``digits`` counts those after the decimal mark in the text.
    """

    text: str
    low: Fraction
    high: Fraction
    digits: int
    percent: bool

    @property
    def midpoint(self) -> Fraction:
        """The printed number."""
        return (self.low + self.high) / 2

    @property
    def decimals(self) -> int:
        """Digits after the decimal mark; for a percentage, those of the share of 1."""
        return self.digits + 2 * self.percent

    def contains(self, value: Fraction) -> bool:
        """Return whether a value rounds to the printed number."""
        return self.low <= value <= self.high

    def overlaps(self, low: Fraction, high: Fraction) -> bool:
        """Return whether some value of a closed range rounds to the printed number."""
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


def parse_rounded_number(text: str) -> RoundedNumber | None:
    """Parse a number such as ``.6516``, ``0,6516`` or ``53.52 %``; None if the text is not one."""
    match = _NUMBER.fullmatch(text.strip())
    if match is None or not (match["whole"] or match["parts"]) or len(text) > 60:
        return None
    digits = len(match["parts"])
    percent = bool(match["percent"])
    unit = Fraction(1, 10**digits * (100 if percent else 1))
    number = int(match["whole"] + match["parts"]) * unit * (-1 if match["sign"] == "-" else 1)
    return RoundedNumber(text.strip(), number - unit / 2, number + unit / 2, digits, percent)
