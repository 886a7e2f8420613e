"""Convert annotation tables to the JSON formats of mebench, or to STR CSV."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

from mebench.diagnostics import Findings
from mebench.formats import strict_json
from mebench.formats.text_file import read_text
from mebench.models.annotation_table import NO_FRAME, AnnotationTable, PredictionTable, TruthTable
from mebench.models.submission import NAME_LENGTH, SUBMISSION_FORMAT, Submission
from mebench.models.truth import TRUTH_FORMAT, TruthManifest

_CSV_COLUMNS = (
    *("dataset", "subject", "video", "onset", "offset"),
    *("apex", "kind", "emotion", "score", "n_frames"),
)


def to_submission(table: PredictionTable, protocol: str, name: str) -> Submission:
    """Return predictions of any format as a submission.

    ``name`` is the system's name if the file does not state one, cut to the allowed length.
    """
    valid_name = name.encode("utf-8", "replace").decode("utf-8")[:NAME_LENGTH]
    document: dict[str, Any] = {
        "format": SUBMISSION_FORMAT,
        "protocol": protocol,
        "system": table.system.to_json() if table.system else {"name": valid_name},
    }
    if table.folds is not None:
        document["folds"] = [fold.to_json() for fold in table.folds]
    if table.threshold is not None:
        document["score_threshold"] = table.threshold
    document |= _rows(table)
    return Submission.model_validate(document)


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


def as_csv(table: AnnotationTable) -> str:
    """Return a table as STR CSV; a video without intervals becomes a row with empty frames."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    if table.samples:
        writer.writerow(["dataset", "subject", "sample", "emotion"])
        writer.writerows(table.samples)
        return buffer.getvalue()
    rows = []
    for video in _videos(table):
        intervals = video.pop("intervals")
        rows += [video | interval for interval in intervals] or [video]
    used = {"subject", "video", "onset", "offset", "emotion"}.union(*rows)
    columns = [name for name in _CSV_COLUMNS if name in used]
    writer.writerow(columns)
    writer.writerows([[row.get(name) for name in columns] for row in rows])
    return buffer.getvalue()


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
