"""Read text tables as rows with line numbers, and parse cells as frames, scores and kinds.

Every problem is reported with its position in the file.
"""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from mebench.diagnostics import Findings, MebenchError, Place
from mebench.formats.text_file import TextFile
from mebench.models.annotation_table import (
    NO_FRAME,
    NO_KIND,
    FloatColumn,
    IntegerColumn,
    SampleRow,
    VideoRow,
    named_sample,
    named_video,
)
from mebench.models.base import FRAME_LIMIT, KINDS
from mebench.util.text import did_you_mean

DELIMITERS = (",", ";", "\t")


@dataclass(slots=True)
class TextTable:
    """The rows of a table.

    Attributes
    ----------
    source : TextFile
        The text.
    header : list of str
        Column names, stripped and casefolded.
    delimiter : str
        The character between cells.
    rows : list of list of str
        The cells; every row has as many cells as the header.
    lines : list of int
        The line on which each row begins, counted from 1.
    """

    source: TextFile
    header: list[str]
    delimiter: str
    rows: list[list[str]]
    lines: list[int]


def split_header(source: TextFile) -> tuple[list[str], str]:
    """Return the column names in the first line, and the most frequent delimiter in it."""
    first = source.first_line[:10_000]
    delimiter = max(DELIMITERS, key=first.count)
    return [cell.strip().strip('"').casefold() for cell in first.split(delimiter)], delimiter


def read_text_table(source: TextFile, findings: Findings) -> TextTable:
    """Read all rows; report those that have another number of cells than the header.

    Raises
    ------
    MebenchError
        ``csv-syntax`` or ``csv-duplicate-column``.
    """
    header, delimiter = split_header(source)
    _check_duplicates(header, source)
    # Strict, because otherwise an unclosed quote silently includes the rest of the file.
    reader = csv.reader(io.StringIO(source.text, newline=""), delimiter=delimiter, strict=True)
    rows: list[list[str]] = []
    lines: list[int] = []
    wrong: list[tuple[int, int]] = []
    begin, seen_header = 1, False
    try:
        for row in reader:
            line, begin = begin, reader.line_num + 1
            if not any(map(str.strip, row)):
                continue
            if not seen_header:
                seen_header = True
            elif len(row) == len(header):
                rows.append(row)
                lines.append(line)
            else:
                wrong.append((line, len(row)))
    except csv.Error as error:
        raise MebenchError.of(
            "csv-syntax",
            f"Not valid CSV: {error}.",
            "Check for a quote that is not closed, or write the file again with a CSV library.",
            Place(file=source.name, line=begin),
        ) from None
    findings.add_rows(
        range(len(wrong)),
        lambda row: (
            f"The row has {wrong[row][1]} cells, but the header has {len(header)}.",
            "Write one cell per column; put quotes around cells that contain the delimiter.",
            Place(file=source.name, line=wrong[row][0]),
        ),
        "csv-row-width",
    )
    return TextTable(source, header, delimiter, rows, lines)


def _check_duplicates(header: list[str], source: TextFile) -> None:
    duplicates = sorted({name for name in header if header.count(name) > 1})
    if duplicates:
        raise MebenchError.of(
            "csv-duplicate-column",
            f"The header has the column {duplicates[0]!r} more than once.",
            "Remove the duplicate column.",
            Place(file=source.name, line=source.first_line_number),
        )


WORD_PATTERN = r"[^,\s]+"
"""As the delimiter, this means that cells are words separated by spaces, tabs or commas."""


class LinePlaces:
    """Finds the positions of rows and cells in a text table.

    Parameters
    ----------
    source : TextFile
        The text.
    columns : dict
        Maps our field names to the index of their column.
    delimiter : str
        The character between cells, or ``WORD_PATTERN``.
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
        """Return the position of the header row."""
        return Place(file=self._source.name, line=self._source.first_line_number)

    def cell(self, line: int, field: str = "") -> Place:
        """Return the position of a cell by its line and our name of its column."""
        column = None
        if field in self._columns and line in self._lines:
            column = self._start_of_cell(self._lines[line], self._columns[field])
        return Place(self._source.name, line, column)

    def _start_of_cell(self, text: str, index: int) -> int:
        """Return the column (1-based) of the first character of a line's cell."""
        if self._delimiter == WORD_PATTERN:
            words = list(re.finditer(WORD_PATTERN, text))
            return words[min(index, len(words) - 1)].start() + 1 if words else 1
        cell, quoted = 0, False
        for column, character in enumerate(text, start=1):
            if cell == index:
                return column
            quoted ^= character == '"'
            cell += character == self._delimiter and not quoted
        return len(text) + 1 if cell == index else 1

    def video(self, row: int, field: str = "") -> Place:
        """Return the position of the first row of a video."""
        return named_video(self.cell(self.line_of_video[row], field), self.video_rows[row])

    def interval(self, row: int, field: str = "") -> Place:
        """Return the position of an interval, or of one of its cells."""
        position = self.cell(self.line_of_interval[row], field)
        return named_video(position, self.video_rows[int(self.video_of_interval[row])])

    def sample(self, row: int, field: str = "") -> Place:
        """Return the position of a sample, or of one of its cells."""
        return named_sample(self.cell(self.line_of_sample[row], field), self.sample_rows[row])


_INTEGER = re.compile(r"[+-]?[0-9]+")
_DECIMAL_NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")

KIND_NAMES = {
    "micro": 0,
    "me": 0,
    "micro-expression": 0,
    "macro": 1,
    "mae": 1,
    "macro-expression": 1,
}
assert KINDS == ("micro", "macro")

PlaceOf = Callable[[int], Place]


def parse_frames(
    cells: Sequence[str], field: str, first_frame: int, findings: Findings, place: PlaceOf
) -> IntegerColumn:
    """Parse a column of frames and make it 0-based.

    Parameters
    ----------
    cells : sequence of str
        The column; an empty cell gives ``NO_FRAME``.
    field : str
        The column's name, for messages.
    first_frame : {0, 1}
        The number of a video's first frame in the file.
    findings : Findings
        Receives ``frame-not-integer``, ``frame-too-large`` and the note ``frame-spelled``.
    place : callable
        Returns the position of a row in the file.
    """
    column = np.full(len(cells), NO_FRAME, np.int64)
    as_fraction: list[int] = []
    not_integer: list[int] = []
    too_large: list[int] = []
    for row, cell in enumerate(cells):
        text = cell.strip()
        if not text:
            continue
        is_integer = _INTEGER.fullmatch(text) is not None
        if not is_integer and not _DECIMAL_NUMBER.fullmatch(text):
            not_integer.append(row)
            continue
        number = float(text)
        if abs(number) >= FRAME_LIMIT:
            too_large.append(row)
        elif not number.is_integer():
            not_integer.append(row)
        else:
            column[row] = int(number) - first_frame
            if not is_integer:
                as_fraction.append(row)
    findings.add_rows(
        not_integer,
        lambda row: (
            f"{field!r} is {shorten(cells[row].strip())!r}, but must be an integer.",
            "Frames are integers; round them before writing.",
            place(row),
        ),
        "frame-not-integer",
    )
    findings.add_rows(
        too_large,
        lambda row: (
            f"{field!r} is {shorten(cells[row].strip())}, which is too large.",
            f"Use frame numbers below {FRAME_LIMIT}.",
            place(row),
        ),
        "frame-too-large",
    )
    if as_fraction:
        findings.note(
            "frame-spelled",
            f"{len(as_fraction)} values of {field!r} are integers with a decimal point or "
            f"exponent, such as {cells[as_fraction[0]].strip()[:40]!r}; they were accepted.",
            "",
            place(as_fraction[0]),
        )
    return column


def parse_scores(cells: Sequence[str], findings: Findings, place: PlaceOf) -> FloatColumn | None:
    """Parse a column of scores; an empty cell gives NaN, an empty column None."""
    column = np.full(len(cells), np.nan)
    wrong: list[int] = []
    for row, cell in enumerate(cells):
        text = cell.strip()
        if not text:
            continue
        value = float(text) if _DECIMAL_NUMBER.fullmatch(text) else math.nan
        if not math.isfinite(value):
            wrong.append(row)
            value = 0.0  # so that it is not also reported as missing
        column[row] = value
    findings.add_rows(
        wrong,
        lambda row: (
            f"'score' is {shorten(cells[row].strip())!r}.",
            "Write a finite number; use a point, not a comma, before the decimals.",
            place(row),
        ),
        "not-finite",
    )
    return column if any(cell.strip() for cell in cells) else None


def parse_kinds(cells: Sequence[str], findings: Findings, place: PlaceOf) -> np.ndarray:
    """Parse a column of kinds: micro or macro, me or mae."""
    column = np.full(len(cells), NO_KIND, np.int8)
    wrong: list[int] = []
    for row, cell in enumerate(cells):
        text = cell.strip().casefold()
        if text:
            code = KIND_NAMES.get(text)
            if code is None:
                wrong.append(row)
                code = 0  # so that it is not also reported as missing
            column[row] = code
    findings.add_rows(
        wrong,
        lambda row: (
            f"Unknown kind {shorten(cells[row].strip())!r}."
            + did_you_mean(cells[row][:40], KIND_NAMES),
            "Use micro or macro (me or mae).",
            place(row),
        ),
        "unknown-kind",
    )
    return column


def shorten(text: str) -> str:
    """Return a text for a message, cut to 40 characters."""
    return text if len(text) <= 40 else text[:39] + "…"
