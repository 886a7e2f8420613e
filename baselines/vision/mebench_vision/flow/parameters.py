"""Parameters of TV-L1 that both implementations share, and the type of a flow function."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

FlowFunction: TypeAlias = Callable[[NDArray[np.uint8], NDArray[np.uint8]], NDArray[np.float32]]
"""Returns the flow between two gray images."""

TIME_STEP = 0.25
"""Tau: step size of the dual variables."""

DATA_WEIGHT = 0.15
"""Lambda: a smaller weight gives a smoother flow."""

TIGHTNESS = 0.3
"""Theta: how closely the flow follows its relaxed copy."""

SCALE_STEP = 0.8
"""Size of a level of the pyramid relative to the next finer level."""

MIN_SIDE = 16
"""Shortest side of a level of the pyramid, in pixels."""


@dataclass(frozen=True, slots=True)
class TVL1Parameters:
    """Numbers of levels, warps and iterations; the defaults are OpenCV's.

    Attributes
    ----------
    scales : int
        Levels of the pyramid.
    warps : int
        Number of times per level that the second image is warped by the current flow.
    outer : int
        Maximum number of median filterings per warp.
    inner : int
        Maximum number of iterations per median filtering.
    epsilon : float
        A warp ends when the root of the mean squared change is below it, in pixels.
    """

    scales: int = 5
    warps: int = 5
    outer: int = 10
    inner: int = 30
    epsilon: float = 0.01


DEFAULT_PARAMETERS = TVL1Parameters()
