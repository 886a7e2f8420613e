"""Read the JSON formats of mebench, from a file or from memory: submission and truth."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cached_property
from typing import Any, TypeVar

import numpy as np
from pydantic import ValidationError

from mebench.diagnostics import Findings, Place
from mebench.formats.strict_json import JsonLocator, KeyPath, json_pointer
from mebench.formats.text_file import TextFile
from mebench.formats.validate_model import report_field_errors
from mebench.models.annotation_table import (
    NO_FRAME,
    NO_KIND,
    NO_LABEL,
    IntegerColumn,
    IntervalColumns,
    PredictionTable,
    SampleRow,
    TruthTable,
    VideoRow,
    named_sample,
    named_video,
)
from mebench.models.base import KINDS
from mebench.models.submission import SUBMISSION_FORMAT, PredictedVideo, Submission
from mebench.models.truth import TRUTH_FORMAT, TruthManifest, TruthVideo

Model = TypeVar("Model", Submission, TruthManifest)
Video = TypeVar("Video", PredictedVideo, TruthVideo)

_KIND_CODES = {kind: code for code, kind in enumerate(KINDS)} | {None: NO_KIND}

_SKELETONS: dict[type, dict[str, Any]] = {
    Submission: {"format": SUBMISSION_FORMAT, "protocol": "", "system": {"name": "?"}},
    TruthManifest: {"format": TRUTH_FORMAT},
}

Skipped = set[tuple[int, int]]
"""Rows that are left out: (video, interval), or (video, -1) for a complete video."""


def read_submission(document: Any, source: TextFile | None, findings: Findings) -> PredictionTable:
    """Read a submission.

    Parameters
    ----------
    document : plain data
        The parsed JSON.
    source : TextFile or None
        Its text, for line numbers; None for data in memory.
    findings : Findings
        Receives the problems; malformed rows are left out of the table.

    Raises
    ------
    MebenchError
        If the document is too malformed to build a table.
    """
    places = JsonPlaces(source)
    submission, skipped = _validate(Submission, document, findings, places)
    kept = _kept_videos(submission.videos, skipped, places)
    videos = [
        VideoRow(video.dataset, video.subject, video.video, None, video.score_threshold)
        for video in kept
    ]
    samples = [
        SampleRow(sample.dataset, sample.subject, sample.sample, sample.emotion)
        for sample in submission.samples
    ]
    places.video_rows, places.sample_rows = videos, samples
    return PredictionTable(
        format="mebench submission",
        foreign=False,
        file=source.name if source else None,
        first_frame=0,
        places=places,
        videos=videos,
        intervals=_columns([video.intervals for video in kept], places, skipped),
        samples=samples,
        protocol=submission.protocol or None,
        system=submission.system,
        folds=submission.folds,
        threshold=submission.score_threshold,
    )


def read_truth(document: Any, source: TextFile | None, findings: Findings) -> TruthTable:
    """Read a truth file; arguments as in :func:`read_submission`."""
    places = JsonPlaces(source)
    truth, skipped = _validate(TruthManifest, document, findings, places)
    kept = _kept_videos(truth.videos, skipped, places)
    videos = [
        VideoRow(video.dataset or truth.dataset, video.subject, video.video, video.n_frames)
        for video in kept
    ]
    samples = [
        SampleRow(sample.dataset or truth.dataset, sample.subject, sample.sample, sample.emotion)
        for sample in truth.samples
    ]
    places.video_rows, places.sample_rows = videos, samples
    _check_blind(truth.blind, kept, places, findings)
    return TruthTable(
        format="mebench truth manifest",
        foreign=False,
        file=source.name if source else None,
        first_frame=0,
        places=places,
        videos=videos,
        intervals=_columns([video.intervals or [] for video in kept], places, skipped),
        samples=samples,
        dataset=truth.dataset,
        blind=truth.blind,
    )


def _check_blind(
    blind: bool, videos: list[TruthVideo], places: JsonPlaces, findings: Findings
) -> None:
    """Report videos without intervals in a normal truth, and with intervals in a blind truth."""
    if blind:
        message = "The truth is marked as blind, but the video has intervals."
        remedy = "Remove all labels with `mebench blind`."
    else:
        message = "The video has no field 'intervals'."
        remedy = 'Add it; a video without expressions has "intervals": [].'
    findings.add_rows(
        [row for row, video in enumerate(videos) if (video.intervals is None) is not blind],
        lambda row: (message, remedy, places.video(row, "intervals")),
        "truth-half-blind",
    )


def _validate(
    model: type[Model], document: Any, findings: Findings, places: JsonPlaces
) -> tuple[Model, Skipped]:
    """Build a model; malformed rows are replaced by placeholders and returned as skipped."""
    try:
        return model.model_validate(document), set()
    except ValidationError:
        paths = report_field_errors(model, document, findings, _place_finder(document, places))
    if isinstance(document, dict):
        usable, skipped = _with_placeholders(document, paths, _SKELETONS[model])
        try:
            return model.model_validate(usable), skipped
        except ValidationError:
            pass
    findings.raise_errors()
    raise AssertionError("a validation error was reported without a finding")


def _place_finder(document: Any, places: JsonPlaces) -> Callable[[KeyPath], Place]:
    """Return a function from a path to its position, with the ids of its video or sample."""

    def text(row: dict[str, Any], *fields: str) -> str | None:
        return next((row[field] for field in fields if isinstance(row.get(field), str)), None)

    def find_place(keys: KeyPath) -> Place:
        place = places.at(keys)
        row = None
        if len(keys) > 1 and keys[0] in ("videos", "samples"):
            row = document[keys[0]][keys[1]]
        if not isinstance(row, dict):
            return place
        return replace(
            place,
            dataset=text(row, "dataset"),
            subject=text(row, "subject"),
            video=text(row, "video", "sample"),
        )

    return find_place


def _with_placeholders(
    document: dict[str, Any], paths: list[KeyPath], skeleton: dict[str, Any]
) -> tuple[dict[str, Any], Skipped]:
    """Replace the malformed parts of a document by placeholders, so that the rest is checked."""
    usable = dict(document)
    skipped: Skipped = set()
    malformed: dict[int, set[int]] = {}  # video -> intervals, or -1 for the complete video
    for path in paths:
        field = path[0] if path else None
        if field == "videos" and len(path) > 1:
            video = path[1]
            interval = path[3] if len(path) > 3 and path[2] == "intervals" else -1
            assert isinstance(video, int) and isinstance(interval, int)
            malformed.setdefault(video, set()).add(interval)
            skipped.add((video, interval))
        elif isinstance(field, str):
            usable.pop(field, None)
            if field in skeleton:
                usable[field] = skeleton[field]
    if malformed and "videos" in usable:
        videos = usable["videos"] = list(document["videos"])
        for video, intervals in malformed.items():
            if -1 in intervals:
                videos[video] = {"subject": "?", "video": f"?{video}", "intervals": []}
                continue
            videos[video] = {**videos[video], "intervals": list(videos[video]["intervals"])}
            for interval in intervals:
                videos[video]["intervals"][interval] = {"onset": 0, "offset": 0}
    return usable, skipped


def _kept_videos(videos: list[Video], skipped: Skipped, places: JsonPlaces) -> list[Video]:
    """Return the videos that are not skipped; store their indices in the document."""
    places.video_index = [row for row in range(len(videos)) if (row, -1) not in skipped]
    return [videos[row] for row in places.video_index]


def _columns(lists: list[list[Any]], places: JsonPlaces, skipped: Skipped) -> IntervalColumns:
    """Return the intervals of all videos as columns, without the skipped ones."""
    rows = [row for intervals in lists for row in intervals]
    lengths = np.array([len(intervals) for intervals in lists], np.int64)
    video = np.repeat(np.arange(len(lists)), lengths)
    index_in_video = np.arange(len(rows)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    if skipped:
        keep = [
            (places.video_index[row], index) not in skipped
            for row, index in zip(video.tolist(), index_in_video.tolist(), strict=True)
        ]
        rows = [row for row, kept in zip(rows, keep, strict=True) if kept]
        video, index_in_video = video[keep], index_in_video[keep]
    places.video_of_interval, places.index_in_video = video, index_in_video

    labels: dict[str | None, int] = {None: NO_LABEL}
    for row in rows:
        labels.setdefault(row.get("emotion"), len(labels) - 1)
    scores = [row.get("score") for row in rows]
    apexes = [row.get("apex") for row in rows]
    return IntervalColumns(
        video=video,
        onset=np.array([row["onset"] for row in rows], np.int64),
        offset=np.array([row["offset"] for row in rows], np.int64),
        apex=np.array([NO_FRAME if apex is None else apex for apex in apexes], np.int64),
        score=np.array(scores, np.float64) if any(score is not None for score in scores) else None,
        kind=np.array([_KIND_CODES[row.get("kind")] for row in rows], np.int8),
        emotion=np.array([labels[row.get("emotion")] for row in rows], np.int32),
        labels=tuple(label for label in labels if label is not None),
    )


class JsonPlaces:
    """Finds the positions of rows in a JSON document.

    Parameters
    ----------
    source : TextFile or None
        The text. For data in memory there is none: positions are JSON pointers without lines.
    """

    def __init__(self, source: TextFile | None) -> None:
        self._source = source
        self.video_rows: list[VideoRow] = []
        self.video_index: list[int] = []
        self.sample_rows: list[SampleRow] = []
        self.video_of_interval: IntegerColumn = np.empty(0, np.int64)
        self.index_in_video: IntegerColumn = np.empty(0, np.int64)

    @cached_property
    def _locator(self) -> JsonLocator:
        return JsonLocator(self._source.text if self._source else "null")

    def at(self, keys: KeyPath) -> Place:
        """Return the position of a path of keys."""
        pointer = json_pointer(keys)
        if self._source is None:
            return Place(pointer=pointer)
        return self._source.place(self._locator.offset(keys), pointer)

    def header(self, pointer: str = "") -> Place:
        """Return the position of something outside the rows, by its JSON pointer."""
        keys = tuple(int(key) if key.isdigit() else key for key in pointer.split("/")[1:])
        return self.at(keys)

    def video(self, row: int, field: str = "") -> Place:
        """Return the position of a video, or of one of its fields."""
        keys: KeyPath = ("videos", self.video_index[row])
        return named_video(self.at((*keys, field) if field else keys), self.video_rows[row])

    def interval(self, row: int, field: str = "") -> Place:
        """Return the position of an interval, or of one of its fields."""
        video = int(self.video_of_interval[row])
        keys: KeyPath = (
            "videos",
            self.video_index[video],
            "intervals",
            int(self.index_in_video[row]),
        )
        return named_video(self.at((*keys, field) if field else keys), self.video_rows[video])

    def sample(self, row: int, field: str = "") -> Place:
        """Return the position of a sample, or of one of its fields."""
        keys: KeyPath = ("samples", row)
        return named_sample(self.at((*keys, field) if field else keys), self.sample_rows[row])
