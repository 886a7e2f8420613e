"""Which numbers a board shows, by its protocol's task."""

from __future__ import annotations

from dataclasses import dataclass

from mebench.metrics.registry import METRICS_BY_ID
from mebench.records.protocol import Protocol
from mebench.tables.report import short_title

HEADLINE = "headline"
"""The group of a report's own numbers, beside micro, macro, overall and data sets."""

TITLES = {"analysis_all_f1": "F1 analysis, all"}
"""Of metrics whose own title needs its table to be understood."""


@dataclass(frozen=True, slots=True)
class BoardColumn:
    """A column of numbers.

    Attributes
    ----------
    group : str
        ``headline``, a kind, ``overall``, or a data set of a composite.
    metric : str
        The metric's id.
    """

    group: str
    metric: str

    @property
    def title(self) -> str:
        """What stands above it."""
        name = TITLES.get(self.metric) or short_title(self.metric)
        return name if self.group == HEADLINE else f"{name}, {self.group}"

    @property
    def id(self) -> str:
        """Its name for programs: ``strs``, ``macro.spotting_f1``."""
        return self.metric if self.group == HEADLINE else f"{self.group}.{self.metric}"

    @property
    def is_better_high(self) -> bool:
        """Whether a larger number is the better one."""
        return METRICS_BY_ID[self.metric].better == "higher"


def board_columns(protocol: Protocol) -> list[BoardColumn]:
    """Return a board's columns; what it is ranked by is :func:`ranking_column`.

    Parameters
    ----------
    protocol : Protocol
        The board's.
    """
    if protocol.task == "recognize":
        groups = [HEADLINE, *(one.id for one in protocol.datasets if protocol.is_composite)]
        return [BoardColumn(group, metric) for group in groups for metric in ("uf1", "uar")]
    if protocol.task == "spot":
        kinds = [*protocol.targets, "overall"] if len(protocol.targets) > 1 else [HEADLINE]
        return [*(BoardColumn(kind, "spotting_f1") for kind in kinds), BoardColumn(kinds[-1], "ap")]
    metrics = ["spotting_f1", "ap", "analysis_f1", "uf1", "uar"]
    if protocol.one_per_video:
        metrics = ["asr", *metrics, "analysis_all_f1"]
    return [BoardColumn(HEADLINE, metric) for metric in (*metrics, "strs")]


def ranking_column(protocol: Protocol) -> BoardColumn:
    """Return the column by which a board is sorted."""
    if protocol.task == "recognize":
        return BoardColumn(HEADLINE, "uf1")
    if protocol.task == "spot":
        return BoardColumn("overall" if len(protocol.targets) > 1 else HEADLINE, "spotting_f1")
    return BoardColumn(HEADLINE, "strs")
