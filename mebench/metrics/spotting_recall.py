"""Spotting recall [Eq. 15]: the share of true expressions that a prediction matches, A/M."""

from fractions import Fraction

from mebench.metrics.counts import NO_TRUTH, PooledCounts, Value
from mebench.metrics.metric import NEEDS_SPOTTING, Metric


def spotting_recall(counts: PooledCounts) -> Value:
    """Return A/M."""
    return Fraction(counts.hits, counts.truths) if counts.truths else NO_TRUTH


SPOTTING_RECALL = Metric(
    "spotting_recall",
    "Recall",
    "Spotting",
    NEEDS_SPOTTING,
    spotting_recall,
    lambda counts: f"{counts.hits}/{counts.truths}",
)
