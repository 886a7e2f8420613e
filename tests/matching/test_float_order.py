"""Float IoUs have the order of the exact ratios below the frame limit, but not far above it.

Two different ratios of integers with denominators below ``2**26`` differ by at least ``2**-52``.
The closest are Farey neighbors, ``a/b`` and ``c/d`` with ``a * d - b * c = 1``; these are tested.
"""

from __future__ import annotations

from fractions import Fraction
from math import gcd

from hypothesis import assume, given
from hypothesis import strategies as st

from mebench.matching.match_intervals import match_intervals, ranked_hits
from mebench.models.base import FRAME_LIMIT
from tests.matching.drawing import spans_of
from tests.reference.model import Interval

LONGEST = 2 * FRAME_LIMIT - 1
"""Frames of the longest interval, and of the largest union, under the limit."""


def lower_neighbor(numerator: int, denominator: int, largest: int) -> tuple[int, int]:
    """Return c/d just below a/b: a * d - b * c = 1, with the greatest d up to ``largest``."""
    smallest = pow(numerator, -1, denominator)
    below = smallest + (largest - smallest) // denominator * denominator
    return (numerator * below - 1) // denominator, below


@given(st.integers(LONGEST // 2, LONGEST), st.data())
def test_farey_neighbors_up_to_the_limit_differ_as_floats(
    denominator: int, data: st.DataObject
) -> None:
    numerator = data.draw(st.integers((denominator + 1) // 2 + 1, denominator - 1))
    assume(gcd(numerator, denominator) == 1)
    above, below = lower_neighbor(numerator, denominator, LONGEST)
    assert numerator * below - denominator * above == 1
    assume(2 * above >= below)
    assert above / below < numerator / denominator


@given(st.integers(1, 2000), st.integers(1, 2000))
def test_neighbors_just_below_one_differ_as_floats(less: int, step: int) -> None:
    # The hardest case for doubles between 1/2 and 1: unions at the limit, almost equal IoUs.
    larger, smaller = LONGEST - less, LONGEST - less - step
    assert Fraction(smaller - 1, smaller) < Fraction(larger - 1, larger)
    assert (smaller - 1) / smaller < (larger - 1) / larger


def test_one_frame_distinguishes_the_longest_intervals() -> None:
    first, last = 1 - FRAME_LIMIT, FRAME_LIMIT - 2
    truth = Interval("1/a", first, last)
    shorter = Interval("1/a", first, last - 1, score=Fraction(1))  # (L-1)/L, first in a tie
    longer = Interval("1/a", first, last + 1, score=Fraction(1))  # L/(L+1), larger by 1/L(L+1)
    for rows in ([shorter, longer], [longer, shorter]):
        truths, predictions = spans_of([truth]), spans_of(rows)
        assert match_intervals(truths, predictions)[1].tolist() == [rows.index(longer)]
        hits = ranked_hits(truths, predictions)
        assert hits.all(axis=0).tolist() == [row is longer for row in rows]
        assert hits.any(axis=0).tolist() == [row is longer for row in rows]


def test_without_the_limit_floats_would_tie() -> None:
    length = 2**27
    assert Fraction(length - 1, length) < Fraction(length, length + 1)
    assert (length - 1) / length == length / (length + 1)
