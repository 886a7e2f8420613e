"""The formats of temporal action localization: ActivityNet JSON, and a table without a header.

*ActivityNet JSON*, as OpenTAD and others write it, has times in seconds. Results are
``{"results": {video: [{"segment": [start, end], "label": ..., "score": ...}]}}``, a truth is
``{"database": {video: {"duration", "frame", "annotations": [{"segment", "label"}]}}}``; other keys
are ignored. A label that is a kind (``ME``, ``MaE``, ``micro-expression``, ...) is the kind of the
expression, any other one its emotion.

The *table* has lines ``video start end score``, and an optional label, separated by tabs; start and
end are fractional frames, counted from 1 as in the sheets of the data sets.

Frames are the nearest ones, halves up. A video ``s15/15_0101`` belongs to the subject ``s15``.
"""

from __future__ import annotations

import math
from array import array
from collections.abc import Sequence
from fractions import Fraction
from typing import Any, TypeGuard, TypeVar

import numpy as np

from mebench.diagnostics import Findings, MebenchError, Place
from mebench.formats.frame_times import decimals_of, set_frames
from mebench.formats.native_json import JsonPlaces
from mebench.formats.strict_json import KeyPath
from mebench.formats.table_reader import KIND_NAMES, LinePlaces, parse_scores, shorten
from mebench.formats.text_file import TextFile
from mebench.models.annotation_table import (
    NO_KIND,
    PredictionTable,
    RowKind,
    Times,
    TruthTable,
    VideoRow,
    interval_columns,
)
from mebench.models.base import FRAME_LIMIT

Table = TypeVar("Table", PredictionTable, TruthTable)

ACTIVITYNET = "ActivityNet JSON"
LOCALIZATION_TABLE = "temporal localization table"

_KEYS: dict[type, str] = {PredictionTable: "results", TruthTable: "database"}
_FIELDS = {"onset": "segment", "offset": "segment", "kind": "label", "emotion": "label"}
_TABLE_COLUMNS = {"video": 0, "onset": 1, "offset": 2, "score": 3, "emotion": 4}


def is_localization_table(source: TextFile) -> bool:
    """Return whether the first line has a video, three numbers, and no more than a label."""
    cells = source.first_line.split("\t")
    return len(cells) in (4, 5) and all(_number(cell) is not None for cell in cells[1:4])


class _Places(JsonPlaces):
    """Finds the positions of videos and intervals by their keys in the document."""

    def __init__(self, source: TextFile | None) -> None:
        super().__init__(source)
        self.video_keys: list[KeyPath] = []
        self.index_in_video = array("q")

    def _locate(self, kind: RowKind, row: int, field: str) -> Place:
        if kind == "video":
            return self.at(self.video_keys[row])
        keys = (*self.video_keys[int(self.video_of_interval[row])], self.index_in_video[row])
        return self.at((*keys, _FIELDS.get(field, field)) if field else keys)


def read_activitynet(
    table_type: type[Table],
    document: dict[str, Any],
    source: TextFile | None,
    first_frame: int | None,
    findings: Findings,
) -> Table:
    """Read results or a truth; frames are set when the frame rates are known.

    ``first_frame`` is the number of a video's first frame if the times were computed from frames
    counted from 1; by default 0.
    """
    key = _KEYS[table_type]
    content = document.get(key)
    places = _Places(source)
    if not isinstance(content, dict):
        raise MebenchError.of(
            "wrong-file",
            f"The ActivityNet JSON has no {key!r}.",
            "Check that truth and predictions are not swapped.",
            places.at(()),
        )
    rows: list[tuple[float, float, float | None, str | None]] = []
    video_of_row = array("q")
    for name, entry in content.items():
        keys: KeyPath = (key, name)
        inner = entry
        if table_type is TruthTable:
            inner = entry.get("annotations") if isinstance(entry, dict) else None
            keys = (*keys, "annotations")
        if not name or not _is_unicode(name):
            message = "The name of a video is empty, or no valid Unicode."
            findings.error("value-empty", message, "Enter it.", places.at(keys))
            continue
        if not isinstance(inner, list):
            message = f"The entry of the video {shorten(name)!r} has no list of segments."
            remedy = f'Write {{"{key}": {{VIDEO: [{{"segment": [start, end]}}, ...]}}}}.'
            if table_type is TruthTable:
                remedy = f'Write {{"{key}": {{VIDEO: {{"annotations": [...]}}}}}}.'
            findings.error("segment-invalid", message, remedy, places.at(keys))
            continue
        places.video_keys.append(keys)
        places.video_rows.append(_video_row(name, entry))
        for index, one in enumerate(inner):
            row = _read_segment(one)
            if isinstance(row, str):
                remedy = 'Write {"segment": [12.34, 15.6], "label": "ME", "score": 0.9}.'
                findings.error("segment-invalid", row, remedy, places.at((*keys, index)))
                continue
            rows.append(row)
            video_of_row.append(len(places.video_keys) - 1)
            places.index_in_video.append(index)
    start, end, score, label = zip(*rows, strict=True) if rows else ((), (), (), ())
    times = Times(np.array(start, np.float64), np.array(end, np.float64), 0)
    places.video_of_interval = np.array(video_of_row, np.int64)
    if table_type is TruthTable:
        _note_subsets(content, places, findings)
    return table_type(
        ACTIVITYNET,
        True,
        source.name if source else None,
        first_frame or 0,
        places,
        places.video_rows,
        interval_columns(
            video=places.video_of_interval,
            onset=np.zeros(len(rows), np.int64),
            offset=np.zeros(len(rows), np.int64),
            score=np.array(score, np.float64) if any(one is not None for one in score) else None,
            **_kinds_and_emotions(label),
        ),
        [],
        times=Times(times.start, times.end, decimals_of((times.start, times.end))),
    )


def _read_segment(entry: object) -> tuple[float, float, float | None, str | None] | str:
    """Return start, end, score and label of a segment, or what is wrong with it."""
    if not isinstance(entry, dict):
        return "The segment is not an object { }."
    segment, score, label = entry.get("segment"), entry.get("score"), entry.get("label")
    numbers: list[Any] = segment if isinstance(segment, list) and len(segment) == 2 else [None]
    if not all(map(_is_number, numbers)):
        return f"'segment' is {shorten(repr(segment))}, but must be start and end in seconds."
    if score is not None and not _is_number(score):
        return f"'score' is {shorten(repr(score))}, but must be a number."
    if label is not None and not (isinstance(label, str | int) and _is_unicode(str(label))):
        return f"'label' is {shorten(repr(label))}, but must be a text."
    text = None if label is None or str(label).strip() == "" else str(label)
    return float(numbers[0]), float(numbers[1]), None if score is None else float(score), text


def _is_unicode(text: str) -> bool:
    """Return whether there are no lone surrogates, which no file can contain."""
    return text == text.encode("utf-8", "ignore").decode("utf-8")


def _is_number(value: object) -> TypeGuard[int | float]:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e15


def _video_row(name: str, entry: object) -> VideoRow:
    """Return a video; a truth can have its length, and its frame rate or its duration."""
    subject, video = split_subject(name)
    if not isinstance(entry, dict):
        return VideoRow(None, subject, video)
    frames, rate, duration = entry.get("frame"), entry.get("fps"), entry.get("duration")
    length = None
    if _is_number(frames) and 1 <= frames < FRAME_LIMIT and frames == int(frames):
        length = int(frames)
    if rate is None and length is not None and _is_number(duration) and duration > 0.001:
        rate = _rate_of_length(length, float(duration))
    if not _is_number(rate) or not 0.001 < rate < 1e6:
        return VideoRow(None, subject, video, length)
    return VideoRow(None, subject, video, length, fps=float(rate))


def _rate_of_length(length: int, duration: float) -> float:
    """Return the frames per second; an integer if only the rounding of the duration hides it."""
    half = 0.5 / 10 ** decimals_of([np.array([duration])])
    nearest = round(length / duration)
    if duration > half and length / (duration + half) <= nearest <= length / (duration - half):
        return nearest
    return length / duration


def split_subject(name: str) -> tuple[str | None, str]:
    """Return subject and video of a name such as ``s15/15_0101``; without a slash no subject."""
    subject, slash, video = name.partition("/")
    return (subject, video) if slash and subject and video and "/" not in video else (None, name)


def _kinds_and_emotions(labels: Sequence[str | None]) -> dict[str, Any]:
    """Return the columns ``kind`` and ``emotion``: a label is one or the other."""
    spelled = {label: (label or "").strip().casefold() for label in set(labels)}
    kinds = {
        label: KIND_NAMES.get(text.replace("_", "-").replace(" ", "-"), NO_KIND)
        for label, text in spelled.items()
    }
    return {
        "kind": [kinds[label] for label in labels],
        "emotion": [label if kinds[label] == NO_KIND else None for label in labels],
    }


def _note_subsets(content: dict[str, Any], places: _Places, findings: Findings) -> None:
    subsets = {
        str(entry["subset"])[:40]
        for entry in content.values()
        if isinstance(entry, dict) and "subset" in entry
    }
    if len(subsets) > 1:
        findings.note(
            "subsets-ignored",
            f"The truth has the subsets {', '.join(sorted(subsets))}; all videos are scored.",
            "Remove the videos that are not tested from the truth.",
            places.at(("database",)),
        )


def read_localization_table(
    source: TextFile, first_frame: int | None, findings: Findings, *, seconds: bool = False
) -> PredictionTable:
    """Read a table of frames, or of ``seconds``.

    ``first_frame`` is the number of a video's first frame, by default 1; with seconds 0.
    """
    places = LinePlaces(source, _TABLE_COLUMNS, "\t")
    rows: list[list[str]] = []
    videos: dict[str, int] = {}
    video_of_row = array("q")
    numbers = array("d")
    for line, text in source.lines():
        cells = [cell.strip() for cell in text.split("\t")]
        if len(cells) not in (4, 5):
            findings.error(
                "csv-row-width",
                f"The row has {len(cells)} cells; expected a video, its start, end and score.",
                "Separate the cells by tabs.",
                places.cell(line),
            )
            continue
        wrong = next((at for at in (1, 2) if _number(cells[at]) is None), None)
        if wrong is not None or not cells[0]:
            field = ("video", "onset", "offset")[wrong or 0]
            findings.error(
                "segment-invalid",
                f"{('video', 'start', 'end')[wrong or 0]!r} is {shorten(cells[wrong or 0])!r}.",
                "Write a name, and two numbers in frames.",
                places.cell(line, field),
            )
            continue
        index = videos.setdefault(cells[0], len(videos))
        if index == len(places.video_rows):
            subject, video = split_subject(cells[0])
            places.video_rows.append(VideoRow(None, subject, video))
            places.lines["video"].append(line)
        video_of_row.append(index)
        places.lines["interval"].append(line)
        numbers.extend((float(cells[1]), float(cells[2])))
        rows.append([*cells, ""][:5])
    places.video_of_interval = np.array(video_of_row, np.int64)
    score = parse_scores(
        [row[3] for row in rows],
        findings,
        lambda row: places.interval(row, "score"),
    )
    labels = [row[4] or None for row in rows]
    columns = interval_columns(
        video=places.video_of_interval,
        onset=np.zeros(len(rows), np.int64),
        offset=np.zeros(len(rows), np.int64),
        score=score,
        **_kinds_and_emotions(labels),
    )
    first = int(not seconds) if first_frame is None else first_frame
    table = PredictionTable(
        LOCALIZATION_TABLE, True, source.name, first, places, places.video_rows, columns, []
    )
    start, end = np.array(numbers).reshape(-1, 2).T
    if seconds:
        table.times = Times(start, end, decimals_of((start, end)))
    else:
        set_frames(table, start, end, [Fraction(1)] * len(rows), findings)
    return table


def _number(text: str) -> float | None:
    try:
        number = float(text) if "_" not in text else math.nan
    except ValueError:
        return None
    return number if abs(number) < 1e15 else None
