"""The training data of a fold: frame pairs for spotting, onset-to-apex pairs for recognition."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from mebench_vision.features.cache import apex_frame, pair_features, video_features
from mebench_vision.features.extraction import Pair
from mebench_vision.features.settings import FeatureSettings

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mebench.runner import AnnotatedVideo, Expression, Fold, Store, UnseenSample, UnseenVideo


def pseudo_labels(pairs: int, expressions: Sequence[Expression], half: int) -> NDArray[np.float32]:
    """Label each pair of frames: 1 if the window [j, j + k' - 1] meets an expression (Eq. 7).

    Parameters
    ----------
    pairs : int
        Number of pairs.
    expressions : sequence of Expression
        Those of the video.
    half : int
        k', in frames.

    Returns
    -------
    float32, shape (pairs,)
    """
    labels = np.zeros(pairs, np.float32)
    for one in expressions:
        labels[max(0, one.onset - half + 1) : one.offset + 1] = 1
    return labels


def balanced_sample(
    labels: NDArray[np.float32], ratio: int, order: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Choose the pairs to train on: all positives, and ``ratio`` times as many negatives.

    Where negatives are short, positives are left out instead.

    Parameters
    ----------
    labels : float32, shape (n,)
        Pseudo-labels.
    ratio : int
        Negatives to a positive.
    order : int64, shape (n,)
        A drawn permutation of the pairs: the first of each kind are taken.

    Returns
    -------
    int64
        Places of the chosen pairs, in the drawn order.
    """
    positive = labels[order] > 0
    positives, negatives = order[positive], order[~positive]
    if len(negatives) < ratio * len(positives):
        positives = positives[: len(negatives) // ratio]
    else:
        negatives = negatives[: ratio * len(positives)]
    chosen = np.zeros(len(labels), bool)
    chosen[positives] = chosen[negatives] = True
    return order[chosen[order]]


def micro_expressions(video: AnnotatedVideo) -> list[Expression]:
    """Return a video's micro-expressions; macro-expressions are not learnt."""
    return [one for one in video.expressions if one.kind == "micro"]


def spotting_training_pairs(
    fold: Fold, settings: FeatureSettings, half: int, ratio: int
) -> tuple[NDArray[np.float16], NDArray[np.float32]]:
    """Return the pairs of frames that spotting is learnt from.

    Parameters
    ----------
    fold : Fold
        Its training videos, and its draws.
    half : int
        k', in frames.
    ratio : int
        Quiet pairs to one of an expression.

    Returns
    -------
    features : float16, shape (n, 42, 42, 3)
        In a drawn order.
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
    chosen = balanced_sample(labels, ratio, _drawn_order(fold, len(labels)))
    features = np.empty((len(chosen), 42, 42, 3), np.float16)
    begin = 0
    # Video by video: a large data set does not fit into memory at once.
    for video, count in zip(fold.training, counts, strict=True):
        here = np.flatnonzero((begin <= chosen) & (chosen < begin + count))
        if len(here):
            features[here] = video_features(video, settings, fold.store)["features"][
                chosen[here] - begin
            ]
        begin += count
    return features, labels[chosen]


def _drawn_order(fold: Fold, count: int) -> NDArray[np.int64]:
    """Draw a permutation of the pairs, the same on every machine."""
    keys = fold.random_stream("sample").random_bytes(8 * count).view("<u8")
    return np.argsort(keys, kind="stable").astype(np.int64)


def recognition_training_pairs(
    fold: Fold, settings: FeatureSettings
) -> tuple[NDArray[np.float16], NDArray[np.int64]]:
    """Return the onset-to-apex pairs that recognition is learnt from, with their classes.

    An apex that is not annotated is searched, as SMIC needs it.

    Returns
    -------
    features : float16, shape (n, 42, 42, 3)
    classes : int64, shape (n,)
        Places in the protocol's class list.
    """
    places = {name: place for place, name in enumerate(fold.protocol.classes)}
    features: list[NDArray[np.float16]] = [np.zeros((0, 42, 42, 3), np.float16)]
    classes: list[int] = []
    for video in fold.training:
        known = [one for one in micro_expressions(video) if one.emotion is not None]
        pairs = [onset_to_apex(video, one, settings, fold.store) for one in known]
        features.append(pair_features(video, pairs, settings, fold.store))
        classes += [places[one.emotion] for one in known if one.emotion is not None]
    return np.concatenate(features), np.array(classes, np.int64)


def onset_to_apex(
    video: UnseenVideo, one: Expression, settings: FeatureSettings, store: Store
) -> Pair:
    """Return the frames of an expression that recognition compares."""
    apex = one.apex
    if apex is None:
        apex = apex_frame(video, one.onset, one.offset, settings, store)
    return one.onset, apex


def lengths(videos: Sequence[AnnotatedVideo]) -> list[int]:
    """Return the lengths of all micro-expressions, in frames."""
    return [len(one) for video in videos for one in micro_expressions(video)]


def sample_ends(sample: UnseenSample) -> tuple[int, int]:
    """Return the first and the last frame of a sample; without them it is its whole video."""
    last = sample.video.n_frames - 1 if sample.offset is None else sample.offset
    return sample.onset or 0, last


def sample_features(
    samples: Sequence[UnseenSample], settings: FeatureSettings, store: Store
) -> NDArray[np.float16]:
    """Return the features of samples, onset to apex; one that is not annotated is searched.

    Parameters
    ----------
    samples : sequence of UnseenSample
        A row each.
    settings : FeatureSettings
        How.
    store : Store
        Where they are kept.

    Returns
    -------
    float16, shape (samples, 42, 42, 3)
    """
    found = [np.zeros((0, 42, 42, 3), np.float16)]
    for one in samples:
        onset, offset = sample_ends(one)
        apex = one.apex
        if apex is None:
            apex = apex_frame(one.video, onset, offset, settings, store)
        found.append(pair_features(one.video, [(onset, apex)], settings, store))
    return np.concatenate(found)


def sample_training_pairs(
    fold: Fold, settings: FeatureSettings
) -> tuple[NDArray[np.float16], NDArray[np.int64]]:
    """Return what a recognition protocol gives to learn from.

    Returns
    -------
    features : float16, shape (n, 42, 42, 3)
        Of the training samples, onset to apex.
    classes : int64, shape (n,)
        Places in the protocol's class list.
    """
    places = {name: place for place, name in enumerate(fold.protocol.classes)}
    features = sample_features(fold.training_samples, settings, fold.store)
    classes = [places[one.emotion] for one in fold.training_samples]
    return features, np.array(classes, np.int64)
