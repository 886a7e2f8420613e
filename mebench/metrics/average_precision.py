"""AP@[.5:.95] [Eq. 17]: the area under the interpolated precision-recall curve.

At one IoU threshold, the area is a sum over the points of the curve: the increase in recall times
the highest precision at this or any higher recall (all-point interpolation). ``ap`` is the mean
over the ten thresholds, ``ap50`` and ``ap75`` use a single threshold.
"""

from collections.abc import Callable, Sequence
from math import fsum
from typing import Any

import numpy as np

from mebench.matching.iou import THRESHOLDS
from mebench.metrics.counts import (
    NO_TRUTH,
    UNRANKED,
    PooledCounts,
    PrecisionRecallCurve,
    computed_once,
)
from mebench.metrics.metric import NEEDS_SPOTTING, Definition, Metric, equation
from mebench.metrics.ratios import Quantity, Undefined, Value, where_defined
from mebench.models.annotation_table import FloatColumn


@computed_once
def area(curve: PrecisionRecallCurve) -> Quantity:
    """Return the all-point interpolated area under one curve."""
    total = sum_of_points(increases(curve.hits, 0) * curve.interpolated_precision())
    return total / np.maximum(curve.truths, 1)


def increases(values: Any, before: int) -> Any:
    """Return by how much each value of the last axis exceeds the one before it."""
    steps = np.array(values)
    steps[..., 1:] -= values[..., :-1]
    steps[..., :1] -= before
    return steps


def sum_of_points(terms: FloatColumn) -> Quantity:
    """Return the sum over the points of a curve, or of each replicate's curve."""
    return fsum(terms.tolist()) if terms.ndim == 1 else terms.sum(axis=-1)


def mean_over_thresholds(
    summarize: Callable[[PrecisionRecallCurve], Quantity], thresholds: Sequence[int]
) -> Callable[[PooledCounts], Value]:
    """Return a metric function: the mean of a curve's summary over IoU thresholds (hundredths)."""
    rows = [THRESHOLDS.index(hundredths) for hundredths in thresholds]

    def value(counts: PooledCounts) -> Value:
        if isinstance(counts.curves, Undefined):
            return where_defined(counts.truths, counts.curves, NO_TRUTH)
        summaries = np.array([summarize(counts.curves[row]) for row in rows])
        total = sum_of_points(summaries.T)
        return where_defined(counts.truths, total / len(rows), NO_TRUTH)

    return value


def average_precision(identifier: str, title: str, thresholds: Sequence[int]) -> Metric:
    """Return the metric of the mean area over IoU thresholds (hundredths)."""
    formula = "The area under the precision-recall curve, with all-point interpolation"
    one = f" at the IoU threshold .{thresholds[0]}."
    mean = ": the mean over the IoU thresholds .50, .55 … .95."
    return Metric(
        identifier,
        title,
        "Spotting",
        NEEDS_SPOTTING,
        mean_over_thresholds(area, thresholds),
        scale="bias-corrected logit",
        definition=Definition(
            formula + (one if len(thresholds) == 1 else mean), equation(17), (NO_TRUTH, UNRANKED)
        ),
    )


AP = average_precision("ap", "AP@[.5:.95]", THRESHOLDS)
AP50 = average_precision("ap50", "AP@.5", [50])
AP75 = average_precision("ap75", "AP@.75", [75])
