"""From a path to the tabs of a sheet, whatever the file's ending says that it is."""

from __future__ import annotations

import stat
from pathlib import Path

from mebench.datasets.sheets.content import (
    COPY_AGAIN,
    SheetRow,
    Tab,
    Value,
    Workbook,
    too_large_error,
    unreadable_error,
)
from mebench.diagnostics import Findings, MebenchError, Place

__all__ = ["SHEET_SUFFIXES", "SheetRow", "Special", "Tab", "Value", "Workbook", "read_workbook"]

FILE_LIMIT = 64 << 20
"""Files above this many bytes are refused; the largest sheet of the field has under 1 MB."""

_KIND_BY_SUFFIX = {
    ".xlsx": "xlsx",
    ".xlsm": "xlsx",
    ".xls": "xls",
    ".csv": "text",
    ".tsv": "text",
    ".txt": "text",
}
SHEET_SUFFIXES = tuple(_KIND_BY_SUFFIX)
"""The endings of sheets, in small letters."""

_FORMATS = {"xlsx": "an Excel workbook (.xlsx)", "xls": "an old Excel workbook (.xls)"}

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_BARE_XLS = (b"\x09\x00", b"\x09\x02", b"\x09\x04", b"\x09\x08")  # before Excel 97: no container

# What often lies under the name of a sheet: by how it begins, in words, and what to do.
_DOWNLOAD = "The download page was saved in place of the sheet? Download the file itself."
_SAVE = "Open it in a spreadsheet program and save it as .xlsx."
_UNPACK = "Unpack it first."
_OTHER_FORMATS: tuple[tuple[tuple[bytes, ...], str, str], ...] = (
    (
        (b"<!doctype html", b"<html", b"<table", b"<head", b"<meta", b"<body", b"<!--", b"<style"),
        "an HTML page",
        f"{_DOWNLOAD} If it shows the right table: {_SAVE[0].lower()}{_SAVE[1:]}",
    ),
    ((b"<?xml",), "an XML file", _SAVE),
    ((b"%pdf",), "a PDF", "Find the sheet that the data set came with."),
    ((b"{\\rtf",), "a text document (RTF)", "Find the sheet that the data set came with."),
    ((b"rar!", b"7z\xbc\xaf", b"\x1f\x8b", b"bzh", b"\xfd7zxz"), "a packed archive", _UNPACK),
    (
        (b"version https://git-lfs",),
        "a pointer of Git LFS in place of the file",
        "Run `git lfs pull` where the file comes from.",
    ),
)


def read_workbook(path: Path, findings: Findings) -> Workbook:
    """Read an annotation sheet: .xlsx, .xls, or text with commas, semicolons or tabs.

    What the file is, its content tells; where the ending says otherwise, that is noted.

    Parameters
    ----------
    path : Path
        The file.
    findings : Findings
        Takes in the notes ``sheet-suffix`` and ``sheet-encoding``.

    Raises
    ------
    MebenchError
        ``sheet-unreadable``, ``sheet-password``, ``sheet-too-large`` or ``sheet-empty``.
    """
    content = _read_bytes(path)
    kind = _kind_of(content, path)
    if kind == "xlsx":
        from mebench.datasets.sheets.xlsx import read_xlsx

        workbook = Workbook(path, read_xlsx(content, path))
    elif kind == "xls":
        from mebench.datasets.sheets.xls import read_xls

        workbook = Workbook(path, read_xls(content, path))
    else:
        from mebench.datasets.sheets.delimited import read_csv

        workbook = read_csv(content, path, findings)
    if not any(tab.rows for tab in workbook.tabs):
        raise _empty_error(
            path,
            "The workbook has no tab with cells."
            if not workbook.tabs
            else "There is nothing in any cell.",
        )
    meant = _KIND_BY_SUFFIX.get(path.suffix.casefold())
    if meant is not None and meant != kind:
        findings.note(
            "sheet-suffix",
            f"The file ends in {path.suffix}, but is {_FORMATS.get(kind, 'text')}; it was read as "
            "what it is.",
            "",
            Place(file=str(path)),
        )
    return workbook


def _read_bytes(path: Path) -> bytes:
    try:
        mode = path.stat().st_mode
        if stat.S_ISDIR(mode):
            raise unreadable_error(path, "This is a folder.", "Give a file.")
        if not stat.S_ISREG(mode):  # a pipe would be waited for
            raise unreadable_error(path, "This is no ordinary file.", "Give a file.")
        with path.open("rb") as stream:
            content = stream.read(FILE_LIMIT + 1)
    except (OSError, ValueError, RuntimeError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise unreadable_error(
            path,
            f"The sheet cannot be read: {reason}.",
            "Check the path, and that you may read the file; close it in other programs.",
        ) from None
    if len(content) > FILE_LIMIT:
        raise too_large_error(path, f"The file has more than {FILE_LIMIT >> 20} MB.")
    if not content.strip(b"\0 \t\r\n"):
        raise _empty_error(path, "The file is empty.")
    return content


def _kind_of(content: bytes, path: Path) -> str:
    if content.startswith(b"PK"):
        return "xlsx"
    if content.startswith((_OLE, *_BARE_XLS)):
        return "xls"
    begin = content[:4096].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    for beginnings, what, remedy in _OTHER_FORMATS:
        if begin.startswith(beginnings):
            raise unreadable_error(path, f"The file is {what}.", remedy)
    is_utf16 = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    if b"\0" in content and not is_utf16:
        raise unreadable_error(
            path, "The file is neither a workbook nor text: it holds zero bytes.", COPY_AGAIN
        )
    return "text"


def _empty_error(path: Path, message: str) -> MebenchError:
    return MebenchError.of("sheet-empty", message, COPY_AGAIN, Place(file=str(path)))
