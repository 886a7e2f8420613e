"""Convert annotation tables to the JSON formats of mebench, or to STR CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from mebench.diagnostics import Findings, Place
from mebench.formats import strict_json
from mebench.formats.text_file import read_text
from mebench.models.annotation_table import (
    NO_FRAME,
    AnnotationTable,
    PredictionTable,
    SampleRow,
    TruthTable,
    VideoRow,
)
from mebench.models.submission import NAME_LENGTH, SUBMISSION_FORMAT, Submission
from mebench.models.truth import TRUTH_FORMAT, TruthManifest
from mebench.util.text import disarm_formula

CSV_COLUMNS = (
    *("dataset", "subject", "video", "onset", "offset"),
    *("apex", "kind", "emotion", "score", "n_frames"),
)


def to_submission(table: PredictionTable, protocol: str, name: str) -> Submission:
    """Return predictions of any format as a submission.

    ``name`` is the system's name if the file does not state one, cut to the allowed length.
    """
    document: dict[str, Any] = {
        "format": SUBMISSION_FORMAT,
        "protocol": protocol,
        "system": table.system.to_json() if table.system else {"name": name_from_file(name)},
    }
    if table.folds is not None:
        document["folds"] = [fold.to_json() for fold in table.folds]
    if table.threshold is not None:
        document["score_threshold"] = table.threshold
    document |= _rows(table)
    return Submission.model_validate(document)


def name_from_file(name: str) -> str:
    """Return the name of a file as the valid name of a system."""
    return name.encode("utf-8", "replace").decode("utf-8")[:NAME_LENGTH] or "?"


def to_truth_manifest(table: TruthTable, path: str | Path | None = None) -> TruthManifest:
    """Return a truth of any format as a truth file; fields that only JSON files have are kept."""
    if not table.foreign and path is not None:
        document = strict_json.parse(read_text(path), Findings())
        return TruthManifest.model_validate(document)
    content: dict[str, Any] = {"format": TRUTH_FORMAT}
    if table.dataset is not None:
        content["dataset"] = table.dataset
    content |= _rows(table)
    return TruthManifest.model_validate(content)


def report_unfit_text(table: AnnotationTable, *, samples: bool, findings: Findings) -> None:
    """Report ids and emotions that a CSV would change: padded, blank, with CR or zero bytes.

    Case and padding of an emotion do not matter. ``samples`` is which rows are written.
    """

    def check(text: str | None, is_emotion: bool, place: Callable[[], Place]) -> None:
        if text is None or (
            (text.strip() if is_emotion else text == text.strip() != "")
            and not {"\r", "\0"} & {*text}
        ):
            return
        findings.error(
            "csv-unfit-text",
            f"A CSV cannot contain {text[:100]!r}: it is blank, has blanks at an end, or has a "
            "carriage return or a zero byte.",
            "Convert to JSON, or change the text in all files.",
            place(),
        )

    places = table.places
    if samples:
        for row, sample in enumerate(table.samples):
            for field, text in zip(SampleRow._fields, sample, strict=True):
                check(text, field == "emotion", partial(places.sample, row, field))
        return
    for row, video in enumerate(table.videos):
        for field, text in zip(VideoRow._fields, video[:3], strict=False):
            check(text, False, partial(places.video, row, field))
    for code, label in enumerate(table.intervals.labels):
        rows = np.flatnonzero(table.intervals.emotion == code).tolist()
        check(label, True, partial(places.interval, rows[0], "emotion"))


def as_csv(table: AnnotationTable, *, samples: bool) -> str:
    """Return the samples of a table as recognition CSV, or its videos as STR CSV.

    A video without intervals becomes a row with empty frames.
    """
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    if samples:
        writer.writerow(SampleRow._fields)
        writer.writerows(map(_disarmed, table.samples))
        return buffer.getvalue()
    rows = []
    for video in _videos(table):
        intervals = video.pop("intervals")
        rows += [video | interval for interval in intervals] or [video]
    used = {"subject", "video", "onset", "offset", "emotion"}.union(*rows)
    columns = [name for name in CSV_COLUMNS if name in used]
    writer.writerow(columns)
    writer.writerows(_disarmed(row.get(name) for name in columns) for row in rows)
    return buffer.getvalue()


def _disarmed(cells: Iterable[object]) -> list[object]:
    return [disarm_formula(cell) if isinstance(cell, str) else cell for cell in cells]


def _rows(table: AnnotationTable) -> dict[str, Any]:
    if not table.samples:
        return {"videos": _videos(table)}
    return {"samples": [_without_none(sample._asdict()) for sample in table.samples]}


def _without_none(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if value is not None}


def _videos(table: AnnotationTable) -> list[dict[str, Any]]:
    """Return the videos as plain data; only truth has lengths, only predictions have scores."""
    columns, is_truth = table.intervals, isinstance(table, TruthTable)
    scores = None if is_truth else columns.score
    videos: list[dict[str, Any]] = []
    for video in table.videos:
        names: dict[str, Any] = {
            "dataset": video.dataset,
            "subject": video.subject or video.video,
            "video": video.video,
            "n_frames": video.n_frames if is_truth else None,
            "fps": video.fps if is_truth else None,
            "score_threshold": None if is_truth else video.threshold,
        }
        videos.append(_without_none(names) | {"intervals": []})
    for row, video_index in enumerate(columns.video.tolist()):
        interval = {
            "onset": int(columns.onset[row]),
            "offset": int(columns.offset[row]),
            "apex": None if columns.apex[row] == NO_FRAME else int(columns.apex[row]),
            "score": None if scores is None else float(scores[row]),
            "kind": columns.kind_name(row),
            "emotion": columns.emotion_name(row),
        }
        videos[video_index]["intervals"].append(_without_none(interval))
    return videos
