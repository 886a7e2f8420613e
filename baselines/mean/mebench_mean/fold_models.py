"""The two networks of a fold: training data, training, store keys and outputs."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from mebench_mean.cached_network import CachedNetwork
from mebench_mean.expression_length import fold_half_length
from mebench_mean.training_data import (
    labeled_micro_expressions,
    micro_expressions,
    recognition_training_pairs,
    sample_training_pairs,
    spotting_training_pairs,
)
from mebench_vision.features.feature_cache import video_features

if TYPE_CHECKING:
    from collections.abc import Callable

    import keras
    import numpy as np
    from numpy.typing import NDArray

    from mebench.runner import Expression, Fold, UnseenVideo
    from mebench_mean.options import MeanOptions
    from mebench_mean.training import AfterEpoch, Epoch, TrainingSchedule


SEED_LIMIT = 2**31 - 1
SPOTTING_SHARE = 0.6
"""Share of spotting in the training time of a fold, for the progress bar."""


def _ignore_epoch(epoch: Epoch) -> None:
    """Do nothing after an epoch."""


class FoldModels:
    """The spotting network and the recognition network of a fold.

    Parameters
    ----------
    fold : Fold
        Its training videos, its seed and its store.
    options : MeanOptions
        The options.
    """

    def __init__(self, fold: Fold, options: MeanOptions) -> None:
        self._fold, self._options = fold, options
        self.features = options.features()

    @cached_property
    def half(self) -> int:
        """k', in frames."""
        return fold_half_length(self._fold, self._options)

    def curve(self, video: UnseenVideo) -> NDArray[np.float32]:
        """Return the output of the spotting network for each pair of frames of a video."""
        return self._video_outputs(self.spotting, video)[:, 0]

    def emotions(self, video: UnseenVideo) -> NDArray[np.float32]:
        """Return the probability of each class for each pair of frames of a video."""
        return self._video_outputs(self.recognition, video)

    def _video_outputs(self, network: CachedNetwork, video: UnseenVideo) -> NDArray[np.float32]:
        return network.outputs(
            self.features.key(video),
            lambda: video_features(video, self.features, self._fold.store)["features"],
        )

    @cached_property
    def spotting(self) -> CachedNetwork:
        """First step: how likely a pair of frames belongs to a micro-expression."""
        from mebench_mean.architecture import spotting_network

        fold, options = self._fold, self._options
        key = {
            "network": "spotting",
            "seed": fold.seed,
            "schedule": self._schedule(options.spotting_epochs).as_list(),
            "half": self.half,
            "negatives": options.negatives,
            "training": [
                [
                    self.features.key(video),
                    [[micro.onset, micro.offset] for micro in micro_expressions(video)],
                ]
                for video in fold.training
            ],
        }

        def train() -> keras.Model:
            negatives = options.negatives or 1
            return self.train_spotting(
                *spotting_training_pairs(fold, self.features, self.half, negatives)
            )

        return CachedNetwork(fold.store, key, spotting_network, train)

    @cached_property
    def recognition(self) -> CachedNetwork:
        """Second step: the class of a pair of frames."""
        transfer = self._options.transfer
        key = {
            "training": [
                [self.features.key(video), [_training_frames(micro) for micro in labeled]]
                for video in self._fold.training
                if (labeled := labeled_micro_expressions(video))
            ],
            "shared": self.spotting.key if transfer else None,
        }

        def train() -> keras.Model:
            spotting = self.spotting.model if transfer else None
            return self.train_recognition(
                spotting, *recognition_training_pairs(self._fold, self.features)
            )

        return self._cached_recognition(key, train)

    @cached_property
    def recognition_alone(self) -> CachedNetwork:
        """The network of a recognition protocol, trained on given samples."""
        fold, settings = self._fold, self.features
        key = {
            "training": [
                [
                    *(settings.features_key(sample.video), sample.onset, sample.apex),
                    *(sample.offset, sample.emotion),
                ]
                for sample in fold.training_samples
            ]
        }
        return self._cached_recognition(
            key, lambda: self.train_recognition(None, *sample_training_pairs(fold, settings))
        )

    def _cached_recognition(
        self, key: dict[str, Any], train: Callable[[], keras.Model]
    ) -> CachedNetwork:
        from mebench_mean.architecture import recognition_network

        fold, options = self._fold, self._options
        common = {
            "network": "recognition",
            "seed": fold.seed,
            "schedule": self._schedule(options.recognition_epochs).as_list(),
            "classes": list(fold.protocol.classes),
        }
        return CachedNetwork(
            fold.store, common | key, lambda: recognition_network(len(fold.protocol.classes)), train
        )

    def train_spotting(
        self,
        pairs: NDArray[Any],
        labels: NDArray[np.float32],
        after_epoch: AfterEpoch = _ignore_epoch,
    ) -> keras.Model:
        """Train the spotting network.

        Parameters
        ----------
        pairs : array, shape (n, 42, 42, 3)
            Features of the chosen pairs of frames.
        labels : float32, shape (n,)
            Pseudo-labels of the pairs.
        after_epoch : callable, optional
            Called after each epoch.
        """
        from mebench_mean.training import train_spotting

        def report_epoch(epoch: Epoch) -> None:
            self._fold.report(SPOTTING_SHARE * epoch.share, "spotting")
            after_epoch(epoch)

        schedule = self._schedule(self._options.spotting_epochs)
        return train_spotting(pairs, labels, schedule, self._fold.seed, report_epoch)

    def train_recognition(
        self,
        spotting: keras.Model | None,
        pairs: NDArray[Any],
        classes: NDArray[np.int64],
        after_epoch: AfterEpoch = _ignore_epoch,
    ) -> keras.Model:
        """Train the recognition network, on the frozen part of the spotting network or alone.

        Parameters
        ----------
        spotting : Model or None
            The trained spotting network; None trains a separate network.
        pairs : array, shape (n, 42, 42, 3)
            Features of onset-to-apex pairs.
        classes : int64, shape (n,)
            Indices in the class list of the protocol.
        after_epoch : callable, optional
            Called after each epoch.
        """
        from mebench_mean.training import train_recognition

        fold = self._fold

        def report_epoch(epoch: Epoch) -> None:
            share = SPOTTING_SHARE + (1 - SPOTTING_SHARE) * epoch.share
            fold.report(share, "recognition")
            after_epoch(epoch)

        # A separate seed: a stored spotting network must lead to the same recognition network.
        seed = fold.random_stream("recognition").integer(0, SEED_LIMIT)
        schedule = self._schedule(self._options.recognition_epochs)
        return train_recognition(
            spotting, pairs, classes, len(fold.protocol.classes), schedule, seed, report_epoch
        )

    def _schedule(self, epochs: int | None) -> TrainingSchedule:
        from mebench_mean.training import TrainingSchedule

        return TrainingSchedule(epochs or 1, self._options.batch, self._options.learning_rate)


def _training_frames(expression: Expression) -> list[Any]:
    """Return the part of the key for an expression: the offset matters only to search an apex."""
    if expression.apex is None:
        return [expression.onset, None, expression.offset, expression.emotion]
    return [expression.onset, expression.apex, expression.emotion]
