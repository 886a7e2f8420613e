"""AP with the 101 points of COCO: the mean interpolated precision at the recalls 0, .01 ... 1.

For comparison with tools that use COCO's evaluator. The recalls are exact (``i/100``, compared as
integers); COCO compares floats and can miss a point at exactly such a recall. The value is the mean
over the ten IoU thresholds, as for ``ap``.
"""

import numpy as np

from mebench.matching.iou import THRESHOLDS
from mebench.metrics.average_precision import mean_over_thresholds, sums_of_points
from mebench.metrics.counts import NO_TRUTH, UNRANKED, PrecisionRecallCurves
from mebench.metrics.metric import NEEDS_SPOTTING, Definition, Metric
from mebench.models.annotation_table import FloatColumn

RECALLS = 101


def sampled_precisions(curves: PrecisionRecallCurves) -> FloatColumn:
    """Return the mean of the highest precision at recall >= i/100, for i = 0 ... 100, per curve.

    A point stands for the recalls i/100 that it reaches first: those with
    ``i * truths <= 100 * hits``.
    """
    # Rounding cannot reach the next integer, from which the ratio differs by 1/truths at least.
    reached = np.floor(100 * curves.hits / np.maximum(curves.truths, 1)[..., None])
    terms = curves.increases(reached, -1) * curves.interpolated_precision()
    return sums_of_points(curves, terms) / RECALLS


AP_COCO101 = Metric(
    "ap_coco101",
    "AP, COCO's 101 points",
    "Spotting",
    NEEDS_SPOTTING,
    mean_over_thresholds(sampled_precisions, THRESHOLDS),
    scale="bias-corrected logit",
    definition=Definition(
        "The mean of the highest precision at the recalls 0, .01 … 1 (as in COCO's evaluator), and "
        "of that over the IoU thresholds .50, .55 … .95.",
        "COCO",
        (NO_TRUTH, UNRANKED),
    ),
)
