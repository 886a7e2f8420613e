"""Read a CSV file, of a known format or under a mapping, row by row."""

from __future__ import annotations

from array import array
from shlex import quote
from typing import TypeVar

import numpy as np

from mebench.diagnostics import Findings, MebenchError, Place
from mebench.formats.cell_spelling import correct_ustc_rows, use_decimal_points, use_integer_ids
from mebench.formats.csv_formats import (
    FAMILIES,
    MEANINGS,
    RECOGNITION_CSV,
    STR_CSV,
    USTC_CSV,
    TableLayout,
)
from mebench.formats.table_reader import (
    LinePlaces,
    PlaceOf,
    TextTable,
    parse_frames,
    parse_kinds,
    parse_scores,
    parse_seconds,
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

_TEXT_FIELDS = ("dataset", "subject", "video", "sample", "emotion")


def read_csv(
    table_type: type[Table],
    layout: TableLayout,
    source: TextFile,
    first_frame: int | None,
    findings: Findings,
) -> Table:
    """Read a CSV file as predictions or truth; rows with problems are left out.

    ``first_frame`` is the number of a video's first frame; default: that of the format.
    """
    csv_format = layout.csv_format
    default = 0 if layout.fps is not None else csv_format.first_frame
    first = default if first_frame is None else first_frame
    table = read_text_table(
        source, findings, layout.names, delimiter=layout.delimiter, has_header=layout.has_header
    )
    columns = _find_columns(layout, table, findings)
    _note_understood(layout, source, first, findings)
    places = LinePlaces(source, columns, table.delimiter)
    missing = [""] * len(table.lines)
    cells = {
        field: table.columns[columns[field]] if field in columns else missing
        for field in {*STR_CSV.columns.values(), "sample"}
    }

    def place_of(row: int, field: str) -> Place:
        return places.cell(table.lines[row], field)

    if csv_format is USTC_CSV:
        correct_ustc_rows(cells, findings, place_of)
    use_decimal_points(cells, source, layout.decimal, findings, place_of)
    use_integer_ids(cells, findings, place_of)
    for field in _TEXT_FIELDS:
        # Only few cells are different, so that these are looked at.
        if any(restore_formula(cell) != cell for cell in set(cells[field])):
            cells[field] = list(map(restore_formula, cells[field]))
    intervals, was_rounded = interval_columns(), False
    if csv_format is RECOGNITION_CSV:
        rows = zip(*(cells[field] for field in SampleRow._fields), strict=True)
        places.sample_rows = [
            SampleRow(dataset or None, subject, sample, emotion or None)
            for dataset, subject, sample, emotion in rows
        ]
        places.lines["sample"] = table.lines
    else:
        intervals, was_rounded = _read_intervals(
            cells, table.lines, places, first, layout, findings
        )
    name, videos, samples = csv_format.name, places.video_rows, places.sample_rows
    return table_type(
        *(name, True, source.name, first, places, videos, intervals, samples), rounded=was_rounded
    )


def _note_understood(
    layout: TableLayout, source: TextFile, first_frame: int, findings: Findings
) -> None:
    """State what the columns with other names were understood as."""
    csv_format = layout.csv_format
    if csv_format in FAMILIES or layout.understood:
        columns = layout.understood or {
            name: field for name, field in csv_format.columns.items() if name in layout.names
        }
        listed = [f"{name} as {field}" for name, field in columns.items() if name != field]
        counted = "" if csv_format is RECOGNITION_CSV else f"; frames count from {first_frame}"
        findings.note(
            "columns-understood",
            f"Columns read by their usual meaning: {', '.join(listed)}{counted}.",
            "If this is wrong, pass --columns FIELD=COLUMN, and --first-frame.",
            Place(file=source.name, line=source.first_line_number),
        )


def _find_columns(layout: TableLayout, table: TextTable, findings: Findings) -> dict[str, int]:
    """Return the index of each field's column.

    A missing required column, and two columns of one meaning, raise an error. An unknown column is
    an error if its name resembles a missing column, otherwise it is ignored.
    """
    csv_format = layout.csv_format
    known = csv_format.columns
    indices = {name: index for index, name in enumerate(table.header)}
    places = LinePlaces(table.source, indices, table.delimiter)
    line = table.source.first_line_number
    columns = {known[name]: index for name, index in indices.items() if name in known}
    missing = [name for name, meant in csv_format.required.items() if meant not in columns]
    first_of: dict[str, str] = {}
    synonyms = []
    for name in table.header:
        meaning = known.get(name) or MEANINGS.get(name) or f"unknown: {name}"
        if first_of.setdefault(meaning, name) != name:
            synonyms.append(name)
            findings.error(
                "csv-duplicate-column",
                f"The columns {first_of[meaning]!r} and {name!r} have the same meaning.",
                "Remove one of them.",
                places.cell(line, name),
            )
            continue
        if name in (*known, *csv_format.ignored, *layout.unread) or not layout.has_header:
            continue
        free = [other for other in known if known[other] not in columns]
        guess = None if layout.is_mapped else closest_name(name, free)
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
                f"The unknown column {shorten(name)!r} is ignored."
                if name
                else "A column without a name is ignored.",
                "",
                places.cell(line, name),
            )
    if missing:
        plural = "s" * (len(missing) > 1)
        findings.error(
            "csv-missing-column",
            f"The {csv_format.name} requires the column{plural} {', '.join(missing)}. "
            f"The header has {', '.join(map(repr, table.header))[:200]}.",
            f"Add the column{plural}, or pass --columns {quote(known[missing[0]])}=COLUMN with the "
            f"name in this file.{_how_to_add({known[name] for name in missing}, table.header)}",
            places.cell(line),
        )
    if missing or synonyms:
        raise MebenchError(findings.kept, findings.omitted)
    return columns


def _how_to_add(missing: set[str], header: list[str]) -> str:
    """Return how to compute a missing column from one that the table has."""
    durations = {"duration", "length", "dur", "len"}
    if "offset" in missing and "onset" not in missing and durations & {*header}:
        return " The offset is the last frame: onset + duration - 1."
    if "subject" in missing and "video" not in missing:
        return " If the names of the videos contain the subject, write it into a column of its own."
    return ""


def _read_intervals(
    cells: dict[str, list[str]],
    lines: array[int],
    places: LinePlaces,
    first_frame: int,
    layout: TableLayout,
    findings: Findings,
) -> tuple[IntervalColumns, bool]:
    """Return the intervals, and whether any of their frames was rounded."""
    names = zip(cells["dataset"], cells["subject"], cells["video"], strict=True)
    videos: dict[tuple[str, str, str], VideoRow] = {}
    rows = [
        videos.get(name)
        or videos.setdefault(name, VideoRow(name[0] or None, name[1] or None, name[2]))
        for name in names
    ]

    def place_in(field: str) -> PlaceOf:
        return lambda row: with_ids(places.cell(lines[row], field), rows[row])

    was_rounded = False
    frames = []
    for field in ("onset", "offset", "apex"):
        place = place_in(field)
        if layout.fps is None:
            frames.append(parse_frames(cells[field], field, first_frame, findings, place))
        else:
            column, between = parse_seconds(
                cells[field], field, first_frame, layout.fps, findings, place
            )
            frames.append(column)
            was_rounded |= between
    onset, offset, apex = frames
    if was_rounded:
        findings.note(
            "frames-rounded",
            f"Times were rounded to the nearest frame, halves up, at {float(layout.fps or 0):g} "
            "frames per second.",
            "",
            places.header(),
        )
    length = parse_frames(cells["n_frames"], "n_frames", 0, findings, place_in("n_frames"))
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
    kind = parse_kinds(cells["kind"], findings, place_in("kind"), layout.kinds)
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
    intervals = interval_columns(
        video=video[usable],
        onset=onset[usable],
        offset=offset[usable],
        apex=apex[usable],
        score=None if score is None else score[usable],
        kind=kind[usable],
        emotion=[cells["emotion"][row] or None for row in usable],
    )
    return intervals, was_rounded


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
