"""A baseline that offers every study, and returns numbers that a test can predict."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import ClassVar

import numpy as np
from pydantic import Field

from mebench import MebenchError
from mebench.runner import (
    Baseline,
    BaselineOptions,
    Cost,
    DetectedInterval,
    EpochResult,
    Explanation,
    Fold,
    SamplePrediction,
    Store,
    Trained,
    UnseenVideo,
    Variant,
    Variants,
    VideoPrediction,
)
from mebench.runner.types import ProgressCallback


class StudiousOptions(BaselineOptions):
    shift: int = Field(0, description="Frames by which it misses.")
    fault: str = Field("", description="What goes wrong.")
    word: Path | None = Field(None, description="A file.")


class Studious(Baseline):
    """Predicts [3 + who + shift, 12 + who + shift], which is the truth without a shift."""

    name = "studious"
    options_type = StudiousOptions
    studies: ClassVar = {
        "shift": Variants(
            "How far it misses",
            "Table 1",
            (Variant("not at all", {"shift": 0}), Variant("by five", {"shift": 5})),
        )
    }

    @property
    def shift(self) -> int:
        assert isinstance(self.options, StudiousOptions)
        return self.options.shift

    @property
    def fault(self) -> str:
        assert isinstance(self.options, StudiousOptions)
        return self.options.fault

    def warm_up(self) -> None:
        if self.fault == "warm-up":
            raise OSError("no compiler")

    def deviations(self) -> Sequence[str]:
        if self.fault == "deviations":
            raise OSError("no paper")
        return ["It learns nothing."]

    def dependencies(self) -> Mapping[str, str]:
        assert isinstance(self.options, StudiousOptions)
        if self.fault == "dependencies":
            raise ValueError("no dependencies")
        return {"word": self.options.word.read_text()} if self.options.word else {}

    def variant_name(self) -> str:
        if self.fault == "variant_name":
            raise ValueError("no name")
        return f"shifted by {self.shift}"

    def _spotted(self, video: UnseenVideo) -> DetectedInterval:
        who = int(video.subject.removeprefix("s") or 0)
        onset = 3 + who + self.shift
        return DetectedInterval(onset, onset + 9, onset + 5, 0.5, "micro", "negative")

    def predict(self, fold: Fold) -> Iterator[VideoPrediction | SamplePrediction]:
        for video in fold.test:
            yield VideoPrediction(video, [self._spotted(video)])
        for sample in fold.test_samples:
            yield SamplePrediction(sample, "negative")

    def learning_curves(self, fold: Fold) -> Iterable[EpochResult]:
        """Predict negative for all samples, with more confidence after each epoch."""
        classes = fold.protocol.classes
        for one in fold.test_samples:
            assert not hasattr(one, "emotion")
        for epoch in (1, 2, 3):
            sure = 0.4 + 0.2 * epoch
            scores = {name: (1 - sure) / (len(classes) - 1) for name in classes}
            scores["negative"] = sure
            if self.fault == "scores":
                del scores["negative"]
            named = fold.test_samples[1:] if self.fault == "short" else fold.test_samples
            sample_predictions = [SamplePrediction(one, "negative", scores) for one in named]
            yield EpochResult("always negative", epoch, sample_predictions, 1 / epoch, epoch / 4)

    def explain(
        self, fold: Fold, spotted: Sequence[tuple[UnseenVideo, DetectedInterval]]
    ) -> Iterable[Explanation]:
        for video, one in spotted:
            assert (one.onset, one.apex) == (3 + self.shift + int(video.subject[1:]), one.onset + 5)
            looked = np.full((8, 8), np.nan, np.float32)
            looked[2, 5] = 1.0
            face = np.full((8, 8), 90, np.uint8)
            yield Explanation(video, one.onset, one.apex or 0, one.offset, face, {"eye": looked})

    def cost(self, fold: Fold) -> Cost:
        return Cost({"one": 7}, 50, 100, {"all": 2.0}, {"flow": 4.0, "networks": 1.0})

    def train(self, fold: Fold) -> Trained:
        assert not fold.test and not fold.test_samples
        if self.fault == "no-weights":
            return {"weights": 1}  # type: ignore[return-value]
        return Trained(
            tuple(fold.protocol.classes),
            False,
            {"people": np.array(sorted({int(one.subject[1:]) for one in fold.training}))},
            {"shift": self.shift, "videos": len(fold.training)},
        )

    def spot(
        self, video: UnseenVideo, trained: Trained, store: Store, report: ProgressCallback
    ) -> VideoPrediction:
        """Spot one expression per training subject, one after the other."""
        report(0.5, "looking")
        people = trained.arrays["people"].tolist()
        emotion = trained.classes[-1] if trained.classes else None
        spotted = [
            DetectedInterval(
                10 * one, 10 * one + 4 + self.shift, 10 * one + 2, float(one), "micro", emotion
            )
            for one in people
            if 10 * one + 4 < video.n_frames
        ]
        curve = np.linspace(0, 3, video.n_frames, dtype=np.float32)
        least = max(people) if trained.one_per_video else 1.0
        if self.fault == "spot":
            raise OSError("no eyes")
        if self.fault == "threshold":
            return VideoPrediction(video, spotted, score_threshold={"micro": 3.0})
        return VideoPrediction(video, spotted, score_threshold=least, curves={"smoothed": curve})

    @classmethod
    def import_weights(cls, files: Sequence[Path]) -> Trained:
        if any(one.suffix != ".txt" for one in files):
            raise MebenchError.of("weights-unreadable", "These are no texts.", "Take texts.")
        people = [int(one.read_text()) for one in files]
        return Trained((), False, {"people": np.array(people)})
