"""A table in a spreadsheet: its header in any tab, row and known spelling, and the rows below.

A row returns cells by column name, and their exact numbers.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from functools import cached_property, lru_cache

from mebench.diagnostics import Findings, Place
from mebench.diagnostics.formatting import escape_unprintable
from mebench.models.base import FRAME_LIMIT
from mebench.spreadsheets.workbook_model import (
    SheetRow,
    SpecialCell,
    Tab,
    Value,
    Workbook,
    column_letters,
    strip_invisible,
)
from mebench.util.text import pluralize

UNKNOWN = ("/", "-", "–", "—", "?", "n/a", "na")
"""Marks of an unknown frame in the sheets of the field; case is ignored."""

_SPECIAL_CELLS = {
    "date": "a date or time",
    "error": "an error of the spreadsheet",
    "formula": "a formula whose result was never stored",
}
_REMEDIES = {
    "date": "The spreadsheet program has turned it into a date: format the cell as text, and write "
    "the value of the original sheet.",
    "error": "Correct the cell in a spreadsheet program.",
    "formula": "Open the file in a spreadsheet program and save it, which stores the results.",
}

_DECIMAL = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,2})?")
_COMMA = re.compile(r"[+-]?[0-9]+,[0-9]+")
_GROUPED = re.compile(r"[+-]?[1-9][0-9]{0,2}(?:[.,][0-9]{3})+")
_MAX_DIGITS = 40


def exact_number(value: str | int | float, has_decimal_comma: bool = False) -> Fraction:
    """Return a cell's number, rounded to 9 decimals; the message of a ValueError is a predicate.

    A double may differ slightly from the number that was typed: 566.4000000000001 is 566.4.
    Without rounding, a later rounding of a half could go up or down. Digits in a text may be
    full-width, as Chinese keyboards write them; ``has_decimal_comma`` allows ``566,4``.
    """
    if isinstance(value, bool):
        raise ValueError("is a truth value, not a number")
    if isinstance(value, int):
        return Fraction(value)
    if isinstance(value, float):
        if not math.isfinite(value):
            raise ValueError("is not a finite number")
        return _rounded(repr(value))  # the shortest decimal of this double
    text = _normalize_digits(value)
    if has_decimal_comma:
        # 1,234 may mean 1234 or 1.234.
        if _GROUPED.fullmatch(text):
            raise ValueError("is ambiguous: it may have thousands or decimals")
        if _COMMA.fullmatch(text):
            text = text.replace(",", ".")
    if text.isascii() and text.isdigit() and len(text) <= _MAX_DIGITS:
        return Fraction(int(text))
    if len(text) > _MAX_DIGITS or not _DECIMAL.fullmatch(text):
        raise ValueError("is not a number")
    return _rounded(text)


def to_decimal_text(number: Fraction) -> str:
    """Return a number from :func:`exact_number` with as few digits as possible."""
    if number.denominator == 1:
        return str(number.numerator)
    return f"{number.numerator / Decimal(number.denominator):f}"


def is_mark(text: str, marks: Iterable[str]) -> bool:
    """Return whether a text is empty or one of some marks; case is ignored."""
    normalized = _normalize_digits(text).casefold()
    return not normalized or normalized in {_normalize_digits(mark).casefold() for mark in marks}


def _rounded(decimal: str) -> Fraction:
    return Fraction(f"{Decimal(decimal):.9f}")


@lru_cache(maxsize=4096)
def _normalize_digits(text: str) -> str:
    """Return a text with ASCII digits and an ASCII minus sign."""
    return unicodedata.normalize("NFKC", strip_invisible(text)).replace("\u2212", "-")


@dataclass(frozen=True)
class TableContext:
    """What the rows of a table have in common; the 0-based index of a missing column is None."""

    file: str
    tab: str
    columns: Mapping[str, int | None]
    has_decimal_comma: bool
    findings: Findings


@dataclass
class TableRow:
    """A row of data, numbered from 1; ``is_bad`` if an invalid cell was returned as None."""

    number: int
    cells: tuple[Value, ...]
    context: TableContext = field(repr=False)
    is_bad: bool = False
    _reported: set[str] = field(default_factory=set, repr=False)

    def value(self, column: str) -> Value:
        """Return the value of a cell; None if it is empty or the sheet has no such column."""
        index = self.context.columns[column]
        return None if index is None or index >= len(self.cells) else self.cells[index]

    def _plain_value(self, column: str) -> str | int | float | None:
        """Return the value of a cell, which must be a text, a number or empty."""
        value = self.value(column)
        if not isinstance(value, SpecialCell):
            return value
        self.refuse(column, f"is {_SPECIAL_CELLS[value.kind]}", _REMEDIES[value.kind])
        return None

    def text(self, column: str) -> str | None:
        """Return a cell as text, without surrounding spaces; both 1 and 1.0 are ``1``."""
        value = self._plain_value(column)
        if isinstance(value, bool):
            return str(value).upper()
        if isinstance(value, float) and not math.isfinite(value):
            self.refuse(column, "is not a number", _REMEDIES["error"])
            return None
        if isinstance(value, int | float):
            return to_decimal_text(exact_number(value))
        return None if value is None else strip_invisible(value) or None

    def count(self, column: str, unknown: tuple[str, ...] = UNKNOWN) -> int | Fraction | None:
        """Return a cell as an exact number, such as that of a frame; None for an unknown one."""
        value = self._plain_value(column)
        if value is None or (isinstance(value, str) and is_mark(value, unknown)):
            return None
        try:
            number = exact_number(value, self.context.has_decimal_comma)
            if abs(number) >= FRAME_LIMIT:
                raise ValueError(f"is not below {FRAME_LIMIT:,}")
        except ValueError as error:
            commas = " or 566,4" if self.context.has_decimal_comma else ""
            marks = f", or {' or '.join(map(repr, unknown[:2]))} for unknown" if unknown else ""
            self.refuse(column, str(error), f"Write a number such as 566 or 566.4{commas}{marks}.")
            return None
        return number.numerator if number.denominator == 1 else number

    def place(self, column: str) -> Place:
        """Return the location of a cell; of the row if the sheet has no such column."""
        index = self.context.columns[column]
        return Place(self.context.file, self.number, None if index is None else index + 1)

    def refuse(self, column: str, why: str, remedy: str) -> None:
        """Report an invalid cell, once, and mark the row as bad; ``why`` is a predicate."""
        self.is_bad = True
        if column in self._reported:
            return
        self._reported.add(column)
        index = self.context.columns[column]
        cell = column if index is None else f"{column} ({column_letters(index)}{self.number})"
        tab, value = quoted(self.context.tab), quoted(self.value(column))
        message = f"{cell} in the tab {tab} is {value}, which {why}."
        self.context.findings.error("sheet-cell", message, remedy, self.place(column))


def quoted(value: Value) -> str:
    """Return a cell for a message: short, on one line, and without control characters."""
    if isinstance(value, SpecialCell):
        return escape_unprintable(_shortened(value.display), "·")
    if isinstance(value, str):
        return f"'{escape_unprintable(_shortened(strip_invisible(value)), '·')}'"
    return _shortened(str(value)) if not isinstance(value, int) or value < 10**40 else "a number"


def quoted_cells(row: SheetRow) -> str:
    """Return the cells of a row for a message."""
    return ", ".join(quoted(cell) for cell in row.cells if cell is not None)


def _shortened(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:39]}…"


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
