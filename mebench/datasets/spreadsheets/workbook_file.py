"""Find the spreadsheet of a data set by its known names, and read it by its content."""

from __future__ import annotations

import stat
import unicodedata
from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase
from pathlib import Path

from mebench.datasets.spreadsheets.workbook_model import (
    COPY_AGAIN,
    Workbook,
    too_large_error,
    unreadable_error,
)
from mebench.diagnostics import Findings, MebenchError, Place
from mebench.util.text import did_you_mean

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
        from mebench.datasets.spreadsheets.workbook_readers import read_xlsx

        workbook = Workbook(path, read_xlsx(content, path))
    elif kind == "xls":
        from mebench.datasets.spreadsheets.workbook_readers import read_xls

        workbook = Workbook(path, read_xls(content, path))
    else:
        from mebench.datasets.spreadsheets.workbook_readers import read_csv

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


def find_sheet(
    folders: Sequence[Path], patterns: Sequence[str], what: str, findings: Findings
) -> Path | None:
    """Find the one file that has a name of the sheet.

    Parameters
    ----------
    folders : sequence of Path
        Where to look, not below; those that do not exist are passed over.
    patterns : sequence of str
        Names, with ``*`` and ``?``; capitals make no difference.
    what : str
        What it holds, for messages: ``the annotations of CASME II``.
    findings : Findings
        Takes in ``sheet-missing``, ``sheet-ambiguous``, ``sheet-link-broken``, and
        ``sheet-unreadable`` for a folder that cannot be listed.

    Returns
    -------
    Path or None
        None if there is no such file, or more than one.
    """
    found: dict[Path, Path] = {}
    others: list[str] = []
    errors = findings.error_count
    for path in _visible_files(folders, findings):
        if not any(
            fnmatchcase(_normalize_name(path.name), _normalize_name(one)) for one in patterns
        ):
            if path.suffix.casefold() in SHEET_SUFFIXES:
                others.append(path.name)
        elif (target := _resolve_link(path)) is None:
            findings.error(
                "sheet-link-broken",
                f"This link has the name of the sheet with {what}, and leads nowhere.",
                "Point it to the file, or put the file in its place.",
                Place(file=str(path)),
            )
        elif target.is_file():
            found.setdefault(target, path)  # one file on two ways is one file
    if not found:
        if findings.error_count == errors:  # else it may lie where nobody can look
            _report_missing(folders, patterns, what, others, findings)
        return None
    paths = sorted(found.values(), key=str)
    if len(paths) > 1:
        findings.error(
            "sheet-ambiguous",
            f"There are {len(paths)} sheets with {what}: {', '.join(map(str, paths))[:400]}.",
            "Remove or rename all but the one that is meant.",
            Place(file=str(paths[0])),
        )
        return None
    return paths[0]


def _visible_files(folders: Sequence[Path], findings: Findings) -> Iterator[Path]:
    """Yield what lies in the folders, but for what programs leave there: ``~$a``, ``._a``."""
    for folder in dict.fromkeys(folders):
        try:
            inside = sorted(folder.iterdir()) if folder.is_dir() else []
            files = [one for one in inside if not one.is_dir()]
        except OSError as error:
            findings.error(
                "sheet-unreadable",
                f"The folder cannot be looked into: {error.strerror}.",
                "Check that you may read it.",
                Place(file=str(folder)),
            )
        else:
            yield from (one for one in files if not one.name.startswith(("~$", ".")))


def _resolve_link(path: Path) -> Path | None:
    """Return what a path leads to; None for a link to nothing or in a circle."""
    try:
        return path.resolve(strict=True)
    except (OSError, RuntimeError):
        return None


def _normalize_name(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()


def _report_missing(
    folders: Sequence[Path],
    patterns: Sequence[str],
    what: str,
    others: Sequence[str],
    findings: Findings,
) -> None:
    guesses = (did_you_mean(one.replace("*", ""), others) for one in patterns)
    places = " or ".join(str(one) for one in folders)
    findings.error(
        "sheet-missing",
        f"There is no sheet with {what} in {places[:400]}.{next(filter(None, guesses), '')}",
        f"It is known under the names {', '.join(patterns)}.",
        Place(file=str(folders[0]) if folders else None),
    )
