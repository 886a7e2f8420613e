"""What all models share: the strict base class, basic types, and the keys of units."""

from __future__ import annotations

from typing import Annotated, Any, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field

FRAME_LIMIT = 2**25
"""No frame number reaches this (46 hours at 200 frames a second).

Below it, IoUs (ratios of two integers below ``2**26``) that differ also differ as doubles, so
sorting candidates by a float IoU is exact (see ``rules/overlap.py``).
"""

Kind = Literal["micro", "macro"]
KINDS: tuple[Kind, ...] = ("micro", "macro")

Frame = Annotated[
    int,
    Field(
        gt=-FRAME_LIMIT,
        lt=FRAME_LIMIT,
        description="A frame number, counted from 0 within the video.",
    ),
]
ID_LENGTH = 500
EMOTION_LENGTH = 100
Identifier = Annotated[str, Field(min_length=1, max_length=ID_LENGTH)]
Emotion = Annotated[str, Field(min_length=1, max_length=EMOTION_LENGTH)]
IntervalKind = Annotated[
    Kind | None,
    Field(description="Left out: micro, where the protocol spots nothing else."),
]
IntervalEmotion = Annotated[
    Emotion | None,
    Field(description="The label; upper case and outer spaces do not count."),
]
EmotionScores = Annotated[
    dict[Emotion, float],
    Field(description="One number a class of the protocol, higher is likelier; any scale."),
]
Remark = Annotated[
    str | list[str] | None,
    Field(alias="$comment", description="A remark for readers; mebench ignores it."),
]

STRICT = ConfigDict(
    extra="forbid",
    strict=True,
    frozen=True,
    allow_inf_nan=False,
    serialize_by_alias=True,
)


class StrictModel(BaseModel):
    """A closed, strict, immutable record."""

    model_config = STRICT

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON data, without the fields that were left at their default."""
        return self.model_dump(mode="json", exclude_defaults=True)


class SubjectKey(NamedTuple):
    """A subject; ids repeat between data sets."""

    dataset: str
    subject: str


class VideoKey(NamedTuple):
    """A video; ids repeat between subjects."""

    dataset: str
    subject: str
    video: str
