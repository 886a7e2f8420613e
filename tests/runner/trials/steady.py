"""Baselines that do what they should: slowly, with curves, with prepared arrays.

They import numpy where they need it: it takes a third of the start of a worker.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

from pydantic import Field

from mebench.datasets.contract import Video
from mebench.runner import (
    Baseline,
    BaselineOptions,
    DetectedInterval,
    Fold,
    SamplePrediction,
    Size,
    Store,
    UnseenVideo,
    VideoPrediction,
)
from mebench.runner.types import ProgressCallback


class SteadyOptions(BaselineOptions):
    pause: float = Field(0.0, ge=0, description="Seconds a video.")
    curves: bool = Field(False, description="Give scores a frame.")
    count: int = Field(2, ge=0, description="Intervals a video.")
    reach: int = Field(0, description="Frames by which an interval may leave its video.")
    die_once: str = Field("", description="A file: the first fold to make it kills its worker.")


class Steady(Baseline):
    name = "steady"
    version = "3"
    title = "Draws intervals, slowly"
    reuses_process = True
    authors = ("A. Author",)
    options_type = SteadyOptions

    def predict(self, fold: Fold) -> Iterator[VideoPrediction | SamplePrediction]:
        options = self.options
        assert isinstance(options, SteadyOptions)
        if options.die_once:
            try:
                Path(options.die_once).touch(exist_ok=False)
            except FileExistsError:
                pass
            else:
                os.kill(os.getpid(), signal.SIGKILL)
        for place, video in enumerate(fold.test):
            draws = fold.random_stream(video.subject, video.id)
            fold.report(place / len(fold.test), "looking")
            time.sleep(options.pause)
            spotted = []
            for _ in range(options.count):
                onset = draws.integer(-options.reach, video.n_frames - 2)
                emotion = draws.choice(fold.protocol.classes)
                spotted.append(
                    DetectedInterval(onset, onset + 1 + options.reach, None, draws.unit_float())
                )
                spotted[-1] = DetectedInterval(
                    onset, spotted[-1].offset, None, draws.unit_float(), "micro", emotion
                )
            curves = {}
            if options.curves:
                import numpy as np

                curves = {"sureness": np.linspace(0, draws.unit_float(), video.n_frames)}
            yield VideoPrediction(video, spotted, curves=curves)
        for sample in fold.test_samples:
            draws = fold.random_stream(sample.subject, sample.id)
            scores = {name: draws.unit_float() for name in fold.protocol.classes}
            yield SamplePrediction(sample, max(scores, key=lambda name: scores[name]), scores)


class Prepared(Baseline):
    """Keeps the mean of every video's frames, and answers with nothing else."""

    name = "prepared"
    title = "Prepares each video once"
    reuses_process = True

    def prepare(self, video: UnseenVideo, store: Store, report: ProgressCallback) -> None:
        assert not hasattr(video, "expressions")
        if store.get({"video": video.content_key(), "subject": video.subject, "id": video.id}):
            print("found", video.subject, video.id)
            return
        import numpy as np

        print("made", video.subject, video.id)
        means = np.array([float(frame.mean()) for frame in video.frames()])
        report(1.0, "means")
        key = {"video": video.content_key(), "subject": video.subject, "id": video.id}
        store.put(key, {"means": means, "file": np.arange(3)})

    def predict(self, fold: Fold) -> Iterator[VideoPrediction]:
        for video in fold.test:
            key = {"video": video.content_key(), "subject": video.subject, "id": video.id}
            kept = fold.store.get(key)
            assert kept is not None
            peak = int(kept["means"].argmax())
            yield VideoPrediction(video, [DetectedInterval(peak, peak, emotion="negative")])

    def size(self, videos: list[Video]) -> Size:  # type: ignore[override]
        frames = sum(video.n_frames for video in videos)
        return Size(frames - len(videos), frames * 8_000)


class Slow(Steady):
    """Prepares like ``prepared`` and predicts like ``steady``, with pauses in both."""

    name = "slow"

    def prepare(self, video: UnseenVideo, store: Store, report: ProgressCallback) -> None:
        assert isinstance(self.options, SteadyOptions)
        time.sleep(self.options.pause)
        Prepared(BaselineOptions()).prepare(video, store, report)
