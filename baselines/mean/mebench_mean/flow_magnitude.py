"""An untrained control: the amount of facial motion, with the same peak detection as MEAN.

On a leaderboard it shows which score motion energy alone reaches, without learning.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from mebench.runner import Fold, SamplePrediction, Trained, VideoPrediction, ignore_progress
from mebench_mean.baseline import FlowBaseline

if TYPE_CHECKING:
    from mebench.datasets import Video
    from mebench.runner import ProgressCallback, Store, UnseenVideo


class FlowMagnitude(FlowBaseline):
    """The 80th percentile of the flow relative to the nose, and the most frequent emotion."""

    name = "flow-magnitude"
    title = "Motion energy through MEAN's peak picker, the majority emotion; nothing is trained"

    def variant_name(self) -> str:
        """Return the flow."""
        return f"TV-L1 by {self.settings.flow}"

    def check(self, videos: Sequence[Video]) -> None:
        """Refuse weights, which this control does not have."""
        from mebench_mean.author_folder import refuse_author_weights

        super().check(videos)
        refuse_author_weights(self.settings, f"{self.name} has no networks")

    def predict(self, fold: Fold) -> Iterator[VideoPrediction | SamplePrediction]:
        """Predict each video from its magnitudes, and each sample as the most frequent emotion."""
        if not fold.protocol.spots:
            counts = Counter(sample.emotion for sample in fold.training_samples)
            majority = max(fold.protocol.classes, key=lambda name: counts[name])
            yield from (SamplePrediction(sample, majority) for sample in fold.test_samples)
            return
        from mebench_vision.spotting.training_samples import half_at_rate

        trained = self.train(fold)
        for video in fold.test:
            half = trained.about["half"]
            if self.settings.half_length is None:
                half = half_at_rate(half, video, fold.training)
            yield self._predict_video(video, trained, half, fold.store, ignore_progress)

    def train(self, fold: Fold) -> Trained:
        """Compute the length of expressions and the most frequent emotion."""
        from mebench_mean.expression_length import about, fold_half_length
        from mebench_mean.training_data import micro_expressions

        protocol = fold.protocol
        counts = Counter(
            micro.emotion for video in fold.training for micro in micro_expressions(video)
        )
        emotion = max(protocol.classes, key=lambda name: counts[name], default=None)
        lengths = about(fold, self.settings, fold_half_length(fold, self.settings))
        return Trained(
            tuple(protocol.classes), protocol.one_per_video, {}, {**lengths, "emotion": emotion}
        )

    def spot(
        self, video: UnseenVideo, trained: Trained, store: Store, report: ProgressCallback
    ) -> VideoPrediction:
        """Predict any video from its magnitudes."""
        from mebench_mean.expression_length import video_half_length

        half = video_half_length(video, trained.about, self.settings)
        self.prepare(video, store, report)
        return self._predict_video(video, trained, half, store, report)

    def _predict_video(
        self,
        video: UnseenVideo,
        trained: Trained,
        half: int,
        store: Store,
        report: ProgressCallback,
    ) -> VideoPrediction:
        from mebench_mean.postprocessing import predict_video
        from mebench_vision.features.feature_cache import video_features

        features = self.settings.features()
        return predict_video(
            video,
            video_features(video, features, store, report)["magnitude"],
            half,
            self.settings,
            trained.about.get("emotion"),
            classes=trained.classes,
            one_per_video=trained.one_per_video,
        )
