"""The 5x5 median filter, a branch-free network of comparisons.

First, the five values of each column are sorted, once for the five windows that contain the column.
Then, among the 25 values of a window with sorted columns, the network keeps those that can still be
the median. A search found the network: sort each of the five ranks, merge the thirteen positions
that can then hold the median, and remove comparisons one by one as long as every window of zeros
and ones still gives the correct result. By the 0-1 principle (Knuth, The Art of Computer
Programming 3, 5.3.4) the network is then correct for all numbers. The tests repeat this proof.

Minimum and maximum are single instructions. Written in Python, each would be a branch that numba
has to type and the compiler has to remove: a network of a hundred comparisons then took four times
as long to compile.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias, cast

import numpy as np
from numba import types
from numba.extending import intrinsic
from numpy.typing import NDArray

from mebench_vision.flow.numba_compiler import compiled

MinMax: TypeAlias = Callable[[np.float32, np.float32], np.float32]


def _min_or_max(*, minimum: bool) -> MinMax:
    def choose(typing: Any, first: Any, second: Any) -> Any:
        def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
            a, b = values
            less = builder.fcmp_ordered("<", a, b)
            return builder.select(less, *((a, b) if minimum else (b, a)))

        return types.float32(types.float32, types.float32), generate

    return cast(MinMax, intrinsic(choose))


minimum = _min_or_max(minimum=True)
"""Return the smaller of two numbers."""

maximum = _min_or_max(minimum=False)
"""Return the larger of two numbers."""

MARGIN = 2


@compiled
def median_filter(image: NDArray[np.float32]) -> None:
    """Replace each value by the median of the 5x5 window around it; border values are repeated.

    Parameters
    ----------
    image : float32 array of shape (height, width)
        Changed in place.
    """
    height, width = image.shape
    padded = np.empty((height + 2 * MARGIN, width + 2 * MARGIN), np.float32)
    for y in range(height + 2 * MARGIN):
        source, row = image[min(max(y - MARGIN, 0), height - 1)], padded[y]
        # Assigning slices would also compile the formatting of an error message.
        for x in range(width + 2 * MARGIN):
            row[x] = source[min(max(x - MARGIN, 0), width - 1)]
    ranks = np.empty((5, width + 2 * MARGIN), np.float32)
    for y in range(height):
        sort_columns(padded, y, ranks)
        select_medians(ranks, image[y])


@compiled
def sort_columns(padded: NDArray[np.float32], y: int, ranks: NDArray[np.float32]) -> None:
    """Sort each column of five rows: the smallest of each goes into the first rank."""
    first, second, third = padded[y], padded[y + 1], padded[y + 2]
    fourth, fifth = padded[y + 3], padded[y + 4]
    for x in range(padded.shape[1]):
        a, b, c, d, e = first[x], second[x], third[x], fourth[x], fifth[x]
        a, b = minimum(a, b), maximum(a, b)
        d, e = minimum(d, e), maximum(d, e)
        c, e = minimum(c, e), maximum(c, e)
        c, d = minimum(c, d), maximum(c, d)
        a, d = minimum(a, d), maximum(a, d)
        a, c = minimum(a, c), maximum(a, c)
        b, e = minimum(b, e), maximum(b, e)
        b, d = minimum(b, d), maximum(b, d)
        b, c = minimum(b, c), maximum(b, c)
        ranks[0, x], ranks[1, x], ranks[2, x], ranks[3, x], ranks[4, x] = a, b, c, d, e


@compiled
def select_medians(ranks: NDArray[np.float32], medians: NDArray[np.float32]) -> None:
    """Find the median of every window of five sorted columns.

    Letters are ranks, from the smallest value of a column to the largest; digits are columns. A
    line that assigns only one number is a comparison of which only one result is needed.
    """
    lowest, lower, middle = ranks[0], ranks[1], ranks[2]
    upper, highest = ranks[3], ranks[4]
    for x in range(medians.shape[0]):
        a0, a1, a2, a3, a4 = lowest[x], lowest[x + 1], lowest[x + 2], lowest[x + 3], lowest[x + 4]
        b0, b1, b2, b3, b4 = (
            lower[x],
            lower[x + 1],
            lower[x + 2],
            lower[x + 3],
            lower[x + 4],
        )
        c0, c1, c2, c3, c4 = middle[x], middle[x + 1], middle[x + 2], middle[x + 3], middle[x + 4]
        d0, d1, d2, d3, d4 = (
            upper[x],
            upper[x + 1],
            upper[x + 2],
            upper[x + 3],
            upper[x + 4],
        )
        e0, e1, e2, e3, e4 = (
            highest[x],
            highest[x + 1],
            highest[x + 2],
            highest[x + 3],
            highest[x + 4],
        )
        a0, a1 = minimum(a0, a1), maximum(a0, a1)
        a3, a4 = minimum(a3, a4), maximum(a3, a4)
        a2, a4 = minimum(a2, a4), maximum(a2, a4)
        a3 = maximum(a2, a3)
        a3 = maximum(a0, a3)
        a1, a4 = minimum(a1, a4), maximum(a1, a4)
        a3 = maximum(a1, a3)
        b0, b1 = minimum(b0, b1), maximum(b0, b1)
        b3, b4 = minimum(b3, b4), maximum(b3, b4)
        b2, b4 = minimum(b2, b4), maximum(b2, b4)
        b2, b3 = minimum(b2, b3), maximum(b2, b3)
        b3 = maximum(b0, b3)
        b1, b4 = minimum(b1, b4), maximum(b1, b4)
        b1, b3 = minimum(b1, b3), maximum(b1, b3)
        b2 = maximum(b1, b2)
        c0, c1 = minimum(c0, c1), maximum(c0, c1)
        c3, c4 = minimum(c3, c4), maximum(c3, c4)
        c2, c4 = minimum(c2, c4), maximum(c2, c4)
        c2, c3 = minimum(c2, c3), maximum(c2, c3)
        c2 = maximum(c0, c2)
        c1 = minimum(c1, c4)
        c1, c3 = minimum(c1, c3), maximum(c1, c3)
        c1, c2 = minimum(c1, c2), maximum(c1, c2)
        d0, d1 = minimum(d0, d1), maximum(d0, d1)
        d2, d4 = minimum(d2, d4), maximum(d2, d4)
        d2, d3 = minimum(d2, d3), maximum(d2, d3)
        d0, d3 = minimum(d0, d3), maximum(d0, d3)
        d0, d2 = minimum(d0, d2), maximum(d0, d2)
        d1 = minimum(d1, d4)
        d1 = minimum(d1, d3)
        d1, d2 = minimum(d1, d2), maximum(d1, d2)
        e0, e1 = minimum(e0, e1), maximum(e0, e1)
        e2, e4 = minimum(e2, e4), maximum(e2, e4)
        e2, e3 = minimum(e2, e3), maximum(e2, e3)
        e0 = minimum(e0, e3)
        e0, e2 = minimum(e0, e2), maximum(e0, e2)
        e1 = minimum(e1, e4)
        e1 = minimum(e1, e2)
        a3 = maximum(d0, a3)
        b2 = maximum(c1, b2)
        e0, d1 = minimum(e0, d1), maximum(e0, d1)
        b3, a4 = minimum(b3, a4), maximum(b3, a4)
        c3, c2 = minimum(c3, c2), maximum(c3, c2)
        b4 = minimum(b4, e1)
        b2 = maximum(a3, b2)
        b3 = maximum(e0, b3)
        d1 = minimum(d1, a4)
        c3, b4 = minimum(c3, b4), maximum(c3, b4)
        b2, d1 = minimum(b2, d1), maximum(b2, d1)
        b4 = minimum(b4, d2)
        d1, b3 = minimum(d1, b3), maximum(d1, b3)
        c2 = minimum(c2, b4)
        d1 = minimum(d1, c2)
        d1 = maximum(b2, d1)
        b3 = minimum(b3, c3)
        b3 = maximum(d1, b3)
        medians[x] = b3
