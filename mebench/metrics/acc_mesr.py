"""Acc_MESR (Li et al. 2017): spotting recall * accuracy, for one-per-video protocols."""

from mebench.metrics.accuracy import ACCURACY
from mebench.metrics.counts import NO_TRUTH, PooledCounts
from mebench.metrics.metric import NEEDS_ONE_PER_VIDEO_AND_ANALYSIS, Definition, Metric
from mebench.metrics.ratios import Value, product, zero_if_undefined
from mebench.metrics.spotting_recall import spotting_recall


def acc_mesr(counts: PooledCounts) -> Value:
    """Return the product; 0 if there are true expressions but no analyzed pair."""
    return product(spotting_recall(counts), zero_if_undefined(ACCURACY.value(counts)))


ACC_MESR = Metric(
    "acc_mesr",
    "Acc_MESR",
    "Overall",
    NEEDS_ONE_PER_VIDEO_AND_ANALYSIS,
    acc_mesr,
    sufficient="pairs",
    definition=Definition("Spotting recall × accuracy.", "Li et al. 2017", (NO_TRUTH,)),
)
