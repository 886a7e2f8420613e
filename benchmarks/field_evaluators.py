"""What the field's evaluators do where they differ from the standard, each difference by itself.

Each function does one thing as a released evaluator was seen to do it, and everything else as the
standard does. Nothing but ``benchmarks.differences`` uses them: they are here to be compared with.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

Interval = tuple[int, int]
"""Onset and offset, closed."""

HALF = Fraction(1, 2)
THRESHOLDS = [Fraction(one, 100) for one in range(50, 100, 5)]


def overlap(one: Interval, other: Interval) -> Fraction:
    """Return the IoU of two closed intervals."""
    inter = max(0, min(one[1], other[1]) - max(one[0], other[0]) + 1)
    return Fraction(inter, _length(one) + _length(other) - inter)


def overlap_of_neighbours(one: Interval, other: Interval) -> Fraction:
    """Return the IoU with one frame added after what is negative was cut off (MDMD, MEGC2020)."""
    inter = max(0, min(one[1], other[1]) - max(one[0], other[0])) + 1
    return Fraction(inter, _length(one) + _length(other) - inter)


def hits_above(truths: Sequence[Interval], predictions: Sequence[Interval]) -> int:
    """Count hits that have more than half in common, not half (AUW-GCN)."""
    return sum(any(overlap(one, two) > HALF for two in predictions) for one in truths)


def hits_of_reused(truths: Sequence[Interval], predictions: Sequence[Interval]) -> int:
    """Count truths that some prediction hits, one prediction several of them (LGSNet)."""
    return sum(any(overlap(one, two) >= HALF for two in predictions) for one in truths)


def hits_at_float(truths: Sequence[Interval], predictions: Sequence[Interval], step: int) -> int:
    """Count hits at the step-th of ``np.arange(.5, 1, .05)``, which is not what it should be."""
    import numpy as np

    threshold = np.arange(0.5, 1, 0.05)[step]
    return sum(any(float(overlap(one, two)) >= threshold for two in predictions) for one in truths)


def shortened(truth: Interval, most: int = 30) -> Interval:
    """Return a truth cut to so many frames (SFAMNet)."""
    return truth[0], min(truth[1], truth[0] + most - 1)


def f1(hits: int, truths: int, predictions: int) -> float:
    """Return the F1 of spotting; NaN where there is no hit, as 0/0 gives it (STRS-Metric)."""
    if not hits:
        return float("nan")
    return 2 * hits / (truths + predictions)


def uar_as_precision(matrix: Sequence[Sequence[int]]) -> float:
    """Return the mean precision of the classes, which STRS-Metric and MEGC2024 call UAR."""
    columns = list(zip(*matrix, strict=True))
    return _mean([_share(matrix[at][at], sum(columns[at])) for at in range(len(matrix))])


def uf1_of_collapsed(matrix: Sequence[Sequence[int]]) -> float:
    """Return UF1 where a class that is the only one gets 0, be it perfect (STRS-Metric)."""
    total = sum(map(sum, matrix))
    scores = []
    for at, row in enumerate(matrix):
        taken = sum(one[at] for one in matrix)
        others = total - row[at] - (sum(row) - row[at]) - (taken - row[at])
        collapses = others == 0 and sum(row) == row[at] == taken
        scores.append(0.0 if collapses else _share(2 * row[at], sum(row) + taken))
    return _mean(scores)


def file_order_ap(hits: Sequence[Sequence[bool]], truths: int) -> float:
    """Return AP@[.5:.95] with the predictions in the order of their file (MEAN, STRS-Metric).

    Parameters
    ----------
    hits : sequence of sequence of bool
        For each threshold whether each prediction is a hit, in the order of the file.
    truths : int
        How many there are.
    """
    return _mean([_area(one, truths) for one in hits])


def mean_over_folds(folds: Mapping[str, tuple[int, int, int]]) -> float:
    """Return the mean of the folds' F1, of (hits, truths, predictions) each."""
    return _mean([_share(2 * hits, truths + found) for hits, truths, found in folds.values()])


def _area(hits: Sequence[bool], truths: int) -> float:
    """Return the area under the interpolated curve."""
    found, best, area = sum(hits), 0.0, 0.0
    for number in range(len(hits), 0, -1):
        best = max(best, found / number)
        if hits[number - 1]:
            area += best / truths
            found -= 1
    return area


def _length(one: Interval) -> int:
    return one[1] - one[0] + 1


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)
