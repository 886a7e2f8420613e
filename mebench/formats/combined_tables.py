"""Several files of one submission as one table, as a zip with one file per data set has them."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass

import numpy as np

from mebench.diagnostics import Place
from mebench.models.annotation_table import (
    IntervalColumns,
    PredictionTable,
    RowKind,
    RowPlaces,
    interval_columns,
)


@dataclass(frozen=True, slots=True)
class Part:
    """The rows of one file: its name, and the number of its first row of each kind."""

    file: str
    places: RowPlaces
    first: dict[RowKind, int]


class CombinedPlaces(RowPlaces):
    """Finds the positions of rows, each in its own file."""

    def __init__(self, tables: list[PredictionTable]) -> None:
        super().__init__()
        self.parts: list[Part] = []
        for table in tables:
            first: dict[RowKind, int] = {
                "video": len(self.video_rows),
                "interval": len(self.video_of_interval),
                "sample": len(self.sample_rows),
            }
            self.parts.append(Part(table.file or "", table.places, first))
            own = table.intervals.video + len(self.video_rows)
            self.video_of_interval = np.concatenate([self.video_of_interval, own])
            self.video_rows += table.videos
            self.sample_rows += table.samples

    def part_of(self, kind: RowKind, row: int) -> Part:
        """Return the part that has a row."""
        return self.parts[bisect_right([part.first[kind] for part in self.parts], row) - 1]

    def header(self, pointer: str = "") -> Place:
        """Return the position of the first file's header."""
        return self.parts[0].places.header(pointer)

    def _locate(self, kind: RowKind, row: int, field: str) -> Place:
        part = self.part_of(kind, row)
        locate = {
            "video": part.places.video,
            "interval": part.places.interval,
            "sample": part.places.sample,
        }
        return locate[kind](row - part.first[kind], field)


def combine(tables: list[PredictionTable], file: str) -> PredictionTable:
    """Return the rows of several files as one table."""
    places = CombinedPlaces(tables)
    return PredictionTable(
        " and ".join(dict.fromkeys(table.format for table in tables)),
        True,
        file,
        tables[0].first_frame,
        places,
        list(places.video_rows),
        _combined_intervals(places, [table.intervals for table in tables]),
        list(places.sample_rows),
        rounded=any(table.rounded for table in tables),
    )


def _combined_intervals(places: CombinedPlaces, parts: list[IntervalColumns]) -> IntervalColumns:
    score = None
    if any(part.score is not None for part in parts):
        score = np.concatenate(
            [np.full(len(part), np.nan) if part.score is None else part.score for part in parts]
        )
    names = ("onset", "offset", "apex", "kind")
    columns = {name: np.concatenate([getattr(part, name) for part in parts]) for name in names}
    emotions = [part.emotion_name(row) for part in parts for row in range(len(part))]
    return interval_columns(places.video_of_interval, **columns, score=score, emotion=emotions)
