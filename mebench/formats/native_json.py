"""The JSON formats of mebench, from a file or from memory: submission and truth manifest."""

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
from mebench.models.submission import SUBMISSION_FORMAT, Submission
from mebench.models.truth import TRUTH_FORMAT, TruthManifest

Model = TypeVar("Model", Submission, TruthManifest)

_KIND_CODES = {kind: code for code, kind in enumerate(KINDS)} | {None: NO_KIND}

_SKELETONS: dict[type, dict[str, Any]] = {
    Submission: {"format": SUBMISSION_FORMAT, "protocol": "", "system": {"name": "?"}},
    TruthManifest: {"format": TRUTH_FORMAT},
}

Skipped = set[tuple[int, int]]


def read_submission(document: Any, source: TextFile | None, findings: Findings) -> PredictionTable:
    """Read a submission.

    Parameters
    ----------
    document : plain data
        The parsed JSON.
    source : TextFile or None
        Its text, for line numbers.
    findings : Findings
        Takes in what is wrong; rows that are malformed are left out of the sheet.

    Raises
    ------
    MebenchError
        If the document is so malformed that no sheet can be made.
    """
    places = JsonPlaces(source)
    record, skipped = _validated(Submission, document, findings, places)
    kept = _kept_videos(len(record.videos), skipped, places)
    videos = [
        VideoRow(one.dataset, one.subject, one.video, None, one.score_threshold)
        for one in (record.videos[row] for row in kept)
    ]
    samples = [
        SampleRow(one.dataset, one.subject, one.sample, one.emotion) for one in record.samples
    ]
    places.video_rows, places.sample_rows = videos, samples
    return PredictionTable(
        format="mebench submission",
        foreign=False,
        file=source.name if source else None,
        first_frame=0,
        places=places,
        videos=videos,
        intervals=_columns([record.videos[row].intervals for row in kept], places, skipped),
        samples=samples,
        protocol=record.protocol or None,
        system=record.system,
        folds=record.folds,
        threshold=record.score_threshold,
    )


def read_truth(document: Any, source: TextFile | None, findings: Findings) -> TruthTable:
    """Read a truth manifest; arguments as in :func:`read_submission`."""
    places = JsonPlaces(source)
    record, skipped = _validated(TruthManifest, document, findings, places)
    kept = _kept_videos(len(record.videos), skipped, places)
    videos = [
        VideoRow(one.dataset or record.dataset, one.subject, one.video, one.n_frames)
        for one in (record.videos[row] for row in kept)
    ]
    samples = [
        SampleRow(one.dataset or record.dataset, one.subject, one.sample, one.emotion)
        for one in record.samples
    ]
    places.video_rows, places.sample_rows = videos, samples
    _check_blind(record, kept, places, findings)
    return TruthTable(
        format="mebench truth manifest",
        foreign=False,
        file=source.name if source else None,
        first_frame=0,
        places=places,
        videos=videos,
        intervals=_columns([record.videos[row].intervals or [] for row in kept], places, skipped),
        samples=samples,
        dataset=record.dataset,
        blind=record.blind,
    )


def _check_blind(
    record: TruthManifest, kept: list[int], places: JsonPlaces, findings: Findings
) -> None:
    """Report videos whose expressions are not given though the truth is no blind one, or are."""
    wrong = [
        place
        for place, row in enumerate(kept)
        if (record.videos[row].intervals is None) is not record.blind
    ]
    findings.add_rows(
        wrong,
        lambda place: (
            "The truth says that it is blind, and gives a video's expressions."
            if record.blind
            else "The video's expressions are not given.",
            "`mebench blind` takes all answers out."
            if record.blind
            else 'Give them; a video without any has "intervals": [].',
            places.video(place, "intervals"),
        ),
        "truth-half-blind",
    )


def _validated(
    model: type[Model], document: Any, findings: Findings, places: JsonPlaces
) -> tuple[Model, Skipped]:
    """Build a record; malformed rows are replaced by harmless ones and named as skipped."""
    try:
        return model.model_validate(document), set()
    except ValidationError:
        paths = report_field_errors(model, document, findings, _place_finder(document, places))
    if isinstance(document, dict):
        mended, skipped = _with_placeholders(document, paths, _SKELETONS[model])
        try:
            return model.model_validate(mended), skipped
        except ValidationError:
            pass
    findings.raise_errors()
    raise AssertionError("a validation error was reported without a finding")


def _place_finder(document: Any, places: JsonPlaces) -> Callable[[KeyPath], Place]:
    """Return what finds a place, with the names of its video or sample as far as they are texts."""

    def name(row: dict[str, Any], *fields: str) -> str | None:
        return next((row[one] for one in fields if isinstance(row.get(one), str)), None)

    def place(keys: KeyPath) -> Place:
        found = places.at(keys)
        row = None
        if len(keys) > 1 and keys[0] in ("videos", "samples"):
            row = document[keys[0]][keys[1]]
        if not isinstance(row, dict):
            return found
        return replace(
            found,
            dataset=name(row, "dataset"),
            subject=name(row, "subject"),
            video=name(row, "video", "sample"),
        )

    return place


def _with_placeholders(
    document: dict[str, Any], paths: list[KeyPath], skeleton: dict[str, Any]
) -> tuple[dict[str, Any], Skipped]:
    """Return the document with everything malformed made harmless, so that the rest is checked."""
    mended = dict(document)
    skipped: Skipped = set()
    intervals_of: dict[int, set[int]] = {}
    for path in paths:
        head = path[0] if path else None
        if head == "videos" and len(path) > 1:
            row, within = path[1], path[3] if len(path) > 3 and path[2] == "intervals" else -1
            assert isinstance(row, int) and isinstance(within, int)
            intervals_of.setdefault(row, set()).add(within)
            skipped.add((row, within))
        elif isinstance(head, str):
            mended.pop(head, None)
            if head in skeleton:
                mended[head] = skeleton[head]
    if intervals_of and "videos" in mended:
        rows = mended["videos"] = list(document["videos"])
        for row, places in intervals_of.items():
            if -1 in places:
                rows[row] = {"subject": "?", "video": f"?{row}", "intervals": []}
                continue
            rows[row] = {**rows[row], "intervals": list(rows[row]["intervals"])}
            for within in places:
                rows[row]["intervals"][within] = {"onset": 0, "offset": 0}
    return mended, skipped


def _kept_videos(videos: int, skipped: Skipped, places: JsonPlaces) -> list[int]:
    places.video_index = [row for row in range(videos) if (row, -1) not in skipped]
    return places.video_index


def _columns(lists: list[list[Any]], places: JsonPlaces, skipped: Skipped) -> IntervalColumns:
    """Lay the intervals of all videos into columns; malformed ones are left out."""
    rows = [row for intervals in lists for row in intervals]
    lengths = np.array([len(intervals) for intervals in lists], np.int64)
    video = np.repeat(np.arange(len(lists)), lengths)
    within = np.arange(len(rows)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    if skipped:
        index = places.video_index
        whole = [
            (index[of], place) not in skipped
            for of, place in zip(video.tolist(), within.tolist(), strict=True)
        ]
        rows = [row for row, kept in zip(rows, whole, strict=True) if kept]
        video, within = video[whole], within[whole]
    places.video_of_interval, places.place_in_video = video, within

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
    """Rows of a JSON document, or of a record in memory, where only pointers are known.

    Parameters
    ----------
    source : TextFile or None
        The text, where there is one.
    """

    def __init__(self, source: TextFile | None) -> None:
        self._source = source
        self.video_rows: list[VideoRow] = []
        self.video_index: list[int] = []
        self.sample_rows: list[SampleRow] = []
        self.video_of_interval: IntegerColumn = np.empty(0, np.int64)
        self.place_in_video: IntegerColumn = np.empty(0, np.int64)

    @cached_property
    def _locator(self) -> JsonLocator:
        return JsonLocator(self._source.text if self._source else "null")

    def at(self, keys: KeyPath) -> Place:
        """Return the place of a path of keys."""
        pointer = json_pointer(keys)
        if self._source is None:
            return Place(pointer=pointer)
        return self._source.place(self._locator.offset(keys), pointer)

    def header(self, pointer: str = "") -> Place:
        """Return the place of something beside the rows, by its JSON pointer."""
        keys = tuple(int(key) if key.isdigit() else key for key in pointer.split("/")[1:])
        return self.at(keys)

    def video(self, row: int, field: str = "") -> Place:
        """Return the place of a video, or of one of its fields."""
        keys: KeyPath = ("videos", self.video_index[row])
        return named_video(self.at((*keys, field) if field else keys), self.video_rows[row])

    def interval(self, row: int, field: str = "") -> Place:
        """Return the place of an interval, or of one of its fields."""
        video = int(self.video_of_interval[row])
        keys: KeyPath = (
            "videos",
            self.video_index[video],
            "intervals",
            int(self.place_in_video[row]),
        )
        return named_video(self.at((*keys, field) if field else keys), self.video_rows[video])

    def sample(self, row: int, field: str = "") -> Place:
        """Return the place of a sample, or of one of its fields."""
        keys: KeyPath = ("samples", row)
        return named_sample(self.at((*keys, field) if field else keys), self.sample_rows[row])
