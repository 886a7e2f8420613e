"""Text tables with a header line: the cells, and the lines they stood on."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass

from mebench.diagnostics import Findings, MebenchError, Place
from mebench.formats.text import TextFile

DELIMITERS = (",", ";", "\t")


@dataclass(slots=True)
class TextTable:
    """A table's rows.

    Attributes
    ----------
    source : TextFile
        The text.
    header : list of str
        Column names, stripped and casefolded.
    delimiter : str
        What separates the cells.
    rows : list of list of str
        As many cells each as the header has.
    lines : list of int
        The line on which each row begins, 1-based.
    """

    source: TextFile
    header: list[str]
    delimiter: str
    rows: list[list[str]]
    lines: list[int]


def split_header(source: TextFile) -> tuple[list[str], str]:
    """Return the names in the first line, and the delimiter that splits it best."""
    first = source.first_line[:10_000]
    delimiter = max(DELIMITERS, key=first.count)
    return [cell.strip().strip('"').casefold() for cell in first.split(delimiter)], delimiter


def read_text_table(source: TextFile, findings: Findings) -> TextTable:
    """Read all rows; rows of another width than the header are findings.

    Raises
    ------
    MebenchError
        ``csv-syntax`` or ``csv-duplicate-column``.
    """
    header, delimiter = split_header(source)
    _refuse_duplicates(header, source)
    # Strict: a quote that is never closed would swallow the rest of the file without a word.
    reader = csv.reader(io.StringIO(source.text, newline=""), delimiter=delimiter, strict=True)
    rows: list[list[str]] = []
    lines: list[int] = []
    wrong: list[tuple[int, int]] = []
    begin, seen_header = 1, False
    try:
        for row in reader:
            line, begin = begin, reader.line_num + 1
            if not any(map(str.strip, row)):
                continue
            if not seen_header:
                seen_header = True
            elif len(row) == len(header):
                rows.append(row)
                lines.append(line)
            else:
                wrong.append((line, len(row)))
    except csv.Error as error:
        raise MebenchError.of(
            "csv-syntax",
            f"Not a readable table: {error}.",
            "Is a quote opened and never closed? Write the file again with a CSV library.",
            Place(file=source.name, line=begin),
        ) from None
    findings.add_rows(
        range(len(wrong)),
        lambda row: (
            f"The row has {wrong[row][1]} cells, the header {len(header)}.",
            "Write one cell a column; put quotes around a cell that contains the delimiter.",
            Place(file=source.name, line=wrong[row][0]),
        ),
        "csv-row-width",
    )
    return TextTable(source, header, delimiter, rows, lines)


def _refuse_duplicates(header: list[str], source: TextFile) -> None:
    twins = sorted({name for name in header if header.count(name) > 1})
    if twins:
        raise MebenchError.of(
            "csv-duplicate-column",
            f"The column {twins[0]!r} stands twice in the header.",
            "Keep one of the two.",
            Place(file=source.name, line=source.first_line_number),
        )
