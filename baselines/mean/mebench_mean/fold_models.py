"""The two networks of a fold: training data, training, store keys and outputs."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from mebench_mean.architecture import recognition_network, spotting_network
from mebench_mean.author_folder import refuse_author_weights
from mebench_mean.cached_network import CachedNetwork
from mebench_mean.expression_length import fold_half_length
from mebench_mean.training import (
    AfterEpoch,
    Epoch,
    train_recognition,
    train_spotting,
)
from mebench_mean.training_data import (
    labeled_micro_expressions,
    micro_expressions,
    recognition_training_pairs,
    spotting_training_pairs,
)
from mebench_vision.features.feature_cache import video_features
from mebench_vision.networks.training import TrainingSchedule
from mebench_vision.spotting.training_samples import half_at_rate

if TYPE_CHECKING:
    import keras
    import numpy as np
    from numpy.typing import NDArray

    from mebench.runner import Expression, Fold, UnseenVideo
    from mebench_mean.options import MeanOptions


SEED_LIMIT = 2**31 - 1
SPOTTING_SHARE = 0.6
"""Share of spotting in the training time of a fold, for the progress bar."""


class FoldModels:
    """The spotting network and the recognition network of a fold.

    Parameters
    ----------
    fold : Fold
        Its training data, its seed and its store.
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

    def half_of(self, video: UnseenVideo) -> int:
        """Return k' of a test video, in its frames; one that is given in frames stays."""
        if self._options.half_length is not None:
            return self.half
        return half_at_rate(self.half, video, self._fold.training)

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
        fold, negatives = self._fold, self._options.negatives
        key = {
            "network": "spotting",
            "seed": fold.seed,
            "schedule": list(self._schedule(self._options.spotting_epochs)),
            "half": self.half,
            "negatives": negatives,
            "training": [
                [
                    self.features.key(video),
                    [[micro.onset, micro.offset] for micro in micro_expressions(video)],
                ]
                for video in fold.training
            ],
        }

        def train() -> keras.Model:
            return self.train_spotting(
                *spotting_training_pairs(fold, self.features, self.half, negatives or 1)
            )

        return CachedNetwork(fold.store, key, spotting_network, train)

    @cached_property
    def recognition(self) -> CachedNetwork:
        """The class of a pair of frames: the second step; alone under a recognition protocol."""
        fold, settings = self._fold, self.features
        transfer = self._options.transfer and fold.protocol.spots
        classes = fold.protocol.classes
        key: dict[str, Any] = {
            "network": "recognition",
            "seed": fold.seed,
            "schedule": list(self._schedule(self._options.recognition_epochs)),
            "classes": list(classes),
            "apex": settings.apex,
        }
        if fold.protocol.spots:
            key["training"] = [
                [settings.key(video), [_training_frames(micro) for micro in labeled]]
                for video in fold.training
                if (labeled := labeled_micro_expressions(video))
            ]
            key["shared"] = self.spotting.key if transfer else None
        else:
            key["training"] = [
                [
                    *(settings.features_key(sample.video), sample.onset, sample.apex),
                    *(sample.offset, sample.emotion),
                ]
                for sample in fold.training_samples
            ]

        def train() -> keras.Model:
            spotting = self.spotting.model if transfer else None
            return self.train_recognition(spotting, *recognition_training_pairs(fold, settings))

        return CachedNetwork(fold.store, key, lambda: recognition_network(len(classes)), train)

    def train_spotting(self, pairs: NDArray[Any], labels: NDArray[np.float32]) -> keras.Model:
        """Train the spotting network on features (n, 42, 42, 3) and pseudo-labels (n,)."""
        refuse_author_weights(self._options, "this trains networks")

        def report_epoch(epoch: Epoch) -> None:
            self._fold.report(SPOTTING_SHARE * epoch.share, "spotting")

        schedule = self._schedule(self._options.spotting_epochs)
        return train_spotting(pairs, labels, schedule, self._fold.seed, report_epoch)

    def train_recognition(
        self,
        spotting: keras.Model | None,
        pairs: NDArray[Any],
        classes: NDArray[np.int64],
        after_epoch: AfterEpoch = lambda epoch: None,
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
        refuse_author_weights(self._options, "this trains networks")
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
        return TrainingSchedule(epochs or 1, self._options.batch, self._options.learning_rate)


def _training_frames(expression: Expression) -> list[Any]:
    """Return the part of the key for an expression: the offset matters only to search an apex."""
    if expression.apex is None:
        return [expression.onset, None, expression.offset, expression.emotion]
    return [expression.onset, expression.apex, expression.emotion]
