"""Text tables: rows with line numbers, and cells parsed as frames, scores and kinds.

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
    """A table's rows.

    Attributes
    ----------
    source : TextFile
        The text.
    header : list of str
        Column names, stripped and casefolded.
    delimiter : str
        What separates the cells.
    rows : list of list of str
        As many cells each as the header has.
    lines : list of int
        The line on which each row begins, 1-based.
    """

    source: TextFile
    header: list[str]
    delimiter: str
    rows: list[list[str]]
    lines: list[int]


def split_header(source: TextFile) -> tuple[list[str], str]:
    """Return the names in the first line, and the delimiter that splits it best."""
    first = source.first_line[:10_000]
    delimiter = max(DELIMITERS, key=first.count)
    return [cell.strip().strip('"').casefold() for cell in first.split(delimiter)], delimiter


def read_text_table(source: TextFile, findings: Findings) -> TextTable:
    """Read all rows; rows of another width than the header are findings.

    Raises
    ------
    MebenchError
        ``csv-syntax`` or ``csv-duplicate-column``.
    """
    header, delimiter = split_header(source)
    _refuse_duplicates(header, source)
    # Strict: a quote that is never closed would swallow the rest of the file without a word.
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
            f"Not a readable table: {error}.",
            "Is a quote opened and never closed? Write the file again with a CSV library.",
            Place(file=source.name, line=begin),
        ) from None
    findings.add_rows(
        range(len(wrong)),
        lambda row: (
            f"The row has {wrong[row][1]} cells, the header {len(header)}.",
            "Write one cell a column; put quotes around a cell that contains the delimiter.",
            Place(file=source.name, line=wrong[row][0]),
        ),
        "csv-row-width",
    )
    return TextTable(source, header, delimiter, rows, lines)


def _refuse_duplicates(header: list[str], source: TextFile) -> None:
    twins = sorted({name for name in header if header.count(name) > 1})
    if twins:
        raise MebenchError.of(
            "csv-duplicate-column",
            f"The column {twins[0]!r} stands twice in the header.",
            "Keep one of the two.",
            Place(file=source.name, line=source.first_line_number),
        )


WORD_PATTERN = r"[^,\s]+"
"""As a table's delimiter: cells are words, apart by spaces, tabs or commas."""


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


_WHOLE_NUMBER = re.compile(r"[+-]?[0-9]+")
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
    """Read a column of frames and make it 0-based.

    Parameters
    ----------
    cells : sequence of str
        The column; an empty cell gives ``NO_FRAME``.
    field : str
        The column's name, for messages.
    first_frame : {0, 1}
        The number that the file gives to a video's first frame.
    findings : Findings
        Takes in ``frame-not-integer``, ``frame-too-large`` and the note ``frame-spelled``.
    place : callable
        From a row to its place.
    """
    column = np.full(len(cells), NO_FRAME, np.int64)
    spelled: list[int] = []
    fractional: list[int] = []
    large: list[int] = []
    for row, cell in enumerate(cells):
        text = cell.strip()
        if not text:
            continue
        is_whole = _WHOLE_NUMBER.fullmatch(text) is not None
        if not is_whole and not _DECIMAL_NUMBER.fullmatch(text):
            fractional.append(row)
            continue
        number = float(text)
        if abs(number) >= FRAME_LIMIT:
            large.append(row)
        elif not number.is_integer():
            fractional.append(row)
        else:
            column[row] = int(number) - first_frame
            if not is_whole:
                spelled.append(row)
    findings.add_rows(
        fractional,
        lambda row: (
            f"{field!r} is {shorten(cells[row].strip())!r}, and should be a whole number.",
            "Frames are whole numbers: round before writing.",
            place(row),
        ),
        "frame-not-integer",
    )
    findings.add_rows(
        large,
        lambda row: (
            f"{field!r} is {shorten(cells[row].strip())}: no video is that long.",
            f"Frames lie below {FRAME_LIMIT}.",
            place(row),
        ),
        "frame-too-large",
    )
    if spelled:
        findings.note(
            "frame-spelled",
            f"Whole numbers spelled as fractions in {field!r} were taken: {len(spelled)} of them, "
            f"such as {cells[spelled[0]].strip()[:40]!r}.",
            "",
            place(spelled[0]),
        )
    return column


def parse_scores(cells: Sequence[str], findings: Findings, place: PlaceOf) -> FloatColumn | None:
    """Read a column of scores; None where all cells are empty, NaN where one is."""
    column = np.full(len(cells), np.nan)
    wrong: list[int] = []
    for row, cell in enumerate(cells):
        text = cell.strip()
        if not text:
            continue
        value = float(text) if _DECIMAL_NUMBER.fullmatch(text) else math.nan
        if not math.isfinite(value):
            wrong.append(row)
            value = 0.0  # said once: it is not missing as well
        column[row] = value
    findings.add_rows(
        wrong,
        lambda row: (
            f"'score' is {shorten(cells[row].strip())!r}.",
            "Give a finite number, with a point for the decimals.",
            place(row),
        ),
        "not-finite",
    )
    return column if any(cell.strip() for cell in cells) else None


def parse_kinds(cells: Sequence[str], findings: Findings, place: PlaceOf) -> np.ndarray:
    """Read a column of kinds: micro or macro, me or mae."""
    column = np.full(len(cells), NO_KIND, np.int8)
    wrong: list[int] = []
    for row, cell in enumerate(cells):
        text = cell.strip().casefold()
        if text:
            code = KIND_NAMES.get(text)
            if code is None:
                wrong.append(row)
                code = 0  # said once: it is not missing as well
            column[row] = code
    findings.add_rows(
        wrong,
        lambda row: (
            f"The kind {shorten(cells[row].strip())!r} is not known."
            + did_you_mean(cells[row][:40], KIND_NAMES),
            "Use micro or macro (me or mae).",
            place(row),
        ),
        "unknown-kind",
    )
    return column


def shorten(text: str) -> str:
    """Return a cell as a message quotes it."""
    return text if len(text) <= 40 else text[:39] + "…"
