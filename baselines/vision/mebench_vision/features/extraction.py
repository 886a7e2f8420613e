"""From face crops: the features of all or of given pairs of frames, and the search for an apex."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from mebench_vision.faces.crops import Faces, ProgressCallback
from mebench_vision.features.pair import PairDescriber
from mebench_vision.features.regions import SIZE
from mebench_vision.features.settings import FeatureSettings
from mebench_vision.flow import flow_function

Arrays: TypeAlias = dict[str, NDArray[Any]]
Pair: TypeAlias = tuple[int, int]
PROGRESS_LABEL = "optical flow"

BYTES_PER_PAIR = SIZE * SIZE * 3 * 2 + 4 + 2 * 4
"""On disk, for estimates."""


def extract_all_pairs(
    faces: Faces, k: int, settings: FeatureSettings, report: ProgressCallback
) -> Arrays:
    """Return the features of every pair of frames that are k apart.

    Parameters
    ----------
    faces : Faces
        Of a video; one with less than k + 1 frames has no features.
    k : int
        In frames.
    settings : FeatureSettings
        How a pair is described.
    report : callable
        Told the share that is done, and a word on what is being done.

    Returns
    -------
    dict of str to array
        As :func:`extract_pairs`, n_frames - k rows.
    """
    pairs = [(first, first + k) for first in range(len(faces.crops) - k)]
    return extract_pairs(faces, pairs, settings, report)


def extract_pairs(
    faces: Faces, pairs: Sequence[Pair], settings: FeatureSettings, report: ProgressCallback
) -> Arrays:
    """Return the features of given pairs of frames: for recognition, onset and apex.

    Parameters
    ----------
    faces : Faces
        Of a video.
    pairs : sequence of (int, int)
        Frames of it.
    settings : FeatureSettings
        How a pair is described; k plays no part.
    report : callable
        Told the share that is done, and a word on what is being done.

    Returns
    -------
    dict of str to array
        ``features``, float16 of shape (pairs, 42, 42, 3): flow to the right, down, and strain;
        ``magnitude``, float32 of shape (pairs,), and ``nose``, float32 of shape (pairs, 2), as
        :class:`~mebench_vision.features.pair.PairFeatures` has them; ``box``, int32 (left, top,
        right, bottom); ``landmarks``, int32 of shape (68, 2), on the 128 x 128 face.
    """
    arrays: Arrays = {
        # Half precision is finer than the flow's own noise by far, and half the size on disk.
        "features": np.empty((len(pairs), SIZE, SIZE, 3), np.float16),
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


ApexCriterion: TypeAlias = Literal["features", "difference"]


def search_apex(
    faces: Faces,
    onset: int,
    offset: int,
    settings: FeatureSettings,
    criterion: ApexCriterion = "features",
) -> int:
    """Return the frame after the onset in which the face differs most from it.

    Parameters
    ----------
    faces : Faces
        Of the video in which the expression lies.
    onset, offset : int
        Its first and last frame.
    settings : FeatureSettings
        How a pair is described, for ``features``.
    criterion : {"features", "difference"}
        The largest sum of the normalised features, as in the released code; or the largest mean
        difference of the grey levels, as the paper says it.

    Returns
    -------
    int
        The first such frame; the onset itself where no frame follows it.
    """
    describer = PairDescriber(faces.landmarks, settings.roi, settings.normalisation)
    flow = flow_function(settings.flow)
    first = faces.crops[onset]
    best, most = onset, -np.inf
    for number in range(onset + 1, min(offset + 1, len(faces.crops))):
        crop = faces.crops[number]
        if criterion == "features":
            found = float(describer.describe(flow(first, crop)).maps.sum())
        else:
            found = float(np.abs(crop.astype(np.int16) - first).mean())
        if found > most:
            best, most = number, found
    return best
