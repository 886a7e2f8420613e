"""The truth file: every subject, video and annotated expression (ground truth) of a data set.

The truth alone decides which videos and expressions are scored, never the predictions.
"""

from typing import Annotated, Literal, Required

from pydantic import Field
from typing_extensions import TypedDict

from mebench.models.base import (
    FRAME_LIMIT,
    STRICT,
    Emotion,
    Frame,
    Identifier,
    IntervalEmotion,
    IntervalKind,
    Remark,
    StrictModel,
    empty_list,
)

TRUTH_FORMAT = "mebench-truth/1"

SPLIT = "The part of the data set, as its authors divide it, such as training or test."


class TruthInterval(TypedDict, total=False):
    """An annotated expression: a closed interval of frames, counted from 0."""

    __pydantic_config__ = STRICT  # type: ignore[misc]

    onset: Required[Frame]
    offset: Required[Frame]
    apex: Frame | None
    kind: IntervalKind
    emotion: IntervalEmotion
    order: Annotated[
        int,
        Field(
            ge=1,
            lt=FRAME_LIMIT,
            description="The number of the expression in its recording, where the data set numbers "
            "them; 1 if omitted.",
        ),
    ]


class TruthEvent(TypedDict, total=False):
    """An annotated event that is no expression: a closed interval of frames, counted from 0."""

    __pydantic_config__ = STRICT  # type: ignore[misc]

    onset: Required[Frame]
    offset: Required[Frame]
    label: Required[Annotated[Emotion, Field(description="What it is, such as eye blink.")]]


class TruthVideo(StrictModel):
    """A video and its expressions; an empty list means that the video has none."""

    comment: Remark = None
    dataset: Identifier | None = Field(None, description="The data set, in truth files of several.")
    subject: Identifier = Field(description="The subject's id, as in the data set's folders.")
    video: Identifier = Field(description="The video's id, unique within its subject.")
    fps: float | None = Field(None, gt=0, description="Frames per second.")
    n_frames: int | None = Field(
        None,
        ge=1,
        le=2**25,
        description="The number of frames; null: intervals are not checked against it.",
    )
    split: Identifier | None = Field(None, description=SPLIT)
    intervals: Annotated[list[TruthInterval], Field(fail_fast=True)] | None = Field(
        None, description="The expressions; null in a blind truth file."
    )
    events: Annotated[list[TruthEvent], Field(fail_fast=True)] = Field(
        default_factory=empty_list,
        description="What is annotated beside the expressions; not scored.",
    )


class TruthSample(StrictModel):
    """A labeled sample of a recognition protocol."""

    comment: Remark = None
    dataset: Identifier | None = Field(None, description="The data set, in truth files of several.")
    subject: Identifier = Field(description="The subject's id.")
    sample: Identifier = Field(description="The sample's id, unique within its subject.")
    video: Identifier | None = Field(None, description="The video that contains the sample.")
    onset: Frame | None = None
    apex: Frame | None = None
    offset: Frame | None = None
    emotion: Emotion | None = Field(
        None, description="The emotion label; null in a blind truth file."
    )
    objective_class: Emotion | None = Field(
        None,
        description="The objective class of its action units, such as I to VII; null if unknown, "
        "and in a blind truth file.",
    )
    split: Identifier | None = Field(None, description=SPLIT)


class RepairCount(StrictModel):
    """A repair of known errors in the annotations, and the number of repaired rows."""

    dataset: Identifier | None = Field(None, description="The data set, in truth files of several.")
    repair: Identifier = Field(
        description="The repair's name; `mebench datasets repairs ID` describes it."
    )
    done: str = Field(min_length=1, description="What the repair does.")
    rows: int = Field(ge=0, description="The number of rows it applies to.")
    off: bool = Field(False, description="Whether the user disabled the repair.")


class TruthManifest(StrictModel):
    """The ground truth: every subject, video and expression of one or several data sets."""

    json_schema: str | None = Field(
        None, alias="$schema", description="The JSON Schema, for editors; mebench ignores it."
    )
    comment: Remark = None
    format: Literal["mebench-truth/1"] = Field(description="The format and its version.")
    dataset: Identifier | None = Field(None, description="The data set of all rows that name none.")
    blind: bool = Field(False, description="Whether the labels have been removed.")
    repairs: list[RepairCount] = Field(
        default_factory=empty_list, description="The repairs of the annotations."
    )
    videos: Annotated[list[TruthVideo], Field(fail_fast=True)] = Field(
        default_factory=empty_list, description="The videos, each once."
    )
    samples: Annotated[list[TruthSample], Field(fail_fast=True)] = Field(
        default_factory=empty_list, description="The samples of a recognition protocol, each once."
    )
