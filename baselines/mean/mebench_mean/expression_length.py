"""Half the length of an expression, k': of a fold, as published, and of a new video.

``about["half_seconds"]`` is k' in seconds, from which follows k' of any video whose frame rate is
known. Where that of the training videos is unknown, it is None, and ``about["half"]`` is used, in
frames.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from mebench import MebenchError
from mebench_mean.options import LONGEST
from mebench_mean.training_data import lengths
from mebench_vision.errors import video_error

if TYPE_CHECKING:
    from mebench.runner import Fold, UnseenVideo
    from mebench_mean.options import MeanOptions


LONGEST_SECONDS = 60.0
"""Half of no micro-expression is longer."""


def fold_half_length(fold: Fold, options: MeanOptions) -> int:
    """Return k' of a fold, in frames.

    Raises
    ------
    MebenchError
        ``half-length-unpublished``.
    """
    if options.half_length == "published":
        return published_half_length(fold.protocol.id)
    return options.half_length or half_length(lengths(fold.training))


def about(fold: Fold, options: MeanOptions, half: int) -> dict[str, Any]:
    """Return what is kept of a fold's lengths.

    Parameters
    ----------
    fold : Fold
        Its training videos; the commonest frame rate counts.
    options : MeanOptions
        The settings.
    half : int
        k', in frames.

    Returns
    -------
    dict
        ``fps``, ``k``, ``half`` and ``share`` say how it was trained.
    """
    common = Counter((one.fps, options.features().k_for(one)) for one in fold.training)
    fps, k = max(common, key=lambda one: common[one], default=(None, None))
    seconds = None if fps is None else half / fps
    return {"fps": fps, "k": k, "half": half, "half_seconds": seconds, "share": options.share}


def video_half_length(video: UnseenVideo, kept: Mapping[str, Any], options: MeanOptions) -> int:
    """Return k' of a video, in frames.

    Parameters
    ----------
    video : UnseenVideo
        Any.
    kept : mapping
        From :func:`about`.
    options : MeanOptions
        A half length in frames wins.

    Raises
    ------
    MebenchError
        ``frame-rate-missing``; ``weights-unfit`` if no length is kept.
    """
    if isinstance(options.half_length, int):
        return options.half_length
    seconds = _length(kept.get("half_seconds"), LONGEST_SECONDS)
    half = _length(kept.get("half"), LONGEST)
    if kept.get("half_seconds") is None and half is not None:
        return max(1, round(half))
    if seconds is None:
        raise weights_unfit("They do not say how long an expression is (half_seconds).")
    if video.fps is None:
        raise video_error(
            "frame-rate-missing",
            "Its frame rate is not known.",
            "Write fps into the truth, or say how long half an expression is (--half-length).",
            video,
        )
    return max(1, math.floor(seconds * video.fps + 0.5))


def weights_unfit(message: str) -> MebenchError:
    """Return the error of weights that another method wrote, or that were changed."""
    return MebenchError.of(
        "weights-unfit", message, "Take the folder as it was written, or train anew."
    )


def _length(value: Any, most: float) -> float | None:
    """Return a kept length; None if it is none."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if 0 < value <= most else None


PUBLISHED_HALF_LENGTHS = {
    "casme2-str": 34,
    "smic-hs-str": 17,
    "smic-vis-str": 4,
    "smic-nir-str": 4,
    "casme-sq-str": 6,
    "sammlv-str": 37,
    "meview-str": 6,
}
"""k' in frames (Liong, See, Chan 2023, Section 4.2)."""


def published_half_length(protocol: str) -> int:
    """Return k' as the paper gives it for a protocol's data set.

    Raises
    ------
    MebenchError
        ``half-length-unpublished``.
    """
    name = protocol.partition("@")[0]
    if name in PUBLISHED_HALF_LENGTHS:
        return PUBLISHED_HALF_LENGTHS[name]
    raise MebenchError.of(
        "half-length-unpublished",
        f"The paper gives no half length for {protocol}.",
        "Leave --half-length out: it is then taken from the training subjects of each fold.",
    )


def half_length(lengths: Sequence[int]) -> int:
    """Return k', half the mean length of the training expressions, in frames.

    ``int((mean(offset - onset) + 1) / 2)`` as in the authors' code, over training subjects alone.

    Parameters
    ----------
    lengths : sequence of int
        ``offset - onset + 1`` of each; empty gives 1.
    """
    return max(1, sum(lengths) // (2 * len(lengths))) if lengths else 1
