"""Read text tables as rows with line numbers, and parse cells as frames, scores and kinds.

Every problem is reported with its position in the file.
"""

from __future__ import annotations

import csv
import math
import re
import shlex
from array import array
from collections.abc import Callable, Mapping, MutableSequence, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, partial
from typing import Any

import numpy as np

from mebench.diagnostics import Findings, MebenchError, Place
from mebench.formats.fractional_frames import exact_number, round_half_up
from mebench.formats.text_file import TextFile
from mebench.models.annotation_table import (
    NO_FRAME,
    NO_KIND,
    FloatColumn,
    IntegerColumn,
    RowKind,
    RowPlaces,
    SampleRow,
)
from mebench.models.base import FRAME_LIMIT, KINDS, Kind
from mebench.util.text import did_you_mean, lookalike_key

DELIMITERS = (",", ";", "\t")


@dataclass(slots=True)
class TextTable:
    """The columns of a table, with stripped cells.

    ``header`` has the column names in lower case, without padding and invisible characters;
    ``lines`` the line on which each row begins, counted from 1.
    """

    source: TextFile
    header: list[str]
    delimiter: str
    columns: list[list[str]]
    lines: array[int]


MAX_KNOWN = 50_000
"""How many cells of a column are stored only once; ids and frames repeat, scores do not."""


class CompactColumn:
    """The cells of a column, in which equal cells are one object."""

    def __init__(self) -> None:
        self.cells: list[str] = []
        self._known: dict[str, str] = {}

    def append(self, cell: str) -> None:
        """Add a cell."""
        known = self._known.get(cell)
        if known is None:
            known = cell
            if len(self._known) < MAX_KNOWN:
                self._known[cell] = cell
        self.cells.append(known)


def split_header(source: TextFile, decimal: str | None = None) -> tuple[list[str], str]:
    """Return the column names in the first line, and the most frequent delimiter in it.

    A delimiter is not ``decimal``, and a line ``sep=;`` above states it. Empty cells at the end
    name no column.
    """
    first = source.first_line[:10_000]
    delimiter = source.delimiter or max(
        (character for character in DELIMITERS if character != decimal), key=first.count
    )
    names = [lookalike_key(cell.strip().strip('"')) for cell in first.split(delimiter)]
    while len(names) > 1 and not names[-1]:
        names.pop()
    return names, delimiter


def read_text_table(
    source: TextFile,
    findings: Findings,
    header: list[str] | None = None,
    *,
    delimiter: str | None = None,
    has_header: bool = True,
) -> TextTable:
    """Read all rows; report those that have another number of cells than the header.

    ``header`` are other names of the columns; without ``has_header`` the first row has data.
    """
    names, found = split_header(source)
    header, delimiter = header or names, delimiter or found
    duplicates = sorted({name for name in header if header.count(name) > 1})
    if duplicates:
        raise MebenchError.of(
            "csv-duplicate-column",
            f"The header has the column {duplicates[0]!r} more than once.",
            "Remove the duplicate column.",
            Place(file=source.name, line=source.first_line_number),
        )
    # Strict, because otherwise an unclosed quote silently includes the rest of the file.
    reader = csv.reader(source.raw_lines(), delimiter=delimiter, strict=True)
    columns = [CompactColumn() for _ in header]
    lines = array("q")
    wrong: list[tuple[int, int]] = []
    begin, seen_header = 1, not has_header
    try:
        for row in reader:
            line, begin = begin, reader.line_num + 1
            if not any(map(str.strip, row)):
                continue
            if not seen_header:
                seen_header = True
            elif len(row) >= len(header) and not any(map(str.strip, row[len(header) :])):
                for column, cell in zip(columns, row, strict=False):
                    column.append(cell.strip())
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
    cells = [column.cells for column in columns]
    return TextTable(source, header, delimiter, cells, lines)


WORD_PATTERN = r"[^,\s]+"
"""As the delimiter, this means that cells are words separated by spaces, tabs or commas."""


class LinePlaces(RowPlaces):
    """Finds the positions of rows and cells in a text table.

    ``columns`` maps our field names to the index of their column; ``delimiter`` is the character
    between cells, or ``WORD_PATTERN``.
    """

    def __init__(self, source: TextFile, columns: dict[str, int], delimiter: str) -> None:
        super().__init__()
        self._source = source
        self.columns = columns
        self._delimiter = delimiter
        kinds: tuple[RowKind, ...] = ("video", "interval", "sample")
        self.lines: dict[RowKind, MutableSequence[int]] = {kind: array("q") for kind in kinds}

    @cached_property
    def _text_of_line(self) -> dict[int, str]:
        return dict(self._source.lines())

    def header(self, pointer: str = "") -> Place:
        """Return the position of the header row."""
        return Place(file=self._source.name, line=self._source.first_line_number)

    def cell(self, line: int, field: str = "") -> Place:
        """Return the position of a cell by its line and our name of its column."""
        column = None
        if field in self.columns and self._source.is_sheet:
            column = self.columns[field] + 1
        elif field in self.columns and line in self._text_of_line:
            column = self._start_of_cell(self._text_of_line[line], self.columns[field])
        return Place(self._source.name, line, column)

    def add_sample(self, line: int, sample: SampleRow) -> None:
        """Add a sample and its line."""
        self.sample_rows.append(sample)
        self.lines["sample"].append(line)

    def _locate(self, kind: RowKind, row: int, field: str) -> Place:
        return self.cell(self.lines[kind][row], field)

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


_INTEGER = re.compile(r"[+-]?[0-9]+")
_DECIMAL_NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")

KIND_NAMES = dict.fromkeys(("micro", "me", "micro-expression"), KINDS.index("micro"))
KIND_NAMES |= dict.fromkeys(("macro", "mae", "macro-expression"), KINDS.index("macro"))

PlaceOf = Callable[[int], Place]


def parse_seconds(
    cells: Sequence[str],
    field: str,
    first_frame: int,
    fps: Fraction,
    findings: Findings,
    place: PlaceOf,
) -> tuple[IntegerColumn, bool]:
    """Parse a column of seconds as frames, to the nearest one; 0 seconds are the frame 0.

    Also return whether any of them was between two frames. An empty cell gives ``NO_FRAME``. If
    the times were computed from frames that count from 1, ``first_frame`` is 1.
    """
    was_rounded = False

    def parse(text: str) -> int | str:
        nonlocal was_rounded
        seconds = exact_number(text)
        if seconds is None:
            return "not-finite"
        number = seconds * fps
        was_rounded |= number.denominator != 1
        is_large = abs(number) >= FRAME_LIMIT
        return "frame-too-large" if is_large else round_half_up(number) - first_frame

    problems = {
        "not-finite": (
            f"{field!r} is {{cell!r}}, but must be a number of seconds.",
            "Write a number such as 12.5; pass --decimal , for 12,5.",
        ),
        "frame-too-large": _too_large(field),
    }
    values = array("q")
    _parse_cells(cells, parse, values, NO_FRAME, NO_FRAME, problems, findings, place)
    return np.array(values, np.int64), was_rounded


def _too_large(field: str) -> tuple[str, str]:
    """Return the message and the remedy for a frame that is too large."""
    message = f"{field!r} is {{cell}}, which is too large."
    return message, f"Use frame numbers below {FRAME_LIMIT}."


INTEGER_REMEDY = (
    "Frames are integers; round them before writing. For seconds pass --seconds --fps F."
)
SCORE_REMEDY = "Write a finite number such as 0.5; pass --decimal , for 0,5."


def parse_frames(
    cells: Sequence[str],
    field: str,
    first_frame: int,
    findings: Findings,
    place: PlaceOf,
    remedy: str = INTEGER_REMEDY,
) -> IntegerColumn:
    """Parse a column of frames and make it 0-based; an empty cell gives ``NO_FRAME``.

    ``first_frame`` is the number of a video's first frame in the file; ``remedy`` is for frames
    that are no integers.
    """
    problems = {
        "frame-not-integer": (
            f"{field!r} is {{cell!r}}, but must be an integer.",
            remedy,
        ),
        "frame-too-large": _too_large(field),
    }

    def parse(text: str) -> int | str:
        number = float(text) if _DECIMAL_NUMBER.fullmatch(text) else math.nan
        if abs(number) >= FRAME_LIMIT:
            return "frame-too-large"
        return int(number) - first_frame if number.is_integer() else "frame-not-integer"

    values = array("q")
    _parse_cells(cells, parse, values, NO_FRAME, NO_FRAME, problems, findings, place)
    spelled = {cell for cell in set(cells) if not _INTEGER.fullmatch(cell)} - {""}
    as_fraction = [
        row for row, cell in enumerate(cells) if cell in spelled and values[row] != NO_FRAME
    ]
    if as_fraction:
        findings.note(
            "frame-spelled",
            f"{len(as_fraction)} values of {field!r} are integers with a decimal point or "
            f"exponent, such as {cells[as_fraction[0]][:40]!r}; they were accepted.",
            "",
            place(as_fraction[0]),
        )
    return np.array(values, np.int64)


def parse_scores(
    cells: Sequence[str], findings: Findings, place: PlaceOf, remedy: str = SCORE_REMEDY
) -> FloatColumn | None:
    """Parse a column of scores; an empty cell gives NaN, an empty column None."""

    def parse(text: str) -> float | str:
        score = float(text) if _DECIMAL_NUMBER.fullmatch(text) else math.nan
        return score if math.isfinite(score) else "not-finite"

    problems = {"not-finite": ("'score' is {cell!r}.", remedy)}
    values = array("d")
    _parse_cells(cells, parse, values, math.nan, 0.0, problems, findings, place)
    return np.array(values, np.float64) if any(cells) else None


def parse_kinds(
    cells: Sequence[str],
    findings: Findings,
    place: PlaceOf,
    own_names: Mapping[str, Kind] | None = None,
) -> np.ndarray:
    """Parse a column of kinds: micro or macro, me or mae, or a name of one's own."""
    own = {name.casefold(): KINDS.index(kind) for name, kind in (own_names or {}).items()}
    known = KIND_NAMES | own

    def parse(text: str) -> int | str:
        return known.get(text.casefold(), "unknown-kind")

    problem = (
        "Unknown kind {cell!r}.{guess}",
        "Use micro or macro (me or mae), or pass --kind-value {cell}=micro (or =macro).",
    )
    values = array("b")
    _parse_cells(cells, parse, values, NO_KIND, 0, {"unknown-kind": problem}, findings, place)
    return np.array(values, np.int8)


def _parse_cells(
    cells: Sequence[str],
    parse: Callable[[str], float | str],
    values: array[Any],
    missing: float,
    replacement: float,
    problems: dict[str, tuple[str, str]],
    findings: Findings,
    place: PlaceOf,
) -> None:
    """Parse a column of stripped cells into ``values`` and report the wrong ones.

    ``parse`` returns the value of a cell, or the code of its problem. A wrong cell gives the
    ``replacement``, so that it is not also reported as ``missing``.
    """
    wrong: dict[str, list[int]] = {code: [] for code in problems}
    for row, cell in enumerate(cells):
        value = parse(cell) if cell else missing
        if isinstance(value, str):
            wrong[value].append(row)
            value = replacement
        values.append(value)

    def describe(code: str, row: int) -> tuple[str, str, Place]:
        message, remedy = problems[code]
        guess = did_you_mean(cells[row][:40], KIND_NAMES) if code == "unknown-kind" else ""
        cell = shorten(cells[row])
        remedy = remedy.format(cell=shlex.quote(cell))
        return message.format(cell=cell, guess=guess), remedy, place(row)

    for code, rows in wrong.items():
        findings.add_rows(rows, partial(describe, code), code)


def shorten(text: str) -> str:
    """Return a text for a message, cut to 40 characters."""
    return text if len(text) <= 40 else text[:39] + "…"
