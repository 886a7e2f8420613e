"""One rate, two places: over the spotted truths, and over every truth of a one-per-video protocol.

The rates of Section "Analysis" are functions of one confusion matrix. ``over_hits`` and
``over_all_videos`` make the two metrics of each.
"""

from collections.abc import Callable

from mebench.metrics.asr import choice_of
from mebench.metrics.confusion import Confusion
from mebench.metrics.counts import Counts
from mebench.metrics.metric import ANALYSIS, ONE_ANALYSED, Metric
from mebench.metrics.value import NO_TRUTH, Undefined, Value

Rate = Callable[[Confusion], Value]
Detail = Callable[[Confusion], str]


def over_hits(identifier: str, title: str, rate: Rate, detail: Detail | None = None) -> Metric:
    """Make the metric over spotted true positives (in recognition: over all samples)."""
    return Metric(
        id=identifier,
        title=title,
        section="Analysis",
        needs=ANALYSIS,
        value=lambda counts: _rated(counts.analysis, rate),
        detail=(lambda counts: detail(counts.analysis)) if detail else None,
    )


def over_all_videos(
    identifier: str, title: str, rate: Rate, detail: Detail | None = None
) -> Metric:
    """Make the metric over every truth against its video's prediction, whatever the overlap."""

    def value(counts: Counts) -> Value:
        if not counts.truths:
            return NO_TRUTH
        choice = choice_of(counts)
        return choice if isinstance(choice, Undefined) else _rated(choice.confusion, rate)

    def described(counts: Counts) -> str:
        choice = choice_of(counts)
        return "" if isinstance(choice, Undefined) or not detail else detail(choice.confusion)

    return Metric(
        id=identifier,
        title=title,
        section="Analysis, all videos",
        needs=ONE_ANALYSED,
        value=value,
        detail=described if detail else None,
    )


def _rated(confusion: Confusion, rate: Rate) -> Value:
    return rate(confusion) if confusion.truths else confusion.without_truths
