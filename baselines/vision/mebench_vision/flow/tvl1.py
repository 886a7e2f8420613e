"""TV-L1 compiled by numba: OpenCV's algorithm in float32, over the levels of an image pyramid.

Resizing is bilinear, as in OpenCV.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mebench_vision.flow.gradients import linearize, padded_gradient, warp
from mebench_vision.flow.iterations import iterate
from mebench_vision.flow.median import median_filter
from mebench_vision.flow.numba_compiler import compiled
from mebench_vision.flow.parameters import LEAST_SIDE, SCALE_STEP, FlowFunction, TVL1Parameters


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
        As in :class:`~mebench_vision.flow.parameters.TVL1Parameters`.
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


ONE = np.float32(1)


def level_sizes(size: tuple[int, ...], scales: int) -> list[tuple[int, int]]:
    """Return the sizes of the levels, the finest first.

    Parameters
    ----------
    size : tuple of int
        Height and width of the images, in pixels.
    scales : int
        How many levels there are at most; one shorter than 16 pixels ends them.
    """
    height, width = size
    sizes = [(height, width)]
    while len(sizes) < scales:
        above = (round(sizes[-1][0] * SCALE_STEP), round(sizes[-1][1] * SCALE_STEP))
        if min(above) < LEAST_SIDE:
            break
        sizes.append(above)
    return sizes


def pyramid(image: NDArray[np.float32], scales: int) -> list[NDArray[np.float32]]:
    """Return an image at every level, the finest first."""
    levels = [image]
    for height, width in level_sizes(image.shape, scales)[1:]:
        level = np.empty((height, width), np.float32)
        resize(levels[-1], level, 1 / SCALE_STEP, 1 / SCALE_STEP, ONE)
        levels.append(level)
    return levels


def upsample_flow(field: NDArray[np.float32], height: int, width: int) -> NDArray[np.float32]:
    """Return a component of the flow at the next finer level, its lengths enlarged too."""
    rows, columns = field.shape
    finer = np.empty((height, width), np.float32)
    resize(field, finer, rows / height, columns / width, np.float32(1 / SCALE_STEP))
    return finer


@compiled
def resize(
    source: NDArray[np.float32],
    target: NDArray[np.float32],
    row_step: float,
    column_step: float,
    factor: np.float32,
) -> None:
    """Fill a target with a source, resized bilinearly between the centres of pixels.

    Parameters
    ----------
    source, target : float32 arrays of shape (height, width)
        Each of its own size.
    row_step, column_step : float
        Pixels of the source a pixel of the target.
    factor : float32
        What every value is multiplied by.
    """
    rows, columns = source.shape
    height, width = target.shape
    lefts = np.empty(width, np.int64)
    rights = np.empty(width, np.int64)
    shares = np.empty(width, np.float32)
    for x in range(width):
        lefts[x], rights[x], shares[x] = neighbors(x, column_step, columns)
    for y in range(height):
        above, below, share = neighbors(y, row_step, rows)
        rest = ONE - share
        for x in range(width):
            left, right, portion = lefts[x], rights[x], shares[x]
            upper = source[above, left] * (ONE - portion) + source[above, right] * portion
            lower = source[below, left] * (ONE - portion) + source[below, right] * portion
            target[y, x] = (upper * rest + lower * share) * factor


@compiled
def neighbors(place: int, step: float, size: int) -> tuple[int, int, np.float32]:
    """Return the two places of the source beside one of the target, and the second's share."""
    position = (place + 0.5) * step - 0.5
    first = int(np.floor(position))
    if first < 0:
        return 0, 0, np.float32(0)
    if first >= size - 1:
        return size - 1, size - 1, np.float32(0)
    return first, first + 1, np.float32(position - first)
