"""The submission: what a system predicts, and what it states about itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal, Required

from pydantic import Discriminator, Field, Tag
from typing_extensions import TypedDict

from mebench.models.base import (
    STRICT,
    Emotion,
    EmotionScores,
    Frame,
    Identifier,
    IntervalEmotion,
    IntervalKind,
    Kind,
    Remark,
    StrictModel,
)

SUBMISSION_FORMAT = "mebench-submission/1"
NAME_LENGTH = 200

ModelSelection = Literal["none", "validation", "test", "unknown"]


Threshold = float | Annotated[dict[Kind, float], Field(min_length=1)]


class PredictedInterval(TypedDict, total=False):
    """A spotted expression: a closed interval of frames, counted from 0.

    A plain dictionary, not a model: a file may hold a million of them.
    """

    __pydantic_config__ = STRICT  # type: ignore[misc]

    onset: Required[Frame]
    offset: Required[Frame]
    apex: Frame | None
    score: Annotated[
        float | None,
        Field(description="Higher is likelier, any scale; on every interval or on none."),
    ]
    kind: IntervalKind
    emotion: IntervalEmotion
    emotion_scores: EmotionScores | None


class PredictedVideo(StrictModel):
    """The intervals spotted in one video; an empty list says that nothing was found."""

    comment: Remark = None
    dataset: Identifier | None = Field(None, description="The data set, in composite protocols.")
    subject: Identifier = Field(description="The person, as the truth spells it.")
    video: Identifier = Field(description="The video, as the truth spells it.")
    score_threshold: Threshold | None = Field(
        None, description="This video's own operating point; overrides the submission's."
    )
    intervals: Annotated[list[PredictedInterval], Field(fail_fast=True)] = Field(
        description="The spotted expressions."
    )


class PredictedSample(StrictModel):
    """The emotion predicted for one given sample of a recognition protocol."""

    comment: Remark = None
    dataset: Identifier | None = Field(None, description="The data set, in composite protocols.")
    subject: Identifier = Field(description="The person, as the truth spells it.")
    sample: Identifier = Field(description="The sample, as the truth spells it.")
    emotion: Emotion = Field(description="The predicted class.")
    emotion_scores: EmotionScores | None = None


class System(StrictModel):
    """Who made the predictions, and how the model was chosen."""

    comment: Remark = None
    name: str = Field(
        min_length=1, max_length=NAME_LENGTH, description="The method, as a table shows it."
    )
    version: str | None = Field(None, max_length=100, description="Its version.")
    authors: list[str] = Field(default_factory=list, description="Its authors.")
    url: str | None = Field(None, description="Its page.")
    paper: str | None = Field(None, description="Where it is described: title, DOI or address.")
    code: str | None = Field(None, description="Where its code is.")
    hardware: str | None = Field(None, description="What it ran on.")
    model_selection: ModelSelection = Field(
        "unknown",
        description=(
            "On which data the epoch, threshold or settings were chosen: none (fixed beforehand), "
            "validation (subjects held out of the training fold), test (the subjects scored here), "
            "unknown."
        ),
    )
    uses_truth: bool = Field(
        False,
        description=(
            "Whether it saw the answers of what it predicts, as an oracle does; no leaderboard "
            "ranks it."
        ),
    )


class SubjectReference(StrictModel):
    """A subject of a composite protocol."""

    dataset: Identifier = Field(description="The data set.")
    subject: Identifier = Field(description="The subject, as the truth spells it.")


def _shape(value: Any) -> str:
    return "reference" if isinstance(value, dict | SubjectReference) else "plain"


FoldSubject = Annotated[
    Annotated[Identifier, Tag("plain")] | Annotated[SubjectReference, Tag("reference")],
    Discriminator(_shape),
]


class Fold(StrictModel):
    """One fold of the cross-validation that made the predictions."""

    test: list[FoldSubject] = Field(min_length=1, description="The subjects predicted in it.")
    training: list[FoldSubject] | None = Field(
        None, description="The subjects trained on; left out: all others."
    )
    validation: list[FoldSubject] = Field(
        default_factory=list, description="Subjects held out to choose the model."
    )
    seed: int | None = Field(None, description="The seed of the fold's training.")


class Submission(StrictModel):
    """Everything a system predicts under one protocol."""

    json_schema: str | None = Field(None, alias="$schema", description="For editors; ignored.")
    comment: Remark = None
    format: Literal["mebench-submission/1"] = Field(description="The format and its version.")
    protocol: str = Field(description="The protocol answered, with its version: casme2-str@1.")
    system: System = Field(description="Who made the predictions.")
    folds: list[Fold] | None = Field(
        None, description="The cross-validation; left out: shown as unverified."
    )
    score_threshold: Threshold | None = Field(
        None,
        description=(
            "The operating point, a number or one a kind: F1 and analysis use the intervals with "
            "score >= threshold, AP uses all."
        ),
    )
    videos: Annotated[list[PredictedVideo], Field(fail_fast=True)] = Field(
        default_factory=list, description="The videos, each at most once."
    )
    samples: Annotated[list[PredictedSample], Field(fail_fast=True)] = Field(
        default_factory=list, description="The samples of a recognition protocol, each once."
    )


def is_spotted(
    interval: Mapping[str, Any], threshold: Threshold | None, default_kind: Kind = "micro"
) -> bool:
    """Tell whether an interval lies at its video's threshold or above (the standard, section 3).

    Parameters
    ----------
    interval : mapping
        A row of a submission.
    threshold : float, dict or None
        That of its video; without one for its kind, everything is spotted.
    default_kind : {"micro", "macro"}
        Of an interval that does not say its kind.
    """
    if isinstance(threshold, dict):
        threshold = threshold.get(interval.get("kind") or default_kind)
    score = interval.get("score")
    return threshold is None or score is None or bool(score >= threshold)
