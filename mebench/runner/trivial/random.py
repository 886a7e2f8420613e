"""Random intervals whose number, lengths and emotions are drawn from the training videos."""

from __future__ import annotations

from collections.abc import Iterator

from mebench.models.base import Kind
from mebench.runner import Baseline, DetectedInterval, Fold, SamplePrediction, VideoPrediction
from mebench.runner.trivial import emotions, expressions
from mebench.util.random_streams import RandomStream


class Random(Baseline):
    """Intervals at random positions; lengths and emotions are drawn from the training videos."""

    name = "random"
    title = "Random intervals, random emotions"
    reuses_process = True

    def predict(self, fold: Fold) -> Iterator[VideoPrediction | SamplePrediction]:
        """Draw the predictions of each video from its own random stream."""
        for video in fold.test:
            rng = fold.random_stream(video.subject, video.id)
            intervals = [
                self.draw(fold, video.n_frames, kind, rng.substream(number))
                for number, kind in enumerate(self.kinds(fold, video.n_frames, rng))
            ]
            yield VideoPrediction(video, sorted(intervals, key=lambda interval: interval.onset))
        for sample in fold.test_samples:
            rng = fold.random_stream(sample.subject, sample.id)
            yield SamplePrediction(sample, self.emotion(fold, rng))

    def kinds(self, fold: Fold, n_frames: int, rng: RandomStream) -> Iterator[Kind]:
        """Yield the kind of each interval: as many per frame as in the training videos."""
        training_frames = sum(video.n_frames for video in fold.training)
        for kind in fold.protocol.targets:
            in_training = len(expressions(fold, kind))
            expected = n_frames * in_training / max(1, training_frames)
            count = int(expected) + (rng.unit_float() < expected - int(expected))
            yield from [kind] * (min(1, in_training) if fold.protocol.one_per_video else count)

    def draw(self, fold: Fold, n_frames: int, kind: Kind, rng: RandomStream) -> DetectedInterval:
        """Draw one interval."""
        length = min(len(rng.choice(expressions(fold, kind))), n_frames)
        onset, score = rng.integer(0, n_frames - length), rng.unit_float()
        emotion = self.emotion(fold, rng.substream("emotion")) if fold.protocol.analyses else None
        return DetectedInterval(onset, onset + length - 1, None, score, kind, emotion)

    def emotion(self, fold: Fold, rng: RandomStream) -> str:
        """Draw an emotion with its frequency in the training videos."""
        return rng.choice(emotions(fold))
