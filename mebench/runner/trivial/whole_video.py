"""One interval over the complete video: what a lenient overlap criterion would reward."""

from __future__ import annotations

from collections.abc import Iterator

from mebench.runner import Baseline, DetectedInterval, Fold, SamplePrediction, VideoPrediction
from mebench.runner.trivial import majority_emotion


class WholeVideo(Baseline):
    """One interval from the first frame to the last, with the most frequent emotion."""

    name = "whole-video"
    title = "One interval over the whole video, the majority emotion"
    reuses_process = True

    def predict(self, fold: Fold) -> Iterator[VideoPrediction | SamplePrediction]:
        """Predict one interval per target and video."""
        emotion = majority_emotion(fold) if fold.protocol.analyses else None
        for video in fold.test:
            last = video.n_frames - 1
            yield VideoPrediction(
                video,
                [
                    DetectedInterval(0, last, kind=kind, emotion=emotion)
                    for kind in fold.protocol.targets
                ],
            )
        for sample in fold.test_samples:
            yield SamplePrediction(sample, majority_emotion(fold))
