"""Smoothing of the spotting curve and its local peaks.

Liong, See and Chan 2023, Section 3.4 and Table 7. The operating point of a video is the threshold
at or above which peaks count as predictions for F1; AP uses all peaks.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


Smoothing = Literal[
    "simple", "simple-odd", "gaussian-1", "gaussian-3", "exponential-1", "exponential-3", "none"
]
SMOOTHINGS: tuple[Smoothing, ...] = get_args(Smoothing)


def window(kind: Smoothing, half: int) -> NDArray[np.float64]:
    """Return a smoothing window whose weights sum to 1.

    Parameters
    ----------
    kind : str
        ``simple``: 2k' equal weights, as in the authors' code; ``simple-odd``: 2k' + 1, as in the
        text; ``gaussian-S`` and ``exponential-T`` have 2k' + 1 points.
    half : int
        k', in frames.
    """
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
    """Smooth a curve.

    Parameters
    ----------
    curve : array, shape (n,)
        One number per pair of frames.
    kind, half
        As in :func:`window`.
    borders : bool
        Whether to keep the borders, with zero padding (authors' code); otherwise they are NaN (the
        paper discards them). A curve not longer than the window keeps its borders.

    Returns
    -------
    float64, shape (n,)
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


@dataclass(frozen=True, slots=True)
class Peaks:
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

    positions: tuple[int, ...]
    scores: tuple[float, ...]
    threshold: float | None


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
        For one expression per video: T is replaced by the height of the highest peak, so only this
        peak, and any peak of exactly the same height, is a prediction at the operating point.
    """
    from scipy.signal import find_peaks

    finite = np.flatnonzero(np.isfinite(smoothed))
    if len(finite) == 0:
        return Peaks((), (), None)
    first, inner = int(finite[0]), smoothed[finite[0] : finite[-1] + 1]
    positions, _ = find_peaks(inner, distance=max(1, half))
    if len(positions) == 0 and (highest_only or inner.max() > inner.min()):
        positions = np.array([np.argmax(inner)])  # a monotonic curve has its maximum at an end
    if len(positions) == 0:
        return Peaks((), (), None)
    scores = inner[positions]
    mean, maximum = float(inner.mean()), float(inner.max())
    threshold = float(scores.max()) if highest_only else mean + share * (maximum - mean)
    return Peaks(
        tuple(int(position) + first for position in positions),
        tuple(map(float, scores)),
        threshold,
    )
