"""One rate, two places: over the spotted truths, and over every truth of a one-per-video protocol.

The rates of Section "Analysis" are functions of one confusion matrix. ``over_spotted`` and
``over_all_videos`` make the two metrics of each.
"""

from collections.abc import Callable

from mebench.metrics.asr import top_predictions_of
from mebench.metrics.confusion import ConfusionCounts
from mebench.metrics.counts import PooledCounts
from mebench.metrics.metric import NEEDS_ANALYSIS, NEEDS_ONE_PER_VIDEO_AND_ANALYSIS, Metric
from mebench.metrics.value import NO_TRUTH, Undefined, Value

Rate = Callable[[ConfusionCounts], Value]
Detail = Callable[[ConfusionCounts], str]


def over_spotted(identifier: str, title: str, rate: Rate, detail: Detail | None = None) -> Metric:
    """Make the metric over spotted true positives (in recognition: over all samples)."""
    return Metric(
        id=identifier,
        title=title,
        section="Analysis",
        needs=NEEDS_ANALYSIS,
        value=lambda counts: _rated(counts.analysis, rate),
        detail=(lambda counts: detail(counts.analysis)) if detail else None,
    )


def over_all_videos(
    identifier: str, title: str, rate: Rate, detail: Detail | None = None
) -> Metric:
    """Make the metric over every truth against its video's prediction, whatever the overlap."""

    def value(counts: PooledCounts) -> Value:
        if not counts.truths:
            return NO_TRUTH
        top_predictions = top_predictions_of(counts)
        return (
            top_predictions
            if isinstance(top_predictions, Undefined)
            else _rated(top_predictions.confusion, rate)
        )

    def described(counts: PooledCounts) -> str:
        top_predictions = top_predictions_of(counts)
        return (
            ""
            if isinstance(top_predictions, Undefined) or not detail
            else detail(top_predictions.confusion)
        )

    return Metric(
        id=identifier,
        title=title,
        section="Analysis, all videos",
        needs=NEEDS_ONE_PER_VIDEO_AND_ANALYSIS,
        value=value,
        detail=described if detail else None,
    )


def _rated(confusion: ConfusionCounts, rate: Rate) -> Value:
    return rate(confusion) if confusion.truths else confusion.without_truths
