"""The options of MEAN, and two presets of default values."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from mebench.runner import BaselineOptions
from mebench_vision.faces.boxes import read_boxes
from mebench_vision.faces.crops import AlignName
from mebench_vision.features.pair_features import ChannelScaling
from mebench_vision.features.regions import RegionName
from mebench_vision.features.settings import ApexCriterion, FeatureSettings
from mebench_vision.flow import FlowName
from mebench_vision.spotting.smoothing import Smoothing

PRESETS: dict[str, dict[str, Any]] = {
    "released": {
        "spotting_epochs": 10,
        "recognition_epochs": 100,
        "negatives": 5,
        "roi": "released",
        "smoothing": "simple",
        "borders": True,
        "longer_end": True,
        "apex": "features",
    },
    "paper": {
        "spotting_epochs": 200,
        "recognition_epochs": 800,
        "negatives": 8,
        "roi": "paper",
        "smoothing": "simple-odd",
        "borders": False,
        "longer_end": False,
        "apex": "difference",
    },
}
"""``released`` has the hyperparameters of the authors' code, ``paper`` those of the text."""

TRAINING_OPTIONS = {
    *("spotting_epochs", "recognition_epochs", "batch", "learning_rate", "negatives", "transfer"),
}
"""Options without any effect on networks that are already trained."""

MAX_HALF = 100_000
"""Upper limit of k' in frames, so that a window of that length fits into memory."""

VoteCase = Literal[1, 2, 3]
"""1: the k' pairs before the peak; 2: the peak; 3: k' pairs before the peak and k' from it on."""


def _preset_values(name: str) -> str:
    """Return the value of each preset, for the list of options."""
    values = [f"{PRESETS[preset][name]} ({preset})" for preset in PRESETS]
    return ", ".join(values).replace("True", "true").replace("False", "false")


def _to_integer(value: object) -> object:
    """Convert a string of digits, which pydantic does not do for a literal."""
    return int(value) if isinstance(value, str) and value.isdecimal() else value


class MeanOptions(BaselineOptions):
    """The options; None means the value of the preset."""

    preset: Literal["released", "paper"] = Field(
        "released", description="Hyperparameters of the authors' code or of the paper."
    )
    flow: FlowName = Field("numba", description="Implementation of TV-L1.")
    share: float = Field(0.1, gt=0, le=1, description="Distance of a pair in seconds.")
    k: int | None = Field(None, ge=1, description="Distance of a pair in frames.")
    roi: RegionName | None = Field(
        None,
        description=f"Two boxes (eyes and brows, mouth) or three patches: {_preset_values('roi')}.",
    )
    normalisation: ChannelScaling = Field(
        "face", description="Scale channels over the face, over the regions, or not."
    )
    align: AlignName = Field("none", description="Rotate faces upright by landmarks.")
    detect_on: int = Field(1, ge=1, description="Number of first frames to search for a face.")
    box: Path | None = Field(None, description="CSV file of face boxes.")
    landmark_model: Path | None = Field(None, description="File of the landmark model.")
    apex: ApexCriterion | None = Field(
        None,
        description="Search an apex that is not annotated by the largest features or the largest "
        f"difference from the onset: {_preset_values('apex')}.",
    )
    author_weights: Path | None = Field(
        None,
        description="Train nothing: each fold uses the file of this folder of the authors' weights "
        "that was trained without its subject.",
    )
    spotting_epochs: int | None = Field(
        None, ge=1, description=f"Epochs of spotting: {_preset_values('spotting_epochs')}."
    )
    recognition_epochs: int | None = Field(
        None, ge=1, description=f"Epochs of recognition: {_preset_values('recognition_epochs')}."
    )
    batch: int = Field(32, ge=1, description="Pairs of frames per training step.")
    learning_rate: float = Field(5e-4, gt=0, description="Learning rate of the Adam optimizer.")
    negatives: int | None = Field(
        None, ge=1, description=f"Negative pairs per positive pair: {_preset_values('negatives')}."
    )
    transfer: bool = Field(True, description="Recognition on the frozen shared part of spotting.")
    half_length: Annotated[int, Field(ge=1, le=MAX_HALF)] | Literal["published"] | None = Field(
        None, description="k' in frames, or published; by default from the training subjects."
    )
    smoothing: Smoothing | None = Field(
        None, description=f"Window that smooths the spotting curve: {_preset_values('smoothing')}."
    )
    borders: bool | None = Field(
        None, description=f"Keep the borders of the smoothed curve: {_preset_values('borders')}."
    )
    threshold: float = Field(
        0.55, ge=0, le=1, description="Threshold, from mean (0) to maximum (1)."
    )
    longer_end: bool | None = Field(
        None,
        description=f"End intervals at p + k', not p + k' - 1: {_preset_values('longer_end')}.",
    )
    case: Annotated[VoteCase, BeforeValidator(_to_integer)] = Field(
        1, description="Pairs that vote for the emotion: case 1, 2 or 3 of Table 8."
    )

    @model_validator(mode="after")
    def _apply_preset(self) -> Self:
        useless = sorted(TRAINING_OPTIONS & self.model_fields_set)
        if self.author_weights is not None and useless:
            names = ", ".join(f"--{name.replace('_', '-')}" for name in useless)
            raise ValueError(f"with --author-weights nothing is trained, so leave out {names}")
        for name, value in PRESETS[self.preset].items():
            if getattr(self, name) is None:
                # The model is frozen, and `model_fields_set` must list only what the user set.
                self.__dict__[name] = value
        return self

    def features(self) -> FeatureSettings:
        """Return the settings of the features.

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
            apex=self.apex or "features",
        )
