"""AP with the 101 points of COCO: the mean interpolated precision at the recalls 0, .01 ... 1.

For comparison with tools that use COCO's evaluator. The recalls are exact (``i/100``, compared as
integers); COCO compares floats and can miss a point at exactly such a recall. The value is the mean
over the ten IoU thresholds, as for ``ap``.
"""

from math import fsum

import numpy as np

from mebench.matching.iou import THRESHOLDS
from mebench.metrics.average_precision import mean_over_thresholds
from mebench.metrics.counts import PrecisionRecallCurve
from mebench.metrics.metric import NEEDS_SPOTTING, Metric

RECALLS = 101


def sampled_precision(curve: PrecisionRecallCurve) -> float:
    """Return the mean of the highest precision at recall >= i/100, for i = 0 ... 100."""
    precision = np.append(curve.interpolated_precision(), 0.0)
    # The first point with hits / truths >= i/100, that is 100 * hits >= i * truths.
    points = np.searchsorted(100 * curve.hits, np.arange(RECALLS) * curve.truths, side="left")
    return fsum(precision[points]) / RECALLS


AP_COCO101 = Metric(
    "ap_coco101",
    "AP, COCO's 101 points",
    "Spotting",
    NEEDS_SPOTTING,
    mean_over_thresholds(sampled_precision, THRESHOLDS),
)
