"""Where rows stood: in a JSON file, in a table, or only in memory."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cached_property

import numpy as np

from mebench.diagnostics import Place
from mebench.formats.strict_json import JsonLocator, KeyPath, json_pointer
from mebench.formats.text import TextFile
from mebench.records.sheets import IntegerColumn, SampleRow, VideoRow

WORD_PATTERN = r"[^,\s]+"
"""As a table's delimiter: cells are words, apart by spaces, tabs or commas."""


class JsonPlaces:
    """Rows of a JSON document, or of a record in memory, where only pointers are known.

    Parameters
    ----------
    source : TextFile or None
        The text, where there is one.
    """

    def __init__(self, source: TextFile | None) -> None:
        self._source = source
        self.video_rows: list[VideoRow] = []
        self.video_index: list[int] = []
        self.sample_rows: list[SampleRow] = []
        self.video_of_interval: IntegerColumn = np.empty(0, np.int64)
        self.place_in_video: IntegerColumn = np.empty(0, np.int64)

    @cached_property
    def _locator(self) -> JsonLocator:
        return JsonLocator(self._source.text if self._source else "null")

    def at(self, keys: KeyPath) -> Place:
        """Return the place of a path of keys."""
        pointer = json_pointer(keys)
        if self._source is None:
            return Place(pointer=pointer)
        return self._source.place(self._locator.offset(keys), pointer)

    def header(self, pointer: str = "") -> Place:
        """Return the place of something beside the rows, by its JSON pointer."""
        keys = tuple(int(key) if key.isdigit() else key for key in pointer.split("/")[1:])
        return self.at(keys)

    def video(self, row: int, field: str = "") -> Place:
        """Return the place of a video, or of one of its fields."""
        keys: KeyPath = ("videos", self.video_index[row])
        return named_video(self.at((*keys, field) if field else keys), self.video_rows[row])

    def interval(self, row: int, field: str = "") -> Place:
        """Return the place of an interval, or of one of its fields."""
        video = int(self.video_of_interval[row])
        keys: KeyPath = (
            "videos",
            self.video_index[video],
            "intervals",
            int(self.place_in_video[row]),
        )
        return named_video(self.at((*keys, field) if field else keys), self.video_rows[video])

    def sample(self, row: int, field: str = "") -> Place:
        """Return the place of a sample, or of one of its fields."""
        keys: KeyPath = ("samples", row)
        return named_sample(self.at((*keys, field) if field else keys), self.sample_rows[row])


class LinePlaces:
    """Rows of a text table, one a line.

    Parameters
    ----------
    source : TextFile
        The text.
    columns : dict
        From our field names to the place of the column that holds them.
    delimiter : str
        What separates cells, or ``WORD_PATTERN``.
    """

    def __init__(self, source: TextFile, columns: dict[str, int], delimiter: str) -> None:
        self._source = source
        self._columns = columns
        self._delimiter = delimiter
        self.line_of_interval: list[int] = []
        self.line_of_video: list[int] = []
        self.line_of_sample: list[int] = []
        self.video_rows: list[VideoRow] = []
        self.sample_rows: list[SampleRow] = []
        self.video_of_interval: IntegerColumn = np.empty(0, np.int64)

    @cached_property
    def _lines(self) -> dict[int, str]:
        return dict(self._source.lines())

    def header(self, pointer: str = "") -> Place:
        """Return the place of the table itself."""
        return Place(file=self._source.name, line=self._source.first_line_number)

    def cell(self, line: int, field: str = "") -> Place:
        """Return the place of a cell by the line's number and our name of the column."""
        column = None
        if field in self._columns and line in self._lines:
            column = self._column(self._lines[line], self._columns[field])
        return Place(self._source.name, line, column)

    def _column(self, text: str, number: int) -> int:
        if self._delimiter == WORD_PATTERN:
            words = list(re.finditer(WORD_PATTERN, text))
            return words[min(number, len(words) - 1)].start() + 1 if words else 1
        position, quoted = 0, False
        for place, character in enumerate(text):
            if position == number:
                return place + 1
            quoted ^= character == '"'
            position += character == self._delimiter and not quoted
        return len(text) + 1 if position == number else 1

    def video(self, row: int, field: str = "") -> Place:
        """Return the place of the first row of a video."""
        return named_video(self.cell(self.line_of_video[row], field), self.video_rows[row])

    def interval(self, row: int, field: str = "") -> Place:
        """Return the place of an interval, or of one of its cells."""
        place = self.cell(self.line_of_interval[row], field)
        return named_video(place, self.video_rows[int(self.video_of_interval[row])])

    def sample(self, row: int, field: str = "") -> Place:
        """Return the place of a sample, or of one of its cells."""
        return named_sample(self.cell(self.line_of_sample[row], field), self.sample_rows[row])


def named_video(place: Place, video: VideoRow) -> Place:
    """Return a place with the names of its video."""
    return replace(place, dataset=video.dataset, subject=video.subject, video=video.video)


def named_sample(place: Place, sample: SampleRow) -> Place:
    """Return a place with the names of its sample."""
    return replace(place, dataset=sample.dataset, subject=sample.subject, video=sample.sample)
