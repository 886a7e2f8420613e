"""STRS, the spot-then-recognize score [Eq. 24]: spotting F1 * analysis F1."""

from mebench.metrics.analysis_f1 import ANALYSIS_F1
from mebench.metrics.counts import NO_TRUTH_AND_NO_PREDICTION, PooledCounts
from mebench.metrics.metric import NEEDS_SPOTTING_AND_ANALYSIS, Definition, Metric, equation
from mebench.metrics.ratios import Value, product
from mebench.metrics.spotting_f1 import spotting_f1


def strs(counts: PooledCounts) -> Value:
    """Return the product; undefined only if spotting F1 is, 0 if nothing was spotted."""
    return product(spotting_f1(counts), ANALYSIS_F1.value(counts))


STRS = Metric(
    "strs",
    "STRS",
    "Overall",
    NEEDS_SPOTTING_AND_ANALYSIS,
    strs,
    sufficient="classes",
    definition=Definition(
        "The spot-then-recognize score: spotting F1 × analysis F1.",
        equation(24),
        (NO_TRUTH_AND_NO_PREDICTION,),
    ),
)
