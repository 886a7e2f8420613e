"""A baseline that offers every study, and returns numbers that a test can predict."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from pydantic import Field

from mebench import MebenchError
from mebench.diagnostics import Diagnostic
from mebench.runner import (
    Baseline,
    BaselineOptions,
    DetectedInterval,
    Fold,
    FoldResult,
    ProgressCallback,
    RunConfig,
    SamplePrediction,
    Setting,
    Store,
    Study,
    Sweep,
    Trained,
    UnseenVideo,
    VideoPrediction,
)

if TYPE_CHECKING:
    from mebench.runner import StudyResult


class StudiousOptions(BaselineOptions):
    shift: int = Field(0, description="Frames by which it misses.")
    fault: str = Field("", description="What goes wrong.")
    word: Path | None = Field(None, description="A file.")


def count_frames(baseline: Baseline, fold: Fold, inputs: Any) -> FoldResult:
    """Count the frames of the test videos, times the input."""
    assert isinstance(baseline, Studious)
    if baseline.fault == "no-result":
        return {"frames": 1}  # type: ignore[return-value]
    if baseline.fault == "not-plain":
        return FoldResult({"frames": {1, 2}})
    import numpy as np

    if baseline.fault == "objects":
        return FoldResult({}, {"frames": np.array([{}], object)})
    frames = [video.n_frames for video in fold.test]
    return FoldResult({"frames": inputs * sum(frames)}, {"each": np.array(frames)})


class FrameStudy(Study):
    """Counts frames in every fold, in worker processes."""

    title = "Frames per fold"

    def make(self, config: RunConfig, title: str, announce: Callable[[str], None]) -> StudyResult:
        from mebench.runner import Runner, StudyResult
        from mebench.tables.grid import Grid

        with Runner(config, count_frames, {number: number for number in range(4)}) as runner:
            results = runner.execute()
        grid = Grid(["fold", "frames"], "lr")
        for fold, result in zip(runner.folds, results, strict=True):
            if result is not None:
                assert result.arrays["each"].tolist() == [50, 50]
                grid.rows.append([fold.name, str(result.data["frames"])])
        return StudyResult(title, grid, grid, lambda path: path.touch())


class Studious(Baseline):
    """Predicts [3 + who + shift, 12 + who + shift], which is the truth without a shift."""

    videos = 0
    name = "studious"
    reuses_process = True
    options_type = StudiousOptions
    studies: ClassVar = {
        "shift": Sweep(
            "How far it misses [Table 1]",
            (Setting("not at all", {"shift": 0}), Setting("by five", {"shift": 5})),
        ),
        "frames": FrameStudy(),
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

    def train(self, fold: Fold) -> Trained:
        import numpy as np

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
        import numpy as np

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
        if self.fault == "interrupt" and video.id == "frames":
            os.kill(os.getppid(), signal.SIGINT)
            time.sleep(60)
        if self.fault == "count":
            self.videos += 1
            self.warnings.append(Diagnostic("frame-rate-variable", "note", f"#{self.videos}"))
        if self.fault == "threshold":
            return VideoPrediction(video, spotted, score_threshold={"micro": 3.0})
        return VideoPrediction(video, spotted, score_threshold=least, curves={"smoothed": curve})

    @classmethod
    def import_weights(cls, files: Sequence[Path]) -> Trained:
        import numpy as np

        if any(one.suffix != ".txt" for one in files):
            raise MebenchError.of("weights-unreadable", "These are no texts.", "Take texts.")
        people = [int(one.read_text()) for one in files]
        return Trained((), False, {"people": np.array(people)})
