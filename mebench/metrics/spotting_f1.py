"""Spotting F1 [Eq. 16]: the share of truths and predictions that found each other, 2A/(M+N)."""

from fractions import Fraction

from mebench.metrics.counts import Counts
from mebench.metrics.metric import SPOTTING, Metric
from mebench.metrics.value import NO_TRUTH_AND_NO_PREDICTION, Value


def spotting_f1(counts: Counts) -> Value:
    """Return 2A/(M+N)."""
    both = counts.truths + counts.predictions
    return Fraction(2 * counts.hits, both) if both else NO_TRUTH_AND_NO_PREDICTION


SPOTTING_F1 = Metric(
    id="spotting_f1",
    title="F1",
    section="Spotting",
    needs=SPOTTING,
    value=spotting_f1,
    detail=lambda counts: f"{2 * counts.hits}/{counts.truths + counts.predictions}",
)
