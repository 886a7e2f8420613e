"""AP@[.5:.95] [Eq. 17]: the area under the interpolated precision-recall curve.

At one IoU threshold, the area is a sum over the points of the curve: the increase in recall times
the highest precision at this or any higher recall (all-point interpolation). ``ap`` is the mean
over the ten thresholds, ``ap50`` and ``ap75`` use a single threshold.
"""

from collections.abc import Callable, Sequence
from math import fsum

import numpy as np

from mebench.matching.iou import THRESHOLDS
from mebench.metrics.counts import (
    NO_TRUTH,
    UNRANKED,
    PooledCounts,
    PrecisionRecallCurves,
    computed_once,
)
from mebench.metrics.metric import NEEDS_SPOTTING, Definition, Metric, equation
from mebench.metrics.ratios import Quantity, Undefined, Value, where_defined
from mebench.models.annotation_table import FloatColumn


@computed_once
def areas(curves: PrecisionRecallCurves) -> FloatColumn:
    """Return the all-point interpolated area under each curve."""
    terms = curves.increases(curves.hits, 0) * curves.interpolated_precision()
    area: FloatColumn = sums_of_points(curves, terms) / np.maximum(curves.truths, 1)
    return area


def sums_of_points(curves: PrecisionRecallCurves, terms: FloatColumn) -> FloatColumn:
    """Return the sum over the points of each curve, or of each curve of each replicate."""
    return np.array([sum_exactly(of_curve) for of_curve in curves.of_each(terms)])


def sum_exactly(terms: FloatColumn) -> Quantity:
    """Return the sum of numbers without rounding, or the sums over the last axis."""
    return fsum(terms.tolist()) if terms.ndim == 1 else terms.sum(axis=-1)


def mean_over_thresholds(
    summarize: Callable[[PrecisionRecallCurves], FloatColumn], thresholds: Sequence[int]
) -> Callable[[PooledCounts], Value]:
    """Return a metric function: the mean of a curve's summary over IoU thresholds (hundredths)."""
    rows = [THRESHOLDS.index(hundredths) for hundredths in thresholds]

    def value(counts: PooledCounts) -> Value:
        if isinstance(counts.curves, Undefined):
            return where_defined(counts.truths, counts.curves, NO_TRUTH)
        total = sum_exactly(summarize(counts.curves)[rows].T)
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
        mean_over_thresholds(areas, thresholds),
        scale="bias-corrected logit",
        definition=Definition(
            formula + (one if len(thresholds) == 1 else mean), equation(17), (NO_TRUTH, UNRANKED)
        ),
    )


AP = average_precision("ap", "AP@[.5:.95]", THRESHOLDS)
AP50 = average_precision("ap50", "AP@.5", [50])
AP75 = average_precision("ap75", "AP@.75", [75])
