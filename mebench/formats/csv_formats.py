"""The CSV formats of the field: one row per expression, one column per field.

===================  ===============================================  ===========
format               columns                                          first frame
===================  ===============================================  ===========
STR CSV              subject, video, onset, offset, emotion,          0
                     optional dataset, apex, kind, score, n_frames
MEGC2022 CSV         vid, pred_onset, pred_offset, type               1
MEGC2023 CSV         vid, onset, offset, type                         1
recognition CSV      subject, sample, emotion, optional dataset       –
===================  ===============================================  ===========

The columns may have any order. In all formats, a row with empty onset and offset declares a video
without expressions.
"""

from __future__ import annotations

from array import array
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from mebench.diagnostics import Findings, MebenchError
from mebench.formats.table_reader import (
    LinePlaces,
    PlaceOf,
    TextTable,
    parse_frames,
    parse_kinds,
    parse_scores,
    read_text_table,
    shorten,
)
from mebench.formats.text_file import TextFile
from mebench.models.annotation_table import (
    NO_FRAME,
    IntervalColumns,
    PredictionTable,
    SampleRow,
    TruthTable,
    VideoRow,
    interval_columns,
    with_ids,
)
from mebench.util.text import closest_name, restore_formula

Table = TypeVar("Table", PredictionTable, TruthTable)


@dataclass(frozen=True, slots=True)
class CsvFormat:
    """The columns of a CSV format: from column names in the file to our field names."""

    name: str
    first_frame: int
    required: dict[str, str]
    optional: dict[str, str]

    @property
    def columns(self) -> dict[str, str]:
        """All columns of the format."""
        return self.required | self.optional


def _same_names(*names: str) -> dict[str, str]:
    return {name: name for name in names}


STR_CSV = CsvFormat(
    "STR CSV",
    0,
    _same_names("subject", "video", "onset", "offset"),
    _same_names("emotion", "dataset", "apex", "kind", "score", "n_frames") | {"type": "kind"},
)
MEGC2022_CSV = CsvFormat(
    "MEGC2022 CSV",
    1,
    {"vid": "video", "pred_onset": "onset", "pred_offset": "offset", "type": "kind"},
    _same_names("score"),
)
MEGC2023_CSV = CsvFormat(
    "MEGC2023 CSV",
    1,
    {"vid": "video", "onset": "onset", "offset": "offset", "type": "kind"},
    _same_names("score"),
)
RECOGNITION_CSV = CsvFormat(
    "recognition CSV", 0, _same_names("subject", "sample", "emotion"), _same_names("dataset")
)

_MEANINGS = {
    name: field
    for csv_format in (STR_CSV, MEGC2022_CSV, MEGC2023_CSV, RECOGNITION_CSV)
    for name, field in csv_format.columns.items()
}
"""Our field name for each column name of any format."""

_TEXT_FIELDS = ("dataset", "subject", "video", "sample", "emotion")


def detect_csv_format(header: list[str]) -> CsvFormat | None:
    """Return the format with this header, even if the header has errors; None if none fits."""
    names = set(header)
    if "vid" in names:
        return MEGC2022_CSV if names & {"pred_onset", "pred_offset"} else MEGC2023_CSV
    if {"sample", "emotion"} <= names:
        return RECOGNITION_CSV
    if len(names & set(STR_CSV.columns)) >= 2:
        return STR_CSV
    return None


def read_csv(
    table_type: type[Table],
    csv_format: CsvFormat,
    source: TextFile,
    first_frame: int | None,
    findings: Findings,
) -> Table:
    """Read a CSV file as predictions or truth; rows with problems are left out.

    ``first_frame`` is the number of a video's first frame; default: that of the format.
    """
    first = csv_format.first_frame if first_frame is None else first_frame
    table = read_text_table(source, findings)
    columns = _find_columns(csv_format, table, findings)
    places = LinePlaces(source, columns, table.delimiter)
    missing = [""] * len(table.lines)
    cells = {
        field: table.columns[columns[field]] if field in columns else missing
        for field in {*STR_CSV.columns.values(), "sample"}
    }
    for field in _TEXT_FIELDS:
        # Only few cells are different, so that these are looked at.
        if any(restore_formula(cell) != cell for cell in set(cells[field])):
            cells[field] = list(map(restore_formula, cells[field]))
    intervals = interval_columns()
    if csv_format is RECOGNITION_CSV:
        rows = zip(*(cells[field] for field in SampleRow._fields), strict=True)
        places.sample_rows = [
            SampleRow(dataset or None, subject, sample, emotion or None)
            for dataset, subject, sample, emotion in rows
        ]
        places.lines["sample"] = table.lines
    else:
        intervals = _read_intervals(cells, table.lines, places, first, findings)
    name, videos, samples = csv_format.name, places.video_rows, places.sample_rows
    return table_type(name, True, source.name, first, places, videos, intervals, samples)


def _find_columns(csv_format: CsvFormat, table: TextTable, findings: Findings) -> dict[str, int]:
    """Return the index of each field's column.

    A missing required column, and two columns of one meaning, raise an error. An unknown column is
    an error if its name resembles a missing column, otherwise it is ignored.
    """
    known = csv_format.columns
    indices = {name: index for index, name in enumerate(table.header)}
    places = LinePlaces(table.source, indices, table.delimiter)
    line = table.source.first_line_number
    columns = {known[name]: index for name, index in indices.items() if name in known}
    missing = [name for name, meant in csv_format.required.items() if meant not in columns]
    first_of: dict[str, str] = {}
    synonyms = []
    for name in table.header:
        meaning = known.get(name) or _MEANINGS.get(name) or f"unknown: {name}"
        if first_of.setdefault(meaning, name) != name:
            synonyms.append(name)
            findings.error(
                "csv-duplicate-column",
                f"The columns {first_of[meaning]!r} and {name!r} have the same meaning.",
                "Remove one of them.",
                places.cell(line, name),
            )
            continue
        if name in known:
            continue
        guess = closest_name(name, [other for other in known if known[other] not in columns])
        if guess is not None:
            findings.error(
                "csv-unknown-column",
                f"Unknown column {shorten(name)!r}. Did you mean {guess!r}?",
                f"The columns of the {csv_format.name} are {', '.join(known)}.",
                places.cell(line, name),
            )
        else:
            findings.warning(
                "csv-column-ignored",
                f"The unknown column {shorten(name)!r} is ignored.",
                "",
                places.cell(line, name),
            )
    if missing:
        plural = "s" * (len(missing) > 1)
        findings.error(
            "csv-missing-column",
            f"The {csv_format.name} requires the column{plural} {', '.join(missing)}. "
            f"The header has {', '.join(map(repr, table.header))[:200]}.",
            f"Add the column{plural}.",
            places.cell(line),
        )
    if missing or synonyms:
        raise MebenchError(findings.kept, findings.omitted)
    return columns


def _read_intervals(
    cells: dict[str, list[str]],
    lines: array[int],
    places: LinePlaces,
    first_frame: int,
    findings: Findings,
) -> IntervalColumns:
    names = zip(cells["dataset"], cells["subject"], cells["video"], strict=True)
    videos: dict[tuple[str, str, str], VideoRow] = {}
    rows = [
        videos.get(name)
        or videos.setdefault(name, VideoRow(name[0] or None, name[1] or None, name[2]))
        for name in names
    ]

    def place_in(field: str) -> PlaceOf:
        return lambda row: with_ids(places.cell(lines[row], field), rows[row])

    onset, offset, apex, length = (
        parse_frames(cells[field], field, first, findings, place_in(field))
        for field, first in (
            *(("onset", first_frame), ("offset", first_frame)),
            *(("apex", first_frame), ("n_frames", 0)),
        )
    )
    findings.add_rows(
        np.flatnonzero((length < 1) & (length != NO_FRAME)).tolist(),
        lambda row: (
            f"'n_frames' is {length[row]}; a video has at least one frame.",
            "Enter the number of frames, or leave the cell empty.",
            place_in("n_frames")(row),
        ),
        "value-out-of-range",
    )
    length[length < 1] = NO_FRAME
    score = parse_scores(cells.pop("score"), findings, place_in("score"))
    kind = parse_kinds(cells["kind"], findings, place_in("kind"))
    has_onset, has_offset = (
        np.fromiter(map(bool, cells[field]), bool, len(rows)) for field in ("onset", "offset")
    )
    findings.add_rows(
        np.flatnonzero(has_onset != has_offset).tolist(),
        lambda row: (
            "The row has only one of onset and offset.",
            "Enter both; leave both empty for a video without expressions.",
            place_in("onset")(row),
        ),
        "frame-missing",
    )
    is_empty = (~has_onset & ~has_offset).tolist()
    video = _read_videos(rows, lines, places, length, is_empty, findings)
    usable = np.flatnonzero((onset != NO_FRAME) & (offset != NO_FRAME))
    places.video_of_interval = video[usable]
    places.lines["interval"] = array("q", (lines[row] for row in usable))
    return interval_columns(
        video=video[usable],
        onset=onset[usable],
        offset=offset[usable],
        apex=apex[usable],
        score=None if score is None else score[usable],
        kind=kind[usable],
        emotion=[cells["emotion"][row] or None for row in usable],
    )


def _read_videos(
    rows: list[VideoRow],
    lines: array[int],
    places: LinePlaces,
    length: np.ndarray,
    is_empty: list[bool],
    findings: Findings,
) -> np.ndarray:
    """Collect the videos in the order of the file; return the index of each row's video."""
    indices: dict[VideoRow, int] = {}
    declared_empty: set[int] = set()
    with_expressions: set[int] = set()
    video = array("q")
    for row, line, frames, empty in zip(rows, lines, length, is_empty, strict=True):
        if not row.video or (row.subject is None and "subject" in places.columns):
            name = "video" if not row.video else "subject"
            findings.error(
                "value-empty",
                f"The cell in column {name!r} is empty.",
                "Enter a value.",
                places.cell(line, name),
            )
        index = indices.setdefault(row, len(indices))
        video.append(index)
        if index == len(places.video_rows):
            places.video_rows.append(row)
            places.lines["video"].append(line)
        earlier = places.video_rows[index].n_frames
        if earlier is None and frames != NO_FRAME:
            places.video_rows[index] = row._replace(n_frames=int(frames))
        elif frames not in (earlier, NO_FRAME):
            findings.error(
                "inconsistent",
                f"'n_frames' is {frames} here, but {earlier} in an earlier row of the video.",
                "Use the same number in all rows of the video.",
                with_ids(places.cell(line, "n_frames"), row),
            )
        (declared_empty if empty else with_expressions).add(index)
    for index in sorted(declared_empty & with_expressions):
        findings.error(
            "empty-row-contradicted",
            "A row declares the video as without expressions, but another row has an expression.",
            "Remove the row with the empty cells.",
            places.video(index),
        )
    return np.array(video, np.int64)
