"""Spotting precision [Eq. 15]: the share of predictions that match a true expression, A/N."""

from mebench.metrics.counts import NO_TRUTH_AND_NO_PREDICTION, PooledCounts, Value, zero_if_empty
from mebench.metrics.metric import NEEDS_SPOTTING, Metric


def spotting_precision(counts: PooledCounts) -> Value:
    """Return A/N; 0 if there are true expressions but no predictions."""
    if not counts.predictions and not counts.truths:
        return NO_TRUTH_AND_NO_PREDICTION
    return zero_if_empty(counts.hits, counts.predictions)


SPOTTING_PRECISION = Metric(
    "spotting_precision",
    "Precision",
    "Spotting",
    NEEDS_SPOTTING,
    spotting_precision,
    lambda counts: f"{counts.hits}/{counts.predictions}",
)
