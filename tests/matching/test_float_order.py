"""The float IoU orders as the ratios do below the frame limit, and would not far above it.

Two ratios of integers that differ, with denominators below ``2**26``, are at least ``2**-52``
apart. The closest are Farey neighbours, ``a/b`` and ``c/d`` with ``a * d - b * c = 1``; they are
what is tried here.
"""

from __future__ import annotations

from fractions import Fraction
from math import gcd

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from mebench.matching.match_intervals import match_intervals, ranked_hits
from mebench.models.base import FRAME_LIMIT
from tests.matching.drawing import spans_of
from tests.reference.model import Interval

LONGEST = 2 * FRAME_LIMIT - 1
"""Frames in the longest interval, and in the largest union, that the limit allows."""


def lower_neighbour(numerator: int, denominator: int, largest: int) -> tuple[int, int]:
    """Return c/d just below a/b: a * d - b * c = 1, with the greatest d up to ``largest``."""
    smallest = pow(numerator, -1, denominator)
    below = smallest + (largest - smallest) // denominator * denominator
    return (numerator * below - 1) // denominator, below


@settings(deadline=None, derandomize=True, max_examples=1000)
@given(st.integers(LONGEST // 2, LONGEST), st.data())
def test_farey_neighbours_up_to_the_limit_differ_as_floats(
    denominator: int, data: st.DataObject
) -> None:
    numerator = data.draw(st.integers((denominator + 1) // 2 + 1, denominator - 1))
    assume(gcd(numerator, denominator) == 1)
    above, below = lower_neighbour(numerator, denominator, LONGEST)
    assert numerator * below - denominator * above == 1
    assume(2 * above >= below)
    assert above / below < numerator / denominator


@settings(deadline=None, derandomize=True, max_examples=1000)
@given(st.integers(1, 2000), st.integers(1, 2000))
def test_neighbours_just_below_one_differ_as_floats(less: int, step: int) -> None:
    # Where doubles between 1/2 and 1 are asked most: unions at the limit, almost all shared.
    one, other = LONGEST - less, LONGEST - less - step
    assert Fraction(other - 1, other) < Fraction(one - 1, one)
    assert (other - 1) / other < (one - 1) / one


def test_the_longest_intervals_are_told_apart_by_one_frame() -> None:
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
