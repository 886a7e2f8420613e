"""Write annotation tables in the native formats (JSON) or as STR CSV."""

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
    "dataset",
    "subject",
    "video",
    "onset",
    "offset",
    "apex",
    "kind",
    "emotion",
    "score",
    "n_frames",
)


def to_submission(sheet: PredictionTable, protocol: str, name: str) -> Submission:
    """Return predictions of any format as a submission.

    Parameters
    ----------
    sheet : PredictionTable
        What was read.
    protocol : str
        The protocol's id.
    name : str
        The system's name, where the file says nothing of it.
    """
    document: dict[str, Any] = {
        "format": SUBMISSION_FORMAT,
        "protocol": protocol,
        "system": sheet.system.to_json() if sheet.system else {"name": _system_name(name)},
    }
    if sheet.folds is not None:
        document["folds"] = [fold.to_json() for fold in sheet.folds]
    if sheet.threshold is not None:
        document["score_threshold"] = sheet.threshold
    if sheet.samples:
        document["samples"] = [_sample(sheet, row) for row in range(len(sheet.samples))]
    else:
        document["videos"] = _videos(sheet)
    return Submission.model_validate(document)


def to_truth_manifest(sheet: TruthTable, path: str | Path | None = None) -> TruthManifest:
    """Return a truth of any format as a manifest; a native file keeps all it says."""
    if not sheet.foreign and path is not None:
        document = strict_json.parse(read_text(path), Findings())
        return TruthManifest.model_validate(document)
    content: dict[str, Any] = {"format": TRUTH_FORMAT}
    if sheet.dataset is not None:
        content["dataset"] = sheet.dataset
    if sheet.samples:
        content["samples"] = [_sample(sheet, row) for row in range(len(sheet.samples))]
    else:
        content["videos"] = _videos(sheet)
    return TruthManifest.model_validate(content)


def as_csv(sheet: AnnotationTable) -> str:
    """Return a sheet as an STR CSV; videos without intervals are rows with empty frames."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    if sheet.samples:
        writer.writerow(["dataset", "subject", "sample", "emotion"])
        writer.writerows(sheet.samples)
        return buffer.getvalue()
    rows = []
    for video in _videos(sheet):
        names = {name: video.get(name) for name in ("dataset", "subject", "video", "n_frames")}
        rows += [names | interval for interval in video["intervals"]] or [names]
    required = {"subject", "video", "onset", "offset", "emotion"}
    used = [
        name
        for name in _CSV_COLUMNS
        if name in required or any(row.get(name) is not None for row in rows)
    ]
    writer.writerow(used)
    writer.writerows(
        [["" if row.get(name) is None else row[name] for name in used] for row in rows]
    )
    return buffer.getvalue()


def _system_name(name: str) -> str:
    """Return a file's name as a system's: valid Unicode, and of the length that is allowed."""
    return name.encode("utf-8", "replace").decode("utf-8")[:NAME_LENGTH]


def _sample(sheet: AnnotationTable, row: int) -> dict[str, Any]:
    return {
        name: value for name, value in sheet.samples[row]._asdict().items() if value is not None
    }


def _videos(sheet: AnnotationTable) -> list[dict[str, Any]]:
    """Return the videos as plain data; only truth has lengths, only predictions scores."""
    rows, is_truth = sheet.intervals, isinstance(sheet, TruthTable)
    videos: list[dict[str, Any]] = []
    for video in sheet.videos:
        names = {
            "dataset": video.dataset,
            "subject": video.subject or video.video,
            "video": video.video,
            "n_frames": video.n_frames if is_truth else None,
            "score_threshold": None if is_truth else video.threshold,
        }
        videos.append({name: value for name, value in names.items() if value is not None})
        videos[-1]["intervals"] = []
    for row, video_row in enumerate(rows.video.tolist()):
        interval: dict[str, Any] = {"onset": int(rows.onset[row]), "offset": int(rows.offset[row])}
        if rows.apex[row] != NO_FRAME:
            interval["apex"] = int(rows.apex[row])
        if rows.score is not None and not is_truth:
            interval["score"] = float(rows.score[row])
        if rows.kind_name(row) is not None:
            interval["kind"] = rows.kind_name(row)
        if rows.emotion_name(row) is not None:
            interval["emotion"] = rows.emotion_name(row)
        videos[video_row]["intervals"].append(interval)
    return videos
