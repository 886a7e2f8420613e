"""TV-L1 compiled by numba: OpenCV's algorithm in float32, over the levels of an image pyramid.

Resizing is bilinear, as in OpenCV.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mebench_vision.flow.data_term import linearize, padded_gradient, warp
from mebench_vision.flow.iterations import iterate
from mebench_vision.flow.median_filter import median_filter
from mebench_vision.flow.numba_compiler import compiled
from mebench_vision.flow.parameters import MIN_SIDE, SCALE_STEP, FlowFunction, TVL1Parameters


def numba_flow(parameters: TVL1Parameters) -> FlowFunction:
    """Return TV-L1 compiled by numba."""

    def flow(first: NDArray[np.uint8], second: NDArray[np.uint8]) -> NDArray[np.float32]:
        levels = [pyramid(image.astype(np.float32), parameters.scales) for image in (first, second)]
        across, down = np.zeros_like(levels[0][-1]), np.zeros_like(levels[0][-1])
        for first_level, second_level in reversed(list(zip(*levels, strict=True))):
            height, width = size = first_level.shape
            if across.shape != size:
                across, down = (upsample_flow(part, height, width) for part in (across, down))
            max_change = float(np.float32(parameters.epsilon**2 * height * width))
            iterations = parameters.warps, parameters.outer, parameters.inner
            solve_level(first_level, second_level, across, down, *iterations, max_change)
        return np.stack((across, down), axis=2)

    return flow


@compiled
def solve_level(
    first: NDArray[np.float32],
    second: NDArray[np.float32],
    across: NDArray[np.float32],
    down: NDArray[np.float32],
    warps: int,
    outer: int,
    inner: int,
    max_change: float,
) -> None:
    """Improve the flow on a level of the pyramid, in place.

    Parameters
    ----------
    first, second : float32 arrays of shape (height, width)
        The images on this level.
    across, down : float32 arrays of shape (height, width)
        The flow, in pixels of this level.
    warps, outer, inner : int
        As in :class:`~mebench_vision.flow.parameters.TVL1Parameters`.
    max_change : float
        A warp ends when the sum of the squared changes is at most this.
    """
    height, width = first.shape
    padded = padded_gradient(second)
    images = np.empty((3, height, width), np.float32)
    inverses, residuals = np.empty_like(first), np.empty_like(first)
    dual = np.zeros((4, height + 1, width + 1), np.float32)
    for _ in range(warps):
        warp(padded, across, down, images)
        linearize(first, images, across, down, inverses, residuals)
        change, filterings = max_change + 1, 0
        while change > max_change and filterings < outer:
            median_filter(across)
            median_filter(down)
            filterings += 1
            iterations = 0
            while change > max_change and iterations < inner:
                change = iterate(images, inverses, residuals, across, down, dual)
                iterations += 1


ONE = np.float32(1)


def level_sizes(size: tuple[int, ...], scales: int) -> list[tuple[int, int]]:
    """Return the sizes of at most ``scales`` levels, finest first, with sides of 16 or more."""
    height, width = size
    sizes = [(height, width)]
    while len(sizes) < scales:
        coarser = (round(sizes[-1][0] * SCALE_STEP), round(sizes[-1][1] * SCALE_STEP))
        if min(coarser) < MIN_SIDE:
            break
        sizes.append(coarser)
    return sizes


def pyramid(image: NDArray[np.float32], scales: int) -> list[NDArray[np.float32]]:
    """Return an image at every level, finest first."""
    levels = [image]
    for height, width in level_sizes(image.shape, scales)[1:]:
        level = np.empty((height, width), np.float32)
        resize(levels[-1], level, 1 / SCALE_STEP, 1 / SCALE_STEP, ONE)
        levels.append(level)
    return levels


def upsample_flow(field: NDArray[np.float32], height: int, width: int) -> NDArray[np.float32]:
    """Return a component of the flow at the next finer level, in pixels of that level."""
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
    """Resize an image bilinearly between pixel centers, into the target, and multiply it.

    The steps are source pixels per target pixel.
    """
    rows, columns = source.shape
    height, width = target.shape
    lefts = np.empty(width, np.int64)
    rights = np.empty(width, np.int64)
    weights = np.empty(width, np.float32)
    for x in range(width):
        lefts[x], rights[x], weights[x] = neighbors(x, column_step, columns)
    for y in range(height):
        above, below, row_weight = neighbors(y, row_step, rows)
        rest = ONE - row_weight
        for x in range(width):
            left, right, weight = lefts[x], rights[x], weights[x]
            upper = source[above, left] * (ONE - weight) + source[above, right] * weight
            lower = source[below, left] * (ONE - weight) + source[below, right] * weight
            target[y, x] = (upper * rest + lower * row_weight) * factor


@compiled
def neighbors(index: int, step: float, size: int) -> tuple[int, int, np.float32]:
    """Return the two source indices around a target index, and the weight of the second."""
    position = (index + 0.5) * step - 0.5
    first = int(np.floor(position))
    if first < 0:
        return 0, 0, np.float32(0)
    if first >= size - 1:
        return size - 1, size - 1, np.float32(0)
    return first, first + 1, np.float32(position - first)
