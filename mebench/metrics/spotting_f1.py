"""Spotting F1 [Eq. 16]: the harmonic mean of precision and recall, 2A/(M+N)."""

from mebench.metrics.counts import NO_TRUTH_AND_NO_PREDICTION, PooledCounts
from mebench.metrics.metric import NEEDS_SPOTTING, Definition, Metric, equation
from mebench.metrics.ratios import Value, ratio


def spotting_f1(counts: PooledCounts) -> Value:
    """Return 2A/(M+N)."""
    total = counts.truths + counts.predictions
    return ratio(2 * counts.hits, total, NO_TRUTH_AND_NO_PREDICTION)


SPOTTING_F1 = Metric(
    "spotting_f1",
    "F1",
    "Spotting",
    NEEDS_SPOTTING,
    spotting_f1,
    lambda counts: f"{2 * counts.hits}/{counts.truths + counts.predictions}",
    definition=Definition(
        "The harmonic mean of precision and recall: 2 × true positives / (true expressions + "
        "predictions).",
        equation(16),
        (NO_TRUTH_AND_NO_PREDICTION,),
    ),
)
