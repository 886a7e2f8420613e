"""Read annotations from tables: columns in every known spelling, and the values in a row.

An :class:`Annotation` has the frame numbers of its spreadsheet.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

from mebench.diagnostics import Place
from mebench.models.base import ID_LENGTH, Kind
from mebench.spreadsheets.table import ColumnSpec, SheetTable
from mebench.spreadsheets.table_row import TableRow

SUBJECT = ColumnSpec("subject", ("Subject", "Subjects", "Sub", "Participant"))
FILENAME = ColumnSpec("filename", ("Filename", "File", "Video", "Clip", "Sample", "Seq"))
ONSET = ColumnSpec("onset", ("Onset", "OnsetFrame", "OnsetF"))
APEX = ColumnSpec("apex", ("Apex", "ApexFrame", "ApexF", "ApexFrame1"))
OFFSET = ColumnSpec("offset", ("Offset", "OffsetFrame", "OffsetF"))
FIRST = ColumnSpec("first", ("FirstF", "FirstFrame", "First"))
EMOTION = ColumnSpec("emotion", ("EstimatedEmotion", "Emotion", "Emotions", "Label"))
TYPE = ColumnSpec("type", ("Type", "ExpressionType", "Micro"))
OBJECTIVE = ColumnSpec("objective", ("ObjectiveClass", "ObjectiveClasses"), required=False)
"""The objective class of the action units (Davison et al. 2018), as a number or a numeral."""

NUMERALS = ("I", "II", "III", "IV", "V", "VI", "VII")

Columns = Sequence[ColumnSpec]

INTERVAL = (SUBJECT, FILENAME, ONSET, APEX, OFFSET)
"""The columns of nearly every sheet: subject, file name and frames."""


Number = int | Fraction
"""The number of a frame in a spreadsheet; some have fractions."""


@dataclass(frozen=True, slots=True)
class Annotation:
    """An expression in a row of a spreadsheet; subject and video are spelled like the folders.

    A frame is None for an empty cell, and a text for a mark in place of a number. Repairs must turn
    onset and offset into integers, and the apex into an integer or None; all else is an error.
    ``counted_from`` is the number of frame 0 in the spreadsheet and in the names of the files;
    ``first`` and ``last`` are those of the video's first and last file, if known. Files that count
    otherwise than the spreadsheet have ``file_origin`` as the number of frame 0. ``fps`` is the
    video's own frame rate, if the spreadsheet states it. A recording may have several expressions
    in one row, whose ``order`` counts from 1. A row that ``is_left_out`` names nothing that was
    released. ``split`` is the part of the data set with the row. ``objective_class`` is a numeral;
    only some sheets have it, so that it does not distinguish two sheets.
    ``disabled_repair`` is the repair that the row needs and the user disabled.

    Annotations are equal if they state the same, wherever they are.
    """

    place: Place = field(compare=False)
    name: str = field(compare=False)
    subject: str
    video: str
    onset: Number | str | None
    apex: Number | str | None
    offset: Number | str | None
    kind: Kind = "micro"
    emotion: str | None = None
    counted_from: int = 1
    first: int | None = None
    last: int | None = None
    file_origin: int | None = None
    order: int = 1
    is_left_out: bool = False
    fps: float | None = None
    split: str | None = None
    objective_class: str | None = field(default=None, compare=False)
    disabled_repair: str | None = None

    def __str__(self) -> str:
        """Return the subject and the name of the expression."""
        return f"{self.subject}/{self.name}"


def optional(column: ColumnSpec) -> ColumnSpec:
    """Return a column that need not be in a sheet."""
    return replace(column, required=False)


def build_annotations(
    table: SheetTable, build: Callable[[TableRow], Annotation]
) -> list[Annotation]:
    """Return the rows of a table as annotations, without rows that have an invalid cell."""
    built = [(build(row), row) for row in table.rows]
    return [annotation for annotation, row in built if not row.is_bad]


def build_annotation(
    row: TableRow,
    subject: str,
    video: str,
    *,
    name: str | None = None,
    kind: Kind = "micro",
    emotion: str | None = None,
    apex_marks: Sequence[str] = (),
) -> Annotation:
    """Return an annotation with the frames of a row; an apex mark stands for an unknown apex."""
    onset = row.count("onset")
    mark = row.text("apex") if apex_marks else None
    apex = mark if mark in apex_marks else row.count("apex")
    offset = row.count("offset")
    if not row.is_bad and not (subject and video):
        row.refuse("filename", "names no video", "Write the name as in the original sheet.")
    place, name = row.place("filename"), name or video
    return Annotation(place, name, subject, video, onset, apex, offset, kind, emotion)


def objective_class(row: TableRow) -> str | None:
    """Return the objective class that a row states, as a numeral, or None."""
    text = row.text("objective")
    if text is None:
        return None
    numeral = NUMERALS[int(text) - 1] if text in {*"1234567"} else text.upper()
    if numeral not in NUMERALS:
        row.refuse("objective", "is not an objective class", "Write I to VII, or 1 to 7.")
    return numeral


def expression_kind(row: TableRow) -> Kind:
    """Return the kind that a row names: ``micro-expression``, ``Micro - 1/2``, ``Macro``."""
    text = (row.text("type") or "").casefold()
    if text.startswith("ma"):
        return "macro"
    if not text.startswith(("mi", "me")):
        row.refuse("type", "is not a kind of expression", "Write micro or macro.")
    return "micro"


def required_text(row: TableRow, column: str) -> str:
    """Return a cell that must not be empty, such as the name of a video."""
    remedy = "Each row names its subject and its video."
    return row.label(column, limit=ID_LENGTH, remedy=remedy) or ""


def emotion_label(row: TableRow, *, required: bool = True) -> str | None:
    """Return the emotion that a row names; micro-expressions need one."""
    remedy = "Each micro-expression has an emotion."
    return row.label("emotion", required=required, remedy=remedy)


def subject_folder(prefix: str, text: str, digits: int) -> str:
    """Return the folder of a subject: ``sub01`` for ``1``, ``01`` and ``sub01``."""
    number = text.casefold().removeprefix(prefix.casefold())
    return f"{prefix}{int(number):0{digits}d}" if number.isdecimal() else text
