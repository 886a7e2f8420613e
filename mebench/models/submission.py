"""The submission: the predictions of a system, and the description of the system."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Annotated, Any, Literal, Required

from pydantic import Field
from typing_extensions import TypedDict

from mebench.models.base import (
    KINDS,
    STRICT,
    Emotion,
    EmotionScores,
    FoldSubject,
    Frame,
    Identifier,
    IntervalEmotion,
    IntervalKind,
    Kind,
    Remark,
    StrictModel,
    empty_list,
)

SUBMISSION_FORMAT = "mebench-submission/1"
NAME_LENGTH = 200

ModelSelection = Literal["none", "validation", "test", "unknown"]

Isolation = Literal["process-per-fold", "shared-process", "sandbox"]

Threshold = float | Annotated[dict[Kind, float], Field(min_length=1)]


class PredictedInterval(TypedDict, total=False):
    """A predicted expression: a closed interval of frames, counted from 0.

    A plain dictionary, not a model: a file can contain a million of them.
    """

    __pydantic_config__ = STRICT  # type: ignore[misc]

    onset: Required[Frame]
    offset: Required[Frame]
    apex: Frame | None
    score: Annotated[
        float | None,
        Field(
            description="The confidence, on any scale; higher is more likely. Either all "
            "intervals have a score or none."
        ),
    ]
    kind: IntervalKind
    emotion: IntervalEmotion
    emotion_scores: EmotionScores | None


class PredictedVideo(StrictModel):
    """The predictions for one video; an empty list means that nothing was spotted."""

    comment: Remark = None
    dataset: Identifier | None = Field(None, description="The data set, in composite protocols.")
    subject: Identifier = Field(description="The subject's id in the truth.")
    video: Identifier = Field(description="The video's id in the truth.")
    score_threshold: Threshold | None = Field(
        None, description="The score threshold of this video; overrides the submission's."
    )
    intervals: Annotated[list[PredictedInterval], Field(fail_fast=True)] = Field(
        description="The predicted expressions."
    )


class PredictedSample(StrictModel):
    """The predicted emotion of one sample of a recognition protocol."""

    comment: Remark = None
    dataset: Identifier | None = Field(None, description="The data set, in composite protocols.")
    subject: Identifier = Field(description="The subject's id in the truth.")
    sample: Identifier = Field(description="The sample's id in the truth.")
    emotion: Emotion = Field(description="The predicted class.")
    emotion_scores: EmotionScores | None = None


class System(StrictModel):
    """The system that made the predictions, and how its model was selected."""

    comment: Remark = None
    name: str = Field(
        min_length=1, max_length=NAME_LENGTH, description="The method's name in tables."
    )
    version: str | None = Field(None, max_length=100, description="The version of the method.")
    authors: list[str] = Field(default_factory=empty_list, description="The authors.")
    url: str | None = Field(None, description="The web page.")
    paper: str | None = Field(None, description="The paper: title, DOI or URL.")
    code: str | None = Field(None, description="Where the code is published.")
    hardware: str | None = Field(None, description="The hardware that was used.")
    model_selection: ModelSelection = Field(
        "unknown",
        description="The data used to select the epoch, threshold or other settings: none (fixed "
        "beforehand), validation (subjects held out from training), test (the scored subjects), "
        "unknown.",
    )
    uses_truth: bool = Field(
        False,
        description="Whether the system used the annotations of the test videos, as an oracle "
        "does; leaderboards do not rank such systems.",
    )
    isolation: Isolation | None = Field(
        None,
        description="How mebench kept the folds of a baseline apart: process-per-fold (each fold "
        "in a process of its own), shared-process (several folds in one process, as the baseline "
        "declares that nothing remains in it), sandbox (as process-per-fold, and without access to "
        "files and the network).",
    )


class Fold(StrictModel):
    """One fold of the cross-validation."""

    test: list[FoldSubject] = Field(min_length=1, description="The test subjects.")
    training: list[FoldSubject] | None = Field(
        None, description="The training subjects; null: all other subjects."
    )
    validation: list[FoldSubject] = Field(
        default_factory=empty_list, description="The subjects held out for model selection."
    )
    seed: int | None = Field(None, description="The random seed of the training.")


class Submission(StrictModel):
    """All predictions of one system under one protocol."""

    json_schema: str | None = Field(
        None, alias="$schema", description="The JSON Schema, for editors; mebench ignores it."
    )
    comment: Remark = None
    format: Literal["mebench-submission/1"] = Field(description="The format and its version.")
    protocol: str = Field(description="The protocol with its version, such as casme2-str@1.")
    system: System = Field(description="The system that made the predictions.")
    folds: list[Fold] | None = Field(
        None, description="The folds of the cross-validation; null: not stated."
    )
    score_threshold: Threshold | None = Field(
        None,
        description="The score threshold of the operating point, one number or one per kind: F1 "
        "and analysis use the intervals with score >= threshold, AP uses all.",
    )
    videos: Annotated[list[PredictedVideo], Field(fail_fast=True)] = Field(
        default_factory=empty_list, description="The videos, each at most once."
    )
    samples: Annotated[list[PredictedSample], Field(fail_fast=True)] = Field(
        default_factory=empty_list,
        description="The samples of a recognition protocol, each at most once.",
    )


def threshold_of_video(
    common: Threshold | None, own: Threshold | None, targets: Collection[Kind]
) -> Threshold | None:
    """Return the threshold of a video, whose own overrides that of the submission kind by kind.

    A kind that is no target changes nothing.
    """
    if not isinstance(own, dict):
        return common if own is None else own
    of_targets = {kind: limit for kind, limit in own.items() if kind in targets}
    if not of_targets:
        return common
    if common is not None and not isinstance(common, dict):
        common = dict.fromkeys(KINDS, common)
    return {**(common or {}), **of_targets}


def is_spotted(
    interval: Mapping[str, Any], threshold: Threshold | None, default_kind: Kind = "micro"
) -> bool:
    """Return whether an interval is at or above the score threshold (section 3 of the standard).

    ``threshold`` is that of its video; None, or a dict without its kind: no threshold.
    ``default_kind`` is the kind of an interval without a kind.
    """
    if isinstance(threshold, dict):
        threshold = threshold.get(interval.get("kind") or default_kind)
    score = interval.get("score")
    return threshold is None or score is None or bool(score >= threshold)
