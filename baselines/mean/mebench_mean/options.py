"""The settings of MEAN, and the two presets that fill in what is left open."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from mebench.runner import BaselineOptions
from mebench_mean.emotion_vote import VoteCase
from mebench_mean.peaks import Smoothing
from mebench_vision.faces.boxes import read_boxes
from mebench_vision.faces.crops import AlignName
from mebench_vision.features.pair import ChannelScaling
from mebench_vision.features.regions import RegionName
from mebench_vision.features.settings import FeatureSettings
from mebench_vision.flow import FlowName

PRESETS: dict[str, dict[str, Any]] = {
    "released": {
        "spotting_epochs": 10,
        "recognition_epochs": 100,
        "negatives": 5,
        "roi": "released",
        "smoothing": "simple",
        "borders": True,
        "longer_end": True,
    },
    "paper": {
        "spotting_epochs": 200,
        "recognition_epochs": 800,
        "negatives": 8,
        "roi": "paper",
        "smoothing": "simple-odd",
        "borders": False,
        "longer_end": False,
    },
}
"""`released` follows the authors' code in its hyper-parameters, `paper` the text."""

LONGEST = 100_000
"""Frames; half of no micro-expression is longer, and a window of that length fits into memory."""


def _by_preset(name: str) -> str:
    """Return what each preset fills in, for the list of options."""
    values = [f"{PRESETS[preset][name]} ({preset})" for preset in PRESETS]
    return ", ".join(values).replace("True", "true").replace("False", "false")


def _to_integer(given: object) -> object:
    """Return the number that a text is; pydantic takes no text for one of some given numbers."""
    return int(given) if isinstance(given, str) and given.isdecimal() else given


class MeanOptions(BaselineOptions):
    """The settings; what is None takes the preset's value."""

    preset: Literal["released", "paper"] = Field(
        "released", description="The authors' code, or the text of the paper."
    )
    flow: FlowName = Field("numba", description="Which TV-L1 implementation.")
    share: float = Field(0.1, gt=0, le=1, description="The flow's distance, in seconds.")
    k: int | None = Field(None, ge=1, description="The flow's distance in frames, for any rate.")
    roi: RegionName | None = Field(
        None,
        description=f"Two boxes (eyes with brows, mouth) or three patches: {_by_preset('roi')}.",
    )
    normalisation: ChannelScaling = Field(
        "face", description="How a pair's channels are scaled: over face, regions, or fixed."
    )
    align: AlignName = Field("none", description="Turn faces upright by their landmarks.")
    detect_on: int = Field(1, ge=1, description="Look for the face in so many first frames.")
    box: Path | None = Field(None, description="A CSV file of face boxes.")
    landmark_model: Path | None = Field(None, description="The file of the landmark model.")
    spotting_epochs: int | None = Field(
        None, ge=1, description=f"Epochs of the first step: {_by_preset('spotting_epochs')}."
    )
    recognition_epochs: int | None = Field(
        None, ge=1, description=f"Epochs of the second step: {_by_preset('recognition_epochs')}."
    )
    batch: int = Field(32, ge=1, description="Pairs of frames a training step.")
    learning_rate: float = Field(5e-4, gt=0, description="Of Adam.")
    negatives: int | None = Field(
        None, ge=1, description=f"Quiet pairs to one of an expression: {_by_preset('negatives')}."
    )
    transfer: bool = Field(True, description="Recognition on the frozen part of spotting.")
    half_length: Annotated[int, Field(ge=1, le=LONGEST)] | Literal["published"] | None = Field(
        None, description="k' in frames, or published; left out, from the training subjects."
    )
    smoothing: Smoothing | None = Field(
        None, description=f"The window that smooths the curve: {_by_preset('smoothing')}."
    )
    borders: bool | None = Field(
        None, description=f"Keep the borders of the smoothed curve: {_by_preset('borders')}."
    )
    threshold: float = Field(0.55, ge=0, le=1, description="From mean (0) to maximum (1).")
    longer_end: bool | None = Field(
        None, description=f"End intervals at p + k', not p + k' - 1: {_by_preset('longer_end')}."
    )
    case: Annotated[VoteCase, BeforeValidator(_to_integer)] = Field(
        1, description="The pairs that name an interval: 1, 2 or 3 of Table 8."
    )

    @model_validator(mode="after")
    def _fill_in(self) -> Self:
        for name, value in PRESETS[self.preset].items():
            if getattr(self, name) is None:
                # Frozen for everybody else; what was typed stays known in `model_fields_set`.
                self.__dict__[name] = value
        return self

    def features(self) -> FeatureSettings:
        """Return how features are extracted.

        Raises
        ------
        MebenchError
            ``box-file``.
        """
        return FeatureSettings(
            flow=self.flow,
            share=self.share,
            k=self.k,
            roi=self.roi or "released",
            normalisation=self.normalisation,
            align=self.align,
            detect_on=self.detect_on,
            boxes=read_boxes(self.box) if self.box else None,
            landmark_model=self.landmark_model,
        )
