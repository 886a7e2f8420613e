"""Find the spreadsheet of a data set by its known names, and read it by its content.

Delimited text may have any encoding. Unlike tables of predictions
(:mod:`mebench.formats.table_reader`), it may have lines before its header.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
import stat
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase
from itertools import islice
from pathlib import Path

from mebench.diagnostics import Findings, MebenchError, Place
from mebench.spreadsheets.workbook_model import (
    COPY_AGAIN,
    Value,
    Workbook,
    build_tab,
    too_large_error,
    unreadable_error,
)
from mebench.spreadsheets.workbook_reader import read_tabs

FILE_LIMIT = 64 << 20
"""Largest file in bytes; the largest known sheet has less than 1 MB."""

_KIND_BY_SUFFIX = {
    ".xlsx": "xlsx",
    ".xlsm": "xlsx",
    ".xls": "xls",
    ".ods": "ods",
    ".csv": "text",
    ".tsv": "text",
    ".txt": "text",
}
SHEET_SUFFIXES = tuple(_KIND_BY_SUFFIX)
"""File name suffixes of sheets, in lower case."""

_FORMATS = {
    "xlsx": "an Excel workbook (.xlsx)",
    "xls": "an old Excel workbook (.xls)",
    "ods": "an OpenDocument sheet (.ods)",
    "text": "text",
}

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_BARE_XLS = (b"\x09\x00", b"\x09\x02", b"\x09\x04", b"\x09\x08")  # no container

# Other content that is often saved under the name of a sheet: first bytes, description, remedy.
_DOWNLOAD = "Perhaps the download page was saved in place of the sheet: download the file itself."
_SAVE = "Open it in a spreadsheet program and save it as .xlsx."
_UNPACK = "Unpack it first."
_FIND = "Find the spreadsheet that was delivered with the data set."
_OTHER_FORMATS: tuple[tuple[tuple[bytes, ...], str, str], ...] = (
    (
        (b"<!doctype html", b"<html", b"<table", b"<head", b"<meta", b"<body", b"<!--", b"<style"),
        "an HTML page",
        f"{_DOWNLOAD} If it shows the right table, {_SAVE[0].lower()}{_SAVE[1:]}",
    ),
    ((b"<?xml",), "an XML file", _SAVE),
    ((b"%pdf",), "a PDF", _FIND),
    ((b"{\\rtf",), "a text document (RTF)", _FIND),
    ((b"rar!", b"7z\xbc\xaf", b"\x1f\x8b", b"bzh", b"\xfd7zxz"), "a packed archive", _UNPACK),
    (
        (b"version https://git-lfs",),
        "a Git LFS pointer in place of the file",
        "Run `git lfs pull` in the repository that the file comes from.",
    ),
)


def read_workbook(path: Path, findings: Findings) -> Workbook:
    """Read an annotation sheet: .xlsx, .xls, .ods or delimited text, as its content shows."""
    content = _read_bytes(path)
    if content.startswith((b"PK", _OLE)):
        kind, tabs = read_tabs(content, path)
        workbook = Workbook(path, tabs)
    else:
        _refuse_other_formats(content, path)
        kind, workbook = "text", read_csv(content, path, findings)
    if not any(tab.rows for tab in workbook.tabs):
        empty = "All cells are empty." if workbook.tabs else "The workbook has no tab with cells."
        raise _empty_error(path, empty)
    kind_of_suffix = _KIND_BY_SUFFIX.get(path.suffix.casefold())
    if kind_of_suffix is not None and kind_of_suffix != kind:
        how = "its content decided how it was read"
        message = f"The file ends in {path.suffix}, but is {_FORMATS[kind]}; {how}."
        findings.note("sheet-suffix", message, "", Place(file=str(path)))
    return workbook


def _read_bytes(path: Path) -> bytes:
    try:
        mode = path.stat().st_mode
        if stat.S_ISDIR(mode):
            raise unreadable_error(path, "This is a folder.", "Name a file.")
        if not stat.S_ISREG(mode):  # reading a pipe could wait forever
            raise unreadable_error(path, "This is not a regular file.", "Name a file.")
        with path.open("rb") as stream:
            content = stream.read(FILE_LIMIT + 1)
    except (OSError, ValueError, RuntimeError) as error:
        message = f"The sheet cannot be read: {getattr(error, 'strerror', None) or error}."
        access = "Check the path and your permission to read it"
        remedy = f"{access}, and close the file in other programs."
        raise unreadable_error(path, message, remedy) from None
    if len(content) > FILE_LIMIT:
        raise too_large_error(path, f"The file has more than {FILE_LIMIT >> 20} MB.")
    if not content.strip(b"\0 \t\r\n"):
        raise _empty_error(path, "The file is empty.")
    return content


def _refuse_other_formats(content: bytes, path: Path) -> None:
    """Raise an error unless the content is text."""
    if content.startswith(_BARE_XLS):
        raise unreadable_error(path, "The workbook has a format from before Excel 97.", _SAVE)
    first_bytes = content[:4096].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    for signatures, description, remedy in _OTHER_FORMATS:
        if first_bytes.startswith(signatures):
            raise unreadable_error(path, f"The file is {description}.", remedy)
    is_utf16 = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    if b"\0" in content and not is_utf16:
        message = "The file is neither a workbook nor text: it has zero bytes."
        raise unreadable_error(path, message, COPY_AGAIN)


def _empty_error(path: Path, message: str) -> MebenchError:
    return MebenchError.of("sheet-empty", message, COPY_AGAIN, Place(file=str(path)))


# The comma is last: if another delimiter fits equally well, the comma is the decimal comma.
DELIMITERS = ("\t", ";", ",")
TRIED_ROWS = 500
"""Number of rows that decide on the delimiter."""

_HIGH_BYTES = re.compile(rb"[\x80-\xff]+")
_SEP_LINE = re.compile(r"\s*sep=([,;\t|])\s*(?:\r\n|\r|\n|\Z)", re.IGNORECASE)


def read_csv(content: bytes, path: Path, findings: Findings) -> Workbook:
    """Read a text file as a workbook of one tab, named like the file; all cells stay text."""
    text = _decoded(content, path, findings)
    declared = _SEP_LINE.match(text)
    delimiter = declared[1] if declared else _delimiter_of(text)
    rows = islice(_csv_rows(text, delimiter, path), 1 if declared else 0, None)
    return Workbook(path, (build_tab(path.name, rows, path),), delimiter)


def _csv_rows(text: str, delimiter: str, path: Path) -> Iterator[tuple[int, list[Value]]]:
    """Yield the rows, each with the number of its first line."""
    # Strict: otherwise the rest of the file after an unclosed quote would become one cell.
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    first_line = 1
    try:
        for row in reader:
            yield first_line, list(row)
            first_line = reader.line_num + 1
    except csv.Error as error:
        message = f"The table cannot be read from line {first_line} on: {error}."
        remedy = "Check for a quote that is opened and never closed."
        raise unreadable_error(path, message, remedy) from None


def _delimiter_of(text: str) -> str:
    """Return the delimiter that gives the most rows the same number of cells."""

    def rows_and_cells(delimiter: str) -> tuple[int, int]:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        try:
            widths = Counter(len(row) for row in islice(reader, TRIED_ROWS) if any(row))
        except csv.Error:
            return 0, 0
        del widths[1]
        width, rows = max(widths.items(), key=lambda item: (item[1], item[0]), default=(0, 0))
        return rows, 0 if delimiter == "," else width

    best = max(DELIMITERS, key=rows_and_cells)
    return best if rows_and_cells(best)[0] else ","


def _decoded(content: bytes, path: Path, findings: Findings) -> str:
    try:
        if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return content.decode("utf-16")
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if error.encoding.startswith("utf-16") or content.startswith(codecs.BOM_UTF8):
            message = f"The text is damaged: byte {error.start + 1} is invalid."
            raise unreadable_error(path, message, COPY_AGAIN) from None
    for encoding, language in _guess_encodings(content):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        writer = f"{language} Windows"
        message = f"The text is not UTF-8; it was read as {encoding}, as {writer} writes it."
        remedy = "If names are wrong, save the sheet as .xlsx or as `CSV UTF-8`."
        findings.note("sheet-encoding", message, remedy, Place(file=str(path)))
        return text
    remedy = "Save the sheet as .xlsx or `CSV UTF-8`."
    raise unreadable_error(path, "The encoding of the text is unknown.", remedy)


def _guess_encodings(content: bytes) -> list[tuple[str, str]]:
    """Return the encodings to try: Chinese characters are pairs of high bytes, accents are not."""
    is_even = [len(run) % 2 == 0 for run in _HIGH_BYTES.findall(content)]
    chinese, european = ("gb18030", "Chinese"), ("cp1252", "Western European")
    return [chinese, european] if sum(is_even) * 2 > len(is_even) else [european, chinese]


def matching_files(
    folders: Sequence[Path], patterns: Sequence[str], what: str, findings: Findings
) -> list[Path]:
    """Return the files in some folders that have a name of a sheet, in alphabetical order.

    Subfolders are not searched. The patterns are known file names, with ``*`` and ``?``, in any
    case; ``what`` is the content of the sheet, for messages. Links whose target is missing are
    reported.
    """
    matches: dict[Path, Path] = {}
    for path in _visible_files(folders, findings):
        name = _normalize_name(path.name)
        if path.suffix.casefold() not in SHEET_SUFFIXES or not any(
            fnmatchcase(name, _normalize_name(pattern)) for pattern in patterns
        ):
            continue
        if (target := _resolve_link(path)) is None:
            sheet = f"the sheet with {what}"
            message = f"This link has the name of {sheet}, but its target does not exist."
            remedy = "Correct its target, or put the file in its place."
            findings.error("sheet-link-broken", message, remedy, Place(file=str(path)))
        elif target.is_file():
            matches.setdefault(target, path)  # two links to one file count once
    return sorted(matches.values(), key=str)


def _visible_files(folders: Sequence[Path], findings: Findings) -> Iterator[Path]:
    """Yield the files in some folders, without hidden and lock files: ``._a``, ``~$a``."""
    for folder in dict.fromkeys(folders):
        try:
            paths = sorted(folder.iterdir()) if folder.is_dir() else []
            files = [path for path in paths if not path.is_dir()]
        except OSError as error:
            message = f"The folder cannot be listed: {error.strerror}."
            remedy = "Check that you may read it."
            findings.error("sheet-unreadable", message, remedy, Place(file=str(folder)))
        else:
            yield from (path for path in files if not path.name.startswith(("~$", ".")))


def _resolve_link(path: Path) -> Path | None:
    """Return the file behind a path; None for a link whose target is missing, or is itself."""
    try:
        return path.resolve(strict=True)
    except (OSError, RuntimeError):
        return None


def _normalize_name(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()
