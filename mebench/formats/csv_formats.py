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

The order of the columns is free. In all formats a row with empty onset and offset declares a
video without expressions.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from mebench.diagnostics import Findings, MebenchError, Place
from mebench.formats.text_file import TextFile
from mebench.formats.text_table import (
    LinePlaces,
    PlaceOf,
    TextTable,
    parse_frames,
    parse_kinds,
    parse_scores,
    read_text_table,
    shorten,
)
from mebench.models.annotation_table import (
    NO_FRAME,
    NO_KIND,
    NO_LABEL,
    IntervalColumns,
    PredictionTable,
    SampleRow,
    TruthTable,
    VideoRow,
    empty_intervals,
    named_video,
)
from mebench.util.text import closest_name


@dataclass(frozen=True, slots=True)
class CsvFormat:
    """How a table format names its columns.

    Attributes
    ----------
    name : str
        For people.
    first_frame : {0, 1}
        The number of a video's first frame.
    required, optional : dict
        From the file's column names to our field names.
    """

    name: str
    first_frame: int
    required: dict[str, str]
    optional: dict[str, str] = field(default_factory=dict)

    @property
    def columns(self) -> dict[str, str]:
        """All columns it knows."""
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


def detect_csv_format(header: list[str]) -> CsvFormat | None:
    """Return the format whose header this is, or is meant to be."""
    names = set(header)
    if "vid" in names:
        return MEGC2022_CSV if names & {"pred_onset", "pred_offset"} else MEGC2023_CSV
    if {"sample", "emotion"} <= names:
        return RECOGNITION_CSV
    if len(names & set(STR_CSV.columns)) >= 2:
        return STR_CSV
    return None


def read_csv_predictions(
    kind: CsvFormat, source: TextFile, first_frame: int | None, findings: Findings
) -> PredictionTable:
    """Read a table as predictions.

    Parameters
    ----------
    kind : CsvFormat
        How to read it.
    source : TextFile
        The text.
    first_frame : {0, 1}, optional
        Overrides the format's own.
    findings : Findings
        Takes in what is wrong; such rows are left out.
    """
    first = kind.first_frame if first_frame is None else first_frame
    places, videos, intervals, samples = _rows(kind, source, first, findings)
    return PredictionTable(kind.name, True, source.name, first, places, videos, intervals, samples)


def read_csv_truth(
    kind: CsvFormat, source: TextFile, first_frame: int | None, findings: Findings
) -> TruthTable:
    """Read a table as truth; arguments as in :func:`read_csv_predictions`."""
    first = kind.first_frame if first_frame is None else first_frame
    places, videos, intervals, samples = _rows(kind, source, first, findings)
    return TruthTable(kind.name, True, source.name, first, places, videos, intervals, samples)


def _rows(
    kind: CsvFormat, source: TextFile, first_frame: int, findings: Findings
) -> tuple[LinePlaces, list[VideoRow], IntervalColumns, list[SampleRow]]:
    table = read_text_table(source, findings)
    columns = _columns(kind, table, findings)
    places = LinePlaces(source, columns, table.delimiter)
    if kind is RECOGNITION_CSV:
        samples = _samples(table, columns, places)
        return places, [], empty_intervals(), samples
    intervals = _intervals(table, columns, places, first_frame, findings)
    return places, places.video_rows, intervals, []


def _columns(kind: CsvFormat, table: TextTable, findings: Findings) -> dict[str, int]:
    """Find the columns; a missing one ends the reading, an unknown one only if it is a slip."""
    at_header = {name: at for at, name in enumerate(table.header)}
    places = LinePlaces(table.source, at_header, table.delimiter)
    line = table.source.first_line_number
    found = {kind.columns[name]: at for at, name in enumerate(table.header) if name in kind.columns}
    unknown = [name for name in table.header if name not in kind.columns]
    missing = [name for name, meant in kind.required.items() if meant not in found]
    for name in unknown:
        guess = closest_name(name, [one for one in kind.columns if kind.columns[one] not in found])
        if guess is not None:
            findings.error(
                "csv-unknown-column",
                f"The column {shorten(name)!r} is not known. Did you mean {guess!r}?",
                f"The {kind.name} has the columns {', '.join(kind.columns)}.",
                places.cell(line, name),
            )
        else:
            findings.warning(
                "csv-column-ignored",
                f"The column {shorten(name)!r} is not known and was ignored.",
                "",
                places.cell(line, name),
            )
    if missing:
        findings.error(
            "csv-missing-column",
            f"The {kind.name} needs the column{'s' * (len(missing) > 1)} {', '.join(missing)}.",
            f"The header has {', '.join(map(repr, table.header))[:200]}.",
            places.cell(line),
        )
        raise MebenchError(findings.kept, findings.omitted)
    return found


def _intervals(
    table: TextTable,
    columns: dict[str, int],
    places: LinePlaces,
    first_frame: int,
    findings: Findings,
) -> IntervalColumns:
    def cell(name: str) -> list[str]:
        at = columns.get(name)
        return [""] * len(table.rows) if at is None else [row[at] for row in table.rows]

    def at(name: str) -> PlaceOf:
        def place(row: int) -> Place:
            named = VideoRow(*_names(table.rows[row], columns))
            return named_video(places.cell(table.lines[row], name), named)

        return place

    onset = parse_frames(cell("onset"), "onset", first_frame, findings, at("onset"))
    offset = parse_frames(cell("offset"), "offset", first_frame, findings, at("offset"))
    apex = parse_frames(cell("apex"), "apex", first_frame, findings, at("apex"))
    length = parse_frames(cell("n_frames"), "n_frames", 0, findings, at("n_frames"))
    findings.add_rows(
        np.flatnonzero((length < 1) & (length != NO_FRAME)).tolist(),
        lambda row: (
            f"'n_frames' is {length[row]}, and a video has at least one frame.",
            "Give the number of frames, or leave the cell empty.",
            at("n_frames")(row),
        ),
        "value-out-of-range",
    )
    length[length < 1] = NO_FRAME
    score = parse_scores(cell("score"), findings, at("score"))
    kind = parse_kinds(cell("kind"), findings, at("kind"))
    emotion_cells = [text.strip() for text in cell("emotion")]
    labels: dict[str, int] = {"": NO_LABEL}
    for text in emotion_cells:
        labels.setdefault(text, len(labels) - 1)

    empty = [
        not first.strip() and not last.strip()
        for first, last in zip(cell("onset"), cell("offset"), strict=True)
    ]
    half = [
        row
        for row, (first, last) in enumerate(zip(cell("onset"), cell("offset"), strict=True))
        if bool(first.strip()) != bool(last.strip())
    ]
    findings.add_rows(
        half,
        lambda row: (
            "The row has an onset or an offset, not both.",
            "Give both, or neither for a video without expressions.",
            at("onset")(row),
        ),
        "frame-missing",
    )
    video = _videos(table, columns, places, length, empty, findings)
    usable = (onset != NO_FRAME) & (offset != NO_FRAME)
    rows = np.flatnonzero(usable)
    places.video_of_interval = video[rows]
    places.line_of_interval = [table.lines[row] for row in rows]
    return IntervalColumns(
        video=video[rows],
        onset=onset[rows],
        offset=offset[rows],
        apex=apex[rows],
        score=None if score is None else score[rows],
        kind=kind[rows].astype(np.int8) if len(rows) else np.full(0, NO_KIND, np.int8),
        emotion=np.array([labels[emotion_cells[row]] for row in rows], np.int32),
        labels=tuple(label for label in labels if label),
    )


def _videos(
    table: TextTable,
    columns: dict[str, int],
    places: LinePlaces,
    length: np.ndarray,
    empty: list[bool],
    findings: Findings,
) -> np.ndarray:
    """Gather the videos in order of appearance; return each row's."""
    known: dict[tuple[str | None, str | None, str], int] = {}
    declared_empty: set[int] = set()
    filled: set[int] = set()
    video = np.zeros(len(table.rows), np.int64)
    for number, row in enumerate(table.rows):
        key = _names(row, columns)
        if not key[2] or ("subject" in columns and key[1] is None):
            name = "video" if not key[2] else "subject"
            findings.error(
                "value-empty",
                f"The cell of {name!r} is empty.",
                "Fill it in.",
                places.cell(table.lines[number], name),
            )
        frames = None if length[number] == NO_FRAME else int(length[number])
        if key not in known:
            known[key] = len(known)
            places.video_rows.append(VideoRow(*key, frames))
            places.line_of_video.append(table.lines[number])
        elif frames is not None:
            _check_same_length(places, known[key], frames, table.lines[number], findings)
        video[number] = known[key]
        (declared_empty if empty[number] else filled).add(known[key])
    for both in sorted(declared_empty & filled):
        findings.error(
            "empty-row-contradicted",
            "The video is declared without expressions, and another row gives one.",
            "Remove the row with the empty cells.",
            places.video(both),
        )
    return video


def _names(row: list[str], columns: dict[str, int]) -> tuple[str | None, str | None, str]:
    """Return data set, subject and video of a row."""
    dataset, subject, video = (
        row[columns[name]].strip() if name in columns else ""
        for name in ("dataset", "subject", "video")
    )
    return dataset or None, subject or None, video


def _check_same_length(
    places: LinePlaces, video: int, frames: int, line: int, findings: Findings
) -> None:
    """Take the length that a further row gives; all rows of a video must give the same."""
    earlier = places.video_rows[video]
    if earlier.n_frames is None:
        places.video_rows[video] = earlier._replace(n_frames=frames)
    elif earlier.n_frames != frames:
        findings.error(
            "inconsistent",
            f"'n_frames' is {frames} here and {earlier.n_frames} in an earlier row of the video.",
            "Give a video one length.",
            named_video(places.cell(line, "n_frames"), earlier),
        )


def _samples(table: TextTable, columns: dict[str, int], places: LinePlaces) -> list[SampleRow]:
    for row, line in zip(table.rows, table.lines, strict=True):
        dataset = row[columns["dataset"]].strip() if "dataset" in columns else ""
        subject, sample, emotion = (
            row[columns[name]].strip() for name in ("subject", "sample", "emotion")
        )
        places.sample_rows.append(SampleRow(dataset or None, subject, sample, emotion or None))
        places.line_of_sample.append(line)
    return places.sample_rows
