"""From the spotting curve of a video to its prediction: smoothing, peaks, intervals, emotions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from mebench.runner import DetectedInterval, VideoPrediction
from mebench_mean.emotion_vote import vote_emotion
from mebench_mean.peaks import pick_peaks, smooth

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mebench.runner import UnseenVideo
    from mebench_mean.options import MeanOptions


def predict_video(
    video: UnseenVideo,
    curve: NDArray[np.floating],
    half: int,
    options: MeanOptions,
    emotions: NDArray[np.floating] | str | None,
    *,
    classes: Sequence[str],
    one_per_video: bool,
) -> VideoPrediction:
    """Answer a video.

    Every local peak is a candidate with the smoothed curve as its score; the video's own threshold
    marks the operating point, so that AP sees all and F1 the chosen ones.

    Parameters
    ----------
    video : UnseenVideo
        Which.
    curve : array, shape (pairs,)
        How likely each pair of frames belongs to a micro-expression, on any scale.
    half : int
        k', in frames.
    options : MeanOptions
        The settings.
    emotions : array of shape (pairs, classes), str or None
        What names intervals: probabilities, one and the same class, or nothing.
    classes : sequence of str
        In the order of the probabilities.
    one_per_video : bool
        Whether the video holds one expression: then its highest peak is the operating point.
    """
    smoothed = smooth(curve, options.smoothing or "simple", half, borders=bool(options.borders))
    peaks = pick_peaks(smoothed, half, options.threshold, highest_only=one_per_video)
    end = half if options.longer_end else half - 1
    spotted = []
    for peak, score in zip(peaks.places, peaks.scores, strict=True):
        emotion: str | None = emotions if isinstance(emotions, str) else None
        shares: dict[str, float] | None = None
        if emotions is not None and not isinstance(emotions, str):
            place, means = vote_emotion(emotions, peak, half, options.case)
            emotion = classes[place]
            shares = dict(zip(classes, means.tolist(), strict=True))
        onset, offset = max(0, peak - half), min(video.n_frames - 1, peak + end)
        spotted.append(
            DetectedInterval(
                onset, offset, peak, score, "micro", emotion=emotion, emotion_scores=shares
            )
        )
    return VideoPrediction(
        video,
        spotted,
        score_threshold=peaks.threshold,
        curves={"spotting": _to_frames(curve, video), "smoothed": _to_frames(smoothed, video)},
    )


def _to_frames(curve: NDArray[np.floating], video: UnseenVideo) -> NDArray[np.float32]:
    """Return a curve over all frames; the last ones, which begin no pair, have no number."""
    frames = np.full(video.n_frames, np.nan, np.float32)
    frames[: len(curve)] = curve
    return frames
