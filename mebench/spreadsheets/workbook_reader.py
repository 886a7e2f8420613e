"""Read .xlsx, .xls and .ods with calamine: from bytes to tabs.

The parts of a zip are unpacked within limits first, and calamine sees these parts only.
"""

from __future__ import annotations

import io
import os
import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, time, timedelta
from functools import lru_cache
from pathlib import Path
from typing import IO, TYPE_CHECKING

from mebench.diagnostics import MebenchError
from mebench.spreadsheets.lost_cells import (
    LostCells,
    lost_in_ods,
    lost_in_xls,
    lost_in_xlsx,
)
from mebench.spreadsheets.workbook_model import (
    COPY_AGAIN,
    SpecialCell,
    Tab,
    Value,
    build_tab,
    password_error,
    too_large_error,
    unreadable_error,
)
from mebench.util.extras import require_package

if TYPE_CHECKING:
    from python_calamine import CalamineSheet

UNPACKED_LIMIT = 64 << 20
"""Most bytes of XML, counted while unpacking: the sizes that a zip declares may be wrong."""

MEMBER_LIMIT = 5_000
"""Most files in the zip."""

TAG_LIMIT = 500_000
"""Most tags between the starts of two rows or strings, which are in memory at the same time."""

_CHUNK = 1 << 20
_ROW_OR_STRING = re.compile(rb"<(?:[\w.-]+:)?(?:row|si|table-row)\b")
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
"""Name of the stream that holds a password-protected .xlsx, in the same container as an .xls."""

# Other formats that are zips: a typical member, and a description.
_OTHER_ZIPS = (
    ("xl/workbook.bin", "a binary Excel workbook (.xlsb)"),
    ("word/document.xml", "a Word document"),
    ("ppt/presentation.xml", "a presentation"),
)


@lru_cache(maxsize=4)  # several tables may be read from one workbook
def read_tabs(content: bytes, path: Path) -> tuple[str, tuple[Tab, ...]]:
    """Return the format of a workbook, ``xlsx``, ``xls`` or ``ods``, and all its tabs."""
    require_package("python_calamine")
    try:
        if not content.startswith(b"PK"):
            if _ENCRYPTED in content:
                raise password_error(path)
            return "xls", _read(content, lost_in_xls(content, path), path)
        parts = _unpacked(content, path)
        if "content.xml" in parts:
            return "ods", _read(_packed(parts), lost_in_ods(parts, path), path)
        return "xlsx", _read(_packed(parts), lost_in_xlsx(parts, path), path)
    except (MebenchError, KeyboardInterrupt):
        raise
    except BaseException as error:  # damage may raise anything; a panic of calamine is no Exception
        reason = (str(error).splitlines() or [""])[0].strip().rstrip(".")[:120]
        message = "The workbook is damaged or cut off" + (f": {reason}." if reason else ".")
        raise unreadable_error(path, message, COPY_AGAIN) from None


def _unpacked(content: bytes, path: Path) -> dict[str, bytes]:
    """Return the XML parts by name; pictures, macros and document properties stay packed."""
    parts: dict[str, bytes] = {}
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        entries = {entry.filename.replace("\\", "/"): entry for entry in archive.infolist()}
        if len(entries) > MEMBER_LIMIT:
            raise too_large_error(path, f"The workbook is a zip of {len(entries):,} files.")
        if any(entry.flag_bits & 1 for entry in entries.values()):
            raise password_error(path)
        _refuse_other_zips(set(entries), path)
        left = UNPACKED_LIMIT
        for name, entry in entries.items():
            if name.endswith((".xml", ".rels", "mimetype")) and not name.startswith("docProps/"):
                with archive.open(entry) as stream:
                    parts[name] = _read_up_to(left, stream, path)
                left -= len(parts[name])
                _check_part(name, parts[name], path)
    return parts


def _read_up_to(limit: int, stream: IO[bytes], path: Path) -> bytes:
    pieces = []
    while piece := stream.read(_CHUNK):
        limit -= len(piece)
        if limit < 0:
            limit_text = f"{UNPACKED_LIMIT >> 20} MB"
            raise too_large_error(path, f"The workbook unpacks to more than {limit_text}.")
        pieces.append(piece)
    return b"".join(pieces)


def _check_part(name: str, part: bytes, path: Path) -> None:
    if part.count(b"<") > TAG_LIMIT and any(
        piece.count(b"<") > TAG_LIMIT for piece in _ROW_OR_STRING.split(part)
    ):
        raise too_large_error(path, f"A single row or list of {name[:80]!r} has too many cells.")
    if b"<!DOCTYPE" in part or b"<!ENTITY" in part:
        message = f"{name[:80]!r} defines XML entities, as no spreadsheet program does."
        raise unreadable_error(path, message, COPY_AGAIN)
    if name == "META-INF/manifest.xml" and b"encryption-data" in part:
        raise password_error(path)


def _refuse_other_zips(names: set[str], path: Path) -> None:
    for name, description in _OTHER_ZIPS:
        if name in names:
            remedy = "Open it, and save the sheet as .xlsx."
            raise unreadable_error(path, f"The file is {description}.", remedy)
    if not names & {"[Content_Types].xml", "content.xml"}:
        raise unreadable_error(path, "The file is a zip, but not a workbook.", "Unpack it first.")


def _packed(parts: dict[str, bytes]) -> bytes:
    """Return a zip with the checked parts only."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return packed.getvalue()


def _read(content: bytes, lost: list[LostCells], path: Path) -> tuple[Tab, ...]:
    from python_calamine import CalamineWorkbook, SheetTypeEnum

    with _silenced():
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        return tuple(
            build_tab(tab.name, _rows(book.get_sheet_by_index(index), lost[index]), path)
            for index, tab in enumerate(book.sheets_metadata)
            if tab.typ == SheetTypeEnum.WorkSheet
        )


@contextmanager
def _silenced() -> Iterator[None]:
    """Keep calamine from printing a traceback when it panics: the problem becomes a finding."""
    try:
        before = os.dup(2)
    except OSError:  # the process has no standard error
        yield
        return
    try:
        with Path(os.devnull).open("wb") as sink:
            os.dup2(sink.fileno(), 2)
        yield
    finally:
        os.dup2(before, 2)
        os.close(before)


def _rows(sheet: CalamineSheet, lost: LostCells) -> list[tuple[int, list[Value]]]:
    """Return the rows by number, with the cells that calamine lost."""
    _, first_column = sheet.start or (0, 0)
    rows: dict[int, list[Value]] = {
        number: [None] * first_column + [_value(cell) for cell in cells]
        for number, cells in enumerate(sheet.iter_rows(), start=1)
        if cells.count("") < len(cells)
    }
    for (number, column), special in lost.items():
        cells = rows.setdefault(number, [])
        cells.extend([None] * (column + 1 - len(cells)))
        cells[column] = special
    return sorted(rows.items())


def _value(cell: Value | date | time | timedelta) -> Value:
    if isinstance(cell, str):
        return cell
    if isinstance(cell, float):
        return int(cell) if cell.is_integer() else cell  # an .xlsx does not tell 1 from 1.0
    return SpecialCell("date", str(cell)) if isinstance(cell, date | time | timedelta) else cell
