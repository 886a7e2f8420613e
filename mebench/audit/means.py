"""Which means over classes can be reached: sums of shares, one share a class.

With 9, 6 and 6 samples the mean recall is (a/9 + b/6 + c/6) / 3 with whole a, b and c. All such
sums are found on one common denominator: those of half of the classes are listed, and each is
completed by the sorted sums of the other half.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from fractions import Fraction
from math import ceil, floor, lcm

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
