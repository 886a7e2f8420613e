"""Finds nothing: what a metric gives for silence."""

from __future__ import annotations

from collections.abc import Iterator

from mebench.runner import Baseline, Fold, VideoPrediction


class Empty(Baseline):
    """No interval in any video, and no name for any sample."""

    name = "empty"
    title = "Finds nothing"

    def predict(self, fold: Fold) -> Iterator[VideoPrediction]:
        """Answer every video with an empty list."""
        for video in fold.test:
            yield VideoPrediction(video, [])
