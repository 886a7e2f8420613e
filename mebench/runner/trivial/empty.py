"""No predictions: the score of an empty submission."""

from __future__ import annotations

from collections.abc import Iterator

from mebench.runner import Baseline, Fold, VideoPrediction


class Empty(Baseline):
    """No interval in any video, and no emotion for any sample."""

    name = "empty"
    title = "Finds nothing"
    reuses_process = True

    def predict(self, fold: Fold) -> Iterator[VideoPrediction]:
        """Predict no interval for every video."""
        for video in fold.test:
            yield VideoPrediction(video, [])
