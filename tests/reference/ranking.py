"""Average precision of a ranked list in which equal scores are one threshold."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from tests.reference.matching import match_separately
from tests.reference.model import Interval

OVERLAP_THRESHOLDS = [Fraction(percent, 100) for percent in range(50, 100, 5)]
"""50/100, 55/100 ... 95/100."""

Point = tuple[Fraction, Fraction]
"""Recall and precision at one score threshold."""


def ranked_points(
    truths: Sequence[Interval],
    predictions: Sequence[Interval],
    threshold: Fraction,
    classes: Sequence[str] = (),
) -> list[Point]:
    """Return recall and precision after each group of equal scores.

    The groups come by score descending. Each is matched as a batch, every video and kind apart, to
    the truths that are still free.
    """
    free = list(truths)
    hits = 0
    seen = 0
    points: list[Point] = []
    scores = {prediction.score for prediction in predictions if prediction.score is not None}
    for score in sorted(scores, reverse=True):
        group = [prediction for prediction in predictions if prediction.score == score]
        for truth, _ in match_separately(free, group, threshold, classes):
            free.remove(truth)
            hits += 1
        seen += len(group)
        points.append((Fraction(hits, len(truths)), Fraction(hits, seen)))
    return points


def best_precision(points: Sequence[Point], recall: Fraction) -> Fraction:
    """Return the highest precision at a recall of at least ``recall``; 0 if there is none."""
    return max((height for reached, height in points if reached >= recall), default=Fraction(0))


def interpolated_area(points: Sequence[Point]) -> Fraction:
    """Return the all-point interpolated area.

    The sum of (R_{n+1} - R_n) * max precision at recall >= R_{n+1}, from R_0 = 0.
    """
    area = Fraction(0)
    before = Fraction(0)
    for recall, _ in points:
        area += (recall - before) * best_precision(points, recall)
        before = recall
    return area


def hundred_and_one_points(points: Sequence[Point]) -> Fraction:
    """Return the mean of the interpolated precision at the exact recalls i/100, i = 0 ... 100."""
    heights = [best_precision(points, Fraction(percent, 100)) for percent in range(101)]
    return sum(heights, Fraction(0)) / 101


def average_precisions(
    truths: Sequence[Interval], predictions: Sequence[Interval], classes: Sequence[str] = ()
) -> dict[str, Fraction]:
    """Return ``ap``, ``ap50``, ``ap75`` and ``ap_coco101`` of predictions that all have a score.

    Both means run over the ten overlap thresholds, each matched anew. There must be a truth.
    """
    curves = {
        threshold: ranked_points(truths, predictions, threshold, classes)
        for threshold in OVERLAP_THRESHOLDS
    }
    areas = {threshold: interpolated_area(points) for threshold, points in curves.items()}
    coco = [hundred_and_one_points(points) for points in curves.values()]
    return {
        "ap": sum(areas.values(), Fraction(0)) / 10,
        "ap50": areas[Fraction(50, 100)],
        "ap75": areas[Fraction(75, 100)],
        "ap_coco101": sum(coco, Fraction(0)) / 10,
    }
