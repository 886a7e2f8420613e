"""Smoothing of the spotting curve: simple, Gaussian and exponential windows (Table 7)."""

from __future__ import annotations

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
