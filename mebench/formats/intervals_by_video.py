"""A dict from videos to intervals, or from samples to emotions, as code has them.

Where nothing is unusual the intervals of predictions become columns at once, so that each epoch of
a training can be scored; anything else is read as records, with a finding for what is wrong.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import chain, repeat
from typing import Any

import numpy as np

from mebench.diagnostics import Findings, Place
from mebench.models.annotation_table import (
    FloatColumn,
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

    The tuples are (onset, offset), with score and emotion behind, in the same order in all of them.
    The table is the same as that of the records.
    """
    if not isinstance(given, dict) or not given:
        return None
    keys, lists = list(given), list(given.values())
    rows: list[tuple[Any, ...]] = list(chain.from_iterable(lists)) if _are(list, lists) else [()]
    if not _are(tuple, keys) or not _are(tuple, rows):
        return None
    [ids, *other_ids], [fields, *other_fields] = {*map(len, keys)}, {*map(len, rows)} or {2}
    if other_ids or other_fields or ids not in (2, 3) or not 2 <= fields <= 4:
        return None
    texts = {*chain.from_iterable(keys)}
    onset, offset, *more = zip(*rows, strict=True) if rows else ((), ())
    frames = onset + offset
    if not _are(str, chain.from_iterable(keys)) or not _are(int, frames):
        return None
    if frames and not -FRAME_LIMIT < min(frames) <= max(frames) < FRAME_LIMIT:
        return None
    score: FloatColumn | None = None
    emotion: tuple[str, ...] | None = None
    for column in more:
        if _are(float, column) and score is None:
            score = np.array(column, np.float64)
        elif _are(str, column) and emotion is None:
            emotion = column
            texts.update(column)
        else:
            return None
    if (score is not None and not np.isfinite(score).all()) or not all(map(_is_plain, texts)):
        return None
    *first, subjects, videos = zip(*keys, strict=True)
    datasets: Iterable[str | None] = first[0] if first else repeat(None)
    places = VideoPlaces()
    places.video_rows = list(map(VideoRow, datasets, subjects, videos))
    places.video_of_interval = np.repeat(np.arange(len(lists)), list(map(len, lists)))
    columns = interval_columns(
        video=places.video_of_interval,
        onset=np.array(onset, np.int64) - first_frame,
        offset=np.array(offset, np.int64) - first_frame,
        score=score,
        emotion=emotion,
    )
    return PredictionTable(
        MEMORY_FORMAT, True, None, first_frame, places, places.video_rows, columns, []
    )


def _are(kind: type, values: Iterable[object]) -> bool:
    """Return whether all values are of a type, and not of a subclass."""
    return {*map(type, values)} <= {kind}


@lru_cache(maxsize=1 << 15)
def _is_plain(text: str) -> bool:
    """Return whether a text needs no change: it has no spaces around it and no apostrophe."""
    return (
        text.isprintable()
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
