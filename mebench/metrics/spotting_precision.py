"""Spotting precision [Eq. 15]: the share of predictions that match a true expression, A/N."""

from mebench.metrics.counts import NO_TRUTH_AND_NO_PREDICTION, PooledCounts
from mebench.metrics.metric import NEEDS_SPOTTING, Definition, Metric, equation
from mebench.metrics.ratios import Value, ratio, where_defined


def spotting_precision(counts: PooledCounts) -> Value:
    """Return A/N; 0 if there are true expressions but no predictions."""
    precision = ratio(counts.hits, counts.predictions)
    return where_defined(counts.truths + counts.predictions, precision, NO_TRUTH_AND_NO_PREDICTION)


SPOTTING_PRECISION = Metric(
    "spotting_precision",
    "Precision",
    "Spotting",
    NEEDS_SPOTTING,
    spotting_precision,
    lambda counts: f"{counts.hits}/{counts.predictions}",
    definition=Definition(
        "The share of predictions that match a true expression: true positives / predictions.",
        equation(15),
        (NO_TRUTH_AND_NO_PREDICTION,),
    ),
)
