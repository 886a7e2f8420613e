"""TV-L1 compiled by numba: OpenCV's algorithm in float32, each iteration in one sweep."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mebench_mean.flow.compiling import compiled
from mebench_mean.flow.gradients import linearize, padded_gradient, warp
from mebench_mean.flow.iterations import iterate
from mebench_mean.flow.median import median_filter
from mebench_mean.flow.pyramid import pyramid, upsample_flow
from mebench_mean.flow.schedule import FlowFunction, TVL1Parameters


def numba_flow(schedule: TVL1Parameters) -> FlowFunction:
    """Return TV-L1 by numba.

    Parameters
    ----------
    schedule : TVL1Parameters
        How long it iterates.
    """

    def flow(first: NDArray[np.uint8], second: NDArray[np.uint8]) -> NDArray[np.float32]:
        return solve(first.astype(np.float32), second.astype(np.float32), schedule)

    return flow


def solve(
    first: NDArray[np.float32], second: NDArray[np.float32], schedule: TVL1Parameters
) -> NDArray[np.float32]:
    """Return the flow between two images of grey levels from 0 to 255.

    Parameters
    ----------
    first, second : float32 arrays of shape (height, width)
        The images.
    schedule : TVL1Parameters
        How long to iterate.

    Returns
    -------
    float32 array of shape (height, width, 2)
        To the right and down, in pixels.
    """
    firsts, seconds = pyramid(first, schedule.scales), pyramid(second, schedule.scales)
    across = np.zeros_like(firsts[-1])
    down = np.zeros_like(firsts[-1])
    for level_first, level_second in zip(reversed(firsts), reversed(seconds), strict=True):
        height, width = level_first.shape
        if across.shape != level_first.shape:
            across, down = upsample_flow(across, height, width), upsample_flow(down, height, width)
        solve_level(
            level_first,
            level_second,
            across,
            down,
            schedule.warps,
            schedule.outer,
            schedule.inner,
            float(np.float32(schedule.epsilon**2 * height * width)),
        )
    return np.stack((across, down), axis=2)


@compiled
def solve_level(
    first: NDArray[np.float32],
    second: NDArray[np.float32],
    across: NDArray[np.float32],
    down: NDArray[np.float32],
    warps: int,
    outer: int,
    inner: int,
    least_change: float,
) -> int:
    """Improve the flow on a level of the pyramid, in place.

    Parameters
    ----------
    first, second : float32 arrays of shape (height, width)
        The images on this level.
    across, down : float32 arrays of shape (height, width)
        The flow, in pixels of this level.
    warps, outer, inner : int
        As in :class:`~mebench_mean.flow.schedule.TVL1Parameters`.
    least_change : float
        A warp ends when the sum of the squared changes is not above it.

    Returns
    -------
    int
        How many iterations there were.
    """
    height, width = first.shape
    padded = padded_gradient(second)
    images = np.empty((3, height, width), np.float32)
    inverses, residuals = np.empty_like(first), np.empty_like(first)
    dual = np.zeros((4, height + 1, width + 1), np.float32)
    total = 0
    for _ in range(warps):
        warp(padded, across, down, images)
        linearize(first, images, across, down, inverses, residuals)
        change, filterings = least_change + 1, 0
        while change > least_change and filterings < outer:
            median_filter(across)
            median_filter(down)
            filterings += 1
            iterations = 0
            while change > least_change and iterations < inner:
                change = iterate(images, inverses, residuals, across, down, dual)
                iterations += 1
            total += iterations
    return total
