"""Readers of .xlsx, .xls and delimited text: from bytes to a workbook.

Unlike tables of predictions (:mod:`mebench.formats.table_reader`), these files may have lines
before the header and any encoding. An .xlsx is unpacked within limits before it is parsed.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
import warnings
import zipfile
from collections import Counter
from collections.abc import Iterator
from datetime import date, time, timedelta
from itertools import islice, repeat
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from mebench.datasets.spreadsheets.workbook_model import (
    COPY_AGAIN,
    SpecialCell,
    Tab,
    Value,
    Workbook,
    build_tab,
    password_error,
    too_large_error,
    unreadable_error,
)
from mebench.diagnostics import Findings, MebenchError, Place
from mebench.util.extras import require_package

if TYPE_CHECKING:
    from openpyxl.workbook.workbook import Workbook as OpenWorkbook


# The comma is last: if another delimiter fits equally well, the comma is the decimal comma.
DELIMITERS = ("\t", ";", ",")
TRIED_ROWS = 500
"""Number of rows that decide on the delimiter."""

_HIGH_BYTES = re.compile(rb"[\x80-\xff]+")
_SEP_LINE = re.compile(r"\s*sep=([,;\t|])\s*(?:\r\n|\r|\n|\Z)", re.IGNORECASE)


def read_csv(content: bytes, path: Path, findings: Findings) -> Workbook:
    """Read a text file as a workbook of one tab; all cells stay text.

    Parameters
    ----------
    content : bytes
        The file.
    path : Path
        Its path; the tab has the name of the file.
    findings : Findings
        Collects the note ``sheet-encoding`` if the encoding was guessed.

    Raises
    ------
    MebenchError
        ``sheet-unreadable`` or ``sheet-too-large``.
    """
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
        raise unreadable_error(
            path,
            f"The table cannot be read from line {first_line} on: {error}.",
            "Check for a quote that is opened and never closed.",
        ) from None


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
            raise unreadable_error(
                path, f"The text is damaged: byte {error.start + 1} is invalid.", COPY_AGAIN
            ) from None
    for encoding, language in _guess_encodings(content):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        findings.note(
            "sheet-encoding",
            f"The text is not UTF-8; it was read as {encoding}, as {language} Windows writes it.",
            "If names are wrong, save the sheet as .xlsx or as `CSV UTF-8`.",
            Place(file=str(path)),
        )
        return text
    raise unreadable_error(
        path, "The encoding of the text is unknown.", "Save the sheet as .xlsx or `CSV UTF-8`."
    )


def _guess_encodings(content: bytes) -> list[tuple[str, str]]:
    """Return the encodings to try: Chinese characters are pairs of high bytes, accents are not."""
    is_even = [len(run) % 2 == 0 for run in _HIGH_BYTES.findall(content)]
    chinese, european = ("gb18030", "Chinese"), ("cp1252", "Western European")
    return [chinese, european] if sum(is_even) * 2 > len(is_even) else [european, chinese]


_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
"""Name of the stream that holds a password-protected .xlsx, in the same container as an .xls."""


def read_xls(content: bytes, path: Path) -> tuple[Tab, ...]:
    """Read all tabs of an old workbook; arguments and errors as in ``read_xlsx``."""
    require_package("xlrd")
    if _ENCRYPTED in content:
        raise password_error(path)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return _xls_tabs(content, path)
    except MebenchError:
        raise
    except Exception as error:  # damaged records make xlrd raise any exception
        reason = _first_line(error)
        if "encrypted" in reason:
            raise password_error(path) from None
        if "find workbook" in reason:
            message = "The file is an Office document, but not a workbook."
            raise unreadable_error(path, message, COPY_AGAIN) from None
        raise _damaged_error(path, error) from None


def _xls_tabs(content: bytes, path: Path) -> tuple[Tab, ...]:
    import xlrd

    # logfile: xlrd prints remarks; ragged_rows: it would fill up rows with empty cells.
    book = xlrd.open_workbook(
        file_contents=content, logfile=io.StringIO(), ragged_rows=True, on_demand=False
    )
    return tuple(
        build_tab(sheet.name, _xls_rows(sheet, book.datemode), path) for sheet in book.sheets()
    )


def _xls_rows(sheet: Any, datemode: Any) -> Iterator[tuple[int, list[Value]]]:
    for index in range(sheet.nrows):
        yield index + 1, [_xls_value(cell, datemode) for cell in sheet.row(index)]


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
            display = str(xlrd.xldate_as_datetime(cell.value, datemode))
        except (ValueError, OverflowError):
            display = str(cell.value)
        return SpecialCell("date", display)
    if cell.ctype == xlrd.XL_CELL_NUMBER:
        number = float(cell.value)  # the format has no integers
        return int(number) if number.is_integer() else number
    return str(cell.value)


UNPACKED_LIMIT = 64 << 20
"""Most bytes of XML, counted while unpacking: the sizes that a zip declares may be wrong."""

MEMBER_LIMIT = 5_000
"""Most files in the zip."""

TAG_LIMIT = 500_000
"""Most tags between the starts of two rows or strings, which are in memory at the same time."""

_CHUNK = 1 << 20
_ROW_OR_STRING = re.compile(rb"<(?:[\w.-]+:)?(?:row|si)\b")
_FORMULA = re.compile(rb"<(?:[\w.-]+:)?f[\s>/]")
_STRICT = b"http://purl.oclc.org/ooxml/spreadsheetml"

# Other formats that are zips: a typical member, and a description.
_OTHER_ZIPS = (
    ("xl/workbook.bin", "a binary Excel workbook (.xlsb)"),
    ("content.xml", "an OpenDocument sheet (.ods)"),
    ("word/document.xml", "a Word document"),
    ("ppt/presentation.xml", "a presentation"),
)


def read_xlsx(content: bytes, path: Path) -> tuple[Tab, ...]:
    """Read all tabs of a workbook.

    Parameters
    ----------
    content : bytes
        The file.
    path : Path
        Its path.

    Raises
    ------
    MebenchError
        ``sheet-unreadable``, ``sheet-password`` or ``sheet-too-large``.
    """
    require_package("openpyxl")
    require_package("defusedxml")  # openpyxl would read hostile XML without it
    members = _unpacked(content, path)
    with_formulas = any(_FORMULA.search(part) for part in members.values())
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return _xlsx_tabs(_packed(members), path, with_formulas)
    except MebenchError:
        raise
    except Exception as error:  # damaged parts make openpyxl raise any exception
        raise _damaged_error(path, error) from None


def _unpacked(content: bytes, path: Path) -> dict[str, bytes]:
    """Return the XML parts by name; pictures, macros and document properties stay packed."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = {entry.filename.replace("\\", "/"): entry for entry in archive.infolist()}
            if len(entries) > MEMBER_LIMIT:
                raise too_large_error(path, f"The workbook is a zip of {len(entries):,} files.")
            if any(entry.flag_bits & 1 for entry in entries.values()):
                raise password_error(path)
            _refuse_other_zips(set(entries), path)
            members: dict[str, bytes] = {}
            left = UNPACKED_LIMIT
            for name, entry in entries.items():
                if name.endswith((".xml", ".rels")) and not name.startswith("docProps/"):
                    with archive.open(entry) as stream:
                        members[name] = _read_up_to(left, stream, path)
                    left -= len(members[name])
                    _refuse_huge_parts(name, members[name], path)
    except MebenchError:
        raise
    except Exception as error:  # zipfile and zlib raise more than BadZipFile
        raise _damaged_error(path, error) from None
    return members


def _read_up_to(limit: int, stream: IO[bytes], path: Path) -> bytes:
    pieces = []
    while piece := stream.read(_CHUNK):
        limit -= len(piece)
        if limit < 0:
            raise too_large_error(
                path, f"The workbook unpacks to more than {UNPACKED_LIMIT >> 20} MB."
            )
        pieces.append(piece)
    return b"".join(pieces)


def _refuse_huge_parts(name: str, part: bytes, path: Path) -> None:
    if part.count(b"<") > TAG_LIMIT and any(
        piece.count(b"<") > TAG_LIMIT for piece in _ROW_OR_STRING.split(part)
    ):
        raise too_large_error(path, f"A single row or list of {name[:80]!r} has too many cells.")
    if name.endswith("workbook.xml") and _STRICT in part:
        raise unreadable_error(
            path,
            "The workbook is in the format `Strict Open XML`, which is not read.",
            "Open it in Excel and save it as `Excel Workbook (.xlsx)`.",
        )


def _refuse_other_zips(names: set[str], path: Path) -> None:
    for name, description in _OTHER_ZIPS:
        if name in names:
            raise unreadable_error(
                path, f"The file is {description}.", "Open it, and save the sheet as .xlsx."
            )
    if "[Content_Types].xml" not in names:
        raise unreadable_error(path, "The file is a zip, but not a workbook.", "Unpack it first.")


def _packed(members: dict[str, bytes]) -> io.BytesIO:
    """Return a zip for openpyxl with the checked parts only."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, part in members.items():
            archive.writestr(name, part)
    return packed


def _xlsx_tabs(packed: io.BytesIO, path: Path, with_formulas: bool) -> tuple[Tab, ...]:
    from openpyxl import load_workbook

    results = load_workbook(packed, read_only=True, data_only=True, keep_links=False)
    # A formula without a stored result looks empty in the results: read the formulas, too.
    formulas = load_workbook(packed, read_only=True, keep_links=False) if with_formulas else None
    return tuple(
        build_tab(sheet.title, _xlsx_rows(results, formulas, index), path)
        for index, sheet in enumerate(results.worksheets)
    )


def _xlsx_rows(
    results: OpenWorkbook, formulas: OpenWorkbook | None, index: int
) -> Iterator[tuple[int, list[Value]]]:
    books = [results] if formulas is None else [results, formulas]
    sheets: list[Any] = [book.worksheets[index] for book in books]
    for sheet in sheets:
        sheet.reset_dimensions()  # many programs write wrong ones, which would cut the sheet
    rows = [sheet.iter_rows() for sheet in sheets]
    for number, (cells, *others) in enumerate(zip(*rows, strict=True), start=1):
        formula_cells = others[0] if others else repeat(None)
        pairs = zip(cells, formula_cells, strict=bool(others))
        yield number, [_xlsx_value(cell, formula) for cell, formula in pairs]


def _xlsx_value(cell: Any, formula: Any) -> Value:
    """Return the value of a cell of openpyxl, given the same cell with its formula."""
    value = cell.value
    if value is None and formula is not None and formula.data_type == "f":
        # The result may be an empty text; then the data type is not "n".
        text = getattr(formula.value, "text", formula.value)  # array formulas are objects
        return SpecialCell("formula", str(text)) if cell.data_type == "n" else None
    if cell.data_type == "e":
        return SpecialCell("error", str(value))
    if isinstance(value, date | time | timedelta):
        return SpecialCell("date", str(value))
    if isinstance(value, str):
        return value.replace("_x000D_", "\r")  # the carriage return of the format
    return value if value is None or isinstance(value, bool | int | float) else str(value)


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [""])[0].strip().rstrip(".")[:120]


def _damaged_error(path: Path, error: Exception) -> MebenchError:
    reason = _first_line(error)
    message = "The workbook is damaged or cut off" + (f": {reason}." if reason else ".")
    return unreadable_error(path, message, COPY_AGAIN)
