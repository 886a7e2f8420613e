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

from mebench.metrics.value import harmonic_mean
from mebench.published.rounded_numbers import RoundedNumber


class ValueRange(NamedTuple):
    """A closed interval of values."""

    low: Fraction
    high: Fraction


def rate_range(number: RoundedNumber) -> ValueRange:
    """Return the values of a printed rate, which lies between 0 and 1."""
    zero, one = Fraction(0), Fraction(1)
    return ValueRange(min(max(number.low, zero), one), max(min(number.high, one), zero))


def product_range(one: RoundedNumber, other: RoundedNumber) -> ValueRange:
    """Return the values that the product of two printed rates can have."""
    first, second = rate_range(one), rate_range(other)
    return ValueRange(first.low * second.low, first.high * second.high)


def harmonic_range(one: RoundedNumber, other: RoundedNumber) -> ValueRange:
    """Return the values that the harmonic mean of two printed rates can have; it rises in both."""
    first, second = rate_range(one), rate_range(other)
    return ValueRange(harmonic_mean(first.low, second.low), harmonic_mean(first.high, second.high))


def format_range(values: ValueRange, number: RoundedNumber) -> str:
    """Return an interval as a number would print it: ``.3861`` or ``.3861 to .3863``."""
    low, high = number.format_like(values.low), number.format_like(values.high)
    return low if low == high else f"{low} to {high}"


def is_reachable_share(number: RoundedNumber, total: int) -> bool:
    """Return whether some whole number over a total is printed so."""
    values = rate_range(number)
    return total > 0 and ceil(values.low * total) <= floor(values.high * total)


def nearest_shares(number: RoundedNumber, total: int) -> str:
    """Return the nearest shares of a total: ``.6393 (156/244) and .6434 (157/244)``."""
    below = min(max(floor(number.midpoint * total), 0), total)
    shares = sorted({below, min(below + 1, total)})
    return " and ".join(
        f"{number.format_like(Fraction(one, total))} ({one}/{total})" for one in shares
    )


MAX_SUMS = 200_000
"""So many sums a half are listed at most; beyond, any four digits can be reached anyway."""


class ReachableMeans:
    """The mean recalls of classes with some numbers of samples.

    Parameters
    ----------
    sizes : sequence of int
        Samples a class; a class without any has the recall 0.
    """

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
            halves[0] = {one + step * right for one in halves[0] for right in range(size + 1)}
        halves.sort(key=len)
        self._few, self._many = halves[0], sorted(halves[1])

    def reaches(self, low: Fraction, high: Fraction) -> bool:
        """Return whether a mean lies in a closed interval."""
        scale = self._common * self._classes
        first, last = ceil(low * scale), floor(high * scale)
        return any(
            bisect_left(self._many, first - one) < bisect_right(self._many, last - one)
            for one in self._few
        )

    def nearest(self, value: Fraction) -> tuple[Fraction | None, Fraction | None]:
        """Return the nearest means at or below a value, and above it."""
        scale = self._common * self._classes
        goal = floor(value * scale)
        below: list[int] = []
        above: list[int] = []
        for one in self._few:
            at = bisect_right(self._many, goal - one)
            if at:
                below.append(one + self._many[at - 1])
            if at < len(self._many):
                above.append(one + self._many[at])
        return (
            Fraction(max(below), scale) if below else None,
            Fraction(min(above), scale) if above else None,
        )
