"""From a smoothed curve to candidate intervals (Section 3.4)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


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
