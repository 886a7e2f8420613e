"""The differences between released evaluators and the standard, one function per difference.

Each function does one thing like a released evaluator, and everything else like the standard. Only
``benchmarks.differences`` uses them, for comparison.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

Interval = tuple[int, int]
"""Onset and offset, closed."""

HALF = Fraction(1, 2)
THRESHOLDS = [Fraction(percent, 100) for percent in range(50, 100, 5)]


def overlap(first: Interval, second: Interval) -> Fraction:
    """Return the IoU of two closed intervals."""
    common = max(0, min(first[1], second[1]) - max(first[0], second[0]) + 1)
    return Fraction(common, _length(first) + _length(second) - common)


def overlap_of_neighbors(first: Interval, second: Interval) -> Fraction:
    """Return the IoU with one common frame too many: 1 is added after the max (MDMD, MEGC2020)."""
    common = max(0, min(first[1], second[1]) - max(first[0], second[0])) + 1
    return Fraction(common, _length(first) + _length(second) - common)


def hits_above(truths: Sequence[Interval], predictions: Sequence[Interval]) -> int:
    """Count hits with IoU > 1/2 instead of >= 1/2 (AUW-GCN)."""
    return sum(
        any(overlap(truth, prediction) > HALF for prediction in predictions) for truth in truths
    )


def hits_of_reused(truths: Sequence[Interval], predictions: Sequence[Interval]) -> int:
    """Count hits where one prediction may hit several truths (LGSNet)."""
    return sum(
        any(overlap(truth, prediction) >= HALF for prediction in predictions) for truth in truths
    )


def hits_at_float(truths: Sequence[Interval], predictions: Sequence[Interval], step: int) -> int:
    """Count hits at a threshold of ``np.arange(.5, 1, .05)``, which has rounding errors."""
    import numpy as np

    threshold = np.arange(0.5, 1, 0.05)[step]
    return sum(
        any(float(overlap(truth, prediction)) >= threshold for prediction in predictions)
        for truth in truths
    )


def shortened(truth: Interval, max_length: int = 30) -> Interval:
    """Return a truth cut to a maximum length in frames (SFAMNet)."""
    return truth[0], min(truth[1], truth[0] + max_length - 1)


def f1(hits: int, truths: int, predictions: int) -> float:
    """Return the F1 of spotting; NaN without a hit, from 0/0 (STRS-Metric)."""
    if not hits:
        return float("nan")
    return 2 * hits / (truths + predictions)


def uar_as_precision(matrix: Sequence[Sequence[int]]) -> float:
    """Return the mean precision over classes, which STRS-Metric and MEGC2024 print as UAR."""
    columns = list(zip(*matrix, strict=True))
    return _mean([_ratio(row[index], sum(columns[index])) for index, row in enumerate(matrix)])


def uf1_of_collapsed(matrix: Sequence[Sequence[int]]) -> float:
    """Return UF1 where the only class gets 0, even if all its samples are correct (STRS-Metric)."""
    total = sum(map(sum, matrix))
    scores = []
    for index, row in enumerate(matrix):
        hits, truths = row[index], sum(row)
        predictions = sum(other_row[index] for other_row in matrix)
        true_negatives = total - truths - predictions + hits
        collapses = true_negatives == 0 and truths == hits == predictions
        scores.append(0.0 if collapses else _ratio(2 * hits, truths + predictions))
    return _mean(scores)


def file_order_ap(hits: Sequence[Sequence[bool]], truths: int) -> float:
    """Return AP@[.5:.95] ranked by the order of rows in the file (MEAN, STRS-Metric).

    Parameters
    ----------
    hits : sequence of sequence of bool
        For each threshold: whether each prediction is a hit, in the order of the file.
    truths : int
        Number of truths.
    """
    return _mean([_area(at_threshold, truths) for at_threshold in hits])


def mean_over_folds(folds: Mapping[str, tuple[int, int, int]]) -> float:
    """Return the mean F1 over folds, from (hits, truths, predictions) per fold."""
    return _mean(
        [_ratio(2 * hits, truths + predictions) for hits, truths, predictions in folds.values()]
    )


def _area(hits: Sequence[bool], truths: int) -> float:
    """Return the area under the interpolated precision-recall curve."""
    remaining, best, area = sum(hits), 0.0, 0.0
    for rank in range(len(hits), 0, -1):
        best = max(best, remaining / rank)
        if hits[rank - 1]:
            area += best / truths
            remaining -= 1
    return area


def _length(interval: Interval) -> int:
    return interval[1] - interval[0] + 1


def _ratio(numerator: int, denominator: int) -> float:
    return numerator / denominator if denominator else 0.0


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)
