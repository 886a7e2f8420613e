"""Acc_MESR (Li et al. 2017): spotting recall * accuracy, for one-per-video protocols."""

from fractions import Fraction

from mebench.metrics.accuracy import ACCURACY
from mebench.metrics.counts import PooledCounts, Undefined, Value
from mebench.metrics.metric import NEEDS_ONE_PER_VIDEO_AND_ANALYSIS, Metric
from mebench.metrics.spotting_recall import spotting_recall


def acc_mesr(counts: PooledCounts) -> Value:
    """Return the product; 0 if there are true expressions but no analyzed pair."""
    recall = spotting_recall(counts)
    if isinstance(recall, Undefined):
        return recall
    accuracy = ACCURACY.value(counts)
    return Fraction(0) if isinstance(accuracy, Undefined) else recall * accuracy


ACC_MESR = Metric("acc_mesr", "Acc_MESR", "Overall", NEEDS_ONE_PER_VIDEO_AND_ANALYSIS, acc_mesr)
