"""True or predicted expressions of the scored videos, in columns.

All checks are already done: videos are indices, frames are 0-based, labels are indices into the
class list, and everything out of scope is removed.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Self

import numpy as np
from numpy.typing import NDArray

from mebench.matching.iou import Columns, Spans
from mebench.models.annotation_table import (
    NO_CLASS,
    NO_FRAME,
    BoolColumn,
    FloatColumn,
    IntegerColumn,
)
from mebench.models.base import KINDS


@dataclass(eq=False, repr=False)
class Expressions(Columns):
    """True or predicted expressions in columns, which do not change.

    Attributes
    ----------
    video : int64
        Index into the videos in scope.
    kind : int8
        Index into ``KINDS``.
    onset, offset : int64
        Frames, 0-based, closed.
    apex : int64
        Frame or ``NO_FRAME``.
    label : int64
        Index into the class list or ``NO_CLASS``.
    score : float64 or None
        Predictions only; None if the file has no scores.
    selected : bool or None
        Predictions only: whether the score reaches the threshold; None: all do.
    row : int64 or None
        The row of the file's table, ascending.
    """

    video: IntegerColumn
    kind: NDArray[np.int8]
    onset: IntegerColumn
    offset: IntegerColumn
    apex: IntegerColumn
    label: IntegerColumn
    score: FloatColumn | None = None
    selected: BoolColumn | None = None
    row: IntegerColumn | None = None

    @cached_property
    def spans(self) -> Spans:
        """The columns that matching uses; one group per video and kind."""
        score = np.zeros(len(self)) if self.score is None else self.score
        # In ties, a label outside the class list and a missing apex come last.
        last = np.iinfo(np.int64).max
        label = np.where(self.label == NO_CLASS, last, self.label)
        apex = np.where(self.apex == NO_FRAME, last, self.apex)
        group = self.video * len(KINDS) + self.kind
        return Spans(group, self.onset, self.offset, score, label, apex)

    def of_kind(self, kind: int) -> Self:
        """Return the expressions of a kind, an index into ``KINDS``."""
        has_kind = self.kind == kind
        return self if has_kind.all() else self.take(has_kind)
