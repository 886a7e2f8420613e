"""From the outputs of the networks to predictions: intervals around peaks, and their emotions.

Liong, See and Chan 2023, Section 3.4, Tables 7 and 8. The operating point of a video is the
threshold at or above which peaks count as predictions for F1; AP uses all peaks.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from mebench.runner import SamplePrediction, VideoPrediction
from mebench_vision.spotting.peaks import peak_intervals, pick_peaks
from mebench_vision.spotting.smoothing import smooth, to_frames

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mebench.runner import UnseenSample, UnseenVideo
    from mebench_mean.options import MeanOptions, VoteCase


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
    for interval in peak_intervals(peaks, half, after_peak, video.n_frames, "micro"):
        emotion: str | None = emotions if isinstance(emotions, str) else None
        emotion_scores: dict[str, float] | None = None
        if emotions is not None and not isinstance(emotions, str):
            assert interval.apex is not None
            index, means = vote_emotion(emotions, interval.apex, half, options.case)
            emotion = classes[index]
            emotion_scores = dict(zip(classes, means.tolist(), strict=True))
        spotted.append(replace(interval, emotion=emotion, emotion_scores=emotion_scores))
    return VideoPrediction(
        video,
        spotted,
        score_threshold=peaks.threshold,
        curves={
            "spotting": to_frames(curve, video.n_frames),
            "smoothed": to_frames(smoothed, video.n_frames),
        },
    )


def predict_sample(
    sample: UnseenSample, classes: Sequence[str], probabilities: NDArray[np.floating[Any]]
) -> SamplePrediction:
    """Predict the class with the highest output for a sample."""
    scores = dict(zip(classes, map(float, probabilities), strict=True))
    return SamplePrediction(sample, classes[int(probabilities.argmax())], scores)


def voting_pairs(peak: int, half: int, case: VoteCase, pairs: int) -> slice:
    """Return the pairs of frames that vote for an interval: at least one, inside the video."""
    first, stop = {1: (-half, 0), 2: (0, 1), 3: (-half, half)}[case]
    start = min(max(peak + first, 0), pairs - 1)
    return slice(start, min(max(peak + stop, start + 1), pairs))


def vote_emotion(
    probabilities: NDArray[np.floating], peak: int, half: int, case: VoteCase
) -> tuple[int, NDArray[np.float64]]:
    """Return the emotion of an interval, by majority vote of its pairs.

    Parameters
    ----------
    probabilities : array, shape (pairs, classes)
        Outputs of the recognition network.
    peak, half : int
        The peak of the interval, and k'.
    case : {1, 2, 3}
        Which pairs vote.

    Returns
    -------
    index : int
        The class predicted for most pairs; in a tie, the one that is predicted first in time.
    means : float64, shape (classes,)
        The mean output over the pairs.
    """
    votes = probabilities[voting_pairs(peak, half, case, len(probabilities))]
    winner, _ = Counter(votes.argmax(axis=1).tolist()).most_common(1)[0]  # the first of equal ones
    return int(winner), votes.mean(axis=0, dtype=np.float64)
