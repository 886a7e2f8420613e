"""Baselines that respond to the glow, and that look at what the harness gives them."""

from __future__ import annotations

import time
from collections.abc import Iterator

from pydantic import Field

from mebench.runner import (
    Baseline,
    BaselineOptions,
    DetectedInterval,
    Fold,
    ProgressCallback,
    SamplePrediction,
    Store,
    UnseenVideo,
    VideoPrediction,
)


class GlowOptions(BaselineOptions):
    pause: float = Field(0.0, ge=0, description="Seconds per preparation and per fold.")
    needs: float = Field(0.0, ge=0, description="The glow below which it fails.")


class Glow(Baseline):
    """Detects what is brighter than half of the glow in its training videos."""

    name = "glow"
    title = "Learns how bright expressions are"
    reuses_process = True
    options_type = GlowOptions

    def prepare(self, video: UnseenVideo, store: Store, report: ProgressCallback) -> None:
        if store.get(self.key(video)) is None:
            import numpy as np

            assert isinstance(self.options, GlowOptions)
            time.sleep(self.options.pause)
            levels = np.array([float(frame.mean()) for frame in video.frames()])
            if levels.max() - 100 < self.options.needs:
                raise RuntimeError("too dark")
            store.put(self.key(video), {"levels": levels})

    def key(self, video: UnseenVideo) -> dict[str, str]:
        return {"glow of": video.content_key()}

    def predict(self, fold: Fold) -> Iterator[VideoPrediction]:
        assert isinstance(self.options, GlowOptions)
        time.sleep(self.options.pause)
        trained = {video.subject for video in fold.training}
        assert trained and not trained & {video.subject for video in fold.test}
        glows = []
        for video in fold.training:
            kept = fold.store.get(self.key(video))
            assert kept is not None
            glows += [kept["levels"][one.apex] - 100 for one in video.expressions]
        threshold = 100 + sum(glows) / len(glows) / 2
        for test in fold.test:
            kept = fold.store.get(self.key(test))
            assert kept is not None
            bright = [*(kept["levels"] > threshold).tolist(), False]
            spotted, start = [], None
            for frame, is_bright in enumerate(bright):
                if is_bright and start is None:
                    start = frame
                elif not is_bright and start is not None:
                    emotion = None
                    if fold.protocol.analyses:
                        emotion = fold.random_stream(test.subject, test.id, start).choice(
                            fold.protocol.classes
                        )
                    spotted.append(DetectedInterval(start, frame - 1, None, 1.0, "micro", emotion))
                    start = None
            yield VideoPrediction(test, spotted)


class SpottingOnly(Glow):
    """A method that names no emotions."""

    name = "glow-spotting"
    recognizes = False


class Naming(Baseline):
    """Names the emotion that its training samples have at bright apexes; else the first class."""

    name = "naming"
    title = "Names emotions of given samples while they glow"
    reuses_process = True
    spots = False

    def predict(self, fold: Fold) -> Iterator[SamplePrediction]:
        assert len({sample.id for sample in fold.training_samples}) == 4
        for sample in fold.test_samples:
            assert sample.apex is not None
            bright = float(sample.video.frame(sample.apex).mean()) > 110
            number = int(sample.subject[1:]) + int(sample.id[1]) + int(sample.id[3])
            yield SamplePrediction(sample, fold.protocol.classes[number % 3 if bright else 0])


class Rates(Baseline):
    """States the frame rate of each video as the length of an interval."""

    name = "rates"
    title = "Answers with the frame rate"
    reuses_process = True

    def predict(self, fold: Fold) -> Iterator[VideoPrediction]:
        for video in fold.test:
            length = int(video.fps or 0)
            emotion = fold.protocol.classes[0]
            yield VideoPrediction(video, [DetectedInterval(0, length - 1, emotion=emotion)])
