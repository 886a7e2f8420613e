"""Face crops and features from the store; missing ones are computed and stored.

Frames are read only for the face crops. Features of other pairs, with another flow or of other
regions are computed from the stored crops.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from mebench.runner import ProgressCallback, ignore_progress
from mebench_vision.faces.crops import (
    Faces,
    FaceSettings,
    empty_faces,
    faces_from_arrays,
    read_faces,
)
from mebench_vision.features.extraction import Arrays, Pair, extract_pairs, search_apex
from mebench_vision.features.regions import FEATURE_SHAPE
from mebench_vision.features.settings import FeatureSettings
from mebench_vision.flow import flow_function

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mebench import Diagnostic
    from mebench.runner import Store, UnseenVideo


READING_SHARE = 0.2
"""Share of reading the faces in the time per video, for the progress bar."""


def prepare(
    video: UnseenVideo, settings: FeatureSettings, store: Store, report: ProgressCallback
) -> list[Diagnostic]:
    """Store the faces and the features of a video, so that its frames are read only once.

    Returns what the user should know about the faces.

    A video that is too short for a pair has no features, and its face is not detected.

    Raises
    ------
    MebenchError
        As :func:`video_features`.
    """
    warnings: list[Diagnostic] = []
    if video.n_frames > settings.k_for(video):
        # Also if the features are stored: recognition compares other frames.
        reading = partial_progress(report, 0, READING_SHARE)
        warnings = video_faces(video, settings, store, reading).warnings(video)
    video_features(video, settings, store, report)
    return warnings


def video_faces(
    video: UnseenVideo,
    settings: FaceSettings,
    store: Store,
    report: ProgressCallback = ignore_progress,
) -> Faces:
    """Return the face of a video in all frames.

    Raises
    ------
    MebenchError
        As :func:`~mebench_vision.faces.crops.read_faces`.
    """
    key = settings.faces_key(video)
    stored = store.get(key)
    if stored is not None:
        return faces_from_arrays(stored)
    faces = read_faces(video, settings, report)
    store.put(key, faces.as_arrays())
    return faces


def video_features(
    video: UnseenVideo,
    settings: FeatureSettings,
    store: Store,
    report: ProgressCallback = ignore_progress,
) -> Arrays:
    """Return the features of all pairs of frames of a video that are k apart.

    Raises
    ------
    MebenchError
        ``frame-rate-missing``, or as :func:`video_faces`.
    """
    key, k = settings.key(video), settings.k_for(video)
    arrays = store.get(key)
    if arrays is None:
        faces = empty_faces()
        if video.n_frames > k:
            faces = video_faces(video, settings, store, partial_progress(report, 0, READING_SHARE))
        pairs = [(first, first + k) for first in range(video.n_frames - k)]
        extracting = partial_progress(report, READING_SHARE, 1)
        arrays = extract_pairs(faces, pairs, settings, extracting)
        store.put(key, arrays)
    return arrays


def pair_features(
    video: UnseenVideo, pairs: Sequence[Pair], settings: FeatureSettings, store: Store
) -> NDArray[Any]:
    """Return the features (pairs, 42, 42, 3) of given pairs of frames, such as onset and apex.

    Raises
    ------
    MebenchError
        ``frame-outside-video``, or as :func:`video_faces`.
    """
    if not pairs:
        return np.zeros((0, *FEATURE_SHAPE), np.float16)
    key = settings.pairs_key(video, tuple(pairs))
    arrays = store.get(key)
    if arrays is None:
        _require_frames(video, (number for pair in pairs for number in pair))
        faces = video_faces(video, settings, store)
        arrays = extract_pairs(faces, pairs, settings, ignore_progress)
        store.put(key, arrays)
    return arrays["features"]


def pair_flow(
    video: UnseenVideo, pair: Pair, settings: FeatureSettings, store: Store
) -> NDArray[np.float32]:
    """Return the optical flow (128, 128, 2) of the face between two frames, in pixels.

    The motion is to the right and down. The flow does not depend on the regions and the scaling of
    the settings, so methods with features of their own share it.

    Raises
    ------
    MebenchError
        As :func:`pair_features`.
    """
    key = settings.flow_key(video, pair)
    arrays = store.get(key)
    if arrays is None:
        _require_frames(video, pair)
        crops = video_faces(video, settings, store).crops
        arrays = {"flow": flow_function(settings.flow)(crops[pair[0]], crops[pair[1]])}
        store.put(key, arrays)
    flow: NDArray[np.float32] = arrays["flow"]
    return flow


def apex_frame(
    video: UnseenVideo, onset: int, offset: int, settings: FeatureSettings, store: Store
) -> int:
    """Return the apex of an interval whose annotation has none, as in SMIC.

    See :func:`~mebench_vision.features.extraction.search_apex`.

    Raises
    ------
    MebenchError
        As :func:`pair_features`.
    """
    key = settings.pairs_key(video, ((onset, offset),)) | {"what": "apex", "by": settings.apex}
    arrays = store.get(key)
    if arrays is None:
        _require_frames(video, [onset])
        faces = video_faces(video, settings, store)
        arrays = {"apex": np.array(search_apex(faces, onset, offset, settings))}
        store.put(key, arrays)
    return int(arrays["apex"])


def partial_progress(report: ProgressCallback, begin: float, end: float) -> ProgressCallback:
    """Return a progress callback for a part of the work."""
    return lambda share, what: report(begin + (end - begin) * share, what)


def _require_frames(video: UnseenVideo, numbers: Iterable[int]) -> None:
    """Raise the error of the video if a frame does not exist; existing frames are not read."""
    for number in numbers:
        if not 0 <= number < video.n_frames:
            video.frame(number)  # raises
