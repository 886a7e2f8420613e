"""Smoothing of the spotting curve and its local peaks (Section 3.4, Table 7)."""

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
        One number a pair of frames.
    kind, half
        As in :func:`window`.
    borders : bool
        Keep the borders, padding with zeros (the authors' code); else they are NaN (the text
        discards them). A curve shorter than the window keeps its borders.

    Returns
    -------
    float64, shape (n,)
    """
    if len(curve) == 0:
        return np.zeros(0)
    weights = window(kind, half)
    # `full`, cut by hand: `same` has the length of the longer one.
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
    places : tuple of int
        Pairs of frames, ascending; no two nearer than k'.
    scores : tuple of float
        The smoothed curve there.
    threshold : float or None
        Peaks at or above it are the operating point; None without peaks.
    """

    places: tuple[int, ...]
    scores: tuple[float, ...]
    threshold: float | None


def pick_peaks(
    smoothed: NDArray[np.float64], half: int, share: float, *, highest_only: bool
) -> Peaks:
    """Find all local peaks, and the threshold T = mean + share * (max - mean).

    A peak at or above T is suppressed only by a higher one within k', which is above T too: those
    that are left are the same whether the threshold or the distance is applied first.

    Parameters
    ----------
    smoothed : float64, shape (n,)
        The curve; NaN where the borders were discarded.
    half : int
        k', the least distance of two peaks, in frames.
    share : float
        Of the way from the mean to the maximum (0.55 in the paper).
    highest_only : bool
        One expression a video: the highest peak is the operating point, whatever its height.
    """
    from scipy.signal import find_peaks

    known = np.flatnonzero(np.isfinite(smoothed))
    if len(known) == 0:
        return Peaks((), (), None)
    first, inner = int(known[0]), smoothed[known[0] : known[-1] + 1]
    found, _ = find_peaks(inner, distance=max(1, half))
    top = int(np.argmax(inner))
    if len(found) == 0 and (highest_only or inner.max() > inner.min()):
        found = np.array([top])  # the curve rises or falls all the way: its end is its peak
    if len(found) == 0:
        return Peaks((), (), None)
    scores = inner[found]
    mean, most = float(inner.mean()), float(inner.max())
    threshold = float(scores.max()) if highest_only else mean + share * (most - mean)
    return Peaks(tuple(int(one) + first for one in found), tuple(map(float, scores)), threshold)
