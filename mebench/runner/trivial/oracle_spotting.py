"""The true intervals with the most frequent emotion: the best score of spotting alone."""

from __future__ import annotations

from collections.abc import Iterator

from mebench.runner import (
    AnnotatedVideo,
    Baseline,
    DetectedInterval,
    Fold,
    SamplePrediction,
    VideoPrediction,
)
from mebench.runner.trivial import majority_emotion


class OracleSpotting(Baseline):
    """The annotated intervals, with the most frequent training emotion."""

    name = "oracle-spotting"
    title = "The true intervals, the majority emotion; never ranked"
    reuses_process = True
    needs_truth = True

    def predict(self, fold: Fold) -> Iterator[VideoPrediction | SamplePrediction]:
        """Return the annotated intervals of each test video."""
        emotion = majority_emotion(fold) if fold.protocol.analyses else None
        for video in fold.test:
            assert isinstance(video, AnnotatedVideo), "needs_truth is set"
            yield VideoPrediction(
                video,
                [
                    DetectedInterval(true.onset, true.offset, true.apex, 1.0, true.kind, emotion)
                    for true in video.expressions
                    if true.kind in fold.protocol.targets
                ],
            )
        for sample in fold.test_samples:
            yield SamplePrediction(sample, majority_emotion(fold))
