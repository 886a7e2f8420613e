"""ASR, the apex spotting rate [Eq. 13], for one-per-video protocols.

The share of videos with a predicted apex strictly inside (onset, offset) of the true expression.
"""

from mebench.metrics.counts import NO_TRUTH, TopPredictionCounts
from mebench.metrics.metric import (
    NEEDS_ONE_PER_VIDEO,
    NO_UNIQUE_EXPRESSION,
    Definition,
    Metric,
    detail_of_top_predictions,
    equation,
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
    definition=Definition(
        "The apex spotting rate: the share of videos whose predicted apex is strictly inside "
        "(onset, offset) of the true expression.",
        equation(13),
        (NO_TRUTH, *NO_UNIQUE_EXPRESSION),
    ),
)
