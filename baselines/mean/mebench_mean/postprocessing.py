"""From the spotting curve of a video to its prediction: smoothing, peaks, intervals, emotions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from mebench.runner import DetectedInterval, VideoPrediction
from mebench_mean.emotion_vote import vote_emotion
from mebench_mean.smoothing_and_peaks import pick_peaks, smooth

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
    """Predict a video from its curve.

    Every local peak is a candidate, scored by the smoothed curve; the threshold of the video marks
    the operating point. So AP uses all candidates, and F1 those at or above the threshold.

    Parameters
    ----------
    video : UnseenVideo
        The video.
    curve : array, shape (pairs,)
        How likely each pair of frames belongs to a micro-expression, on any scale.
    half : int
        k', in frames.
    options : MeanOptions
        The options.
    emotions : array of shape (pairs, classes), str or None
        Probabilities that vote for the emotion of an interval, one class for all, or no emotions.
    classes : sequence of str
        The classes, in the order of the probabilities.
    one_per_video : bool
        Whether the video has one expression: then the highest peak is the operating point.
    """
    smoothed = smooth(curve, options.smoothing or "simple", half, borders=bool(options.borders))
    peaks = pick_peaks(smoothed, half, options.threshold, highest_only=one_per_video)
    after_peak = half if options.longer_end else half - 1
    spotted = []
    for peak, score in zip(peaks.positions, peaks.scores, strict=True):
        emotion: str | None = emotions if isinstance(emotions, str) else None
        emotion_scores: dict[str, float] | None = None
        if emotions is not None and not isinstance(emotions, str):
            index, means = vote_emotion(emotions, peak, half, options.case)
            emotion = classes[index]
            emotion_scores = dict(zip(classes, means.tolist(), strict=True))
        onset, offset = max(0, peak - half), min(video.n_frames - 1, peak + after_peak)
        spotted.append(
            DetectedInterval(
                onset, offset, peak, score, "micro", emotion=emotion, emotion_scores=emotion_scores
            )
        )
    return VideoPrediction(
        video,
        spotted,
        score_threshold=peaks.threshold,
        curves={"spotting": _to_frames(curve, video), "smoothed": _to_frames(smoothed, video)},
    )


def _to_frames(curve: NDArray[np.floating], video: UnseenVideo) -> NDArray[np.float32]:
    """Return a curve over all frames; NaN for the last frames, which start no pair."""
    frames = np.full(video.n_frames, np.nan, np.float32)
    frames[: len(curve)] = curve
    return frames
