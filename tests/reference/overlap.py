"""Overlap of two closed intervals, by counting frames in sets."""

from __future__ import annotations

from fractions import Fraction
from functools import cache

from tests.reference.model import Interval


def frames(onset: int, offset: int) -> frozenset[int]:
    """Return the frames of ``[onset, offset]``; both ends belong to it."""
    return frozenset(range(onset, offset + 1))


@cache
def shared_and_joint(
    onset: int, offset: int, other_onset: int, other_offset: int
) -> tuple[int, int]:
    """Count the frames in both intervals, and the frames in at least one of them."""
    first, second = frames(onset, offset), frames(other_onset, other_offset)
    return len(first & second), len(first | second)


def intersection(first: Interval, second: Interval) -> int:
    """Count the frames in both intervals."""
    return shared_and_joint(first.onset, first.offset, second.onset, second.offset)[0]


def union(first: Interval, second: Interval) -> int:
    """Count the frames in at least one of the intervals."""
    return shared_and_joint(first.onset, first.offset, second.onset, second.offset)[1]


def overlap(first: Interval, second: Interval) -> Fraction:
    """Return the intersection over the union."""
    return Fraction(intersection(first, second), union(first, second))


def reaches(first: Interval, second: Interval, threshold: Fraction) -> bool:
    """Return whether the overlap is at least the threshold; the bound is inclusive.

    Examples
    --------
    >>> reaches(Interval("1/a", 0, 9), Interval("1/a", 0, 19), Fraction(1, 2))
    True
    """
    shared, joint = intersection(first, second), union(first, second)
    return shared * threshold.denominator >= threshold.numerator * joint
