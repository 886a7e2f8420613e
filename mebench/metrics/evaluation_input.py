"""The input of an evaluation: truth and predictions of the scored videos in columns.

All checks are done before: ids are indices into ``videos``, frames are 0-based, labels are
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
    """Expressions, true or predicted; all arrays have the same length.

    Attributes
    ----------
    video : int64
        Place in the trial's videos.
    kind : int8
        Place in ``KINDS``.
    onset, offset : int64
        Frames, 0-based, closed.
    apex : int64
        Frame or ``NO_FRAME``.
    label : int64
        Place in the class list or ``NO_CLASS``.
    score : float64 or None
        Predictions only; None where the file has no scores.
    selected : bool
        Predictions only: whether the interval belongs to the operating point.
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
        """Return the columns that matching looks at, grouped by video and kind."""
        score = np.zeros(len(self)) if self.score is None else self.score
        # A label outside the class list stands behind the last class.
        place = np.where(self.label == NO_CLASS, np.iinfo(np.int64).max, self.label)
        return Spans(self.video * len(KINDS) + self.kind, self.onset, self.offset, score, place)


@dataclass(slots=True, eq=False, repr=False)
class SpottingInput:
    """What one score counts.

    Attributes
    ----------
    videos : list of VideoKey
        Every video in scope.
    subjects : list of SubjectKey
        Every subject in scope.
    subject_of_video : int64
        From video to subject.
    classes : tuple of str
        The class list; empty where emotions are not named.
    one_per_video : bool
        Whether each video with a truth gets one chosen prediction.
    truths, predictions : Expressions
        Of the target kinds, in the videos in scope.
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
    """What one score of a recognition protocol counts.

    Attributes
    ----------
    subjects : list of SubjectKey
        Every subject.
    subject : int64
        From sample to subject.
    truth : int64
        The true class of each sample.
    prediction : int64
        The predicted class, ``NO_CLASS`` where there is none.
    classes : tuple of str
        The class list.
    """

    subjects: list[SubjectKey]
    subject: IntegerColumn
    truth: IntegerColumn
    prediction: IntegerColumn
    classes: tuple[str, ...]
