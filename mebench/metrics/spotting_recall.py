"""Spotting recall [Eq. 15]: the share of true expressions that a prediction matches, A/M."""

from mebench.metrics.counts import NO_TRUTH, PooledCounts
from mebench.metrics.metric import NEEDS_SPOTTING, Definition, Metric, equation
from mebench.metrics.ratios import Value, ratio


def spotting_recall(counts: PooledCounts) -> Value:
    """Return A/M."""
    return ratio(counts.hits, counts.truths, NO_TRUTH)


SPOTTING_RECALL = Metric(
    "spotting_recall",
    "Recall",
    "Spotting",
    NEEDS_SPOTTING,
    spotting_recall,
    lambda counts: f"{counts.hits}/{counts.truths}",
    definition=Definition(
        "The share of true expressions that a prediction matches: true positives / true "
        "expressions.",
        equation(15),
        (NO_TRUTH,),
    ),
)
