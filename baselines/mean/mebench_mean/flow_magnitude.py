"""An untrained control: the amount of facial motion, with the same peak detection as MEAN.

It belongs on every leaderboard, so that nobody mistakes motion energy for learning.
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
    """The 80th percentile of the flow less the nose's, and the commonest emotion."""

    name = "flow-magnitude"
    title = "Motion energy through MEAN's peak picker, the majority emotion; nothing is trained"
    model_selection = "none"
    options_type = MeanOptions

    def __init__(self, options: BaselineOptions) -> None:
        super().__init__(options)
        self._mean = Mean(options)

    def size(self, videos: Sequence[Video]) -> Size:
        """Say how many pairs of frames there are, and what faces and features take."""
        self._mean.protocol = self.protocol
        return self._mean.size(videos)

    def warm_up(self) -> None:
        """Compile the optical flow once, for the worker processes."""
        self._mean.warm_up()

    def prepare(self, video: UnseenVideo, store: Store, report: ProgressCallback) -> None:
        """Compute the features of a video, the same as MEAN's, unless they are there."""
        self._mean.protocol = self.protocol
        self._mean.prepare(video, store, report)

    def dependencies(self) -> Mapping[str, str]:
        """Say what the answers depend on beside the settings."""
        return self._mean.settings.features().dependencies()

    def variant_name(self) -> str:
        """Name the flow."""
        return f"TV-L1 by {self._mean.settings.flow}"

    def predict(self, fold: Fold) -> Iterator[VideoPrediction | SamplePrediction]:
        """Answer each video from its magnitudes; name each sample by the commonest emotion."""
        from mebench_vision.features.cache import no_progress

        if not fold.protocol.spots:
            counted = Counter(one.emotion for one in fold.training_samples)
            commonest = max(fold.protocol.classes, key=lambda name: counted[name])
            yield from (SamplePrediction(one, commonest) for one in fold.test_samples)
            return
        trained = self.train(fold)
        half = trained.about["half"]
        for video in fold.test:
            yield self._predict_video(video, trained, half, fold.store, no_progress)

    def train(self, fold: Fold) -> Trained:
        """Take down how long expressions are, and which emotion is the commonest."""
        from mebench_mean.expression_length import about, fold_half_length
        from mebench_mean.training_data import micro_expressions

        options, protocol = self._mean.settings, fold.protocol
        counts = Counter(one.emotion for video in fold.training for one in micro_expressions(video))
        emotion = max(protocol.classes, key=lambda name: counts[name], default=None)
        kept = {**about(fold, options, fold_half_length(fold, options)), "emotion": emotion}
        return Trained(tuple(protocol.classes), protocol.one_per_video, {}, kept)

    def spot(
        self, video: UnseenVideo, trained: Trained, store: Store, report: ProgressCallback
    ) -> VideoPrediction:
        """Answer any video from its magnitudes."""
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
        from mebench_vision.features.cache import video_features

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
