"""What a metric is: a name, a place in the table, and a function of the counts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from mebench.metrics.counts import Counts
from mebench.metrics.value import Value
from mebench.records.protocol import Protocol

Section = Literal["Spotting", "Analysis", "Analysis, all videos", "Overall"]
Need = Literal["spotting", "analysis", "one-per-video"]


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
    needs: frozenset[Need]
    value: Callable[[Counts], Value]
    detail: Callable[[Counts], str] | None = None
    unit: Literal["", "frames"] = ""
    better: Literal["higher", "lower"] = "higher"

    def applies_to(self, protocol: Protocol) -> bool:
        """Return whether the protocol has this metric."""
        return self.needs <= features(protocol)


def features(protocol: Protocol) -> frozenset[Need]:
    """Return what a protocol offers to metrics."""
    offered: set[Need] = set()
    if protocol.spots:
        offered.add("spotting")
        if protocol.one_per_video:
            offered.add("one-per-video")
    if protocol.analyses:
        offered.add("analysis")
    return frozenset(offered)


SPOTTING: frozenset[Need] = frozenset({"spotting"})
ANALYSIS: frozenset[Need] = frozenset({"analysis"})
BOTH: frozenset[Need] = frozenset({"spotting", "analysis"})
ONE_SPOTTED: frozenset[Need] = frozenset({"spotting", "one-per-video"})
ONE_ANALYSED: frozenset[Need] = frozenset({"spotting", "analysis", "one-per-video"})
