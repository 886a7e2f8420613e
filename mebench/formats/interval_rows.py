"""Build a table from rows that each name a video and at most one interval."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, TypeVar

from mebench.formats.table_reader import LinePlaces
from mebench.models.annotation_table import (
    PredictionTable,
    TruthTable,
    VideoRow,
    interval_columns,
)

Table = TypeVar("Table", PredictionTable, TruthTable)

Interval = tuple[int, int]
"""Onset and offset, 0-based."""


class IntervalRow(NamedTuple):
    """A row of a file: its line, its video, and an interval."""

    line: int
    video: VideoRow
    interval: Interval | None


def build_table(
    table_type: type[Table],
    format_name: str,
    first_frame: int,
    places: LinePlaces,
    rows: Sequence[IntervalRow],
) -> Table:
    """Return the table of the rows; ``places`` is filled with their lines."""
    line_of_video: dict[VideoRow, int] = {}
    for row in rows:
        line_of_video.setdefault(row.video, row.line)
    index_of = {video: index for index, video in enumerate(line_of_video)}
    given = [(row, row.interval) for row in rows if row.interval is not None]
    intervals = interval_columns(
        [index_of[row.video] for row, _ in given],
        [onset for _, (onset, _) in given],
        [offset for _, (_, offset) in given],
    )
    places.video_of_interval = intervals.video
    places.video_rows = list(line_of_video)
    places.lines["video"] = list(line_of_video.values())
    places.lines["interval"] = [row.line for row, _ in given]
    file = places.header().file
    return table_type(
        format_name, True, file, first_frame, places, places.video_rows, intervals, []
    )
