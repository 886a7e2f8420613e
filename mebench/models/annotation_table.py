"""The rows of one file in columns: what every input format is read into.

A table stands between a file and the matching: ids as the file spells them, frames as 0-based
integers, one array per column, so that a million intervals take a few megabytes and no object
each. The place of each row in its file is known (:class:`RowPlaces`).
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
"""Stands in an apex column where there is none."""

NO_KIND = -1
"""Stands in a kind column where the file names none; else the place in ``KINDS``."""

NO_LABEL = -1
"""Stands in an emotion column where there is none; else the place in ``labels``."""


class VideoRow(NamedTuple):
    """A video as a file names it."""

    dataset: str | None
    subject: str | None
    video: str
    n_frames: int | None = None
    threshold: Threshold | None = None


class SampleRow(NamedTuple):
    """A recognition sample as a file names it."""

    dataset: str | None
    subject: str | None
    sample: str
    emotion: str | None


class RowPlaces(Protocol):
    """Where the rows of a sheet stood in their file."""

    def video(self, row: int, field: str = "") -> Place:
        """Return the place of a video, or of one of its fields."""
        ...

    def interval(self, row: int, field: str = "") -> Place:
        """Return the place of an interval, or of one of its fields."""
        ...

    def sample(self, row: int, field: str = "") -> Place:
        """Return the place of a sample, or of one of its fields."""
        ...

    def header(self, pointer: str = "") -> Place:
        """Return the place of something beside the rows: the file, a fold, a threshold."""
        ...


@dataclass(slots=True, eq=False, repr=False)
class IntervalColumns:
    """Columns of intervals; all arrays have the same length.

    Attributes
    ----------
    video : int64
        Place in the sheet's ``videos``.
    onset, offset : int64
        Frames, 0-based, closed.
    apex : int64
        Frame, or ``NO_FRAME``.
    score : float64 or None
        Scores, NaN where missing; None where the file has no scores at all.
    kind : int8
        Place in ``KINDS``, or ``NO_KIND``.
    emotion : int32
        Place in ``labels``, or ``NO_LABEL``.
    labels : tuple of str
        The emotions as the file spells them.
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
        """Return the kind of one row, as KINDS spells it."""
        code = int(self.kind[row])
        return None if code == NO_KIND else KINDS[code]

    def emotion_name(self, row: int) -> str | None:
        """Return the emotion of one row, as the file spells it."""
        code = int(self.emotion[row])
        return None if code == NO_LABEL else self.labels[code]


@dataclass(slots=True, eq=False, repr=False)
class AnnotationTable:
    """What one file says, in columns.

    Attributes
    ----------
    format : str
        What the file was taken for, for people: ``mebench submission``, ``MEGC CSV``.
    foreign : bool
        Whether it is another project's format; such files keep frames outside the video.
    file : str or None
        Its name as the user gave it.
    first_frame : {0, 1}
        The number the file gives to the first frame; the columns are 0-based all the same.
    places : RowPlaces
        Where the rows stood.
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
        """Return ``[onset, offset]`` of one row, with the file's own numbers if they differ."""
        told = self.intervals.describe(row)
        if self.first_frame == 0:
            return told
        onset, offset = (
            int(column[row]) + self.first_frame
            for column in (self.intervals.onset, self.intervals.offset)
        )
        return f"{told} ({onset} to {offset} in the file, which counts from {self.first_frame})"


@dataclass(slots=True, eq=False, repr=False)
class TruthTable(AnnotationTable):
    """A truth manifest in columns."""

    blind: bool = False


@dataclass(slots=True, eq=False, repr=False)
class PredictionTable(AnnotationTable):
    """Predictions in columns, with what the system says of itself."""

    system: System | None = None
    folds: list[Fold] | None = None
    threshold: Threshold | None = None


def empty_intervals() -> IntervalColumns:
    """Return columns without rows."""
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
    """Return a place with the names of its video."""
    return replace(place, dataset=video.dataset, subject=video.subject, video=video.video)


def named_sample(place: Place, sample: SampleRow) -> Place:
    """Return a place with the names of its sample."""
    return replace(place, dataset=sample.dataset, subject=sample.subject, video=sample.sample)


NO_CLASS = -1
"""The label of a truth that no class holds, and of a prediction that names no emotion."""
