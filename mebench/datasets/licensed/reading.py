"""Rows of annotations out of tables: what the sheets of several data sets have in common."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from mebench.datasets.frames.numbers import in_words
from mebench.datasets.licensed.annotation import Annotation, Number
from mebench.diagnostics import Findings, MebenchError, Place
from mebench.records.base import EMOTION_LENGTH, ID_LENGTH, Kind
from mebench.wording import counted

if TYPE_CHECKING:
    from mebench.datasets.licensed.copies import Copy
    from mebench.datasets.sheets.row import TableRow
    from mebench.datasets.sheets.table import Column, Table

KINDS_BY_BEGINNING: dict[str, Kind] = {"mi": "micro", "me": "micro", "ma": "macro"}


def table_of(
    copy: Copy,
    patterns: Sequence[str],
    what: str,
    columns: Sequence[Column],
    findings: Findings,
) -> Table:
    """Return the table of a sheet that a copy cannot do without; arguments as for an optional one.

    Raises
    ------
    MebenchError
        If it is missing, there are two, it cannot be read, or it has no such columns.
    """
    found = _table_in(copy.needed_sheet(patterns, what, findings), columns, findings)
    if found is None:
        raise MebenchError(findings.kept, findings.omitted)
    return found


def optional_table_of(
    copy: Copy,
    patterns: Sequence[str],
    what: str,
    columns: Sequence[Column],
    findings: Findings,
) -> Table | None:
    """Return the table of a sheet, or None if it is not there.

    Parameters
    ----------
    copy : Copy
        What is on disk.
    patterns : sequence of str
        Names in circulation.
    what : str
        What it is, for messages.
    columns : sequence of Column
        What it holds.
    findings : Findings
        Takes in what is wrong, and text beside the table that was left out.
    """
    apart = Findings()
    path = copy.find_sheet(patterns, what, apart)
    for one in apart.kept:
        if one.code != "sheet-missing":
            findings.add(one)
    return None if path is None else _table_in(path, columns, findings)


def _table_in(path: Path, columns: Sequence[Column], findings: Findings) -> Table | None:
    from mebench.datasets.sheets.table import find_table
    from mebench.datasets.sheets.workbook import read_workbook

    table = find_table(read_workbook(path, findings), columns, findings)
    if table is not None:
        tell_ignored(table, findings)
    return table


def tell_ignored(table: Table, findings: Findings) -> None:
    """Say aloud which rows of a sheet were taken for remarks."""
    if table.ignored:
        numbers = in_words([(one.number, one.number) for one in table.ignored])
        findings.note(
            "sheet-remarks",
            f"{counted(len(table.ignored), 'row')} left out, which hold remarks and no annotation: "
            f"{numbers}. The first says {table.ignored[0].text[:80]}.",
            "",
            Place(file=table.file),
        )


def rows_of(table: Table, build: Callable[[TableRow], Annotation]) -> list[Annotation]:
    """Return the rows of a table, but those with a cell that could not be understood.

    Parameters
    ----------
    table : Table
        The table, which reports such cells itself.
    build : callable
        From a row to an annotation.
    """
    built = [(build(row), row) for row in table.rows]
    return [one for one, row in built if not row.is_bad]


def mark_or_number(row: TableRow, column: str, marks: Sequence[str] = ()) -> Number | str | None:
    """Return a cell that holds a number, or one of the marks that stand for none."""
    text = row.text(column)
    return text if text in marks else row.count(column)


def kind_in(row: TableRow, column: str) -> Kind:
    """Return the kind that a cell names: ``micro-expression``, ``Micro - 1/2``, ``Macro``."""
    text = (row.text(column) or "").casefold()
    for beginning, kind in KINDS_BY_BEGINNING.items():
        if text.startswith(beginning):
            return kind
    row.refuse(column, "is no kind of expression", "The column says micro or macro.")
    return "micro"


def word_in(row: TableRow, column: str) -> str:
    """Return a cell that must not be empty, such as the name of a video."""
    return _short(row, column, ID_LENGTH, "Each row names its subject and its video.") or ""


def label_in(row: TableRow, column: str, *, needed: bool = True) -> str | None:
    """Return the emotion that a cell names; micro-expressions need one."""
    return _short(row, column, EMOTION_LENGTH, "Each micro-expression has an emotion.", needed)


def _short(row: TableRow, column: str, limit: int, remedy: str, needed: bool = True) -> str | None:
    text = row.text(column)
    if text is None:
        if needed:
            row.refuse(column, "is empty", remedy)
    elif len(text) > limit or not text.isprintable():
        why = "is too long" if len(text) > limit else "is not a word of one line"
        row.refuse(column, why, "Is the sheet damaged? Correct the cell in a copy of it.")
    return text
