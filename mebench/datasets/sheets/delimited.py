"""Sheets as text: commas, semicolons or tabs, in the encodings that Excel writes.

Unlike the tables of predictions (:mod:`mebench.formats.table`) these come from other hands, with
lines before the header and in any encoding, and cannot be asked to be written anew.
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

from mebench.datasets.sheets.content import COPY_AGAIN, Value, Workbook, build_tab, unreadable_error
from mebench.diagnostics import Findings, Place

# Where two split a file equally well, the comma is taken for that of decimals.
DELIMITERS = ("\t", ";", ",")
TRIED_ROWS = 500
"""So many rows decide on the delimiter."""

_HIGH_BYTES = re.compile(rb"[\x80-\xff]+")
_SEP_LINE = re.compile(r"\s*sep=([,;\t|])\s*(?:\r\n|\r|\n|\Z)", re.IGNORECASE)


def read_csv(content: bytes, path: Path, findings: Findings) -> Workbook:
    """Read a text file as a workbook of one tab; all cells stay text.

    Parameters
    ----------
    content : bytes
        The file.
    path : Path
        Its name; the tab gets it too.
    findings : Findings
        Takes in the note ``sheet-encoding`` where the encoding had to be guessed.

    Raises
    ------
    MebenchError
        ``sheet-unreadable`` or ``sheet-too-large``.
    """
    text = _decoded(content, path, findings)
    declared = _SEP_LINE.match(text)
    delimiter = declared[1] if declared else _delimiter_of(text)
    # A row has the number of the line on which it begins, as editors count.
    rows = islice(_csv_rows(text, delimiter, path), 1 if declared else 0, None)
    return Workbook(path, (build_tab(path.name, rows, path),), delimiter)


def _csv_rows(text: str, delimiter: str, path: Path) -> Iterator[tuple[int, list[Value]]]:
    # Strict: a quote that is never closed would swallow the rest of the file without a word.
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    begin = 1
    try:
        for row in reader:
            yield begin, list(row)
            begin = reader.line_num + 1
    except csv.Error as error:
        raise unreadable_error(
            path,
            f"The table cannot be read from line {begin} on: {error}.",
            "Is a quote opened and never closed?",
        ) from None


def _delimiter_of(text: str) -> str:
    """Return the delimiter that gives the most rows the same number of cells."""

    def agreeing(delimiter: str) -> tuple[int, int]:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        try:
            widths = Counter(len(row) for row in islice(reader, TRIED_ROWS) if any(row))
        except csv.Error:
            return 0, 0
        del widths[1]
        width, rows = max(widths.items(), key=lambda item: (item[1], item[0]), default=(0, 0))
        return rows, 0 if delimiter == "," else width

    best = max(DELIMITERS, key=agreeing)
    return best if agreeing(best)[0] else ","


def _decoded(content: bytes, path: Path, findings: Findings) -> str:
    try:
        if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return content.decode("utf-16")
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if error.encoding.startswith("utf-16") or content.startswith(codecs.BOM_UTF8):
            raise unreadable_error(
                path, f"The text is damaged: byte {error.start + 1} does not fit.", COPY_AGAIN
            ) from None
    for encoding, whose in _guesses(content):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        findings.note(
            "sheet-encoding",
            f"The text is not UTF-8; it was read as {encoding}, as {whose} Windows writes it.",
            "If names come out wrong, save the sheet as .xlsx or as `CSV UTF-8`.",
            Place(file=str(path)),
        )
        return text
    raise unreadable_error(
        path, "The encoding of the text cannot be told.", "Save the sheet as .xlsx or `CSV UTF-8`."
    )


def _guesses(content: bytes) -> list[tuple[str, str]]:
    """Return the encodings to try: Chinese letters are pairs of high bytes, European ones not."""
    runs = [len(run) % 2 == 0 for run in _HIGH_BYTES.findall(content)]
    chinese, european = ("gb18030", "Chinese"), ("cp1252", "Western European")
    return [chinese, european] if sum(runs) * 2 > len(runs) else [european, chinese]
