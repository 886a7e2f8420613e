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

from mebench_mean.flow.comparing import higher, lower
from mebench_mean.flow.compiling import compiled

MARGIN = 2


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
        # Assigning slices would compile, for a message nobody sees, what formats their shapes.
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
        a, b = lower(a, b), higher(a, b)
        d, e = lower(d, e), higher(d, e)
        c, e = lower(c, e), higher(c, e)
        c, d = lower(c, d), higher(c, d)
        a, d = lower(a, d), higher(a, d)
        a, c = lower(a, c), higher(a, c)
        b, e = lower(b, e), higher(b, e)
        b, d = lower(b, d), higher(b, d)
        b, c = lower(b, c), higher(b, c)
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
        a0, a1 = lower(a0, a1), higher(a0, a1)
        a3, a4 = lower(a3, a4), higher(a3, a4)
        a2, a4 = lower(a2, a4), higher(a2, a4)
        a3 = higher(a2, a3)
        a3 = higher(a0, a3)
        a1, a4 = lower(a1, a4), higher(a1, a4)
        a3 = higher(a1, a3)
        b0, b1 = lower(b0, b1), higher(b0, b1)
        b3, b4 = lower(b3, b4), higher(b3, b4)
        b2, b4 = lower(b2, b4), higher(b2, b4)
        b2, b3 = lower(b2, b3), higher(b2, b3)
        b3 = higher(b0, b3)
        b1, b4 = lower(b1, b4), higher(b1, b4)
        b1, b3 = lower(b1, b3), higher(b1, b3)
        b2 = higher(b1, b2)
        c0, c1 = lower(c0, c1), higher(c0, c1)
        c3, c4 = lower(c3, c4), higher(c3, c4)
        c2, c4 = lower(c2, c4), higher(c2, c4)
        c2, c3 = lower(c2, c3), higher(c2, c3)
        c2 = higher(c0, c2)
        c1 = lower(c1, c4)
        c1, c3 = lower(c1, c3), higher(c1, c3)
        c1, c2 = lower(c1, c2), higher(c1, c2)
        d0, d1 = lower(d0, d1), higher(d0, d1)
        d2, d4 = lower(d2, d4), higher(d2, d4)
        d2, d3 = lower(d2, d3), higher(d2, d3)
        d0, d3 = lower(d0, d3), higher(d0, d3)
        d0, d2 = lower(d0, d2), higher(d0, d2)
        d1 = lower(d1, d4)
        d1 = lower(d1, d3)
        d1, d2 = lower(d1, d2), higher(d1, d2)
        e0, e1 = lower(e0, e1), higher(e0, e1)
        e2, e4 = lower(e2, e4), higher(e2, e4)
        e2, e3 = lower(e2, e3), higher(e2, e3)
        e0 = lower(e0, e3)
        e0, e2 = lower(e0, e2), higher(e0, e2)
        e1 = lower(e1, e4)
        e1 = lower(e1, e2)
        a3 = higher(d0, a3)
        b2 = higher(c1, b2)
        e0, d1 = lower(e0, d1), higher(e0, d1)
        b3, a4 = lower(b3, a4), higher(b3, a4)
        c3, c2 = lower(c3, c2), higher(c3, c2)
        b4 = lower(b4, e1)
        b2 = higher(a3, b2)
        b3 = higher(e0, b3)
        d1 = lower(d1, a4)
        c3, b4 = lower(c3, b4), higher(c3, b4)
        b2, d1 = lower(b2, d1), higher(b2, d1)
        b4 = lower(b4, d2)
        d1, b3 = lower(d1, b3), higher(d1, b3)
        c2 = lower(c2, b4)
        d1 = lower(d1, c2)
        d1 = higher(b2, d1)
        b3 = lower(b3, c3)
        b3 = higher(d1, b3)
        medians[x] = b3
