"""Smoothing of a curve with one number per pair of frames, and its place in the video."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

Smoothing = Literal[
    "simple", "simple-odd", "gaussian-1", "gaussian-3", "exponential-1", "exponential-3", "none"
]
"""``simple``: 2k' equal weights, as in the authors' code; ``simple-odd``: 2k' + 1, as in the text;
``gaussian-S`` and ``exponential-T`` have 2k' + 1 points."""


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
        smoothed[: len(weights) - 1 - lead] = np.nan
        smoothed[len(curve) - lead :] = np.nan
    return smoothed


def to_frames(curve: NDArray[np.floating], n_frames: int, start: int = 0) -> NDArray[np.float32]:
    """Return a curve over all frames of a video: NaN before ``start`` and after its end."""
    frames = np.full(n_frames, np.nan, np.float32)
    frames[start : start + len(curve)] = curve
    return frames
