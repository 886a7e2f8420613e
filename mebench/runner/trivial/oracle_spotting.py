"""Spots everything, because it is told: the most that naming emotions badly can reach."""

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
    """The annotated intervals, with the commonest emotion of the training videos."""

    name = "oracle-spotting"
    title = "The true intervals, the majority emotion; never ranked"
    needs_truth = True

    def predict(self, fold: Fold) -> Iterator[VideoPrediction | SamplePrediction]:
        """Answer each video with its own annotations."""
        emotion = majority_emotion(fold) if fold.protocol.analyses else None
        for video in fold.test:
            assert isinstance(video, AnnotatedVideo), "needs_truth is set"
            yield VideoPrediction(
                video,
                [
                    DetectedInterval(one.onset, one.offset, one.apex, 1.0, one.kind, emotion)
                    for one in video.expressions
                    if one.kind in fold.protocol.targets
                ],
            )
        for sample in fold.test_samples:
            yield SamplePrediction(sample, majority_emotion(fold))
