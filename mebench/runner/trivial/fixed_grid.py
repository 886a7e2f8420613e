"""Cuts every video into equal pieces, as long as a training expression is on average."""

from __future__ import annotations

from collections.abc import Iterator

from mebench.runner import Baseline, DetectedInterval, Fold, SamplePrediction, VideoPrediction
from mebench.runner.trivial import majority_emotion, mean_length


class FixedGrid(Baseline):
    """Intervals end to end, with the commonest emotion; it has no scores, so no AP."""

    name = "fixed-grid"
    title = "Equal intervals end to end, the majority emotion"

    def predict(self, fold: Fold) -> Iterator[VideoPrediction | SamplePrediction]:
        """Answer each video with its pieces; a shorter rest at its end is left out."""
        emotion = majority_emotion(fold) if fold.protocol.analyses else None
        for video in fold.test:
            pieces: list[DetectedInterval] = []
            for kind in fold.protocol.targets:
                length = min(mean_length(fold, kind), video.n_frames)
                pieces += [
                    DetectedInterval(onset, onset + length - 1, kind=kind, emotion=emotion)
                    for onset in range(0, video.n_frames - length + 1, length)
                ]
            yield VideoPrediction(video, pieces)
        for sample in fold.test_samples:
            yield SamplePrediction(sample, majority_emotion(fold))
