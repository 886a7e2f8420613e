"""Annotation tables: the rows of a file in columns; all input formats are read into them.

Ids are spelled as in the file, frames are 0-based integers, and each column is one array, so a
million intervals need only a few megabytes. The position of each row in its file is known
(:class:`RowPlaces`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from mebench.diagnostics import Place
from mebench.models.base import KINDS
from mebench.models.submission import Fold, System, Threshold

IntegerColumn = NDArray[np.int64]
FloatColumn = NDArray[np.float64]
BoolColumn = NDArray[np.bool_]

NO_FRAME = np.iinfo(np.int64).min
"""The value of a frame column where the frame is missing."""

NO_KIND = -1
"""The value of a kind column where the kind is missing; else an index into ``KINDS``."""

NO_LABEL = -1
"""The value of an emotion column where the emotion is missing; else an index into ``labels``."""

NO_CLASS = -1
"""The class of a label outside the class list, and of a missing label."""


class VideoRow(NamedTuple):
    """A video, with ids as in the file."""

    dataset: str | None
    subject: str | None
    video: str
    n_frames: int | None = None
    threshold: Threshold | None = None


class SampleRow(NamedTuple):
    """A recognition sample, with ids and label as in the file."""

    dataset: str | None
    subject: str | None
    sample: str
    emotion: str | None


class RowPlaces(Protocol):
    """Finds the positions of a table's rows in the file."""

    def video(self, row: int, field: str = "") -> Place:
        """Return the position of a video, or of one of its fields."""
        ...

    def interval(self, row: int, field: str = "") -> Place:
        """Return the position of an interval, or of one of its fields."""
        ...

    def sample(self, row: int, field: str = "") -> Place:
        """Return the position of a sample, or of one of its fields."""
        ...

    def header(self, pointer: str = "") -> Place:
        """Return the position of something outside the rows: the file, a fold, a threshold."""
        ...


@dataclass(slots=True, eq=False, repr=False)
class IntervalColumns:
    """Columns of intervals; all arrays have the same length.

    Attributes
    ----------
    video : int64
        Index into the table's ``videos``.
    onset, offset : int64
        Frames, 0-based, closed.
    apex : int64
        Frame, or ``NO_FRAME``.
    score : float64 or None
        Scores, NaN where missing; None if the file has no scores.
    kind : int8
        Index into ``KINDS``, or ``NO_KIND``.
    emotion : int32
        Index into ``labels``, or ``NO_LABEL``.
    labels : tuple of str
        The different emotion labels of the file.
    """

    video: IntegerColumn
    onset: IntegerColumn
    offset: IntegerColumn
    apex: IntegerColumn
    score: FloatColumn | None
    kind: NDArray[np.int8]
    emotion: NDArray[np.int32]
    labels: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.onset)

    def describe(self, row: int) -> str:
        """Return ``[onset, offset]`` of one row."""
        return f"[{self.onset[row]}, {self.offset[row]}]"

    def kind_name(self, row: int) -> str | None:
        """Return the kind of one row, ``micro`` or ``macro``, or None."""
        code = int(self.kind[row])
        return None if code == NO_KIND else KINDS[code]

    def emotion_name(self, row: int) -> str | None:
        """Return the emotion label of one row, as in the file, or None."""
        code = int(self.emotion[row])
        return None if code == NO_LABEL else self.labels[code]


@dataclass(slots=True, eq=False, repr=False)
class AnnotationTable:
    """The content of one file, in columns.

    Attributes
    ----------
    format : str
        The name of the format, such as ``mebench submission`` or ``MEGC2022 CSV``.
    foreign : bool
        Whether it is the format of another project; such files may have frames outside the video.
    file : str or None
        The path of the file; None for data in memory.
    first_frame : {0, 1}
        The number of a video's first frame in the file. The columns are always 0-based.
    places : RowPlaces
        The positions of the rows in the file.
    videos, intervals, samples
        The rows.
    """

    format: str
    foreign: bool
    file: str | None
    first_frame: int
    places: RowPlaces
    videos: list[VideoRow]
    intervals: IntervalColumns
    samples: list[SampleRow]
    protocol: str | None = None
    dataset: str | None = None

    def describe(self, row: int) -> str:
        """Return ``[onset, offset]`` of one row, with the numbers in the file if they differ."""
        frames = self.intervals.describe(row)
        if self.first_frame == 0:
            return frames
        onset, offset = (
            int(column[row]) + self.first_frame
            for column in (self.intervals.onset, self.intervals.offset)
        )
        return f"{frames} ({onset} to {offset} in the file, which counts from {self.first_frame})"


@dataclass(slots=True, eq=False, repr=False)
class TruthTable(AnnotationTable):
    """A truth file in columns."""

    blind: bool = False


@dataclass(slots=True, eq=False, repr=False)
class PredictionTable(AnnotationTable):
    """A prediction file in columns, with the description of the system."""

    system: System | None = None
    folds: list[Fold] | None = None
    threshold: Threshold | None = None


def empty_intervals() -> IntervalColumns:
    """Return interval columns without rows."""
    empty = np.empty(0, np.int64)
    return IntervalColumns(
        video=empty,
        onset=empty,
        offset=empty,
        apex=empty,
        score=None,
        kind=np.empty(0, np.int8),
        emotion=np.empty(0, np.int32),
        labels=(),
    )


def named_video(place: Place, video: VideoRow) -> Place:
    """Return a position with the ids of its video added."""
    return replace(place, dataset=video.dataset, subject=video.subject, video=video.video)


def named_sample(place: Place, sample: SampleRow) -> Place:
    """Return a position with the ids of its sample added."""
    return replace(place, dataset=sample.dataset, subject=sample.subject, video=sample.sample)
