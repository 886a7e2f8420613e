"""The input of an evaluation: truth and predictions of the scored videos in columns.

All checks are already done: ids are indices into ``videos``, frames are 0-based, labels are
indices into the class list, and everything out of scope is removed.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mebench.matching.iou import Spans
from mebench.models.annotation_table import NO_CLASS, BoolColumn, FloatColumn, IntegerColumn
from mebench.models.base import KINDS, SubjectKey, VideoKey


@dataclass(slots=True, eq=False, repr=False)
class Expressions:
    """True or predicted expressions in columns; all arrays have the same length.

    Attributes
    ----------
    video : int64
        Index into the videos of the input.
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
    """

    video: IntegerColumn
    kind: NDArray[np.int8]
    onset: IntegerColumn
    offset: IntegerColumn
    apex: IntegerColumn
    label: IntegerColumn
    score: FloatColumn | None = None
    selected: BoolColumn | None = None

    def __len__(self) -> int:
        return len(self.onset)

    def take(self, rows: IntegerColumn | BoolColumn) -> Expressions:
        """Return some of the rows."""
        return Expressions(
            self.video[rows],
            self.kind[rows],
            self.onset[rows],
            self.offset[rows],
            self.apex[rows],
            self.label[rows],
            None if self.score is None else self.score[rows],
            None if self.selected is None else self.selected[rows],
        )

    def spans(self) -> Spans:
        """Return the columns that matching uses; one group per video and kind."""
        score = np.zeros(len(self)) if self.score is None else self.score
        # A label outside the class list comes after the last class.
        label = np.where(self.label == NO_CLASS, np.iinfo(np.int64).max, self.label)
        return Spans(self.video * len(KINDS) + self.kind, self.onset, self.offset, score, label)


@dataclass(slots=True, eq=False, repr=False)
class SpottingInput:
    """The input of a score under a protocol that spots.

    Attributes
    ----------
    videos : list of VideoKey
        All videos in scope.
    subjects : list of SubjectKey
        All subjects in scope.
    subject_of_video : int64
        The index of each video's subject.
    classes : tuple of str
        The class list; empty if the protocol does not recognize emotions.
    one_per_video : bool
        Whether the top prediction of each video is counted.
    truths, predictions : Expressions
        The expressions of the target kinds in the videos in scope.
    """

    videos: list[VideoKey]
    subjects: list[SubjectKey]
    subject_of_video: IntegerColumn
    classes: tuple[str, ...]
    one_per_video: bool
    truths: Expressions
    predictions: Expressions


@dataclass(slots=True, eq=False, repr=False)
class RecognitionInput:
    """The input of a score under a recognition protocol.

    Attributes
    ----------
    subjects : list of SubjectKey
        All subjects.
    subject : int64
        The index of each sample's subject.
    truth : int64
        The true class of each sample.
    prediction : int64
        The predicted class of each sample, or ``NO_CLASS``.
    classes : tuple of str
        The class list.
    """

    subjects: list[SubjectKey]
    subject: IntegerColumn
    truth: IntegerColumn
    prediction: IntegerColumn
    classes: tuple[str, ...]
