"""Spotting recall [Eq. 15]: the share of truths that were found, A/M."""

from fractions import Fraction

from mebench.metrics.counts import Counts
from mebench.metrics.metric import SPOTTING, Metric
from mebench.metrics.value import NO_TRUTH, Value


def spotting_recall(counts: Counts) -> Value:
    """Return A/M."""
    return Fraction(counts.hits, counts.truths) if counts.truths else NO_TRUTH


SPOTTING_RECALL = Metric(
    id="spotting_recall",
    title="Recall",
    section="Spotting",
    needs=SPOTTING,
    value=spotting_recall,
    detail=lambda counts: f"{counts.hits}/{counts.truths}",
)
