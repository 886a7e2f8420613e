"""Reachable means over classes, beside trying every number of right answers."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from mebench.audit.arithmetic import ReachableMeans

SIZES = st.lists(st.integers(0, 6), min_size=1, max_size=4).filter(any)


def every_mean(sizes: list[int]) -> set[Fraction]:
    return {
        sum((Fraction(a, n) for a, n in zip(right, sizes, strict=True) if n), Fraction(0))
        / len(sizes)
        for right in product(*(range(size + 1) for size in sizes))
    }


@given(sizes=SIZES, low=st.fractions(0, 1), width=st.fractions(0, Fraction(1, 20)))
def test_means_vs_trying_all(sizes: list[int], low: Fraction, width: Fraction) -> None:
    known = every_mean(sizes)
    means = ReachableMeans(sizes)
    assert means.reaches(low, low + width) == any(low <= one <= low + width for one in known)
    below, above = means.nearest(low)
    assert below == max((one for one in known if one <= low), default=None)
    assert above == min((one for one in known if one > low), default=None)


def test_the_published_one() -> None:
    means = ReachableMeans([9, 6, 6])
    assert not means.reaches(Fraction(4620, 10**4) - Fraction(1, 20000), Fraction(46205, 10**5))
    assert means.nearest(Fraction(462, 1000)) == (Fraction(24, 54), Fraction(25, 54))


def test_large_classes_are_listed_in_no_time() -> None:
    means = ReachableMeans([250, 109, 83])
    assert means.is_countable
    assert means.reaches(Fraction(84745, 10**5), Fraction(84755, 10**5))
    assert ReachableMeans([61, 32, 25, 27, 99]).is_countable
    assert not ReachableMeans([9999] * 7).is_countable
