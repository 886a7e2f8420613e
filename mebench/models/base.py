"""Shared by all models: the strict base class, field types, and the keys of subjects and videos."""

from __future__ import annotations

from typing import Annotated, Any, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag

FRAME_LIMIT = 2**25
"""Frame numbers must be smaller than this (46 hours at 200 frames per second).

Below the limit, different IoUs (ratios of two integers below ``2**26``) are also different as
floats, so sorting candidates by a float IoU is exact (see ``matching/iou.py``).
"""

Kind = Literal["micro", "macro"]
KINDS: tuple[Kind, ...] = ("micro", "macro")

Frame = Annotated[
    int,
    Field(
        gt=-FRAME_LIMIT,
        lt=FRAME_LIMIT,
        description="A frame number; the first frame of the video is 0.",
    ),
]
ID_LENGTH = 500
EMOTION_LENGTH = 100
Identifier = Annotated[str, Field(min_length=1, max_length=ID_LENGTH)]
Emotion = Annotated[str, Field(min_length=1, max_length=EMOTION_LENGTH)]
IntervalKind = Annotated[
    Kind | None,
    Field(description="The kind; optional where the protocol spots only micro-expressions."),
]
IntervalEmotion = Annotated[
    Emotion | None,
    Field(description="The emotion label; case and spaces at both ends are ignored."),
]
EmotionScores = Annotated[
    dict[Emotion, float],
    Field(description="One number per class of the protocol, on any scale; higher is more likely."),
]
Remark = Annotated[
    str | list[str] | None,
    Field(alias="$comment", description="A comment for human readers; mebench ignores it."),
]

STRICT = ConfigDict(
    extra="forbid",
    strict=True,
    frozen=True,
    allow_inf_nan=False,
    serialize_by_alias=True,
    # Building all validators takes longer than a score; most processes use a few, a worker none.
    defer_build=True,
)


def empty_list() -> list[Any]:
    """Return a new list, as a default; pydantic takes ten times as long to inspect ``list``."""
    return []


class StrictModel(BaseModel):
    """Base class of the models: no unknown fields, no type conversions, immutable.

    Validators are built on first use, which most commands make of a few models only.
    """

    model_config = STRICT | ConfigDict(defer_build=True)

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON data, without the fields that have their default value."""
        return self.model_dump(mode="json", exclude_defaults=True)


class SubjectReference(StrictModel):
    """A subject of a composite protocol."""

    dataset: Identifier = Field(description="The data set.")
    subject: Identifier = Field(description="The subject's id in the truth.")


def _tag(value: Any) -> str:
    return "reference" if isinstance(value, dict | SubjectReference) else "plain"


FoldSubject = Annotated[
    Annotated[Identifier, Tag("plain")] | Annotated[SubjectReference, Tag("reference")],
    Discriminator(_tag),
]


class SubjectKey(NamedTuple):
    """The key of a subject; its id is unique only within the data set."""

    dataset: str
    subject: str


class VideoKey(NamedTuple):
    """The key of a video; its id is unique only within the subject."""

    dataset: str
    subject: str
    video: str
