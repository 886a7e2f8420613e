"""Face crops and features from the store; what is missing is computed and stored.

Frames are read for the face crops only. Other pairs, another flow or other regions of the same
video are computed from the stored crops.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from mebench_vision.faces.crops import (
    Faces,
    ProgressCallback,
    empty_faces,
    faces_from_arrays,
    read_faces,
)
from mebench_vision.features.extraction import Pair, extract_all_pairs, extract_pairs, search_apex
from mebench_vision.features.settings import FeatureSettings

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mebench.runner import Store, UnseenVideo
    from mebench_vision.features.extraction import Arrays


READING_SHARE = 0.2
"""Of the time that a video takes, for the progress bar."""


def no_progress(share: float, what: str) -> None:
    """Report nothing."""


def prepare(
    video: UnseenVideo, settings: FeatureSettings, store: Store, report: ProgressCallback
) -> None:
    """Keep the faces and the features of a video, so that nothing reads its frames again.

    A video that is too short for a pair has no features, and its face is not looked for.

    Raises
    ------
    MebenchError
        As :func:`video_features`.
    """
    if video.n_frames > settings.k_for(video):
        # Even where the features are there: recognition compares other frames.
        video_faces(video, settings, store, _partial_progress(report, 0, READING_SHARE))
    video_features(video, settings, store, report)


def video_faces(
    video: UnseenVideo,
    settings: FeatureSettings,
    store: Store,
    report: ProgressCallback = no_progress,
) -> Faces:
    """Return the face of a video in all its frames.

    Raises
    ------
    MebenchError
        As :func:`~mebench_vision.faces.crops.read_faces`.
    """
    key = settings.faces_key(video)
    kept = store.get(key)
    if kept is not None:
        return faces_from_arrays(kept)
    faces = read_faces(video, settings, report)
    store.put(key, faces.as_arrays())
    return faces


def video_features(
    video: UnseenVideo,
    settings: FeatureSettings,
    store: Store,
    report: ProgressCallback = no_progress,
) -> Arrays:
    """Return the features of all pairs of a video that are k apart.

    Raises
    ------
    MebenchError
        ``frame-rate-missing``, or as :func:`video_faces`.
    """
    key, k = settings.key(video), settings.k_for(video)
    kept = store.get(key)
    if kept is None:
        faces = empty_faces()
        if video.n_frames > k:
            faces = video_faces(video, settings, store, _partial_progress(report, 0, READING_SHARE))
        kept = extract_all_pairs(faces, k, settings, _partial_progress(report, READING_SHARE, 1))
        store.put(key, kept)
    return kept


def pair_features(
    video: UnseenVideo, pairs: Sequence[Pair], settings: FeatureSettings, store: Store
) -> NDArray[Any]:
    """Return the features of some pairs of a video's frames, onset and apex.

    Returns
    -------
    float16, shape (pairs, 42, 42, 3)

    Raises
    ------
    MebenchError
        ``frame-outside-video``, or as :func:`video_faces`.
    """
    if not pairs:
        return np.zeros((0, 42, 42, 3), np.float16)
    key = settings.pairs_key(video, tuple(pairs))
    kept = store.get(key)
    if kept is None:
        _require_frames(video, (number for pair in pairs for number in pair))
        kept = extract_pairs(video_faces(video, settings, store), pairs, settings, no_progress)
        store.put(key, kept)
    return kept["features"]


def apex_frame(
    video: UnseenVideo, onset: int, offset: int, settings: FeatureSettings, store: Store
) -> int:
    """Return the apex of an interval that is annotated without one, as SMIC's are.

    It is the frame whose features differ most from the onset's (the authors' code).

    Raises
    ------
    MebenchError
        As :func:`pair_features`.
    """
    key = settings.pairs_key(video, ((onset, offset),)) | {"what": "apex"}
    kept = store.get(key)
    if kept is None:
        _require_frames(video, [onset])
        faces = video_faces(video, settings, store)
        kept = {"apex": np.array(search_apex(faces, onset, offset, settings))}
        store.put(key, kept)
    return int(kept["apex"])


def _partial_progress(report: ProgressCallback, begin: float, end: float) -> ProgressCallback:
    """Return a report for a part of the work."""
    return lambda share, what: report(begin + (end - begin) * share, what)


def _require_frames(video: UnseenVideo, numbers: Iterable[int]) -> None:
    """Let a video say that it lacks a frame; one that it has is not read."""
    for number in numbers:
        if not 0 <= number < video.n_frames:
            video.frame(number)
