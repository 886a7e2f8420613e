"""A table in a spreadsheet: its header in any tab, row and known spelling, and the rows below."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

from mebench.diagnostics import Findings, MebenchError, Place
from mebench.spreadsheets.table_row import TableContext, TableRow, quoted, quoted_cells
from mebench.spreadsheets.workbook_file import read_workbook
from mebench.spreadsheets.workbook_model import (
    SheetRow,
    Tab,
    Workbook,
    column_letters,
    strip_invisible,
)
from mebench.util.text import format_ranges, pluralize


@dataclass(frozen=True)
class ColumnSpec:
    """A column to look for in a sheet: its name in mebench, and other spellings, best first.

    Case, spaces, ``_``, ``-``, ``.`` and line breaks are ignored.
    """

    name: str
    spellings: tuple[str, ...] = ()
    required: bool = True

    @cached_property
    def normalized_spellings(self) -> tuple[str, ...]:
        """All spellings, normalized for comparison."""
        return tuple(map(_normalize_header, (self.name, *self.spellings)))


@dataclass(frozen=True)
class SheetTable:
    """The rows of a sheet below its header, if any, and the 0-based indices of its columns.

    Ignored are rows with fewer than half of the required cells, and repetitions of the header.
    """

    file: str
    tab: str
    header_row: int | None
    columns: Mapping[str, int]
    rows: tuple[TableRow, ...]
    ignored: tuple[SheetRow, ...]


def read_sheet(path: str | Path, columns: Sequence[ColumnSpec], findings: Findings) -> SheetTable:
    """Read a spreadsheet: .xlsx, .xls, .ods or delimited text, as its content shows.

    The header may be in any row and tab, and a text may have any common encoding and delimiter.
    Rows that are no data, such as remarks, are ignored, with a note.

    Parameters
    ----------
    path : str or Path
        The file.
    columns : sequence of ColumnSpec
        The columns to look for; others are ignored.
    findings : Findings
        Receives the problems of cells, when they are read from the rows.

    Returns
    -------
    SheetTable
        Its ``rows`` return cells by column name.

    Raises
    ------
    MebenchError
        If the file cannot be read, or no row names all required columns.
    """
    return table_of(read_workbook(Path(path), findings), columns, findings)


def table_of(workbook: Workbook, columns: Sequence[ColumnSpec], findings: Findings) -> SheetTable:
    """Return the table in a workbook; raise all findings if no tab has its header."""
    table = find_table(workbook, columns, findings)
    if table is None:
        raise MebenchError(findings.kept, findings.omitted)
    report_ignored_rows(table, findings)
    return table


def report_ignored_rows(table: SheetTable, findings: Findings) -> None:
    """Report the rows of a sheet that were ignored because they are not annotations."""
    if table.ignored:
        numbers = format_ranges([(row.number, row.number) for row in table.ignored])
        message = (
            f"{pluralize(len(table.ignored), 'row')} ignored, because they are not annotations: "
            f"{numbers}. The first has the text {quoted_cells(table.ignored[0])[:80]}."
        )
        findings.note("sheet-remarks", message, "", Place(file=table.file))


def find_table(
    workbook: Workbook, columns: Sequence[ColumnSpec], findings: Findings
) -> SheetTable | None:
    """Return the table of the first tab with a header and rows below it; None without header."""
    tables = [
        _table(workbook, tab, row, _column_indices(row, columns), columns, findings)
        for tab in workbook.tabs
        if (row := _find_header(tab, columns)) is not None
    ]
    if not tables:
        _report_missing(workbook, workbook.tabs, columns, findings)
        return None
    filled = [table for table in tables if table.rows]
    if len(filled) > 1:
        others = ", ".join(quoted(table.tab) for table in filled[1:])
        message = f"The tab {quoted(filled[0].tab)} was read; {others} would fit as well."
        remedy = "To read another tab, remove the tabs before it."
        findings.note("sheet-tabs", message, remedy, Place(file=str(workbook.path)))
    table = (filled or tables)[0]
    _report_duplicate_columns(workbook, table, columns, findings)
    return table


def positional_table(
    workbook: Workbook, columns: Sequence[ColumnSpec], findings: Findings
) -> SheetTable | None:
    """Read a first tab that may have no header; then the columns are in the order of the sheet."""
    page = workbook.tabs[0]
    header = _find_header(page, columns)
    if header is not None:
        indices = _column_indices(header, columns)
        table = _table(workbook, page, header, indices, columns, findings)
        _report_duplicate_columns(workbook, table, columns, findings)
        return table
    required = [index for index, column in enumerate(columns) if column.required]
    nearest = _nearest_header([page], columns)
    if nearest is not None and 2 * len(_required_in(nearest[1], columns)) >= len(required):
        _report_missing(workbook, (page,), columns, findings)
        return None
    width = max((len(row.cells) for row in page.rows), default=0)
    if width <= max(required, default=0):
        message = (
            f"The tab {quoted(page.name)} has {pluralize(width, 'column')} and no header; expected "
            f"are the columns {', '.join(column.name for column in columns)}."
        )
        remedy = "Check that this is the right sheet; copy it again from the original data set."
        findings.error("sheet-columns-missing", message, remedy, Place(file=str(workbook.path)))
        return None
    indices = {column.name: index for index, column in enumerate(columns) if index < width}
    return _table(workbook, page, None, indices, columns, findings)


@lru_cache(maxsize=4096)  # many cells repeat, such as the subject
def _normalize_header(text: str) -> str:
    """Return the text of a header cell, normalized for comparison."""
    folded = unicodedata.normalize("NFKC", strip_invisible(text)).casefold()
    return "".join(char for char in folded if not char.isspace() and char not in "_-.")


def _column_indices(row: SheetRow, columns: Sequence[ColumnSpec]) -> dict[str, int]:
    """Return the indices of the columns that a row names, each by its earliest spelling."""
    index_by_text: dict[str, int] = {}
    for index, cell in enumerate(row.cells):
        if isinstance(cell, str) and len(cell) <= 200:
            index_by_text.setdefault(_normalize_header(cell), index)
    indices: dict[str, int] = {}
    for column in columns:
        for spelling in column.normalized_spellings:
            if spelling in index_by_text:
                indices.setdefault(column.name, index_by_text[spelling])
    return indices


def _required_in(row: SheetRow, columns: Sequence[ColumnSpec]) -> set[str]:
    """Return the required columns that a row names."""
    required = {column.name for column in columns if column.required}
    return _column_indices(row, columns).keys() & required


def _find_header(tab: Tab, columns: Sequence[ColumnSpec]) -> SheetRow | None:
    """Return the first row that names all required columns."""
    required = {column.name for column in columns if column.required}
    return next((row for row in tab.rows if _required_in(row, columns) == required), None)


def _nearest_header(
    tabs: Iterable[Tab], columns: Sequence[ColumnSpec]
) -> tuple[Tab, SheetRow] | None:
    """Return the row that names the most required columns, and its tab, if any row names one."""
    candidates = ((tab, row) for tab in tabs for row in tab.rows if _required_in(row, columns))
    return max(candidates, key=lambda pair: len(_required_in(pair[1], columns)), default=None)


def _table(
    workbook: Workbook,
    tab: Tab,
    header: SheetRow | None,
    indices: dict[str, int],
    columns: Sequence[ColumnSpec],
    findings: Findings,
) -> SheetTable:
    file, has_decimal_comma = str(workbook.path), workbook.delimiter not in (None, ",")
    positions = {column.name: indices.get(column.name) for column in columns}
    context = TableContext(file, tab.name, positions, has_decimal_comma, findings)
    required = [indices[column.name] for column in columns if column.required]
    rows, ignored = [], []
    for row in tab.rows:
        if header is not None and row.number <= header.number:
            continue
        filled = sum(index < len(row.cells) and row.cells[index] is not None for index in required)
        repeats_header = header is not None and _column_indices(row, columns) == indices
        if 2 * filled < len(required) or not filled or repeats_header:
            ignored.append(row)
        else:
            rows.append(TableRow(row.number, row.cells, context))
    number = None if header is None else header.number
    return SheetTable(file, tab.name, number, indices, tuple(rows), tuple(ignored))


def _report_duplicate_columns(
    workbook: Workbook, table: SheetTable, columns: Sequence[ColumnSpec], findings: Findings
) -> None:
    tab = next(tab for tab in workbook.tabs if tab.name == table.tab)
    header = next(row for row in tab.rows if row.number == table.header_row)
    texts = [_normalize_header(cell) if isinstance(cell, str) else None for cell in header.cells]
    for column in columns:
        index = table.columns.get(column.name)
        same = [] if index is None else [n for n, text in enumerate(texts) if text == texts[index]]
        if len(same) > 1:
            letters = " and ".join(map(column_letters, same))
            name = quoted(header.cells[same[0]])
            message = f"In the tab {quoted(table.tab)} the columns {letters} are both named {name}."
            place = Place(table.file, header.number, same[1] + 1)
            remedy = "Remove or rename the wrong one."
            findings.error("sheet-column-doubled", message, remedy, place)


def _report_missing(
    workbook: Workbook, tabs: Sequence[Tab], columns: Sequence[ColumnSpec], findings: Findings
) -> None:
    nearest = _nearest_header(tabs, columns)
    named = set() if nearest is None else _required_in(nearest[1], columns)
    missing = [column for column in columns if column.required and column.name not in named]
    names = ([column.name, *column.spellings] for column in missing)
    spellings = "; ".join(" or ".join(map(repr, spelled)) for spelled in names)
    message, line = "No row of the sheet names the required columns.", None
    if nearest is not None:
        tab, row = nearest
        line = row.number
        message = (
            f"No row names all required columns. The nearest, row {line} of the tab "
            f"{quoted(tab.name)}, lacks {', '.join(column.name for column in missing)}; it has "
            f"{quoted_cells(row)[:300]}."
        )
    remedy = f"Name the missing columns {spellings}; case is ignored."
    findings.error("sheet-header-missing", message, remedy, Place(str(workbook.path), line))
