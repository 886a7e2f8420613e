"""Sizes of the pyramid's levels, and bilinear resizing as OpenCV does it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mebench_mean.flow.compiling import compiled
from mebench_mean.flow.schedule import LEAST_SIDE, SCALE_STEP

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
