"""AP@[.5:.95] [Eq. 17]: the area under the interpolated precision-recall curve.

At one IoU threshold, the area is a sum over the points of the curve: the increase in recall times
the highest precision at this or any higher recall (all-point interpolation). ``ap`` is the mean
over the ten thresholds, ``ap50`` and ``ap75`` use a single threshold.
"""

from collections.abc import Callable, Sequence
from math import fsum

from mebench.matching.iou import THRESHOLDS
from mebench.metrics.counts import NO_TRUTH, PooledCounts, PrecisionRecallCurve, Undefined, Value
from mebench.metrics.metric import NEEDS_SPOTTING, Metric


def area(curve: PrecisionRecallCurve) -> float:
    """Return the all-point interpolated area under one curve."""
    steps = curve.hits.copy()
    steps[1:] -= curve.hits[:-1]
    return fsum((steps * curve.interpolated_precision()).tolist()) / curve.truths


def mean_over_thresholds(
    summarize: Callable[[PrecisionRecallCurve], float], thresholds: Sequence[int]
) -> Callable[[PooledCounts], Value]:
    """Return a metric function: the mean of a curve's summary over IoU thresholds (hundredths)."""
    rows = [THRESHOLDS.index(hundredths) for hundredths in thresholds]

    def value(counts: PooledCounts) -> Value:
        if not counts.truths:
            return NO_TRUTH
        if isinstance(counts.curves, Undefined):
            return counts.curves
        return fsum(summarize(counts.curves[row]) for row in rows) / len(rows)

    return value


AP = Metric("ap", "AP@[.5:.95]", "Spotting", NEEDS_SPOTTING, mean_over_thresholds(area, THRESHOLDS))
AP50 = Metric("ap50", "AP@.5", "Spotting", NEEDS_SPOTTING, mean_over_thresholds(area, [50]))
AP75 = Metric("ap75", "AP@.75", "Spotting", NEEDS_SPOTTING, mean_over_thresholds(area, [75]))
