"""An untrained control: how much the face moves, through the same peak picker as MEAN.

It belongs on every board, so that nobody mistakes motion energy for learning.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from mebench.baselines import Answer, Baseline, Fold, Naming, Options, Size, Trained, UnseenVideo
from mebench.datasets import Video
from mebench_mean.baseline import Mean
from mebench_mean.options import MeanOptions

if TYPE_CHECKING:
    from mebench.baselines import Report, Store


class FlowMagnitude(Baseline):
    """The 80th percentile of the flow less the nose's, and the commonest emotion."""

    name = "flow-magnitude"
    title = "Motion energy through MEAN's peak picker, the majority emotion; nothing is trained"
    model_selection = "none"
    options_type = MeanOptions

    def __init__(self, options: Options) -> None:
        super().__init__(options)
        self._mean = Mean(options)

    def size(self, videos: Sequence[Video]) -> Size:
        """Say how many pairs of frames there are, and what faces and features take."""
        self._mean.protocol = self.protocol
        return self._mean.size(videos)

    def warm_up(self) -> None:
        """Compile the optical flow once, for the worker processes."""
        self._mean.warm_up()

    def prepare(self, video: UnseenVideo, store: Store, report: Report) -> None:
        """Compute the features of a video, the same as MEAN's, unless they are there."""
        self._mean.protocol = self.protocol
        self._mean.prepare(video, store, report)

    def depends(self) -> Mapping[str, str]:
        """Say what the answers depend on beside the settings."""
        return self._mean.settings.features().depends()

    def variety(self) -> str:
        """Name the flow."""
        return f"TV-L1 by {self._mean.settings.flow}"

    def predict(self, fold: Fold) -> Iterator[Answer | Naming]:
        """Answer each video from its magnitudes; name each sample by the commonest emotion."""
        from mebench_mean.prepared import silent

        if not fold.protocol.spots:
            counted = Counter(one.emotion for one in fold.training_samples)
            commonest = max(fold.protocol.classes, key=lambda name: counted[name])
            yield from (Naming(one, commonest) for one in fold.test_samples)
            return
        trained = self.train(fold)
        half = trained.about["half"]
        for video in fold.test:
            yield self._answer(video, trained, half, fold.store, silent)

    def train(self, fold: Fold) -> Trained:
        """Take down how long expressions are, and which emotion is the commonest."""
        from mebench_mean.lasting import about, half_in
        from mebench_mean.learning import micro

        options, protocol = self._mean.settings, fold.protocol
        counts = Counter(one.emotion for video in fold.training for one in micro(video))
        emotion = max(protocol.classes, key=lambda name: counts[name], default=None)
        kept = {**about(fold, options, half_in(fold, options)), "emotion": emotion}
        return Trained(tuple(protocol.classes), protocol.one_per_video, {}, kept)

    def spot(self, video: UnseenVideo, trained: Trained, store: Store, report: Report) -> Answer:
        """Answer any video from its magnitudes."""
        from mebench_mean.lasting import half_of

        half = half_of(video, trained.about, self._mean.settings)
        return self._answer(video, trained, half, store, report)

    def _answer(
        self, video: UnseenVideo, trained: Trained, half: int, store: Store, report: Report
    ) -> Answer:
        from mebench_mean.prepared import of_video
        from mebench_mean.spotting import answer

        options = self._mean.settings
        magnitude = of_video(video, options.features(), store, report)["magnitude"]
        emotion = trained.about.get("emotion")
        return answer(
            video,
            magnitude,
            half,
            options,
            emotion,
            classes=trained.classes,
            one_per_video=trained.one_per_video,
        )
