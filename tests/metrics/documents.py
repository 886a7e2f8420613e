"""Short constructors of protocols, truths and submissions in memory.

A document is the JSON data that a user would write. ``score`` is the package's public function.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import mebench
from mebench.models.protocol import Protocol
from mebench.models.report import Report

Document = dict[str, Any]

CLASSES = ["negative", "positive", "surprise"]
LABEL_MAP = {"happiness": "positive", "Disgust ": "negative"}

MICRO_STR: Document = {
    "id": "str@1",
    "title": "Spot micro-expressions, then recognize them",
    "task": "spot-then-recognize",
    "targets": ["micro"],
    "video_scope": "with-target",
    "classes": CLASSES,
    "folds": "any",
    "datasets": [{"id": "toy", "label_map": LABEL_MAP}],
}
MICRO_STR_ALL_VIDEOS: Document = {**MICRO_STR, "video_scope": "all"}
ONE_PER_VIDEO: Document = {**MICRO_STR, "one_per_video": True}
ONE_PER_VIDEO_ALL_VIDEOS: Document = {**ONE_PER_VIDEO, "video_scope": "all"}
FIRST_EXPRESSION_ONLY: Document = {**ONE_PER_VIDEO, "first_expression_only": True}
TWO_TARGETS_STR: Document = {
    **MICRO_STR,
    "targets": ["macro", "micro"],
    "video_scope": "all",
}
TWO_TARGETS: Document = {
    "id": "spot@1",
    "title": "Spot macro- and micro-expressions",
    "task": "spot",
    "targets": ["macro", "micro"],
    "video_scope": "all",
    "folds": "any",
    "datasets": [{"id": "toy"}],
}
MICRO: Document = {**TWO_TARGETS, "targets": ["micro"]}
RECOGNITION: Document = {
    "id": "recognize@1",
    "title": "Recognize given samples",
    "task": "recognize",
    "classes": CLASSES,
    "folds": "any",
    "datasets": [{"id": "toy", "label_map": LABEL_MAP}],
}


def protocol_of(document: Document) -> Protocol:
    """Return the protocol model of plain data."""
    return Protocol.model_validate(document)


def interval(onset: int, offset: int, **fields: Any) -> Document:
    """Return an interval; further fields are passed by name."""
    return {"onset": onset, "offset": offset, **fields}


def micro(onset: int, offset: int, emotion: str | None = "negative", **fields: Any) -> Document:
    """Return a micro-expression; ``emotion=None`` leaves it out."""
    named = {} if emotion is None else {"emotion": emotion}
    return interval(onset, offset, kind="micro", **named, **fields)


def rows(videos: Mapping[str, Iterable[Document]]) -> list[Document]:
    """Return the entries of ``{"subject/video": intervals}``."""
    return [
        {"subject": subject, "video": video, "intervals": list(intervals)}
        for (subject, _, video), intervals in (
            (name.partition("/"), intervals) for name, intervals in videos.items()
        )
    ]


def truth(videos: Mapping[str, Iterable[Document]], **fields: Any) -> Document:
    """Return a truth file without the lengths of videos."""
    return {"format": "mebench-truth/1", "dataset": "toy", "videos": rows(videos), **fields}


def submission(videos: Mapping[str, Iterable[Document]], **fields: Any) -> Document:
    """Return a submission; ``score`` sets its protocol."""
    return {
        "format": "mebench-submission/1",
        "protocol": "str@1",
        "system": {"name": "test"},
        "videos": rows(videos),
        **fields,
    }


def score(predictions: Document, truth: Document, protocol: Document, **options: Any) -> Report:
    """Score plain data; the submission's protocol is replaced by this one.

    Samples may be without a prediction, unless the options say otherwise.
    """
    predictions = {**predictions, "protocol": protocol["id"]}
    options.setdefault("allow_missing", True)
    return mebench.score(predictions, truth, protocol_of(protocol), **options)


def values(report: Report) -> dict[str, float | None]:
    """Return the headline metrics."""
    return {name: metric.value for name, metric in report.metrics.items()}


def reasons(report: Report) -> dict[str, str | None]:
    """Return why headline metrics are undefined."""
    return {name: metric.reason for name, metric in report.metrics.items() if metric.value is None}


def rates(report: Report) -> dict[str, float]:
    """Return the headline metrics that are rates and have a value."""
    return {
        name: value
        for name, value in values(report).items()
        if value is not None and name != "apex_mae"
    }
