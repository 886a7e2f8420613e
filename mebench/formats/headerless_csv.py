"""Spotting results as a CSV without a header row: video, onset, offset, subject.

Such as ``s15/15_0101disgustingteeth,2,39,s15``; the subject is a part of the video's name. Frames
count from 1.
"""

from __future__ import annotations

import re

from mebench.diagnostics import Findings
from mebench.formats.interval_rows import IntervalRow, Table, build_table
from mebench.formats.table_reader import LinePlaces, parse_frames
from mebench.formats.text_file import TextFile
from mebench.models.annotation_table import NO_FRAME, VideoRow

HEADERLESS_CSV = "CSV without header: video, onset, offset, subject"

_COLUMNS = ("video", "onset", "offset", "subject")
_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]*)?")


def is_headerless_csv(source: TextFile) -> bool:
    """Return whether the first 50 rows have two frames, and a subject that the video contains."""
    rows = [_cells(line) for line in source.first_lines(50)]
    return bool(rows) and all(
        len(cells) == 4
        and bool(_NUMBER.fullmatch(cells[1]) and _NUMBER.fullmatch(cells[2]))
        and cells[3] != ""
        and cells[3] in cells[0]
        for cells in rows
        if any(cells)
    )


def read_headerless_csv(
    table_type: type[Table], source: TextFile, first_frame: int | None, findings: Findings
) -> Table:
    """Read the file as predictions or truth; rows with problems are left out."""
    first = 1 if first_frame is None else first_frame
    places = LinePlaces(source, {name: index for index, name in enumerate(_COLUMNS)}, ",")
    lines = []
    for number, line in source.lines():
        cells = _cells(line)
        if len(cells) == len(_COLUMNS) and all(cells):
            lines.append((number, cells))
        elif any(cells):
            findings.error(
                "csv-row-width",
                "The row does not have four cells: video, onset, offset, subject.",
                "Correct or remove the row.",
                places.cell(number),
            )

    def frames(field: str) -> list[int]:
        column = _COLUMNS.index(field)
        cells = [cells[column] for _, cells in lines]
        parsed = parse_frames(
            cells, field, first, findings, lambda row: places.cell(lines[row][0], field)
        )
        return [int(frame) for frame in parsed]

    rows = [
        IntervalRow(
            number,
            VideoRow(None, cells[3], cells[0]),
            None if NO_FRAME in (begin, end) else (begin, end),
        )
        for (number, cells), begin, end in zip(
            lines, frames("onset"), frames("offset"), strict=True
        )
    ]
    return build_table(table_type, HEADERLESS_CSV, first, places, rows)


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.split(",")]
