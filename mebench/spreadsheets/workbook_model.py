"""A workbook in memory: tabs of rows of plain values, within size limits."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, NamedTuple, TypeAlias

from mebench.diagnostics import MebenchError, Place

ROW_LIMIT = 200_000
"""The last row that may have content; the largest known sheet has some 4,000 rows."""

COLUMN_LIMIT = 500
"""The last column that may have content."""

LAST_ROW = 1 << 20
"""The last row that a workbook can have; formatting of empty rows often reaches down to it."""

# Zero-width characters, which come with pasted text and which str.strip does not remove.
_ZERO_WIDTH = "\u200b\u200c\u200d\u2060\ufeff"


class SpecialCell(NamedTuple):
    """A date or time, an error such as ``#REF!``, or a formula without result, with its text."""

    kind: Literal["date", "error", "formula"]
    display: str


Value: TypeAlias = str | int | float | bool | SpecialCell | None


class SheetRow(NamedTuple):
    """A row that is not empty: its 1-based number, and its cells up to the last filled one."""

    number: int
    cells: tuple[Value, ...]


@dataclass(frozen=True)
class Tab:
    """One tab of a workbook: its name, and its rows without the empty ones."""

    name: str
    rows: tuple[SheetRow, ...]


@dataclass(frozen=True)
class Workbook:
    """A file of annotations, with its tabs in order, hidden ones included.

    Text has a ``delimiter``; if it is not a comma, numbers may have a decimal comma.
    """

    path: Path
    tabs: tuple[Tab, ...]
    delimiter: str | None = None


def strip_invisible(text: str) -> str:
    """Return a text without surrounding spaces of any kind, zero-width characters included."""
    if text.isascii():
        return text.strip()
    previous = None
    while previous != text:
        previous, text = text, text.strip().strip(_ZERO_WIDTH)
    return text


def check_position(row: int, column: int, tab: str, path: Path, is_filled: bool = True) -> None:
    """Raise ``sheet-too-large`` for a cell beyond the limits: row from 1, column from 0."""
    if (is_filled and row > ROW_LIMIT) or row > LAST_ROW:
        raise too_large_error(path, f"Row {row:,} of the tab {tab[:80]!r} is not empty.")
    if is_filled and column >= COLUMN_LIMIT:
        columns = f"{column + 1:,} columns"
        raise too_large_error(path, f"Row {row:,} of the tab {tab[:80]!r} has {columns}.")


def build_tab(name: str, rows: Iterable[tuple[int, Sequence[Value]]], path: Path) -> Tab:
    """Return a tab with the rows that are not empty; cells of white space count as empty."""
    filled_rows = []
    for number, cells in rows:
        values = [
            None if isinstance(cell, str) and not strip_invisible(cell) else cell for cell in cells
        ]
        while values and values[-1] is None:
            values.pop()
        if values:
            check_position(number, len(values) - 1, name, path)
            filled_rows.append(SheetRow(number, tuple(values)))
    return Tab(name, tuple(filled_rows))


def column_letters(index: int) -> str:
    """Return the letters of a 0-based column in a spreadsheet program."""
    letters = ""
    rest = index + 1
    while rest:
        rest, digit = divmod(rest - 1, 26)
        letters = chr(ord("A") + digit) + letters
    return letters


def column_index(letters: str) -> int:
    """Return the 0-based column that has some letters, A to Z, in a spreadsheet program."""
    index = 0
    for letter in letters:
        index = 26 * index + ord(letter) - ord("A") + 1
    return index - 1


def too_large_error(path: Path, message: str) -> MebenchError:
    """Return the error for a file that is larger than an annotation sheet can be."""
    limits = f"{ROW_LIMIT:,} rows and {COLUMN_LIMIT} columns"
    remedy = f"An annotation sheet has at most {limits}: check that this is the right file."
    return MebenchError.of("sheet-too-large", message, remedy, Place(file=str(path)))


def unreadable_error(path: Path, message: str, remedy: str = "") -> MebenchError:
    """Return the error for a file that is not a sheet, or damaged."""
    return MebenchError.of("sheet-unreadable", message, remedy, Place(file=str(path)))


def password_error(path: Path) -> MebenchError:
    """Return the error for a workbook that is protected by a password."""
    message = "The workbook is protected by a password."
    remedy = "Open it in a spreadsheet program, remove the password, and save it."
    return MebenchError.of("sheet-password", message, remedy, Place(file=str(path)))


COPY_AGAIN = (
    "Copy the file again from the original data set, or open it in a spreadsheet program and save "
    "it as .xlsx."
)
