"""The 5x5 median filter, by a network of comparisons that finds it without a branch.

The five values of each column are sorted first, once for the five windows they stand in. Of the 25
values of a window, with its columns sorted, the network then keeps what can still be the median. It
was found by a search: sort each of the five ranks, merge the thirteen places at which the median
can then stand, and leave out one comparison after the other as long as every window of zeros and
ones still gives the right answer, which by the 0-1 principle (Knuth, The Art of Computer
Programming 3, 5.3.4) proves it for all numbers. The tests repeat that proof.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mebench_mean.flow.compiling import compiled, inlined

MARGIN = 2


@inlined
def lower(one: np.float32, other: np.float32) -> np.float32:
    """Return the smaller of two numbers."""
    return one if one < other else other


@inlined
def higher(one: np.float32, other: np.float32) -> np.float32:
    """Return the larger of two numbers."""
    return other if one < other else one


@inlined
def ordered(one: np.float32, other: np.float32) -> tuple[np.float32, np.float32]:
    """Return two numbers, the smaller first."""
    return lower(one, other), higher(one, other)


@compiled
def median_filter(image: NDArray[np.float32]) -> None:
    """Replace each value by the median of the 5x5 around it; the border's values go on outside.

    Parameters
    ----------
    image : float32 array of shape (height, width)
        Changed in place.
    """
    height, width = image.shape
    padded = np.empty((height + 2 * MARGIN, width + 2 * MARGIN), np.float32)
    for y in range(height + 2 * MARGIN):
        source, row = image[min(max(y - MARGIN, 0), height - 1)], padded[y]
        row[MARGIN : MARGIN + width] = source
        row[:MARGIN] = source[0]
        row[MARGIN + width :] = source[width - 1]
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
        a, b = ordered(a, b)
        d, e = ordered(d, e)
        c, e = ordered(c, e)
        c, d = ordered(c, d)
        a, d = ordered(a, d)
        a, c = ordered(a, c)
        b, e = ordered(b, e)
        b, d = ordered(b, d)
        b, c = ordered(b, c)
        ranks[0, x], ranks[1, x], ranks[2, x], ranks[3, x], ranks[4, x] = a, b, c, d, e


@compiled
def select_medians(ranks: NDArray[np.float32], medians: NDArray[np.float32]) -> None:
    """Find the median of every window of five sorted columns.

    The letters are the ranks, from the smallest value of a column to the largest, and the digits
    the columns. A line that keeps one of two numbers is a comparison whose other half nobody needs.
    """
    lowest, lower_ones, middle = ranks[0], ranks[1], ranks[2]
    upper_ones, highest = ranks[3], ranks[4]
    for x in range(medians.shape[0]):
        a0, a1, a2, a3, a4 = lowest[x], lowest[x + 1], lowest[x + 2], lowest[x + 3], lowest[x + 4]
        b0, b1, b2, b3, b4 = (
            lower_ones[x],
            lower_ones[x + 1],
            lower_ones[x + 2],
            lower_ones[x + 3],
            lower_ones[x + 4],
        )
        c0, c1, c2, c3, c4 = middle[x], middle[x + 1], middle[x + 2], middle[x + 3], middle[x + 4]
        d0, d1, d2, d3, d4 = (
            upper_ones[x],
            upper_ones[x + 1],
            upper_ones[x + 2],
            upper_ones[x + 3],
            upper_ones[x + 4],
        )
        e0, e1, e2, e3, e4 = (
            highest[x],
            highest[x + 1],
            highest[x + 2],
            highest[x + 3],
            highest[x + 4],
        )
        a0, a1 = ordered(a0, a1)
        a3, a4 = ordered(a3, a4)
        a2, a4 = ordered(a2, a4)
        a3 = higher(a2, a3)
        a3 = higher(a0, a3)
        a1, a4 = ordered(a1, a4)
        a3 = higher(a1, a3)
        b0, b1 = ordered(b0, b1)
        b3, b4 = ordered(b3, b4)
        b2, b4 = ordered(b2, b4)
        b2, b3 = ordered(b2, b3)
        b3 = higher(b0, b3)
        b1, b4 = ordered(b1, b4)
        b1, b3 = ordered(b1, b3)
        b2 = higher(b1, b2)
        c0, c1 = ordered(c0, c1)
        c3, c4 = ordered(c3, c4)
        c2, c4 = ordered(c2, c4)
        c2, c3 = ordered(c2, c3)
        c2 = higher(c0, c2)
        c1 = lower(c1, c4)
        c1, c3 = ordered(c1, c3)
        c1, c2 = ordered(c1, c2)
        d0, d1 = ordered(d0, d1)
        d2, d4 = ordered(d2, d4)
        d2, d3 = ordered(d2, d3)
        d0, d3 = ordered(d0, d3)
        d0, d2 = ordered(d0, d2)
        d1 = lower(d1, d4)
        d1 = lower(d1, d3)
        d1, d2 = ordered(d1, d2)
        e0, e1 = ordered(e0, e1)
        e2, e4 = ordered(e2, e4)
        e2, e3 = ordered(e2, e3)
        e0 = lower(e0, e3)
        e0, e2 = ordered(e0, e2)
        e1 = lower(e1, e4)
        e1 = lower(e1, e2)
        a3 = higher(d0, a3)
        b2 = higher(c1, b2)
        e0, d1 = ordered(e0, d1)
        b3, a4 = ordered(b3, a4)
        c3, c2 = ordered(c3, c2)
        b4 = lower(b4, e1)
        b2 = higher(a3, b2)
        b3 = higher(e0, b3)
        d1 = lower(d1, a4)
        c3, b4 = ordered(c3, b4)
        b2, d1 = ordered(b2, d1)
        b4 = lower(b4, d2)
        d1, b3 = ordered(d1, b3)
        c2 = lower(c2, b4)
        d1 = lower(d1, c2)
        d1 = higher(b2, d1)
        b3 = lower(b3, c3)
        b3 = higher(d1, b3)
        medians[x] = b3
