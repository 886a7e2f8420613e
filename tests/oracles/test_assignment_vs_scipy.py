"""Large conflict groups against scipy's assignment solver: number of pairs and total IoU.

Brute force is limited to six by six; here up to forty truths and forty predictions nearly all
overlap each other. scipy uses floats and has no tie-breaking rule, so the third rule is not tested.
"""

from __future__ import annotations

from fractions import Fraction
from random import Random

import numpy as np
import pytest
from scipy.optimize import linear_sum_assignment

from mebench.matching.match_intervals import match_intervals, ranked_hits
from tests.matching.drawing import spans_of
from tests.reference.model import Interval

PAIR = 1000.0
"""The weight of a pair, larger than any total IoU."""

SIZES = [(40, 40), (40, 25), (25, 40), (33, 8), (8, 33), (40, 39)]


def crowd(random: Random, rows: int, spread: int) -> list[Interval]:
    """Draw intervals of about a hundred frames that begin within ``spread`` frames."""
    found = []
    for _ in range(rows):
        onset = random.randrange(spread)
        found.append(Interval("1/a", onset, onset + random.randint(80, 120), score=Fraction(1)))
    return found


def ratio(truth: Interval, prediction: Interval) -> Fraction:
    shared = min(truth.offset, prediction.offset) - max(truth.onset, prediction.onset) + 1
    joint = max(truth.offset, prediction.offset) - min(truth.onset, prediction.onset) + 1
    return Fraction(max(shared, 0), joint)


def best_by_scipy(
    truths: list[Interval], predictions: list[Interval], threshold: Fraction
) -> tuple[int, float]:
    """Return the maximum number of pairs, and the largest total IoU of that many pairs."""
    ratios = [[ratio(truth, other) for other in predictions] for truth in truths]
    overlap = np.array([[float(one) for one in row] for row in ratios])
    reached = np.array([[one >= threshold for one in row] for row in ratios])
    rows, columns = linear_sum_assignment(np.where(reached, PAIR + overlap, 0.0), maximize=True)
    taken = reached[rows, columns]
    return int(taken.sum()), float(overlap[rows, columns][taken].sum())


@pytest.mark.parametrize("spread", [20, 60, 150, 400])
@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_operating_point(size: tuple[int, int], spread: int) -> None:
    random = Random(spread * 1000 + size[0] * 50 + size[1])
    truths, predictions = crowd(random, size[0], spread), crowd(random, size[1], spread)
    truth_rows, prediction_rows = match_intervals(spans_of(truths), spans_of(predictions))
    pairs, total = best_by_scipy(truths, predictions, Fraction(1, 2))
    ratios = [
        ratio(truths[row], predictions[column])
        for row, column in zip(truth_rows.tolist(), prediction_rows.tolist(), strict=True)
    ]
    assert min(ratios) >= Fraction(1, 2)
    assert len(ratios) == len(set(prediction_rows.tolist())) == pairs
    assert float(sum(ratios)) == pytest.approx(total, abs=1e-9)


@pytest.mark.parametrize("spread", [60, 400])
def test_one_tie_group_at_every_threshold(spread: int) -> None:
    random = Random(spread)
    truths, predictions = crowd(random, 30, spread), crowd(random, 35, spread)
    hits = ranked_hits(spans_of(truths), spans_of(predictions)).sum(axis=1).tolist()
    assert hits == [
        best_by_scipy(truths, predictions, Fraction(hundredths, 100))[0]
        for hundredths in range(50, 100, 5)
    ]
    assert hits[0] > hits[-1]
