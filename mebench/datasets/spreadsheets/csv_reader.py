"""Read delimited text in any encoding, from bytes to a workbook of one tab.

Unlike tables of predictions (:mod:`mebench.formats.table_reader`), an annotation sheet may have
lines before its header.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from mebench.datasets.spreadsheets.workbook_model import (
    COPY_AGAIN,
    Value,
    Workbook,
    build_tab,
    unreadable_error,
)
from mebench.diagnostics import Findings, Place

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
