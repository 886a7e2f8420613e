"""Parameters of TV-L1 that both implementations share, and the type of a flow function."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

FlowFunction: TypeAlias = Callable[[NDArray[np.uint8], NDArray[np.uint8]], NDArray[np.float32]]
"""From two grey images to the flow between them."""

TIME_STEP = 0.25
"""Tau: the step of the dual variables."""

DATA_WEIGHT = 0.15
"""Lambda: a smaller weight gives a smoother flow."""

TIGHTNESS = 0.3
"""Theta: how closely the flow follows its relaxed copy."""

SCALE_STEP = 0.8
"""A level of the pyramid is as large as this share of the one below it."""

LEAST_SIDE = 16
"""Levels of the pyramid with a shorter side are left out, in pixels."""


@dataclass(frozen=True, slots=True)
class TVL1Parameters:
    """How many levels, warps and iterations; the defaults are OpenCV's.

    Attributes
    ----------
    scales : int
        Levels of the pyramid.
    warps : int
        How often, on each level, the second image is warped by the flow so far.
    outer : int
        Median filterings a warp, at most.
    inner : int
        Iterations after each of them, at most.
    epsilon : float
        A warp ends when the root of the mean squared change is below it, in pixels.
    """

    scales: int = 5
    warps: int = 5
    outer: int = 10
    inner: int = 30
    epsilon: float = 0.01


DEFAULT_PARAMETERS = TVL1Parameters()
