"""Tables in memory: data frames, lists of records, and dicts by video.

They become the text of a sheet, so that columns are found, mapped and checked as in a file. What
is found names the row and the column of the table.
"""

from __future__ import annotations

import csv
import io
import math
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, NoReturn, TypeAlias, TypeGuard

from mebench.diagnostics import Diagnostic, Findings, MebenchError, Place, UsageError
from mebench.formats.intervals_by_video import MEMORY_FORMAT, records_by_video
from mebench.formats.text_file import TextFile
from mebench.models.annotation_table import AnnotationTable, RowKind, RowPlaces
from mebench.models.table_mapping import ColumnNames, TableMapping

if TYPE_CHECKING:
    import pandas as pd

DataInput: TypeAlias = "Mapping[Any, Any] | Sequence[Mapping[str, Any]] | pd.DataFrame"
"""Data in memory: a dict (JSON data, or from videos to intervals), records, or a data frame."""

EXPECTED = (
    "a path, a data frame, a list of records (dicts), a dict from videos to intervals, the JSON "
    "data of mebench, or a {model}"
)

NATIVE_FIELDS = {"format", "videos", "samples", "database", "results"}
"""A dict with one of these is a JSON document."""

_NAME = "<memory>"


@dataclass(frozen=True, slots=True)
class MemoryTable:
    """Rows with named columns; ``labels`` name the rows in messages.

    ``by_video`` is whether it was a dict from videos, or samples.
    """

    columns: list[str]
    rows: list[list[Any]]
    labels: list[str]
    by_video: bool = False

    def mapping(self, given: TableMapping | None) -> TableMapping | None:
        """Return a mapping under which a dict from videos needs no subjects."""
        if not self.by_video or "subject" in self.columns or "video" not in self.columns:
            return given
        columns = {name: name for name in self.columns if name in ColumnNames.model_fields}
        document = {} if given is None else given.to_json()
        return TableMapping.model_validate({**document, "columns": columns})

    def as_sheet(self) -> TextFile:
        """Return the table as the text of a sheet, whose second line is the first row."""
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        clean = str.maketrans("\r\n", "  ")
        # A comma in the header would be read as a delimiter.
        names = str.maketrans('\r\n,"', "    ")
        writer.writerow([name.translate(names) for name in self.columns])
        for row in self.rows:
            writer.writerow([_as_text(value).translate(clean) for value in row])
        return TextFile(_NAME, out.getvalue(), ",", is_sheet=True)

    def place(self, place: Place) -> Place:
        """Return the position in the table for one in its text."""
        if place.file != _NAME:
            return place
        pointer = place.pointer
        if place.line is not None:
            row = place.line - 2
            parts = ["the columns" if row < 0 else self.labels[min(row, len(self.labels) - 1)]]
            if place.column is not None and place.column <= len(self.columns):
                parts.append(f"column {self.columns[place.column - 1]!r}")
            pointer = ", ".join(parts)
        return replace(place, file=None, line=None, column=None, pointer=pointer)

    def findings(self, found: Sequence[Diagnostic]) -> list[Diagnostic]:
        """Return findings about the text as findings about the table."""
        return [replace(one, place=self.place(one.place)) for one in found]

    def adopt(self, table: AnnotationTable) -> None:
        """Make a table that was read from the text one of data in memory."""
        table.file, table.places = None, MemoryPlaces(table.places, self)
        table.format = MEMORY_FORMAT


class MemoryPlaces(RowPlaces):
    """Finds the positions of rows in a table in memory."""

    def __init__(self, places: RowPlaces, table: MemoryTable) -> None:
        super().__init__()
        self._places, self._table = places, table
        self.video_rows, self.sample_rows = places.video_rows, places.sample_rows
        self.video_of_interval, self.first_rows = places.video_of_interval, places.first_rows

    def header(self, pointer: str = "") -> Place:
        """Return the position of the columns' names."""
        return self._table.place(self._places.header(pointer))

    def _locate(self, kind: RowKind, row: int, field: str) -> Place:
        return self._table.place(self._places._locate(kind, row, field))


def is_table(given: object) -> TypeGuard[DataInput]:
    """Return whether an argument is a table in memory, and not a document, a path or a model."""
    if isinstance(given, Mapping):
        values = list(given.values())
        is_document = bool(NATIVE_FIELDS & {key for key in given if isinstance(key, str)})
        is_plain = bool(values) and not is_document and all(map(_is_of_video, values))
        return is_plain or (not is_document and _is_by_subject(given))
    return _is_frame(given) or hasattr(given, "to_dicts") or isinstance(given, list | tuple)


def read_memory_table(given: Any, findings: Findings) -> MemoryTable:
    """Return a table in memory with its columns.

    Raises ``wrong-argument`` for a list of something else than records, and for a dict of dicts;
    values that are no intervals are findings.
    """
    if _is_frame(given):
        labels = [f"row {label!r}" for label in given.index.tolist()]
        if all(isinstance(name, str) and name not in given.columns for name in given.index.names):
            given = given.reset_index()
        names = [str(name) for name in given.columns]
        columns = [given.iloc[:, index].tolist() for index in range(len(names))]
        return MemoryTable(names, [list(row) for row in zip(*columns, strict=True)], labels)
    if isinstance(given, Mapping):
        if _is_by_subject(given):
            raise UsageError.of(
                "wrong-argument",
                "The dict has one dict per subject; expected one key per video.",
                'Pass {("p1", "clip1"): [(10, 20)]}: ids of the subject and of the video.',
            )
        return replace(_of_records(*records_by_video(given, findings)), by_video=True)
    return _of_records(given.to_dicts() if hasattr(given, "to_dicts") else given)


def _is_frame(given: object) -> bool:
    pandas = sys.modules.get("pandas")
    return pandas is not None and isinstance(given, pandas.DataFrame)


def _is_by_subject(given: Mapping[Any, Any]) -> bool:
    """Return whether a dict is {subject: {video: intervals}}."""
    return bool(given) and all(
        isinstance(videos, Mapping) and videos and all(map(_is_of_video, videos.values()))
        for videos in given.values()
    )


def _is_of_video(value: object) -> bool:
    is_array = hasattr(value, "tolist") and hasattr(value, "shape")
    return is_array or isinstance(value, list | tuple | str)


def _of_records(records: Sequence[Any], labels: list[str] | None = None) -> MemoryTable:
    for position, record in enumerate(records):
        if not isinstance(record, Mapping):
            raise UsageError.of(
                "wrong-argument",
                f"Row {position} is of the type {type(record).__name__}; expected a record such as "
                '{"subject": "1", "video": "a", "onset": 10, "offset": 20}.',
                "Pass a list of dicts with the same fields, or a dict from videos to intervals: "
                '{"1/a": [(10, 20)]}.',
                Place(pointer=f"row {position}"),
            )
    names = list(dict.fromkeys(str(name) for record in records for name in record))
    rows = [[record.get(name) for name in names] for record in records]
    labels = labels or [f"row {position}" for position in range(len(rows))]
    return MemoryTable(names or ["subject", "video", "onset", "offset"], rows, labels)


def _as_text(value: Any) -> str:
    """Return a value as the text of a cell; whole numbers have no decimal point."""
    value = value.item() if hasattr(value, "item") and not getattr(value, "shape", ()) else value
    if is_missing(value):
        return ""
    if isinstance(value, float) and value.is_integer() and math.isfinite(value):
        return str(int(value))
    return repr(float(value)) if isinstance(value, float) else str(value)


def is_missing(value: Any) -> bool:
    """Return whether a value stands for an empty cell: None, NaN, NaT or NA."""
    try:
        return value is None or bool(value != value)  # NaN and NaT differ from themselves
    except (TypeError, ValueError):
        return type(value).__name__ == "NAType"


def raise_as_memory(table: MemoryTable, error: MebenchError, findings: Findings) -> NoReturn:
    """Raise an error about the text of a table, with earlier findings, as one about the table."""
    if error.diagnostics[0].code == "unknown-format":
        raise MebenchError.of(
            "unknown-format",
            f"The table has the columns {', '.join(map(repr, table.columns))[:200]}, which are not "
            "those of predictions or a truth.",
            "It needs subject, video, onset and offset, or subject, sample and emotion; state "
            'other names with columns={"video": "clip", ...}.',
        )
    kind = UsageError if isinstance(error, UsageError) and not findings.has_errors else MebenchError
    findings.extend_from(error)
    raise kind(table.findings(findings.kept), findings.omitted) from None
