"""Old workbooks (.xls), as Excel wrote them until 2003."""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from mebench.datasets.sheets.content import (
    COPY_AGAIN,
    SpecialCell,
    Tab,
    Value,
    build_tab,
    password_error,
    unreadable_error,
)
from mebench.diagnostics import MebenchError

_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
"""The stream in which Office keeps an .xlsx with a password: inside a container as of an .xls."""


def read_xls(content: bytes, path: Path) -> tuple[Tab, ...]:
    """Read all tabs of an old workbook; arguments and errors as in ``read_xlsx``."""
    if _ENCRYPTED in content:
        raise password_error(path)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return _xls_tabs(content, path)
    except MebenchError:
        raise
    except Exception as error:  # xlrd raises whatever a damaged record leads to
        said = (str(error).splitlines() or [""])[0]
        if "encrypted" in said:
            raise password_error(path) from None
        message = (
            "The file is an Office document, but no workbook."
            if "find workbook" in said
            else "The workbook is damaged or cut off" + (f": {said[:120]}." if said else ".")
        )
        raise unreadable_error(path, message, COPY_AGAIN) from None


def _xls_tabs(content: bytes, path: Path) -> tuple[Tab, ...]:
    import xlrd

    # Its remarks would go to the screen; an empty row or column at the edge is not made up.
    book = xlrd.open_workbook(
        file_contents=content, logfile=io.StringIO(), ragged_rows=True, on_demand=False
    )
    return tuple(
        build_tab(sheet.name, _xls_rows(sheet, book.datemode), path) for sheet in book.sheets()
    )


def _xls_rows(sheet: Any, datemode: Any) -> Iterator[tuple[int, list[Value]]]:
    for at in range(sheet.nrows):
        yield at + 1, [_xls_value(cell, datemode) for cell in sheet.row(at)]


def _xls_value(cell: Any, datemode: Any) -> Value:
    import xlrd

    if cell.ctype in (xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK):
        return None
    if cell.ctype == xlrd.XL_CELL_BOOLEAN:
        return bool(cell.value)
    if cell.ctype == xlrd.XL_CELL_ERROR:
        return SpecialCell("error", xlrd.error_text_from_code.get(cell.value, "#ERROR"))
    if cell.ctype == xlrd.XL_CELL_DATE:
        try:
            shown = str(xlrd.xldate_as_datetime(cell.value, datemode))
        except (ValueError, OverflowError):
            shown = str(cell.value)
        return SpecialCell("date", shown)
    if cell.ctype == xlrd.XL_CELL_NUMBER:
        number = float(cell.value)  # the format knows no whole numbers
        return int(number) if number.is_integer() else number
    return str(cell.value)
