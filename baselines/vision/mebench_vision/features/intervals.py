"""The frames of an expression or a sample that recognition compares: onset and apex."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mebench_vision.features.extraction import Pair
from mebench_vision.features.feature_cache import apex_frame
from mebench_vision.features.settings import FeatureSettings

if TYPE_CHECKING:
    from mebench.runner import Expression, Store, UnseenSample, UnseenVideo


def onset_to_apex(
    video: UnseenVideo,
    interval: Expression | UnseenSample,
    settings: FeatureSettings,
    store: Store,
) -> Pair:
    """Return onset and apex of an expression or a sample; a missing apex is searched."""
    onset, offset = interval_ends(video, interval)
    apex = interval.apex
    if apex is None:
        apex = apex_frame(video, onset, offset, settings, store)
    return onset, apex


def interval_ends(video: UnseenVideo, interval: Expression | UnseenSample) -> tuple[int, int]:
    """Return the first and the last frame of an interval; by default those of its video."""
    last = video.n_frames - 1 if interval.offset is None else interval.offset
    return interval.onset or 0, last
