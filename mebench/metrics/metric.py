"""The definition of a metric: an id, a title, and a function of the counts.

The rates of the section "Analysis" are functions of a confusion matrix. Each rate is two metrics:
``over_spotted`` makes the one over the spotted expressions, ``over_all_videos`` the one over all
true expressions of a one-per-video protocol.
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
        The id in the standard and in reports.
    title : str
        The name in tables.
    section : str
        The section of the table.
    needs : set of {"spotting", "analysis", "one-per-video"}
        The capabilities that a protocol must have.
    value : callable
        From counts to a value.
    detail : callable or None
        From counts to the integers of the value as text, such as ``159/244``.
    unit : {"", "frames"}
        The unit; without one the value is a rate between 0 and 1.
    better : {"higher", "lower"}
        Whether higher or lower values are better.
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
    """Return the capabilities of a protocol, which decide its metrics."""
    capabilities: set[Capability] = set()
    if protocol.spots:
        capabilities.add("spotting")
        if protocol.one_per_video:
            capabilities.add("one-per-video")
    if protocol.analyses:
        capabilities.add("analysis")
    return frozenset(capabilities)


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
    """Return a rate as metric over the spotted true positives (in recognition: all samples)."""
    return Metric(
        id=identifier,
        title=title,
        section="Analysis",
        needs=NEEDS_ANALYSIS,
        value=lambda counts: _value_of(counts.analysis, rate),
        detail=(lambda counts: detail(counts.analysis)) if detail else None,
    )


def over_all_videos(
    identifier: str, title: str, rate: Rate, detail: Detail | None = None
) -> Metric:
    """Return a rate as metric over all true expressions and the top prediction of their video."""

    def value(counts: PooledCounts) -> Value:
        if not counts.truths:
            return NO_TRUTH
        top_predictions = top_predictions_of(counts)
        return (
            top_predictions
            if isinstance(top_predictions, Undefined)
            else _value_of(top_predictions.confusion, rate)
        )

    def detail_text(counts: PooledCounts) -> str:
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
        detail=detail_text if detail else None,
    )


def _value_of(confusion: ConfusionCounts, rate: Rate) -> Value:
    return rate(confusion) if confusion.truths else confusion.without_truths
