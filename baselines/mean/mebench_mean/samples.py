"""Given samples: the frames that are compared, their features, and the names they get."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from mebench.baselines import SamplePrediction
from mebench_mean.prepared import apex_frame, pair_features

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mebench.baselines import Fold, Store, UnseenSample
    from mebench_mean.features.settings import FeatureSettings


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


def predict_sample(
    sample: UnseenSample, classes: Sequence[str], shares: NDArray[np.floating[Any]]
) -> SamplePrediction:
    """Name a sample by the class with the highest output."""
    names = dict(zip(classes, map(float, shares), strict=True))
    return SamplePrediction(sample, classes[int(shares.argmax())], names)
