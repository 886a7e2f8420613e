"""Guesses: as many intervals, as long and with such emotions as in the training videos."""

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
    """Intervals at random places; lengths and emotions are drawn from the training videos."""

    name = "random"
    title = "Random intervals, random emotions"

    def predict(self, fold: Fold) -> Iterator[VideoPrediction | SamplePrediction]:
        """Answer each video from a stream of its own."""
        for video in fold.test:
            draws = fold.random_stream(video.subject, video.id)
            found = [
                self.guess(fold, video, kind, draws.substream(number))
                for number, kind in enumerate(self.kinds(fold, video, draws))
            ]
            yield VideoPrediction(video, sorted(found, key=lambda one: one.onset))
        for sample in fold.test_samples:
            yield SamplePrediction(
                sample, self.emotion(fold, fold.random_stream(sample.subject, sample.id))
            )

    def kinds(self, fold: Fold, video: UnseenVideo, draws: RandomStream) -> Iterator[Kind]:
        """Give the kind of each interval: as many a frame as in the training videos."""
        frames = sum(one.n_frames for one in fold.training)
        for kind in fold.protocol.targets:
            learnt = len(expressions(fold, kind))
            expected = video.n_frames * learnt / max(1, frames)
            count = int(expected) + (draws.unit_float() < expected - int(expected))
            yield from [kind] * (min(1, learnt) if fold.protocol.one_per_video else count)

    def guess(
        self, fold: Fold, video: UnseenVideo, kind: Kind, draws: RandomStream
    ) -> DetectedInterval:
        """Draw one interval."""
        length = min(len(draws.choice(expressions(fold, kind))), video.n_frames)
        onset = draws.integer(0, video.n_frames - length)
        emotion = self.emotion(fold, draws.substream("emotion")) if fold.protocol.analyses else None
        return DetectedInterval(
            onset, onset + length - 1, score=draws.unit_float(), kind=kind, emotion=emotion
        )

    def emotion(self, fold: Fold, draws: RandomStream) -> str:
        """Draw an emotion, as often as it is in the training videos."""
        return draws.choice(emotions(fold))
