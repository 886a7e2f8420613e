"""Annotation tables: the rows of a file in columns; all input formats are read into them.

Ids are spelled as in the file, frames are 0-based integers, and each column is one array, so a
million intervals need only a few megabytes. The position of each row in its file is known
(:class:`RowPlaces`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal, NamedTuple

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

NO_KIND = NO_LABEL = -1
"""The value of a kind or emotion column where it is missing."""

NO_CLASS = -1
"""The class of a label outside the class list, and of a missing label."""


RowKind = Literal["video", "interval", "sample"]


class VideoRow(NamedTuple):
    """A video, with ids as in the file."""

    dataset: str | None
    subject: str | None
    video: str
    n_frames: int | None = None
    threshold: Threshold | None = None
    fps: float | None = None


class SampleRow(NamedTuple):
    """A recognition sample, with ids and label as in the file."""

    dataset: str | None
    subject: str | None
    sample: str
    emotion: str | None


class EventRow(NamedTuple):
    """What is annotated beside the expressions; ``video`` is the index of the table's video."""

    video: int
    onset: int
    offset: int
    label: str


class RowPlaces:
    """Finds the positions of a table's rows in the file, with the ids of their video or sample.

    ``field`` is the name of one of the row's fields; default: the complete row. If several rows of
    the file became one video of the table, ``first_rows`` has the first one of each video.
    """

    def __init__(self) -> None:
        self.video_rows: list[VideoRow] = []
        self.sample_rows: list[SampleRow] = []
        self.video_of_interval: IntegerColumn = np.empty(0, np.int64)
        self.first_rows: Sequence[int] | None = None

    def video(self, row: int, field: str = "") -> Place:
        """Return the position of a video, or of one of its fields."""
        row = row if self.first_rows is None else self.first_rows[row]
        return with_ids(self._locate("video", row, field), self.video_rows[row])

    def interval(self, row: int, field: str = "") -> Place:
        """Return the position of an interval, or of one of its fields."""
        video = self.video_rows[self.video_of_interval[row]]
        return with_ids(self._locate("interval", row, field), video)

    def sample(self, row: int, field: str = "") -> Place:
        """Return the position of a sample, or of one of its fields."""
        return with_ids(self._locate("sample", row, field), self.sample_rows[row])

    def header(self, pointer: str = "") -> Place:
        """Return the position of something outside the rows: the file, a fold, a threshold."""
        raise NotImplementedError

    def _locate(self, kind: RowKind, row: int, field: str) -> Place:
        raise NotImplementedError


def with_ids(place: Place, row: VideoRow | SampleRow) -> Place:
    """Return a position with the ids of its video or sample added."""
    return replace(place, dataset=row[0], subject=row[1], video=row[2])


@dataclass(slots=True, eq=False, repr=False)
class IntervalColumns:
    """Columns of intervals; all arrays have the same length.

    ``video`` is the index in the table's ``videos``, ``kind`` in ``KINDS``, ``emotion`` in
    ``labels``. Frames are 0-based, and ``offset`` is the last frame. ``score`` is NaN where it is
    missing, or None if the file has no scores. ``order`` is the number of each expression in its
    recording, or None if the file does not number them: all are then the first.
    """

    video: IntegerColumn
    onset: IntegerColumn
    offset: IntegerColumn
    apex: IntegerColumn
    score: FloatColumn | None
    kind: NDArray[np.int8]
    emotion: NDArray[np.int32]
    labels: tuple[str, ...]
    order: IntegerColumn | None = None

    def __len__(self) -> int:
        return len(self.onset)

    def kind_name(self, row: int) -> str | None:
        """Return the kind of one row, ``micro`` or ``macro``, or None."""
        code = int(self.kind[row])
        return None if code == NO_KIND else KINDS[code]

    def emotion_name(self, row: int) -> str | None:
        """Return the emotion label of one row, as in the file, or None."""
        code = int(self.emotion[row])
        return None if code == NO_LABEL else self.labels[code]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Times:
    """Start and end of each interval in seconds, where a file has no frames.

    ``decimals`` is how many decimals the most exact of them has.
    """

    start: FloatColumn
    end: FloatColumn
    decimals: int


@dataclass(slots=True, eq=False, repr=False)
class AnnotationTable:
    """The content of one file, in columns.

    ``foreign`` states whether it is the format of another project; such files may have frames
    outside the video. ``file`` is None for data in memory. ``first_frame`` is the number of a
    video's first frame in the file; the columns are always 0-based. With ``times``, onsets and
    offsets are not known before the frame rates are. ``rounded`` states whether the file had frames
    that are no integers, or times between two frames.
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
    times: Times | None = None
    rounded: bool = False

    def describe(self, row: int) -> str:
        """Return ``[onset, offset]`` of one row, with the numbers in the file if they differ."""
        first, intervals = self.first_frame, self.intervals
        onset, offset = intervals.onset[row], intervals.offset[row]
        in_file = f"{onset + first} to {offset + first} in the file, which counts from {first}"
        return f"[{onset}, {offset}]" + (f" ({in_file})" if first else "")


@dataclass(slots=True, eq=False, repr=False)
class TruthTable(AnnotationTable):
    """A truth file in columns.

    The splits of videos and of samples, the frames per second of videos and the objective classes
    of samples are one per row, or empty if the format has none. ``events`` and the frames per
    second change no score.
    """

    blind: bool = False
    video_fps: Sequence[float | None] = ()
    events: Sequence[EventRow] = ()
    video_splits: Sequence[str | None] = ()
    sample_splits: Sequence[str | None] = ()
    objective_classes: Sequence[str | None] = ()


@dataclass(slots=True, eq=False, repr=False)
class PredictionTable(AnnotationTable):
    """A prediction file in columns, with the description of the system."""

    system: System | None = None
    folds: list[Fold] | None = None
    threshold: Threshold | None = None


def interval_columns(
    video: Sequence[int] | IntegerColumn = (),
    onset: Sequence[int] | IntegerColumn = (),
    offset: Sequence[int] | IntegerColumn = (),
    apex: Sequence[int] | IntegerColumn | None = None,
    score: FloatColumn | None = None,
    kind: Sequence[int] | NDArray[np.int8] | None = None,
    emotion: Sequence[str | None] | None = None,
    order: IntegerColumn | None = None,
) -> IntervalColumns:
    """Return interval columns; missing ones are filled, and emotions are the labels themselves."""
    count = len(onset)
    codes: dict[str | None, int] = {None: NO_LABEL}
    emotion = [None] * count if emotion is None else emotion
    for label in dict.fromkeys(emotion):
        codes.setdefault(label, len(codes) - 1)
    return IntervalColumns(
        video=np.asarray(video, np.int64),
        onset=np.asarray(onset, np.int64),
        offset=np.asarray(offset, np.int64),
        apex=np.full(count, NO_FRAME) if apex is None else np.asarray(apex, np.int64),
        score=score,
        kind=np.full(count, NO_KIND, np.int8) if kind is None else np.asarray(kind, np.int8),
        emotion=np.fromiter(map(codes.__getitem__, emotion), np.int32, count),
        labels=tuple(label for label in codes if label is not None),
        order=order,
    )
