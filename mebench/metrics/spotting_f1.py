"""Spotting F1 [Eq. 16]: the share of truths and predictions that found each other, 2A/(M+N)."""

from fractions import Fraction

from mebench.metrics.counts import PooledCounts
from mebench.metrics.metric import NEEDS_SPOTTING, Metric
from mebench.metrics.value import NO_TRUTH_AND_NO_PREDICTION, Value


def spotting_f1(counts: PooledCounts) -> Value:
    """Return 2A/(M+N)."""
    both = counts.truths + counts.predictions
    return Fraction(2 * counts.hits, both) if both else NO_TRUTH_AND_NO_PREDICTION


SPOTTING_F1 = Metric(
    id="spotting_f1",
    title="F1",
    section="Spotting",
    needs=NEEDS_SPOTTING,
    value=spotting_f1,
    detail=lambda counts: f"{2 * counts.hits}/{counts.truths + counts.predictions}",
)
