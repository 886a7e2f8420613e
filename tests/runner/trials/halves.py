"""Baselines that do one half of the task: one only spots, one only names emotions."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import Field

from mebench.runner import (
    Baseline,
    BaselineOptions,
    DetectedInterval,
    Fold,
    SamplePrediction,
    VideoPrediction,
)


class FinderOptions(BaselineOptions):
    count: int = Field(3, ge=0, description="Intervals a video.")
    pause: float = Field(0.0, ge=0, description="Seconds a video.")


class Finder(Baseline):
    """Draws intervals, at times over the edge, and calls every third one macro."""

    name = "finder"
    title = "Draws intervals"
    reuses_process = True
    authors = ("A. Author", "B. Author")
    paper = "On finding"
    recognizes = False
    options_type = FinderOptions

    def predict(self, fold: Fold) -> Iterator[VideoPrediction]:
        assert not fold.protocol.analyses
        assert isinstance(self.options, FinderOptions)
        for video in fold.test:
            draws = fold.random_stream(video.subject, video.id)
            spotted = []
            for number in range(self.options.count):
                onset = draws.integer(-3, video.n_frames - 1)
                offset = max(0, onset) + draws.integer(0, 9)
                kinds = fold.protocol.targets
                kind = kinds[number % len(kinds)]
                spotted.append(DetectedInterval(onset, offset, None, draws.unit_float(), kind))
            yield VideoPrediction(video, spotted)


class NamerOptions(BaselineOptions):
    pause: float = Field(0.0, ge=0, description="Seconds a video.")
    count: int = Field(1, ge=1, description="Whatever.")
    forgets: bool = Field(False, description="Leave the last sample out.")
    fails: bool = Field(False, description="Raise an error.")


class Namer(Baseline):
    """Names the emotion whose training samples have the most similar length."""

    name = "namer"
    title = "Looks at lengths"
    version = "7"
    reuses_process = True
    authors = ("B. Author", "C. Author")
    spots = False
    model_selection = "validation"
    options_type = NamerOptions

    def predict(self, fold: Fold) -> Iterator[SamplePrediction]:
        assert not fold.protocol.spots
        assert not (fold.training or fold.test)
        assert isinstance(self.options, NamerOptions)
        if self.options.fails:
            raise ValueError("the namer fails")
        lengths = [(length(one), one.emotion) for one in fold.training_samples]
        for sample in fold.test_samples[: -1 if self.options.forgets else None]:
            wanted = length(sample)
            emotion = min(
                lengths or [(0, fold.protocol.classes[0])], key=lambda one: abs(one[0] - wanted)
            )[1]
            yield SamplePrediction(sample, emotion, {emotion: float(wanted)})


def length(sample: object) -> int:
    onset, offset = getattr(sample, "onset", None), getattr(sample, "offset", None)
    return (offset or 0) - (onset or 0)
