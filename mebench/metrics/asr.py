"""ASR, the apex spotting rate [Eq. 13], for one-per-video protocols.

The share of videos with a predicted apex strictly inside (onset, offset) of the true expression.
"""

from mebench.metrics.counts import TopPredictionCounts
from mebench.metrics.metric import (
    NEEDS_ONE_PER_VIDEO,
    Metric,
    detail_of_top_predictions,
    of_top_predictions,
)
from mebench.metrics.ratios import Value, ratio


def asr(top: TopPredictionCounts) -> Value:
    """Return the share of videos with the predicted apex inside the true expression."""
    return ratio(top.inside, top.videos)


ASR = Metric(
    "asr",
    "ASR",
    "Spotting",
    NEEDS_ONE_PER_VIDEO,
    of_top_predictions(asr),
    detail_of_top_predictions(lambda top: f"{top.inside}/{top.videos}"),
)
