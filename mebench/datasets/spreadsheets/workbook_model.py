"""A workbook in memory: tabs of rows of plain values, within size limits."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, NamedTuple, TypeAlias

from mebench.diagnostics import MebenchError, Place

ROW_LIMIT = 200_000
"""The last row that may hold anything; the largest sheet of the field has some 4,000."""

COLUMN_LIMIT = 500
"""The last column that may hold anything."""

LAST_ROW = 1 << 20
"""The last row that a workbook can have, be it empty: formatting often reaches down to it."""

# What Python's strip leaves in place: zero-width characters that come with pasted text.
_UNSEEN = "\u200b\u200c\u200d\u2060\ufeff"


class SpecialCell(NamedTuple):
    """A cell that is neither text nor number.

    Attributes
    ----------
    kind : {"date", "error", "formula"}
        A date or time, an error such as ``#REF!``, or a formula whose result was never stored.
    display : str
        The cell as a message quotes it.
    """

    kind: Literal["date", "error", "formula"]
    display: str


Value: TypeAlias = str | int | float | bool | SpecialCell | None


class SheetRow(NamedTuple):
    """A row that holds something: its number, 1-based, and its cells up to the last filled one."""

    number: int
    cells: tuple[Value, ...]


@dataclass(frozen=True)
class Tab:
    """One tab of a workbook: its name, and its rows but for the empty ones."""

    name: str
    rows: tuple[SheetRow, ...]


@dataclass(frozen=True)
class Workbook:
    """A file of annotations.

    Attributes
    ----------
    path : Path
        The file, as the user named it.
    tabs : tuple of Tab
        In the file's order, hidden ones included; a text file has one.
    delimiter : str, optional
        What separates the cells of a text file. Where it is no comma, numbers may have one.
    """

    path: Path
    tabs: tuple[Tab, ...]
    delimiter: str | None = None


def strip_invisible(text: str) -> str:
    """Return a text without spaces around it: non-breaking, full-width and unseen ones too."""
    before = None
    while before != text:
        before, text = text, text.strip().strip(_UNSEEN)
    return text


def build_tab(name: str, rows: Iterable[tuple[int, Sequence[Value]]], path: Path) -> Tab:
    """Gather the rows of a tab that hold anything.

    Parameters
    ----------
    name : str
        The tab's name.
    rows : iterable of (int, sequence of Value)
        Numbers, 1-based and rising, and cells; cells of white space count as empty.
    path : Path
        The file.

    Raises
    ------
    MebenchError
        ``sheet-too-large`` if anything lies beyond the last row or column that is read.
    """
    kept = []
    for number, cells in rows:
        if not cells and number <= LAST_ROW:
            continue
        values = [
            None if isinstance(one, str) and not strip_invisible(one) else one for one in cells
        ]
        while values and values[-1] is None:
            values.pop()
        if (values and number > ROW_LIMIT) or number > LAST_ROW:
            raise too_large_error(path, f"Row {number:,} of the tab {name[:80]!r} is not empty.")
        if len(values) > COLUMN_LIMIT:
            raise too_large_error(
                path, f"Row {number:,} of the tab {name[:80]!r} has {len(values):,} columns."
            )
        if values:
            kept.append(SheetRow(number, tuple(values)))
    return Tab(name, tuple(kept))


def too_large_error(path: Path, message: str) -> MebenchError:
    """Return the error about a file that is larger than an annotation sheet can be."""
    return MebenchError.of(
        "sheet-too-large",
        message,
        f"A sheet of annotations has at most {ROW_LIMIT:,} rows and {COLUMN_LIMIT} columns: is "
        "this the right file?",
        Place(file=str(path)),
    )


def unreadable_error(path: Path, message: str, remedy: str = "") -> MebenchError:
    """Return the error about a file that is no sheet, or a damaged one."""
    return MebenchError.of("sheet-unreadable", message, remedy, Place(file=str(path)))


def password_error(path: Path) -> MebenchError:
    """Return the error about a workbook that opens with a password only."""
    return MebenchError.of(
        "sheet-password",
        "The workbook is protected by a password.",
        "Open it in a spreadsheet program, remove the password, and save it.",
        Place(file=str(path)),
    )


COPY_AGAIN = (
    "Copy the file again from where the data set came from, or open it in a spreadsheet program "
    "and save it as .xlsx."
)
