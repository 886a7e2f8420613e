"""An untrained control: how much the face moves, through the same peak picker as MEAN.

It belongs on every board, so that nobody mistakes motion energy for learning.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from mebench.baselines import Answer, Baseline, Fold, Options, Size, UnseenVideo
from mebench.datasets import Video
from mebench_mean.baseline import Mean
from mebench_mean.labels import half_length
from mebench_mean.options import MeanOptions

if TYPE_CHECKING:
    from mebench.baselines import Store
    from mebench.baselines.units import Report


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
        return self._mean.size(videos)

    def warm_up(self) -> None:
        """Compile the optical flow once, for the worker processes."""
        self._mean.warm_up()

    def prepare(self, video: UnseenVideo, store: Store, report: Report) -> None:
        """Compute the features of a video, the same as MEAN's, unless they are there."""
        self._mean.prepare(video, store, report)

    def predict(self, fold: Fold) -> Iterator[Answer]:
        """Answer each video from its magnitudes."""
        from mebench_mean.learning import lengths, micro
        from mebench_mean.prepared import of_video
        from mebench_mean.spotting import answer

        options = self._mean.settings
        half = options.half_length or half_length(lengths(fold.training))
        counts = Counter(one.emotion for video in fold.training for one in micro(video))
        emotion = max(fold.protocol.classes, key=lambda name: counts[name], default=None)
        for video in fold.test:
            arrays = of_video(video, options.features(), fold.store)
            yield answer(fold, video, arrays["magnitude"], half, options, emotion)
