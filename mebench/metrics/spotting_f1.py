"""Spotting F1 [Eq. 16]: the harmonic mean of precision and recall, 2A/(M+N)."""

from fractions import Fraction

from mebench.metrics.counts import NO_TRUTH_AND_NO_PREDICTION, PooledCounts, Value
from mebench.metrics.metric import NEEDS_SPOTTING, Metric


def spotting_f1(counts: PooledCounts) -> Value:
    """Return 2A/(M+N)."""
    total = counts.truths + counts.predictions
    return Fraction(2 * counts.hits, total) if total else NO_TRUTH_AND_NO_PREDICTION


SPOTTING_F1 = Metric(
    "spotting_f1",
    "F1",
    "Spotting",
    NEEDS_SPOTTING,
    spotting_f1,
    lambda counts: f"{2 * counts.hits}/{counts.truths + counts.predictions}",
)
