"""Peaks of a curve, the operating point of a video, and intervals around peaks."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from mebench.runner import DetectedInterval

if TYPE_CHECKING:
    from typing import Literal

    from numpy.typing import NDArray


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


def peak_intervals(
    peaks: Peaks, before: int, after: int, n_frames: int, kind: Literal["micro", "macro"]
) -> list[DetectedInterval]:
    """Return an interval around each peak, which is its apex, clipped to the video.

    Parameters
    ----------
    peaks : Peaks
        The peaks; their positions are frames.
    before, after : int
        Frames before and after the peak.
    n_frames : int
        Length of the video.
    kind : {"micro", "macro"}
        Kind of the expressions.
    """
    return [
        DetectedInterval(max(0, peak - before), min(n_frames - 1, peak + after), peak, score, kind)
        for peak, score in zip(peaks.positions, peaks.scores, strict=True)
    ]
