"""MEAN under the harness: prepare each video once, train in each fold, answer its test videos."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from mebench.baselines import Answer, Baseline, Fold, Naming, Options, Size, UnseenVideo
from mebench.datasets import Video
from mebench_mean.options import MeanOptions

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mebench.baselines import Store, UnseenSample
    from mebench.baselines.units import Report
    from mebench_mean.features.settings import FeatureSettings


class Mean(Baseline):
    """Micro-expression analysis network: three shallow streams, spotting first, then names."""

    name = "mean"
    title = "MEAN: three-stream network on optical flow, spot-then-recognize"
    authors = ("Gen-Bing Liong", "John See", "Chee Seng Chan")
    paper = (
        "Spot-then-recognize: A micro-expression analysis network for seamless evaluation of long "
        "videos. Signal Processing: Image Communication, 2023"
    )
    model_selection = "none"
    options_type = MeanOptions

    def __init__(self, options: Options) -> None:
        super().__init__(options)
        assert isinstance(options, MeanOptions)
        self.settings: MeanOptions = options

    def size(self, videos: Sequence[Video]) -> Size:
        """Say how many pairs of frames there are, and what faces and features take."""
        from mebench_mean.faces.reading import BYTES_A_FRAME
        from mebench_mean.features.extraction import BYTES_A_PAIR

        features = self.settings.features()
        pairs = [max(0, video.n_frames - features.k_for(video)) for video in videos]
        frames = sum(one.n_frames for one, count in zip(videos, pairs, strict=True) if count)
        return Size(sum(pairs), sum(pairs) * BYTES_A_PAIR + frames * BYTES_A_FRAME)

    def warm_up(self) -> None:
        """Compile the optical flow once, for the worker processes."""
        from mebench_mean.flow import warm

        warm(self.settings.flow)

    def prepare(self, video: UnseenVideo, store: Store, report: Report) -> None:
        """Keep the faces and the features of a video, unless they are there."""
        from mebench_mean.prepared import prepare

        prepare(video, self.settings.features(), store, report)

    def predict(self, fold: Fold) -> Iterator[Answer | Naming]:
        """Train on the training videos, and answer the test videos or name the test samples."""
        if fold.protocol.spots:
            yield from self._spot_then_recognize(fold)
        else:
            yield from self._recognize(fold)

    def _spot_then_recognize(self, fold: Fold) -> Iterator[Answer]:
        from mebench_mean.networks import Networks
        from mebench_mean.spotting import answer

        networks = Networks(fold, self.settings)
        for video in fold.test:
            curve = networks.curve(video)
            emotions = networks.emotions(video) if fold.protocol.analyses else None
            yield answer(fold, video, curve, networks.half, self.settings, emotions)

    def _recognize(self, fold: Fold) -> Iterator[Naming]:
        """Name given samples: the recognition network alone, on onset-to-apex pairs."""
        import numpy as np

        from mebench_mean.networks import Networks

        def pairs(samples: Sequence[UnseenSample]) -> NDArray[Any]:
            return np.concatenate([self._pair(one, features, fold.store) for one in samples])

        networks, classes = Networks(fold, self.settings), fold.protocol.classes
        features = networks.features
        recognition = networks.recognition_alone(fold.training_samples, pairs)
        for sample in fold.test_samples:
            key = features.key_of_face(sample.video) | {
                "what": "sample",
                "frames": [sample.onset, sample.apex, sample.offset],
            }
            [shares] = recognition.outputs(key, partial(pairs, [sample]))
            names = dict(zip(classes, map(float, shares), strict=True))
            yield Naming(sample, classes[int(shares.argmax())], names)

    def _pair(self, sample: UnseenSample, features: FeatureSettings, store: Store) -> NDArray[Any]:
        """Return the features of a sample, onset to apex; without frames it is its whole video."""
        from mebench_mean.prepared import apex_of, of_pairs

        onset = sample.onset or 0
        offset = sample.video.n_frames - 1 if sample.offset is None else sample.offset
        apex = sample.apex
        if apex is None:
            apex = apex_of(sample.video, onset, offset, features, store)
        return of_pairs(sample.video, [(onset, apex)], features, store)
