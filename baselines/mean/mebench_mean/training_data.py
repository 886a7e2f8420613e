"""The training data of a fold: frame pairs for spotting, onset-to-apex pairs for recognition."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from mebench_vision.features.feature_cache import pair_features, video_features
from mebench_vision.features.intervals import onset_to_apex
from mebench_vision.features.regions import FEATURE_SHAPE
from mebench_vision.features.settings import FeatureSettings
from mebench_vision.spotting.training_samples import (
    balanced_sample,
    expressions_of,
    pseudo_labels,
    random_order,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mebench.runner import AnnotatedVideo, Expression, Fold, Store, UnseenSample


def micro_expressions(video: AnnotatedVideo) -> list[Expression]:
    """Return the micro-expressions of a video; macro-expressions are not used for training."""
    return expressions_of(video, "micro")


def labeled_micro_expressions(video: AnnotatedVideo) -> list[Expression]:
    """Return the micro-expressions of a video that have an emotion."""
    return [micro for micro in micro_expressions(video) if micro.emotion is not None]


def spotting_training_pairs(
    fold: Fold, settings: FeatureSettings, half: int, ratio: int
) -> tuple[NDArray[np.float16], NDArray[np.float32]]:
    """Return the training pairs of spotting, in random order.

    Parameters
    ----------
    fold : Fold
        The fold.
    settings : FeatureSettings
        Settings of the features.
    half : int
        k', in frames.
    ratio : int
        Negative pairs per positive pair.

    Returns
    -------
    features : float16, shape (n, 42, 42, 3)
    labels : float32, shape (n,)
        Pseudo-labels.
    """
    counts = [max(0, video.n_frames - settings.k_for(video)) for video in fold.training]
    labels = np.concatenate(
        [
            pseudo_labels(count, micro_expressions(video), half)
            for video, count in zip(fold.training, counts, strict=True)
        ]
    )
    chosen = balanced_sample(labels, ratio, random_order(fold, len(labels)))
    features = np.empty((len(chosen), *FEATURE_SHAPE), np.float16)
    begin = 0
    # One video at a time: the features of a large data set do not fit into memory.
    for video, count in zip(fold.training, counts, strict=True):
        rows = np.flatnonzero((begin <= chosen) & (chosen < begin + count))
        if len(rows):
            of_video = video_features(video, settings, fold.store)["features"]
            features[rows] = of_video[chosen[rows] - begin]
        begin += count
    return features, labels[chosen]


def recognition_training_pairs(
    fold: Fold, settings: FeatureSettings
) -> tuple[NDArray[np.float16], NDArray[np.int64]]:
    """Return the training pairs of recognition, onset to apex, with their classes.

    They come from the micro-expressions with an emotion; under a recognition protocol, from the
    training samples.

    Returns
    -------
    features : float16, shape (n, 42, 42, 3)
    classes : int64, shape (n,)
        Indices in the class list of the protocol.
    """
    if fold.protocol.spots:
        labeled = {video: labeled_micro_expressions(video) for video in fold.training}
        emotions = [micro.emotion for micros in labeled.values() for micro in micros]
        features = np.concatenate(
            [
                np.zeros((0, *FEATURE_SHAPE), np.float16),
                *(
                    pair_features(
                        video,
                        [onset_to_apex(video, micro, settings, fold.store) for micro in micros],
                        settings,
                        fold.store,
                    )
                    for video, micros in labeled.items()
                ),
            ]
        )
    else:
        emotions = [sample.emotion for sample in fold.training_samples]
        features = sample_features(fold.training_samples, settings, fold.store)
    indices = {name: index for index, name in enumerate(fold.protocol.classes)}
    return features, np.array([indices[name] for name in emotions if name is not None], np.int64)


def sample_features(
    samples: Sequence[UnseenSample], settings: FeatureSettings, store: Store
) -> NDArray[np.float16]:
    """Return the features (samples, 42, 42, 3) of samples, onset to apex."""
    return np.concatenate(
        [
            np.zeros((0, *FEATURE_SHAPE), np.float16),
            *(
                pair_features(
                    sample.video,
                    [onset_to_apex(sample.video, sample, settings, store)],
                    settings,
                    store,
                )
                for sample in samples
            ),
        ]
    )
