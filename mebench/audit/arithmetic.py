"""Exact arithmetic of the audit: ranges of rounded numbers, and reachable means over classes.

With 9, 6 and 6 samples the mean recall is (a/9 + b/6 + c/6) / 3 with integers a, b and c. All
such sums are computed over one common denominator: the sums of half of the classes are listed,
and each is completed by the sorted sums of the other half.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from fractions import Fraction
from math import ceil, floor, lcm
from typing import NamedTuple

from mebench.published.rounded_numbers import RoundedNumber


class ValueRange(NamedTuple):
    """A closed interval of values."""

    low: Fraction
    high: Fraction


def rate_range(number: RoundedNumber) -> ValueRange:
    """Return the possible values of a printed rate, clipped to 0 and 1."""
    least, most = Fraction(0), Fraction(1)
    return ValueRange(min(max(number.low, least), most), max(min(number.high, most), least))


MAX_SUMS = 200_000
"""The maximum number of sums per half; with more, any four digits can be reached anyway."""


class ReachableMeans:
    """All mean recalls over classes of given sizes; the recall of an empty class is 0."""

    def __init__(self, sizes: Sequence[int]) -> None:
        self._classes = len(sizes)
        filled = sorted((size for size in sizes if size), reverse=True)
        self._common = lcm(*filled) if filled else 1
        halves: list[set[int]] = [{0}, {0}]
        self.is_countable = True
        for size in filled:
            halves.sort(key=len)
            if len(halves[0]) * (size + 1) > MAX_SUMS:
                self.is_countable = False
                return
            step = self._common // size
            halves[0] = {part + step * right for part in halves[0] for right in range(size + 1)}
        halves.sort(key=len)
        self._few, self._many = halves[0], sorted(halves[1])

    def reaches(self, low: Fraction, high: Fraction) -> bool:
        """Return whether a mean is in a closed interval."""
        scale = self._common * self._classes
        first, last = ceil(low * scale), floor(high * scale)
        return any(
            bisect_left(self._many, first - part) < bisect_right(self._many, last - part)
            for part in self._few
        )

    def nearest(self, value: Fraction) -> tuple[Fraction | None, Fraction | None]:
        """Return the nearest means at or below a value, and above it."""
        scale = self._common * self._classes
        goal = floor(value * scale)
        below: list[int] = []
        above: list[int] = []
        for part in self._few:
            index = bisect_right(self._many, goal - part)
            if index:
                below.append(part + self._many[index - 1])
            if index < len(self._many):
                above.append(part + self._many[index])
        return (
            Fraction(max(below), scale) if below else None,
            Fraction(min(above), scale) if above else None,
        )
