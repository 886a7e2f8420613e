"""STRS, the spot-then-recognize score [Eq. 24]: spotting F1 * analysis F1."""

from mebench.metrics.analysis_f1 import ANALYSIS_F1
from mebench.metrics.counts import PooledCounts, Undefined, Value
from mebench.metrics.metric import NEEDS_SPOTTING_AND_ANALYSIS, Metric
from mebench.metrics.spotting_f1 import spotting_f1


def strs(counts: PooledCounts) -> Value:
    """Return the product; undefined only if spotting F1 is, 0 if nothing was spotted."""
    spotting = spotting_f1(counts)
    if isinstance(spotting, Undefined) or not spotting:
        return spotting
    analysis = ANALYSIS_F1.value(counts)
    return analysis if isinstance(analysis, Undefined) else spotting * analysis


STRS = Metric("strs", "STRS", "Overall", NEEDS_SPOTTING_AND_ANALYSIS, strs)
