"""The definition of a metric: an id, a title, and a function of the counts.

The rates of Section "Analysis" are functions of one confusion matrix. ``over_spotted`` and
``over_all_videos`` make the two metrics of each rate: over the spotted truths, and over every
truth of a one-per-video protocol.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from mebench.metrics.counts import ConfusionCounts, PooledCounts, top_predictions_of
from mebench.metrics.value import NO_TRUTH, Undefined, Value
from mebench.models.protocol import Protocol

Section = Literal["Spotting", "Analysis", "Analysis, all videos", "Overall"]
Capability = Literal["spotting", "analysis", "one-per-video"]


@dataclass(frozen=True, slots=True)
class Metric:
    """A metric of the standard.

    Attributes
    ----------
    id : str
        The standard's id, the key in reports.
    title : str
        The name in tables.
    section : str
        The part of the table it stands in.
    needs : set of {"spotting", "analysis", "one-per-video"}
        What a protocol must have for the metric to exist.
    value : callable
        From counts to a value.
    detail : callable or None
        From counts to the integers behind the value, for people: ``159/244``.
    unit : {"", "frames"}
        Frames for distances, else a rate between 0 and 1.
    better : {"higher", "lower"}
        Which way is good.
    """

    id: str
    title: str
    section: Section
    needs: frozenset[Capability]
    value: Callable[[PooledCounts], Value]
    detail: Callable[[PooledCounts], str] | None = None
    unit: Literal["", "frames"] = ""
    better: Literal["higher", "lower"] = "higher"

    def applies_to(self, protocol: Protocol) -> bool:
        """Return whether the protocol has this metric."""
        return self.needs <= capabilities_of(protocol)


def capabilities_of(protocol: Protocol) -> frozenset[Capability]:
    """Return what a protocol offers to metrics."""
    offered: set[Capability] = set()
    if protocol.spots:
        offered.add("spotting")
        if protocol.one_per_video:
            offered.add("one-per-video")
    if protocol.analyses:
        offered.add("analysis")
    return frozenset(offered)


NEEDS_SPOTTING: frozenset[Capability] = frozenset({"spotting"})
NEEDS_ANALYSIS: frozenset[Capability] = frozenset({"analysis"})
NEEDS_SPOTTING_AND_ANALYSIS: frozenset[Capability] = frozenset({"spotting", "analysis"})
NEEDS_ONE_PER_VIDEO: frozenset[Capability] = frozenset({"spotting", "one-per-video"})
NEEDS_ONE_PER_VIDEO_AND_ANALYSIS: frozenset[Capability] = frozenset(
    {"spotting", "analysis", "one-per-video"}
)

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
