"""Consecutive intervals of equal length: the mean length of the training expressions."""

from __future__ import annotations

from collections.abc import Iterator

from mebench.runner import Baseline, DetectedInterval, Fold, SamplePrediction, VideoPrediction
from mebench.runner.trivial import majority_emotion, mean_length


class FixedGrid(Baseline):
    """Consecutive intervals with the most frequent emotion; without scores, so without AP."""

    name = "fixed-grid"
    title = "Equal intervals end to end, the majority emotion"
    reuses_process = True

    def predict(self, fold: Fold) -> Iterator[VideoPrediction | SamplePrediction]:
        """Divide each video into intervals; a shorter rest at the end is left out."""
        emotion = majority_emotion(fold) if fold.protocol.analyses else None
        for video in fold.test:
            intervals: list[DetectedInterval] = []
            for kind in fold.protocol.targets:
                length = min(mean_length(fold, kind), video.n_frames)
                intervals += [
                    DetectedInterval(onset, onset + length - 1, kind=kind, emotion=emotion)
                    for onset in range(0, video.n_frames - length + 1, length)
                ]
            yield VideoPrediction(video, intervals)
        for sample in fold.test_samples:
            yield SamplePrediction(sample, majority_emotion(fold))
