"""From the outputs of the networks to predictions: smoothing, peaks, intervals, emotions.

Liong, See and Chan 2023, Section 3.4, Tables 7 and 8. The operating point of a video is the
threshold at or above which peaks count as predictions for F1; AP uses all peaks.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from mebench.runner import DetectedInterval, SamplePrediction, VideoPrediction

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mebench.runner import UnseenSample, UnseenVideo
    from mebench_mean.options import MeanOptions, Smoothing, VoteCase


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


def predict_sample(
    sample: UnseenSample, classes: Sequence[str], probabilities: NDArray[np.floating[Any]]
) -> SamplePrediction:
    """Predict the class with the highest output for a sample."""
    scores = dict(zip(classes, map(float, probabilities), strict=True))
    return SamplePrediction(sample, classes[int(probabilities.argmax())], scores)


def window(kind: Smoothing, half: int) -> NDArray[np.float64]:
    """Return a smoothing window whose weights sum to 1, for k' in frames."""
    from scipy.signal import windows

    shape, _, parameter = kind.partition("-")
    if kind == "none":
        weights = np.ones(1)
    elif kind == "simple":
        weights = np.ones(2 * half)
    elif kind == "simple-odd":
        weights = np.ones(2 * half + 1)
    elif shape == "gaussian":
        weights = windows.gaussian(2 * half + 1, float(parameter))
    else:
        weights = windows.exponential(2 * half + 1, tau=float(parameter))
    return np.asarray(weights / weights.sum(), np.float64)


def smooth(
    curve: NDArray[np.floating], kind: Smoothing, half: int, *, borders: bool
) -> NDArray[np.float64]:
    """Smooth a curve of shape (pairs,).

    Parameters
    ----------
    curve, kind, half
        The curve, the window, and k' in frames.
    borders : bool
        Whether to keep the borders, with zero padding (authors' code); otherwise they are NaN (the
        paper discards them). A curve not longer than the window keeps its borders.
    """
    if len(curve) == 0:
        return np.zeros(0)
    weights = window(kind, half)
    # Not mode "same", whose result has the length of the longer input.
    smoothed = np.convolve(np.asarray(curve, np.float64), weights, "full")
    lead = (len(weights) - 1) // 2
    smoothed = smoothed[lead : lead + len(curve)]
    if not borders and len(curve) > len(weights):
        smoothed[:lead] = np.nan
        smoothed[len(curve) - (len(weights) - 1 - lead) :] = np.nan
    return smoothed


class Peaks(NamedTuple):
    """The local peaks of a curve.

    Attributes
    ----------
    positions : tuple of int
        Indices of pairs of frames, ascending, at least k' apart.
    scores : tuple of float
        Values of the smoothed curve at the peaks.
    threshold : float or None
        The operating point; None without peaks.
    """

    positions: tuple[int, ...] = ()
    scores: tuple[float, ...] = ()
    threshold: float | None = None


def pick_peaks(
    smoothed: NDArray[np.float64], half: int, share: float, *, highest_only: bool
) -> Peaks:
    """Find all local peaks, and the threshold T = mean + share * (max - mean).

    A peak at or above T is suppressed only by a higher peak within k', which is also above T, so
    the order in which threshold and distance are applied does not matter.

    Parameters
    ----------
    smoothed : float64, shape (n,)
        The curve; NaN at discarded borders.
    half : int
        k', the minimum distance between two peaks, in frames.
    share : float
        Height of T between the mean (0) and the maximum (1); 0.55 in the paper.
    highest_only : bool
        For one expression per video: the first frame with the maximum of the curve, which may be an
        end of it, is the prediction at the operating point; lower local peaks are candidates.
    """
    from scipy.signal import find_peaks

    finite = np.flatnonzero(np.isfinite(smoothed))
    if len(finite) == 0:
        return Peaks()
    first, inner = int(finite[0]), smoothed[finite[0] : finite[-1] + 1]
    positions, _ = find_peaks(inner, distance=max(1, half))
    highest, mean, maximum = int(np.argmax(inner)), float(inner.mean()), float(inner.max())
    if highest_only:
        is_lower = (np.abs(positions - highest) >= half) & (inner[positions] < maximum)
        positions = np.sort(np.append(positions[is_lower], highest))
    elif len(positions) == 0 and maximum > inner.min():
        positions = np.array([highest])  # a monotonic curve has its maximum at an end
    if len(positions) == 0:
        return Peaks()
    threshold = maximum if highest_only else mean + share * (maximum - mean)
    return Peaks(tuple((positions + first).tolist()), tuple(inner[positions].tolist()), threshold)


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
