"""Half the length of an expression, k': of a fold, as published, and for a new video.

``about["half_seconds"]`` is k' in seconds, which gives k' for any video with a known frame rate. It
is None if the frame rate of the training videos is unknown; then ``about["half"]``, in frames, is
used.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from mebench import MebenchError, UsageError
from mebench_mean.options import MAX_HALF
from mebench_mean.training_data import micro_expressions
from mebench_vision.errors import video_error
from mebench_vision.spotting.training_samples import half_length

if TYPE_CHECKING:
    from mebench.runner import Fold, UnseenVideo
    from mebench_mean.options import MeanOptions


PUBLISHED_HALF_LENGTHS = {
    "casme2-str": 34,
    "smic-hs-str": 17,
    "smic-vis-str": 4,
    "smic-nir-str": 4,
    "casme-sq-str": 6,
    "sammlv-str": 37,
    "meview-str": 6,
}
"""k' in frames by protocol (Liong, See, Chan 2023, Table 1)."""

MAX_HALF_SECONDS = 60.0
"""Upper limit of k', far above half the length of any micro-expression."""


def fold_half_length(fold: Fold, options: MeanOptions) -> int:
    """Return k' of a fold, in frames.

    Raises
    ------
    MebenchError
        ``half-length-unpublished`` if the paper does not give it for the data set.
    """
    if options.half_length == "published":
        return published_half_length(fold.protocol.id)
    lengths = [len(micro) for video in fold.training for micro in micro_expressions(video)]
    return options.half_length or half_length(lengths)


def published_half_length(protocol: str) -> int:
    """Return k' of the paper for a protocol, by its id; ``half-length-unpublished``."""
    half = PUBLISHED_HALF_LENGTHS.get(protocol.partition("@")[0])
    if half is None:
        raise MebenchError.of(
            "half-length-unpublished",
            f"The paper gives no half length for {protocol}.",
            "Omit --half-length, to compute it from the training subjects of each fold.",
        )
    return half


def about(fold: Fold, options: MeanOptions, half: int) -> dict[str, Any]:
    """Return the lengths and rates that are saved with the weights of a fold.

    Returns
    -------
    dict
        ``fps``, the most frequent frame rate, ``k``, ``half``, ``half_seconds`` and ``share``;
        ``half_length``, the option that determined k'.
    """
    features = options.features()
    counts = Counter((video.fps, features.k_for(video)) for video in fold.training)
    fps, k = max(counts, key=lambda rate: counts[rate], default=(None, None))
    seconds = None if fps is None else half / fps
    return {
        "fps": fps,
        "k": k,
        "share": options.share,
        "half": half,
        "half_seconds": seconds,
        "half_length": options.half_length,
    }


def video_half_length(video: UnseenVideo, about: Mapping[str, Any], options: MeanOptions) -> int:
    """Return k' of any video, in frames; a half length of the options has priority.

    Parameters
    ----------
    video : UnseenVideo
        The video.
    about : mapping
        From :func:`about`.
    options : MeanOptions
        The options.

    Raises
    ------
    MebenchError
        ``frame-rate-missing``; ``weights-unfit`` if no length is saved;
        ``half-length-unpublished`` if the published length is asked for, but another one is saved.
    """
    if isinstance(options.half_length, int):
        return options.half_length
    if options.half_length == "published" != about.get("half_length"):
        raise UsageError.of(
            "half-length-unpublished",
            "The weights were trained with another half length than the published one.",
            "Omit --half-length, to use that of the training, or pass a number of frames.",
        )
    seconds = _length(about.get("half_seconds"), MAX_HALF_SECONDS)
    half = _length(about.get("half"), MAX_HALF)
    if about.get("half_seconds") is None and half is not None:
        return max(1, round(half))
    if seconds is None:
        raise weights_unfit("The weights do not state the length of an expression (half_seconds).")
    if video.fps is None:
        raise video_error(
            "frame-rate-missing",
            "The frame rate is not known.",
            "Write fps into the truth, or give half the length of an expression (--half-length).",
            video,
        )
    return max(1, math.floor(seconds * video.fps + 0.5))


def _length(value: Any, maximum: float) -> float | None:
    """Return a saved length; None if it is not a valid one."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if 0 < value <= maximum else None


def weights_unfit(message: str) -> MebenchError:
    """Return the error about weights that another method wrote, or that were changed."""
    return MebenchError.of(
        "weights-unfit", message, "Use a folder that this method wrote, or train again."
    )
