"""Read the JSON formats of mebench, from a file or from memory: submission and truth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache, partial
from itertools import chain
from typing import Annotated, Any, NotRequired, Required, TypeVar

import numpy as np
from pydantic import Field, TypeAdapter, ValidationError
from typing_extensions import TypedDict

from mebench.diagnostics import Findings, Place
from mebench.formats.strict_json import JsonLocator, KeyPath, json_pointer
from mebench.formats.text_file import TextFile
from mebench.formats.validate_model import report_field_errors
from mebench.models.annotation_table import (
    NO_FRAME,
    NO_KIND,
    EventRow,
    IntervalColumns,
    PredictionTable,
    RowKind,
    RowPlaces,
    SampleRow,
    TruthTable,
    VideoRow,
    interval_columns,
    with_ids,
)
from mebench.models.base import FRAME_LIMIT, KINDS, STRICT, StrictModel
from mebench.models.submission import (
    SUBMISSION_FORMAT,
    PredictedSample,
    PredictedVideo,
    Submission,
)
from mebench.models.truth import TRUTH_FORMAT, TruthManifest, TruthSample, TruthVideo

Fields = dict[str, Any]
"""The fields of a document, a video or a sample that was validated; optional ones may be absent."""

Model = TypeVar("Model", Submission, TruthManifest)

_KIND_CODES = {kind: code for code, kind in enumerate(KINDS)} | {None: NO_KIND}

_ROWS: dict[type, tuple[type[StrictModel], type[StrictModel]]] = {
    Submission: (PredictedVideo, PredictedSample),
    TruthManifest: (TruthVideo, TruthSample),
}

_REQUIRED_FIELDS: dict[type, dict[str, Any]] = {
    Submission: {"format": SUBMISSION_FORMAT, "protocol": "", "system": {"name": "?"}},
    TruthManifest: {"format": TRUTH_FORMAT},
}


def read_submission(
    document: dict[str, Any], source: TextFile | None, findings: Findings
) -> PredictionTable:
    """Read a submission; malformed rows are findings and are left out of the table.

    ``source`` is the text of the document, for line numbers; None for data in memory.
    """
    places = JsonPlaces(source)
    submission = _validate(Submission, document, findings, places)
    videos = submission.get("videos", [])
    places.video_rows = [
        VideoRow(
            video.get("dataset"),
            video["subject"],
            video["video"],
            None,
            video.get("score_threshold"),
        )
        for video in videos
    ]
    places.sample_rows = [
        SampleRow(sample.get("dataset"), sample["subject"], sample["sample"], sample["emotion"])
        for sample in submission.get("samples", ())
    ]
    return PredictionTable(
        format="mebench submission",
        foreign=False,
        file=source.name if source else None,
        first_frame=0,
        places=places,
        videos=places.video_rows,
        intervals=_intervals(videos, places),
        samples=places.sample_rows,
        protocol=submission["protocol"] or None,
        system=submission["system"],
        folds=submission.get("folds"),
        threshold=submission.get("score_threshold"),
    )


def read_truth(document: dict[str, Any], source: TextFile | None, findings: Findings) -> TruthTable:
    """Read a truth file; arguments as in :func:`read_submission`."""
    places = JsonPlaces(source)
    truth = _validate(TruthManifest, document, findings, places)
    videos, samples = truth.get("videos", []), truth.get("samples", [])
    dataset, blind = truth.get("dataset"), truth.get("blind", False)
    fps = [video.get("fps") for video in videos]
    places.video_rows = [
        VideoRow(
            video.get("dataset") or dataset,
            video["subject"],
            video["video"],
            video.get("n_frames"),
            None,
            rate,
        )
        for video, rate in zip(videos, fps, strict=True)
    ]
    places.sample_rows = [
        SampleRow(
            sample.get("dataset") or dataset,
            sample["subject"],
            sample["sample"],
            sample.get("emotion"),
        )
        for sample in samples
    ]
    _check_blind(videos, places, findings, blind=blind)
    with_events = [(row, video) for row, video in enumerate(videos) if video.get("events")]
    _check_events(with_events, places, findings)
    return TruthTable(
        format="mebench truth manifest",
        foreign=False,
        file=source.name if source else None,
        first_frame=0,
        places=places,
        videos=places.video_rows,
        intervals=_intervals(videos, places),
        samples=places.sample_rows,
        dataset=dataset,
        blind=blind,
        video_fps=fps,
        events=[
            EventRow(row, event["onset"], event["offset"], event["label"])
            for row, video in with_events
            for event in video["events"]
        ],
        video_splits=[video.get("split") for video in videos],
        sample_splits=[sample.get("split") for sample in samples],
        objective_classes=[sample.get("objective_class") for sample in samples],
    )


def _check_blind(
    videos: list[Fields], places: JsonPlaces, findings: Findings, *, blind: bool
) -> None:
    """Report videos without intervals in a normal truth, and with intervals in a blind truth."""
    if blind:
        message = "The truth is marked as blind, but the video has intervals."
        remedy = "Remove all labels with `mebench blind`."
    else:
        message = "The video has no field 'intervals'."
        remedy = 'Add it; a video without expressions has "intervals": [].'
    rows = enumerate(videos)
    findings.add_rows(
        [row for row, video in rows if (video.get("intervals") is None) is not blind],
        lambda row: (message, remedy, places.video(row, "intervals")),
        "truth-half-blind",
    )
    if blind:
        findings.add_rows(
            [row for row, video in enumerate(videos) if video.get("events")],
            lambda row: (
                "The truth is marked as blind, but the video has events.",
                remedy,
                places.video(row, "events"),
            ),
            "truth-half-blind",
        )


def _check_events(videos: list[tuple[int, Fields]], places: JsonPlaces, findings: Findings) -> None:
    """Report events that end before they begin, or reach outside their video."""
    for row, video in videos:
        length = video.get("n_frames")
        end = FRAME_LIMIT if length is None else length
        for index, event in enumerate(video["events"]):
            onset, offset = event["onset"], event["offset"]
            if offset < onset:
                findings.error(
                    "offset-before-onset",
                    f"The event [{onset}, {offset}] ends before it begins.",
                    "Swap onset and offset, or correct the wrong value.",
                    places.event(row, index, "offset"),
                )
            elif onset < 0 or offset >= end:
                bounds = "start at 0" if length is None else f"are 0 to {end - 1}"
                findings.error(
                    "frame-outside-video",
                    f"The event [{onset}, {offset}] reaches outside its video, whose frames "
                    f"{bounds}.",
                    "Correct its frames.",
                    places.event(row, index, "onset" if onset < 0 else "offset"),
                )


@cache
def dictionary_validator(model: type[Model]) -> TypeAdapter[Fields]:
    """Return the validator of a document into dictionaries, much faster than into models."""
    rows = (_as_dictionary(row) for row in _ROWS[model])
    videos, samples = (Annotated[list[row], Field(fail_fast=True)] for row in rows)  # type: ignore[valid-type]
    return TypeAdapter(_as_dictionary(model, videos=videos, samples=samples))


def _as_dictionary(model: type[StrictModel], **types: Any) -> Any:
    """Return the type of a dictionary with the fields of a model; ``types`` replace theirs."""
    fields = {}
    for name, field in model.model_fields.items():
        presence = Required if field.is_required() else NotRequired
        fields[field.alias or name] = presence[types.get(name) or field.rebuild_annotation()]
    dictionary: Any = TypedDict(model.__name__, fields)  # type: ignore[misc]
    dictionary.__pydantic_config__ = STRICT  # type: ignore[attr-defined]
    return dictionary


def _validate(
    model: type[Model], document: dict[str, Any], findings: Findings, places: JsonPlaces
) -> Fields:
    """Return the fields of a document, with videos and samples as dictionaries."""
    try:
        return dictionary_validator(model).validate_python(document)
    except ValidationError:
        valid = _without_errors(model, document, findings, places)
    rows = {name: [dict(row) for row in getattr(valid, name)] for name in ("videos", "samples")}
    return dict(valid) | rows


def _without_errors(
    model: type[Model], document: dict[str, Any], findings: Findings, places: JsonPlaces
) -> Model:
    """Build a model without the malformed rows of a document, so that the rest is checked."""
    try:
        return model.model_validate(document)
    except ValidationError:
        find_place = partial(_find_place, document, places)
        paths = report_field_errors(model, document, findings, find_place)
    usable = _REQUIRED_FIELDS[model] | _without_malformed(document, paths, places)
    try:
        return model.model_validate(usable)
    except ValidationError:
        findings.raise_errors()
        raise


def _find_place(document: dict[str, Any], places: JsonPlaces, keys: KeyPath) -> Place:
    """Return the position of a path, with the ids of its video or sample."""
    place = places.at(keys)
    if len(keys) < 2 or keys[0] not in ("videos", "samples"):
        return place
    row = document[keys[0]][keys[1]]
    if not isinstance(row, dict):
        return place
    ids = {name: text for name, text in row.items() if isinstance(text, str)}
    video = ids.get("video", ids.get("sample"))
    return replace(place, dataset=ids.get("dataset"), subject=ids.get("subject"), video=video)


def _without_malformed(
    document: dict[str, Any], paths: list[KeyPath], places: JsonPlaces
) -> dict[str, Any]:
    """Return a document without the fields, videos and intervals at these paths."""
    usable = dict(document)
    malformed_videos, malformed_events = set(), set()
    for path in paths:
        match path:
            case ("videos", int(video), "intervals", int(interval), *_):
                places.left_out.setdefault(video, set()).add(interval)
            case ("videos", int(video), "events", *_):
                malformed_events.add(video)
            case ("videos", int(video), *_):
                malformed_videos.add(video)
            case (str(field), *_):
                usable.pop(field, None)
    if places.left_out or malformed_videos or malformed_events:
        videos = document["videos"]
        places.video_index = [row for row in range(len(videos)) if row not in malformed_videos]
        usable["videos"] = [dict(videos[row]) for row in places.video_index]
        for video, row in zip(usable["videos"], places.video_index, strict=True):
            if row in malformed_events:
                video.pop("events")
            if row in places.left_out:
                video["intervals"] = [
                    interval
                    for index, interval in enumerate(video["intervals"])
                    if index not in places.left_out[row]
                ]
    return usable


def _intervals(videos: list[Fields], places: JsonPlaces) -> IntervalColumns:
    lists: list[Any] = [video.get("intervals") or () for video in videos]
    rows = list(chain.from_iterable(lists))
    lengths = list(map(len, lists))
    places.video_of_interval = np.repeat(np.arange(len(videos)), lengths)
    scores, apexes, kinds = (_column(rows, name) for name in ("score", "apex", "kind"))
    orders = [row.get("order", 1) for row in rows]
    return interval_columns(
        video=places.video_of_interval,
        onset=[row["onset"] for row in rows],
        offset=[row["offset"] for row in rows],
        apex=None if apexes is None else [NO_FRAME if apex is None else apex for apex in apexes],
        score=None if scores is None else np.array(scores, np.float64),
        kind=None if kinds is None else [_KIND_CODES[kind] for kind in kinds],
        emotion=[row.get("emotion") for row in rows],
        order=None if orders.count(1) == len(orders) else np.array(orders, np.int64),
    )


def _column(rows: list[Any], name: str) -> list[Any] | None:
    """Return a field of all rows; None if no row has it."""
    values = [row.get(name) for row in rows]
    return None if values.count(None) == len(values) else values


class JsonPlaces(RowPlaces):
    """Finds the positions of rows in a JSON document.

    Without a text, for data in memory, positions are JSON pointers without lines. Malformed rows
    are not in the table: ``video_index`` has the index of each video in the document, ``left_out``
    the indices of the intervals that are left out, by the index of their video.
    """

    def __init__(self, source: TextFile | None) -> None:
        super().__init__()
        self._source = source
        self._locator = JsonLocator(source.text if source else "null")
        self.video_index: Sequence[int] | None = None
        self.left_out: dict[int, set[int]] = {}

    def at(self, keys: KeyPath) -> Place:
        """Return the position of a path of keys."""
        pointer = json_pointer(keys)
        if self._source is None:
            return Place(pointer=pointer)
        return self._source.place(self._locator.offset(keys), pointer)

    def header(self, pointer: str = "") -> Place:
        """Return the position of something outside the rows, by its JSON pointer."""
        return self.at(tuple(int(key) if key.isdigit() else key for key in pointer.split("/")[1:]))

    def event(self, video: int, index: int, field: str) -> Place:
        """Return the position of a field of an event, by its index in its video."""
        keys: KeyPath = ("videos", self._in_document(video), "events", index, field)
        return with_ids(self.at(keys), self.video_rows[video])

    def _in_document(self, video: int) -> int:
        return video if self.video_index is None else self.video_index[video]

    def _locate(self, kind: RowKind, row: int, field: str) -> Place:
        keys: KeyPath = ("samples", row)
        if kind != "sample":
            video = row if kind == "video" else int(self.video_of_interval[row])
            in_document = self._in_document(video)
            keys = ("videos", in_document)
        if kind == "interval":
            index = row - int(np.searchsorted(self.video_of_interval, video))
            for left_out in sorted(self.left_out.get(in_document, ())):
                index += left_out <= index
            keys = (*keys, "intervals", index)
        return self.at((*keys, field) if field else keys)
