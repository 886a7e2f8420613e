"""The truth manifest: every subject, video and annotated expression of a data set.

It decides the denominators of every metric; the predictions never do.
"""

from typing import Annotated, Literal, Required

from pydantic import Field
from typing_extensions import TypedDict

from mebench.models.base import (
    STRICT,
    Emotion,
    Frame,
    Identifier,
    IntervalEmotion,
    IntervalKind,
    Remark,
    StrictModel,
)

TRUTH_FORMAT = "mebench-truth/1"


class TruthInterval(TypedDict, total=False):
    """An annotated expression: a closed interval of frames, counted from 0."""

    __pydantic_config__ = STRICT  # type: ignore[misc]

    onset: Required[Frame]
    offset: Required[Frame]
    apex: Frame | None
    kind: IntervalKind
    emotion: IntervalEmotion


class TruthVideo(StrictModel):
    """A video and the expressions in it; none is legal and means that it has none."""

    comment: Remark = None
    dataset: Identifier | None = Field(None, description="The data set, in composite manifests.")
    subject: Identifier = Field(description="The person, as the data set's folders spell it.")
    video: Identifier = Field(description="The video, unique within its subject.")
    fps: float | None = Field(None, gt=0, description="Frames a second.")
    n_frames: int | None = Field(
        None, ge=1, le=2**25, description="Number of frames; null leaves the upper bound unchecked."
    )
    intervals: Annotated[list[TruthInterval], Field(fail_fast=True)] | None = Field(
        None, description="The expressions; left out in a blind manifest."
    )


class TruthSample(StrictModel):
    """A labelled sample of a recognition protocol."""

    comment: Remark = None
    dataset: Identifier | None = Field(None, description="The data set, in composite manifests.")
    subject: Identifier = Field(description="The person.")
    sample: Identifier = Field(description="The sample, unique within its subject.")
    video: Identifier | None = Field(None, description="The video it was cut from.")
    onset: Frame | None = None
    apex: Frame | None = None
    offset: Frame | None = None
    emotion: Emotion | None = Field(None, description="The label; left out in a blind manifest.")


class RepairCount(StrictModel):
    """How often an adapter mended what is wrong in a sheet, and what that was."""

    dataset: Identifier | None = Field(None, description="The data set, in composite manifests.")
    repair: Identifier = Field(description="Its name: `mebench datasets repairs ID` tells more.")
    done: str = Field(min_length=1, description="What is done.")
    rows: int = Field(ge=0, description="How many rows of the sheet it was done to.")
    off: bool = Field(False, description="Whether the user had switched it off.")


class TruthManifest(StrictModel):
    """Every subject, video and expression that a protocol scores against."""

    json_schema: str | None = Field(None, alias="$schema", description="For editors; ignored.")
    comment: Remark = None
    format: Literal["mebench-truth/1"] = Field(description="The format and its version.")
    dataset: Identifier | None = Field(
        None, description="The data set of every row that names none itself."
    )
    blind: bool = Field(False, description="True where the answers have been taken out.")
    repairs: list[RepairCount] = Field(
        default_factory=list, description="What was mended in the annotations, by name."
    )
    videos: Annotated[list[TruthVideo], Field(fail_fast=True)] = Field(
        default_factory=list, description="The videos, each once."
    )
    samples: Annotated[list[TruthSample], Field(fail_fast=True)] = Field(
        default_factory=list, description="The samples of a recognition protocol, each once."
    )
