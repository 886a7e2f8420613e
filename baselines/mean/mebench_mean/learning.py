"""What a fold is learnt from: its pairs of frames with pseudo-labels, and its named pairs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from mebench_mean.features.extraction import Pair
from mebench_mean.features.settings import FeatureSettings
from mebench_mean.labels import balanced_sample, pseudo_labels
from mebench_mean.prepared import apex_frame, pair_features, video_features

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mebench.baselines import AnnotatedVideo, Expression, Fold, Store, UnseenVideo


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
    keys = fold.draws("sample").random_bytes(8 * count).view("<u8")
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
