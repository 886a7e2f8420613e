"""A dict from videos to intervals, or from samples to emotions, as code has them.

Where nothing is unusual the intervals of predictions become columns at once, so that each epoch of
a training can be scored; anything else is read as records, with a finding for what is wrong.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from math import isfinite, nan
from typing import Any

import numpy as np

from mebench.diagnostics import Findings, Place
from mebench.models.annotation_table import (
    PredictionTable,
    RowKind,
    RowPlaces,
    VideoRow,
    interval_columns,
)
from mebench.models.base import EMOTION_LENGTH, FRAME_LIMIT, ID_LENGTH

MEMORY_FORMAT = "table in memory"


class VideoPlaces(RowPlaces):
    """Names the intervals of each video by their number."""

    def header(self, pointer: str = "") -> Place:
        """Return the position of the dict."""
        return Place(pointer="the columns")

    def _locate(self, kind: RowKind, row: int, field: str) -> Place:
        video = row if kind == "video" else int(self.video_of_interval[row])
        ids = self.video_rows[video][:3]
        parts = ["/".join(name for name in ids if name is not None)]
        first, end = np.searchsorted(self.video_of_interval, [video, video + 1])
        if first < end:
            parts[0] += f", interval {row - int(first) if kind == 'interval' else 0}"
        return Place(pointer=", ".join([*parts, *([f"column {field!r}"] if field else [])]))


def read_plain_intervals(given: Any, first_frame: int) -> PredictionTable | None:
    """Return the table of a dict from (subject, video) to tuples, or None if it has anything else.

    The tuples are (onset, offset), with score and emotion in any order behind. The table is the
    same as that of the records.
    """
    if not isinstance(given, dict) or not given:
        return None
    videos: list[VideoRow] = []
    video: list[int] = []
    rows: list[tuple[int, int]] = []
    scores: list[float] = []
    emotions: list[str | None] = []
    for index, (ids, intervals) in enumerate(given.items()):
        if type(ids) is not tuple or len(ids) not in (2, 3) or not all(map(_is_plain, ids)):
            return None
        if type(intervals) is not list:
            return None
        videos.append(VideoRow(ids[0] if len(ids) == 3 else None, ids[-2], ids[-1]))
        for interval in intervals:
            if type(interval) is not tuple or not 2 <= len(interval) <= 4:
                return None
            onset, offset, *more = interval
            score, emotion = nan, None
            for value in more:
                if type(value) is float and isfinite(value) and score != score:
                    score = value
                elif type(value) is str and _is_plain(value) and emotion is None:
                    emotion = value
                else:
                    return None
            if type(onset) is not int or type(offset) is not int:
                return None
            video.append(index)
            rows.append((onset, offset))
            scores.append(score)
            emotions.append(emotion)
    frames = np.array(rows, np.int64).reshape(-1, 2)
    if (np.abs(frames) >= FRAME_LIMIT).any():
        return None
    score_column = np.array(scores, np.float64)
    places = VideoPlaces()
    places.video_rows, places.video_of_interval = videos, np.array(video, np.int64)
    columns = interval_columns(
        video=places.video_of_interval,
        onset=frames[:, 0] - first_frame,
        offset=frames[:, 1] - first_frame,
        score=None if np.isnan(score_column).all() else score_column,
        emotion=emotions,
    )
    return PredictionTable(MEMORY_FORMAT, True, None, first_frame, places, videos, columns, [])


@lru_cache(maxsize=1 << 15)
def _is_plain(text: object) -> bool:
    """Return whether a text needs no change: it has no spaces around it and no apostrophe."""
    return (
        type(text) is str
        and text.isprintable()
        and 0 < len(text) <= min(ID_LENGTH, EMOTION_LENGTH)
        and text.strip() == text
        and text[0] not in "'=+-@"
        and "." not in text
    )


def records_by_video(
    given: Mapping[Any, Any], findings: Findings
) -> tuple[list[dict[str, Any]], list[str]]:
    """Return the records of a dict from videos to intervals, or from samples to emotions.

    Also return a label for each, for messages.
    """
    samples = all(isinstance(value, str) for value in given.values())
    records, labels = [], []
    for key, value in given.items():
        ids = _ids(key, "sample" if samples else "video", findings)
        label = "/".join(ids.values()) or repr(key)
        if samples:
            records.append({**ids, "emotion": value})
            labels.append(label)
            continue
        intervals = list(_intervals(value, label, findings))
        # A row without frames declares a video without expressions.
        records += [ids | interval for interval in intervals] or [
            ids | {"onset": None, "offset": None}
        ]
        labels += [f"{label}, interval {number}" for number in range(len(intervals))] or [label]
    return records, labels


def _ids(key: object, what: str, findings: Findings) -> dict[str, str]:
    """Return the ids in a key: (subject, video), with the data set before, or ``subject/video``."""
    parts: list[Any] = []
    if isinstance(key, str):
        parts = key.split("/")
    elif isinstance(key, tuple | int):
        parts = [key] if isinstance(key, int) else list(key)
    if not 1 <= len(parts) <= 3 or not all(isinstance(part, str | int) for part in parts):
        findings.error(
            "wrong-argument",
            f"The key {key!r} names no {what}.",
            f'Use ("subject", "{what}") or "subject/{what}"; with several data sets '
            f'("dataset", "subject", "{what}").',
            Place(pointer=repr(key)),
        )
        return {}
    names = ("dataset", "subject", what)[-len(parts) :]
    return {name: str(part) for name, part in zip(names, parts, strict=True)}


def _intervals(value: Any, label: str, findings: Findings) -> Iterator[dict[str, Any]]:
    """Yield the intervals of a video as records; a single one may stand without a list."""
    rows = value.tolist() if hasattr(value, "tolist") else value
    if isinstance(rows, str) or (rows and _is_number(rows[0])):
        rows = [rows]
    for number, row in enumerate(rows):
        row = row.tolist() if hasattr(row, "tolist") else row
        if isinstance(row, Mapping):
            yield {str(name): cell for name, cell in row.items()}
            continue
        record = {}
        if isinstance(row, list | tuple) and len(row) >= 2:
            record = {"onset": row[0], "offset": row[1]}
            for cell in row[2:]:
                record.setdefault("emotion" if isinstance(cell, str) else "score", cell)
        if len(record) < 2 or len(record) != len(row):
            findings.error(
                "wrong-argument",
                f"{str(row)[:80]!r} is no interval.",
                "Write (onset, offset), (onset, offset, score), (onset, offset, score, emotion), "
                'or {"onset": 10, "offset": 20}.',
                Place(pointer=f"{label}, interval {number}"),
            )
            continue
        yield record


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) or hasattr(value, "__index__")
