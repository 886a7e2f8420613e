"""Exact arithmetic of the audit: ranges of rounded numbers, and reachable means over classes.

With 9, 6 and 6 samples the mean recall is (a/9 + b/6 + c/6) / 3 with integers a, b and c. All
such sums are computed over one common denominator: the sums of half of the classes are listed,
and each is completed by the sorted sums of the other half.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import ceil, floor, lcm
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from mebench.published.rounded_numbers import RoundedNumber


class ValueRange(NamedTuple):
    """A closed interval of values."""

    low: Fraction
    high: Fraction


def rate_range(number: RoundedNumber) -> ValueRange:
    """Return the possible values of a printed rate, clipped to 0 and 1."""
    least, most = Fraction(0), Fraction(1)
    return ValueRange(min(max(number.low, least), most), max(min(number.high, most), least))


MAX_SUMS = 60_000
"""The maximum number of sums per half; with more, any four digits can be reached anyway."""

_INT64_LIMIT = 2**61


class ReachableMeans:
    """All mean recalls over classes of given sizes; the recall of an empty class is 0."""

    def __init__(self, sizes: Sequence[int]) -> None:
        self._classes = len(sizes)
        filled = sorted((size for size in sizes if size), reverse=True)
        self.is_countable = max(filled, default=0) < MAX_SUMS
        if not self.is_countable:
            return
        self._common = lcm(*filled) if filled else 1
        fits = self._common * (self._classes + 1) < _INT64_LIMIT
        dtype: Any = np.int64 if fits else object
        halves = [np.zeros(1, dtype), np.zeros(1, dtype)]
        for size in filled:
            halves.sort(key=len)
            if len(halves[0]) * (size + 1) > MAX_SUMS:
                self.is_countable = False
                return
            step = self._common // size
            right = np.array([step * number for number in range(size + 1)], dtype)
            halves[0] = _distinct(halves[0][:, None] + right)
        halves.sort(key=len)
        self._few, self._many = halves

    def reaches(self, low: Fraction, high: Fraction) -> bool:
        """Return whether a mean is in a closed interval."""
        scale = self._common * self._classes
        first, last = ceil(low * scale), floor(high * scale)
        begin = np.searchsorted(self._many, first - self._few, side="left")
        return bool((begin < np.searchsorted(self._many, last - self._few, side="right")).any())

    def nearest(self, value: Fraction) -> tuple[Fraction | None, Fraction | None]:
        """Return the nearest means at or below a value, and above it."""
        scale = self._common * self._classes
        goal = floor(min(max(value, Fraction(-1)), Fraction(2)) * scale)
        index = np.searchsorted(self._many, goal - self._few, side="right")
        has_below, has_above = index > 0, index < len(self._many)
        below = (self._few[has_below] + self._many[index[has_below] - 1]).tolist()
        above = (self._few[has_above] + self._many[index[has_above]]).tolist()
        return (
            Fraction(max(below), scale) if below else None,
            Fraction(min(above), scale) if above else None,
        )


def _distinct(values: NDArray[Any]) -> NDArray[Any]:
    """Return the distinct values, sorted, in an eighth of the time of :func:`numpy.unique`."""
    values = np.sort(values, axis=None)
    return values[np.concatenate(([True], values[1:] != values[:-1]))]
