"""Random intervals whose number, lengths and emotions are drawn from the training videos."""

from __future__ import annotations

from collections.abc import Iterator

from mebench.models.base import Kind
from mebench.runner import (
    Baseline,
    DetectedInterval,
    Fold,
    SamplePrediction,
    UnseenVideo,
    VideoPrediction,
)
from mebench.runner.trivial import emotions, expressions
from mebench.util.random_streams import RandomStream


class Random(Baseline):
    """Intervals at random positions, drawn from the training videos."""

    name = "random"
    title = "Random intervals, random emotions"

    def predict(self, fold: Fold) -> Iterator[VideoPrediction | SamplePrediction]:
        """Draw the intervals of each video from its own random stream."""
        for video in fold.test:
            stream = fold.random_stream(video.subject, video.id)
            intervals = [
                self.interval(fold, video, kind, stream.substream(number))
                for number, kind in enumerate(self.kinds(fold, video, stream))
            ]
            yield VideoPrediction(video, sorted(intervals, key=lambda interval: interval.onset))
        for sample in fold.test_samples:
            yield SamplePrediction(
                sample, self.emotion(fold, fold.random_stream(sample.subject, sample.id))
            )

    def kinds(self, fold: Fold, video: UnseenVideo, stream: RandomStream) -> Iterator[Kind]:
        """Yield the kind of each interval: as many per frame as in the training videos."""
        frames = sum(training_video.n_frames for training_video in fold.training)
        for kind in fold.protocol.targets:
            in_training = len(expressions(fold, kind))
            expected = video.n_frames * in_training / max(1, frames)
            count = int(expected) + (stream.unit_float() < expected - int(expected))
            yield from [kind] * (min(1, in_training) if fold.protocol.one_per_video else count)

    def interval(
        self, fold: Fold, video: UnseenVideo, kind: Kind, stream: RandomStream
    ) -> DetectedInterval:
        """Draw one interval."""
        length = min(len(stream.choice(expressions(fold, kind))), video.n_frames)
        onset = stream.integer(0, video.n_frames - length)
        emotion = None
        if fold.protocol.analyses:
            emotion = self.emotion(fold, stream.substream("emotion"))
        return DetectedInterval(
            onset, onset + length - 1, score=stream.unit_float(), kind=kind, emotion=emotion
        )

    def emotion(self, fold: Fold, stream: RandomStream) -> str:
        """Draw an emotion with its frequency in the training videos."""
        return stream.choice(emotions(fold))
