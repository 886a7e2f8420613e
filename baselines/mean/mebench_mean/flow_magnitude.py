"""An untrained control: the amount of facial motion, with the same peak detection as MEAN.

On a leaderboard it shows which score motion energy alone reaches, without learning.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from mebench.datasets import Video
from mebench.runner import (
    Baseline,
    BaselineOptions,
    Fold,
    SamplePrediction,
    Size,
    Trained,
    UnseenVideo,
    VideoPrediction,
)
from mebench_mean.baseline import Mean
from mebench_mean.options import MeanOptions

if TYPE_CHECKING:
    from mebench.runner import ProgressCallback, Store


class FlowMagnitude(Baseline):
    """The 80th percentile of the flow relative to the nose, and the most frequent emotion."""

    name = "flow-magnitude"
    title = "Motion energy through MEAN's peak picker, the majority emotion; nothing is trained"
    model_selection = "none"
    options_type = MeanOptions

    def __init__(self, options: BaselineOptions) -> None:
        super().__init__(options)
        self._mean = Mean(options)

    def size(self, videos: Sequence[Video]) -> Size:
        """Return the number of pairs of frames, and the size of faces and features on disk."""
        self._mean.protocol = self.protocol
        return self._mean.size(videos)

    def warm_up(self) -> None:
        """Check that the optical flow works here, and compile it for the worker processes."""
        self._mean.warm_up()

    def prepare(self, video: UnseenVideo, store: Store, report: ProgressCallback) -> None:
        """Store the features of a video, the same as for MEAN, unless they are already stored."""
        self._mean.protocol = self.protocol
        self._mean.prepare(video, store, report)

    def dependencies(self) -> Mapping[str, str]:
        """Return what the predictions depend on besides the options."""
        return self._mean.settings.features().dependencies()

    def variant_name(self) -> str:
        """Return the flow."""
        return f"TV-L1 by {self._mean.settings.flow}"

    def predict(self, fold: Fold) -> Iterator[VideoPrediction | SamplePrediction]:
        """Predict each video from its magnitudes, and each sample as the most frequent emotion."""
        from mebench_vision.features.feature_cache import no_progress

        if not fold.protocol.spots:
            counts = Counter(sample.emotion for sample in fold.training_samples)
            majority = max(fold.protocol.classes, key=lambda name: counts[name])
            yield from (SamplePrediction(sample, majority) for sample in fold.test_samples)
            return
        trained = self.train(fold)
        half = trained.about["half"]
        for video in fold.test:
            yield self._predict_video(video, trained, half, fold.store, no_progress)

    def train(self, fold: Fold) -> Trained:
        """Compute the length of expressions and the most frequent emotion."""
        from mebench_mean.expression_length import about, fold_half_length
        from mebench_mean.training_data import micro_expressions

        options, protocol = self._mean.settings, fold.protocol
        counts = Counter(
            expression.emotion for video in fold.training for expression in micro_expressions(video)
        )
        emotion = max(protocol.classes, key=lambda name: counts[name], default=None)
        lengths = about(fold, options, fold_half_length(fold, options))
        return Trained(
            tuple(protocol.classes), protocol.one_per_video, {}, {**lengths, "emotion": emotion}
        )

    def spot(
        self, video: UnseenVideo, trained: Trained, store: Store, report: ProgressCallback
    ) -> VideoPrediction:
        """Predict any video from its magnitudes."""
        from mebench_mean.expression_length import video_half_length

        half = video_half_length(video, trained.about, self._mean.settings)
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

        options = self._mean.settings
        magnitude = video_features(video, options.features(), store, report)["magnitude"]
        emotion = trained.about.get("emotion")
        return predict_video(
            video,
            magnitude,
            half,
            options,
            emotion,
            classes=trained.classes,
            one_per_video=trained.one_per_video,
        )
