"""Find the header of a table: in any tab and row, in any known spelling."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from mebench.datasets.spreadsheets.rows import TableContext, TableRow, column_letter, quoted
from mebench.datasets.spreadsheets.workbook_model import SheetRow, Tab, Workbook, strip_invisible
from mebench.diagnostics import Findings, Place


@dataclass(frozen=True)
class ColumnSpec:
    """A column that a sheet is asked for.

    Attributes
    ----------
    name : str
        How it is called here, and one of its spellings.
    spellings : tuple of str
        Others. Capitals, spaces, ``_``, ``-``, ``.`` and line breaks make no difference; where a
        sheet has two of them, the earlier counts.
    required : bool
        Whether a header without it is none.
    """

    name: str
    spellings: tuple[str, ...] = ()
    required: bool = True

    @property
    def all_spellings(self) -> tuple[str, ...]:
        """Its name and the others."""
        return (self.name, *self.spellings)

    @cached_property
    def compared(self) -> tuple[str, ...]:
        """All spellings as they are compared."""
        return tuple(map(_normalize_header, self.all_spellings))


@dataclass(frozen=True)
class IgnoredRow:
    """A row below the header that is a remark and no data: its number and its text."""

    number: int
    text: str


@dataclass(frozen=True)
class SheetTable:
    """The rows of a sheet below its header.

    Attributes
    ----------
    file, tab : str
        Where it was found.
    header_row : int or None
        The header's number, 1-based; None where the columns go by their position.
    columns : mapping of str to int
        Where each column that was found stands, 0-based.
    rows : tuple of TableRow
        The data.
    ignored : tuple of IgnoredRow
        What is no data: fewer than half of the required columns are filled, or the header again.
    """

    file: str
    tab: str
    header_row: int | None
    columns: Mapping[str, int]
    rows: tuple[TableRow, ...]
    ignored: tuple[IgnoredRow, ...]


def find_table(
    workbook: Workbook, columns: Sequence[ColumnSpec], findings: Findings
) -> SheetTable | None:
    """Find the table of a sheet by its header.

    Parameters
    ----------
    workbook : Workbook
        The sheet.
    columns : sequence of ColumnSpec
        What its header names; those that are not required may be missing.
    findings : Findings
        Takes in ``sheet-header-missing``, ``sheet-column-doubled`` and the note ``sheet-tabs``.
        Rows keep it for what is wrong with their cells.

    Returns
    -------
    SheetTable or None
        That of the first tab with such a header and rows below it; None if no row is a header.
    """
    found = [
        _table_below(workbook, tab, row, columns, findings)
        for tab in workbook.tabs
        if (row := _header_in(tab, columns)) is not None
    ]
    if not found:
        _report_missing(workbook, workbook.tabs, columns, findings)
        return None
    filled = [one for one in found if one.rows]
    if len(filled) > 1:
        others = ", ".join(quoted(one.tab) for one in filled[1:])
        findings.note(
            "sheet-tabs",
            f"The tab {quoted(filled[0].tab)} was read; {others} would fit as well.",
            "If another is meant, remove those that are not.",
            Place(file=str(workbook.path)),
        )
    table = (filled or found)[0]
    _report_duplicate_columns(workbook, table, columns, findings)
    return table


def positional_table(
    workbook: Workbook, columns: Sequence[ColumnSpec], findings: Findings, tab: int = 0
) -> SheetTable | None:
    """Read a tab that is known to come without a header; if there is one, it is used.

    Parameters
    ----------
    workbook, findings
        As in :func:`find_table`; ``sheet-tab-missing`` and ``sheet-columns-missing`` in addition.
    columns : sequence of ColumnSpec
        In the order in which they stand.
    tab : int
        Which tab, counted from 0.
    """
    if tab >= len(workbook.tabs):
        findings.error(
            "sheet-tab-missing",
            f"The sheet has {len(workbook.tabs)} tab{'s' * (len(workbook.tabs) != 1)}, and what is "
            f"looked for is in tab {tab + 1}.",
            "Copy the file again from where the data set came from, as a workbook of all tabs.",
            Place(file=str(workbook.path)),
        )
        return None
    page = workbook.tabs[tab]
    header = _header_in(page, columns)
    if header is not None:
        table = _table_below(workbook, page, header, columns, findings)
        _report_duplicate_columns(workbook, table, columns, findings)
        return table
    required = [at for at, column in enumerate(columns) if column.required]
    nearest = _best_header(page, columns)
    if nearest is not None and 2 * len(_required_in(nearest, columns)) >= len(required):
        _report_missing(workbook, (page,), columns, findings)
        return None
    width = max((len(row.cells) for row in page.rows), default=0)
    if width <= max(required, default=0):
        findings.error(
            "sheet-columns-missing",
            f"The tab {quoted(page.name)} has {width} column{'s' * (width != 1)}, and no header "
            f"names them; expected are {', '.join(one.name for one in columns)}.",
            "Is this the right sheet? Copy it again from where the data set came from.",
            Place(file=str(workbook.path)),
        )
        return None
    at = {column.name: place for place, column in enumerate(columns) if place < width}
    return _table(workbook, page, None, at, columns, findings)


def _normalize_header(text: str) -> str:
    """Return a header cell as spellings are compared."""
    folded = unicodedata.normalize("NFKC", strip_invisible(text)).casefold()
    return "".join(one for one in folded if not one.isspace() and one not in "_-.")


def _positions(row: SheetRow, columns: Sequence[ColumnSpec]) -> dict[str, int]:
    """Return where a row names columns, each by the earliest of its spellings."""
    spelled: dict[str, int] = {}
    for at, cell in enumerate(row.cells):
        if isinstance(cell, str) and len(cell) <= 200:
            spelled.setdefault(_normalize_header(cell), at)
    found = {
        column.name: [spelled[one] for one in column.compared if one in spelled]
        for column in columns
    }
    return {name: at[0] for name, at in found.items() if at}


def _required_in(row: SheetRow, columns: Sequence[ColumnSpec]) -> set[str]:
    return _positions(row, columns).keys() & {one.name for one in columns if one.required}


def _header_in(tab: Tab, columns: Sequence[ColumnSpec]) -> SheetRow | None:
    needed = {one.name for one in columns if one.required}
    return next((row for row in tab.rows if _required_in(row, columns) == needed), None)


def _best_header(tab: Tab, columns: Sequence[ColumnSpec]) -> SheetRow | None:
    """Return the row that names the most columns, if one names any."""
    best = max(tab.rows, key=lambda row: len(_required_in(row, columns)), default=None)
    return best if best is not None and _required_in(best, columns) else None


def _table_below(
    workbook: Workbook,
    tab: Tab,
    header: SheetRow,
    columns: Sequence[ColumnSpec],
    findings: Findings,
) -> SheetTable:
    return _table(workbook, tab, header, _positions(header, columns), columns, findings)


def _table(
    workbook: Workbook,
    tab: Tab,
    header: SheetRow | None,
    at: dict[str, int],
    columns: Sequence[ColumnSpec],
    findings: Findings,
) -> SheetTable:
    file = str(workbook.path)
    has_comma = workbook.delimiter not in (None, ",")
    layout = TableContext(file, tab.name, at, tuple(c.name for c in columns), has_comma, findings)
    required = [at[one.name] for one in columns if one.required]
    rows, ignored = [], []
    for row in tab.rows:
        if header is not None and row.number <= header.number:
            continue
        filled = sum(place < len(row.cells) and row.cells[place] is not None for place in required)
        is_header_again = header is not None and _positions(row, columns) == at
        if 2 * filled < len(required) or not filled or is_header_again:
            shown = (quoted(one) for one in row.cells if one is not None)
            ignored.append(IgnoredRow(row.number, ", ".join(shown)))
        else:
            rows.append(TableRow(row.number, row.cells, layout))
    number = None if header is None else header.number
    return SheetTable(file, tab.name, number, at, tuple(rows), tuple(ignored))


def _report_duplicate_columns(
    workbook: Workbook, table: SheetTable, columns: Sequence[ColumnSpec], findings: Findings
) -> None:
    tab = next(one for one in workbook.tabs if one.name == table.tab)
    header = next(row for row in tab.rows if row.number == table.header_row)
    spelled = [_normalize_header(one) if isinstance(one, str) else None for one in header.cells]
    for column in columns:
        at = table.columns.get(column.name)
        twins = [] if at is None else [n for n, one in enumerate(spelled) if one == spelled[at]]
        if len(twins) > 1:
            places = " and ".join(column_letter(one) for one in twins)
            findings.error(
                "sheet-column-doubled",
                f"In the tab {quoted(table.tab)} the columns {places} are both named "
                f"{quoted(header.cells[twins[0]])}.",
                "Remove or rename the one that is not meant.",
                Place(table.file, header.number, twins[1] + 1),
            )


def _report_missing(
    workbook: Workbook, tabs: Sequence[Tab], columns: Sequence[ColumnSpec], findings: Findings
) -> None:
    best = max(
        ((tab, row) for tab in tabs if (row := _best_header(tab, columns)) is not None),
        key=lambda one: len(_required_in(one[1], columns)),
        default=None,
    )
    named = set() if best is None else _required_in(best[1], columns)
    lacking = [one for one in columns if one.required and one.name not in named]
    understood = "; ".join(" or ".join(map(repr, one.all_spellings)) for one in lacking)
    message = "No row of the sheet names the columns that are needed."
    if best is not None:
        held = ", ".join(quoted(one) for one in best[1].cells if one is not None)
        message = (
            f"No row names all columns that are needed. The nearest, row {best[1].number} of the "
            f"tab {quoted(best[0].name)}, lacks {', '.join(one.name for one in lacking)}; it has "
            f"{held[:300]}."
        )
    findings.error(
        "sheet-header-missing",
        message,
        f"Understood are {understood}, in capitals or not. Name the columns so.",
        Place(str(workbook.path), None if best is None else best[1].number),
    )
