"""MEAN under the harness: prepare each video once, train in each fold, answer its test videos."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from mebench.baselines import Answer, Baseline, Fold, Naming, Options, Size, UnseenVideo
from mebench.datasets import Video
from mebench_mean.labels import half_length
from mebench_mean.options import MeanOptions

if TYPE_CHECKING:
    import keras
    import numpy as np
    from numpy.typing import NDArray

    from mebench.baselines import Store, UnseenSample
    from mebench.baselines.contract import Report
    from mebench_mean.features.settings import FeatureSettings
    from mebench_mean.training import Schedule

BYTES_A_PAIR = 42 * 42 * 3 * 2
"""What the features of a pair take on disk."""


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
        """Say how many pairs of frames there are, and what their features take."""
        features = self.settings.features()
        pairs = sum(max(0, video.n_frames - features.k_for(video)) for video in videos)
        return Size(pairs, pairs * BYTES_A_PAIR)

    def prepare(self, video: UnseenVideo, store: Store, report: Report) -> None:
        """Compute the features of a video, unless they are there."""
        from mebench_mean.prepared import of_video

        of_video(video, self.settings.features(), store, report)

    def predict(self, fold: Fold) -> Iterator[Answer | Naming]:
        """Train on the training videos, and answer the test videos or name the test samples."""
        if fold.protocol.spots:
            yield from self._spot_then_recognize(fold)
        else:
            yield from self._recognize(fold)

    def _spot_then_recognize(self, fold: Fold) -> Iterator[Answer]:
        from mebench_mean.learning import lengths, named_pairs, spotting_sample
        from mebench_mean.prepared import of_video
        from mebench_mean.spotting import answer
        from mebench_mean.training import begin, outputs, train_spotting

        options, features = self.settings, self.settings.features()
        half = options.half_length or half_length(lengths(fold.training))
        begin(fold.seed)
        spotting = train_spotting(
            *spotting_sample(fold, features, half, options.negatives or 1),
            self._schedule(options.spotting_epochs),
            lambda share: fold.report(0.6 * share, "spotting"),
        )
        test = [of_video(video, features, fold.store)["features"] for video in fold.test]
        curves = [outputs(spotting, one)[:, 0] for one in test]
        recognition = None
        if fold.protocol.analyses:
            recognition = self._train_recognition(
                fold, spotting if options.transfer else None, *named_pairs(fold, features)
            )
        for video, pairs, curve in zip(fold.test, test, curves, strict=True):
            emotions = None if recognition is None else outputs(recognition, pairs)
            yield answer(fold, video, curve, half, options, emotions)

    def _recognize(self, fold: Fold) -> Iterator[Naming]:
        """Name given samples: the recognition network alone, on onset-to-apex pairs."""
        import numpy as np

        from mebench_mean.training import begin, outputs

        features = self.settings.features()
        begin(fold.seed)
        places = {name: place for place, name in enumerate(fold.protocol.classes)}
        training = [self._pair(one, features, fold.store) for one in fold.training_samples]
        classes = np.array([places[one.emotion] for one in fold.training_samples], np.int64)
        recognition = self._train_recognition(fold, None, np.concatenate(training), classes)
        for sample in fold.test_samples:
            shares = outputs(recognition, self._pair(sample, features, fold.store))[0]
            names = dict(zip(fold.protocol.classes, map(float, shares), strict=True))
            yield Naming(sample, fold.protocol.classes[int(shares.argmax())], names)

    def _pair(self, sample: UnseenSample, features: FeatureSettings, store: Store) -> NDArray[Any]:
        """Return the features of a sample, onset to apex; without frames it is its whole video."""
        from mebench_mean.prepared import apex_of, of_pairs

        onset = sample.onset or 0
        offset = sample.video.n_frames - 1 if sample.offset is None else sample.offset
        apex = sample.apex
        if apex is None:
            apex = apex_of(sample.video, onset, offset, features, store)
        return of_pairs(sample.video, [(onset, apex)], features, store)

    def _train_recognition(
        self,
        fold: Fold,
        spotting: keras.Model | None,
        pairs: NDArray[Any],
        classes: NDArray[np.int64],
    ) -> keras.Model:
        from mebench_mean.training import train_recognition

        return train_recognition(
            spotting,
            pairs,
            classes,
            len(fold.protocol.classes),
            self._schedule(self.settings.recognition_epochs),
            lambda share: fold.report(0.6 + 0.4 * share, "recognition"),
        )

    def _schedule(self, epochs: int | None) -> Schedule:
        from mebench_mean.training import Schedule

        return Schedule(epochs or 1, self.settings.batch, self.settings.learning_rate)
