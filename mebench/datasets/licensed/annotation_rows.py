"""Annotation rows from tables: what the spreadsheets of several data sets have in common."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from mebench.datasets.frames.scan_directory import number_files
from mebench.datasets.licensed.annotation import Annotation, Number
from mebench.datasets.licensed.disk_layout import entries
from mebench.datasets.licensed.local_copy import LocalCopy
from mebench.diagnostics import Findings, MebenchError, Place
from mebench.models.base import EMOTION_LENGTH, ID_LENGTH, Kind
from mebench.util.text import format_ranges, pluralize

if TYPE_CHECKING:
    from mebench.datasets.spreadsheets.rows import TableRow
    from mebench.datasets.spreadsheets.table import ColumnSpec, SheetTable


KIND_BY_PREFIX: dict[str, Kind] = {"mi": "micro", "me": "micro", "ma": "macro"}


def required_table(
    copy: LocalCopy,
    patterns: Sequence[str],
    what: str,
    columns: Sequence[ColumnSpec],
    findings: Findings,
) -> SheetTable:
    """Return the table of a sheet that a copy cannot do without; arguments as for an optional one.

    Raises
    ------
    MebenchError
        If it is missing, there are two, it cannot be read, or it has no such columns.
    """
    found = _read_table(copy.required_sheet(patterns, what, findings), columns, findings)
    if found is None:
        raise MebenchError(findings.kept, findings.omitted)
    return found


def optional_table(
    copy: LocalCopy,
    patterns: Sequence[str],
    what: str,
    columns: Sequence[ColumnSpec],
    findings: Findings,
) -> SheetTable | None:
    """Return the table of a sheet, or None if it is not there.

    Parameters
    ----------
    copy : LocalCopy
        What is on disk.
    patterns : sequence of str
        Names in circulation.
    what : str
        What it is, for messages.
    columns : sequence of ColumnSpec
        What it holds.
    findings : Findings
        Takes in what is wrong, and text beside the table that was left out.
    """
    apart = Findings()
    path = copy.find_sheet(patterns, what, apart)
    for one in apart.kept:
        if one.code != "sheet-missing":
            findings.add(one)
    return None if path is None else _read_table(path, columns, findings)


def _read_table(path: Path, columns: Sequence[ColumnSpec], findings: Findings) -> SheetTable | None:
    from mebench.datasets.spreadsheets.table import find_table
    from mebench.datasets.spreadsheets.workbook_file import read_workbook

    table = find_table(read_workbook(path, findings), columns, findings)
    if table is not None:
        report_ignored_rows(table, findings)
    return table


def report_ignored_rows(table: SheetTable, findings: Findings) -> None:
    """Say aloud which rows of a sheet were taken for remarks."""
    if table.ignored:
        numbers = format_ranges([(one.number, one.number) for one in table.ignored])
        findings.note(
            "sheet-remarks",
            f"{pluralize(len(table.ignored), 'row')} left out, which hold remarks and no "
            f"annotation: {numbers}. The first says {table.ignored[0].text[:80]}.",
            "",
            Place(file=table.file),
        )


def build_annotations(
    table: SheetTable, build: Callable[[TableRow], Annotation]
) -> list[Annotation]:
    """Return the rows of a table, but those with a cell that could not be understood.

    Parameters
    ----------
    table : SheetTable
        The table, which reports such cells itself.
    build : callable
        From a row to an annotation.
    """
    built = [(build(row), row) for row in table.rows]
    return [one for one, row in built if not row.is_bad]


def number_or_mark(row: TableRow, column: str, marks: Sequence[str] = ()) -> Number | str | None:
    """Return a cell that holds a number, or one of the marks that stand for none."""
    text = row.text(column)
    return text if text in marks else row.count(column)


def expression_kind(row: TableRow, column: str) -> Kind:
    """Return the kind that a cell names: ``micro-expression``, ``Micro - 1/2``, ``Macro``."""
    text = (row.text(column) or "").casefold()
    for beginning, kind in KIND_BY_PREFIX.items():
        if text.startswith(beginning):
            return kind
    row.refuse(column, "is no kind of expression", "The column says micro or macro.")
    return "micro"


def required_text(row: TableRow, column: str) -> str:
    """Return a cell that must not be empty, such as the name of a video."""
    return _text_within(row, column, ID_LENGTH, "Each row names its subject and its video.") or ""


def emotion_label(row: TableRow, column: str, *, needed: bool = True) -> str | None:
    """Return the emotion that a cell names; micro-expressions need one."""
    return _text_within(
        row, column, EMOTION_LENGTH, "Each micro-expression has an emotion.", needed
    )


def _text_within(
    row: TableRow, column: str, limit: int, remedy: str, needed: bool = True
) -> str | None:
    text = row.text(column)
    if text is None:
        if needed:
            row.refuse(column, "is empty", remedy)
    elif len(text) > limit or not text.isprintable():
        why = "is too long" if len(text) > limit else "is not a word of one line"
        row.refuse(column, why, "Is the sheet damaged? Correct the cell in a copy of it.")
    return text


def subject_folder(prefix: str, text: str | None, digits: int = 0) -> str:
    """Return the folder of a subject that a sheet may give as a number alone.

    Parameters
    ----------
    prefix : str
        What comes before the number in the folder's name.
    text : str or None
        What the sheet says: ``1``, ``01`` and ``sub01`` are one.
    digits : int
        To how many digits the folders' numbers are filled up.
    """
    text = text or ""
    number = text.casefold().removeprefix(prefix.casefold())
    return f"{prefix}{int(number):0{digits}d}" if number.isdecimal() else text


def with_first_files(rows: Sequence[Annotation], copy: LocalCopy) -> list[Annotation]:
    """Return rows with the number of their clip's first file, where its frames are there.

    Parameters
    ----------
    rows : sequence of Annotation
        Of clips.
    copy : LocalCopy
        Where they lie.
    """
    found = []
    for row in rows:
        there = copy.find(row.subject, row.video)
        names = () if there is None else (one.name for one in entries(there.path))
        numbers = number_files(names).by_number
        found.append(replace(row, first=next(iter(numbers))) if numbers else row)
    return found
