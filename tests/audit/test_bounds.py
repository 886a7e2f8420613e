"""The bounds of UF1, beside random confusion matrices and the closest one found by trying."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from mebench.audit.rules.emotions import least_uf1
from mebench.metrics.accuracy import ACCURACY
from mebench.metrics.counts import ConfusionCounts
from mebench.metrics.uf1 import unweighted_f1

ROWS = st.integers(1, 4).flatmap(
    lambda classes: st.lists(
        st.lists(st.integers(0, 9), min_size=classes + 1, max_size=classes + 1),
        min_size=classes,
        max_size=classes,
    )
)


@given(rows=ROWS)
def test_no_matrix_falls_below(rows: list[list[int]]) -> None:
    confusion = ConfusionCounts(tuple(map(tuple, rows)), 1)
    sizes = confusion.truths_by_class
    if not sum(sizes):
        return
    recalls = [
        Fraction(hits, size) if size else Fraction(0)
        for hits, size in zip(confusion.hits, sizes, strict=True)
    ]
    recall = sum(recalls, Fraction(0)) / len(sizes)
    assert least_uf1(sizes, recall) <= unweighted_f1(confusion)
    assert unweighted_f1(confusion) <= 2 * recall / (1 + recall)


def test_the_bound_is_not_idle() -> None:
    """For two classes, the bound comes near the least UF1 that any matrix has."""
    sizes = (6, 4)
    for first, second in product(range(7), range(5)):
        least = unweighted_f1(ConfusionCounts(((first, 6 - first, 0), (4 - second, second, 0)), 10))
        recall = (Fraction(first, 6) + Fraction(second, 4)) / 2
        bound = least_uf1(list(sizes), recall)
        assert bound <= least
        assert bound >= recall / 4, (first, second)
    assert ACCURACY.id == "accuracy"


def test_the_baseline_of_megc2019() -> None:
    bound = least_uf1([70, 51, 43], Fraction(52795, 10**5))
    assert Fraction(29, 100) < bound < Fraction(30, 100)
