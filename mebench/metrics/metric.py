"""What a metric is: a name, a place in the table, and a function of the counts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from mebench.metrics.counts import PooledCounts
from mebench.metrics.value import Value
from mebench.records.protocol import Protocol

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
