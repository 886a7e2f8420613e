"""Features from the store, computed and kept where they are not there yet."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from mebench_mean.features.apex import search_apex
from mebench_mean.features.extraction import extract, extract_pairs
from mebench_mean.features.settings import FeatureSettings

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mebench.baselines import Store, UnseenVideo
    from mebench_mean.features.extraction import Arrays, Report

Pair = tuple[int, int]


def silent(share: float, what: str) -> None:
    """Report nothing."""


def of_video(
    video: UnseenVideo, settings: FeatureSettings, store: Store, report: Report = silent
) -> Arrays:
    """Return the features of all pairs of a video that are k apart.

    Raises
    ------
    MebenchError
        As :func:`~mebench_mean.features.extraction.extract`.
    """
    key = settings.key(video)
    kept = store.get(key)
    if kept is None:
        kept = extract(video, settings, report)
        store.put(key, kept)
    return kept


def of_pairs(
    video: UnseenVideo, pairs: Sequence[Pair], settings: FeatureSettings, store: Store
) -> NDArray[Any]:
    """Return the features of some pairs of a video's frames, onset and apex.

    Returns
    -------
    float16, shape (pairs, 42, 42, 3)
    """
    if not pairs:
        return np.zeros((0, 42, 42, 3), np.float16)
    key = settings.pairs_key(video, tuple(pairs))
    kept = store.get(key)
    if kept is None:
        kept = extract_pairs(video, pairs, settings, silent)
        store.put(key, kept)
    return kept["features"]


def apex_of(
    video: UnseenVideo, onset: int, offset: int, settings: FeatureSettings, store: Store
) -> int:
    """Return the apex of an interval that is annotated without one, as SMIC's are.

    It is the frame whose features differ most from the onset's (the authors' code).
    """
    key = settings.pairs_key(video, ((onset, offset),)) | {"what": "apex"}
    kept = store.get(key)
    if kept is None:
        kept = {"apex": np.array(search_apex(video, onset, offset, settings))}
        store.put(key, kept)
    return int(kept["apex"])
