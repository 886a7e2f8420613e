"""Features of pairs of frames from the face crops of a video, and the search for an apex."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from mebench.runner import ProgressCallback
from mebench_vision.faces.crops import Faces
from mebench_vision.features.pair_features import PairDescriber
from mebench_vision.features.regions import FEATURE_SHAPE, FEATURE_SIZE
from mebench_vision.features.settings import FeatureSettings
from mebench_vision.flow import flow_function

Arrays: TypeAlias = dict[str, NDArray[Any]]
Pair: TypeAlias = tuple[int, int]
PROGRESS_LABEL = "optical flow"

BYTES_PER_PAIR = FEATURE_SIZE * FEATURE_SIZE * 3 * 2 + 4 + 2 * 4
"""Size of the stored features, for estimates of disk space."""


def extract_pairs(
    faces: Faces, pairs: Sequence[Pair], settings: FeatureSettings, report: ProgressCallback
) -> Arrays:
    """Return the features of given pairs of frames.

    Returns
    -------
    dict of str to array
        ``features``, float16 of shape (pairs, 42, 42, 3): horizontal flow, vertical flow, strain;
        ``magnitude``, float32 of shape (pairs,), and ``nose``, float32 of shape (pairs, 2), as in
        :class:`~mebench_vision.features.pair_features.PairFeatures`; ``box``, int32 (left, top,
        right, bottom); ``landmarks``, int32 of shape (68, 2), on the 128 x 128 face.
    """
    arrays: Arrays = {
        # Half precision is far finer than the noise of the flow, and takes half the disk space.
        "features": np.empty((len(pairs), *FEATURE_SHAPE), np.float16),
        "magnitude": np.empty(len(pairs), np.float32),
        "nose": np.empty((len(pairs), 2), np.float32),
        "box": np.array(faces.box.as_list(), np.int32),
        "landmarks": faces.landmarks,
    }
    describer = PairDescriber(faces.landmarks, settings.roi, settings.normalisation)
    flow = flow_function(settings.flow)
    for row, (first, second) in enumerate(pairs):
        pair = describer.describe(flow(faces.crops[first], faces.crops[second]))
        arrays["features"][row] = pair.maps
        arrays["magnitude"][row], arrays["nose"][row] = pair.magnitude, pair.nose
        report((row + 1) / len(pairs), PROGRESS_LABEL)
    return arrays


def search_apex(faces: Faces, onset: int, offset: int, settings: FeatureSettings) -> int:
    """Return the frame between onset and offset in which the face differs most from the onset.

    With the criterion ``features``, the difference is the sum of the normalized features, as in the
    authors' code; with ``difference`` the mean absolute difference of the gray levels, as the paper
    says. The offset is not searched, as in the authors' code. The onset is returned if there is no
    frame between, or all are equal to it.
    """
    first = faces.crops[onset]
    flow = flow_function(settings.flow)
    describer = PairDescriber(faces.landmarks, settings.roi, settings.normalisation)

    def change_of(crop: NDArray[np.uint8]) -> float:
        if settings.apex == "difference":
            return float(np.abs(crop.astype(np.int16) - first).mean())
        return float(describer.describe(flow(first, crop)).maps.sum())

    apex, largest = onset, 0.0
    for number in range(onset + 1, min(offset, len(faces.crops))):
        change = change_of(faces.crops[number])
        if change > largest:
            apex, largest = number, change
    return apex
