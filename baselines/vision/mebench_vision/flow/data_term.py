"""The data term of TV-L1: the second image and its gradient, warped by the flow and linearized."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mebench_vision.flow.numba_compiler import compiled, inlined

PADDING = 4
"""Width of the zeros around an image, in pixels: a sample farther outside meets only zeros."""

SHARPNESS = np.float32(-0.75)
"""The parameter of OpenCV's bicubic kernel (Keys 1981)."""

MIN_GRADIENT = np.float32(1.1920929e-07)
"""Below this squared gradient (epsilon of float32) the data term is ignored."""

HALF, ONE, TWO, THREE = np.float32(0.5), np.float32(1), np.float32(2), np.float32(3)
FOUR, FIVE, EIGHT = np.float32(4), np.float32(5), np.float32(8)
# With an unsigned index, numba does not test whether it counts from the end.
FIRST, SECOND, THIRD = np.uint64(1), np.uint64(2), np.uint64(3)


@compiled
def padded_gradient(image: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return (3, height + 8, width + 8): an image, its horizontal and its vertical differences.

    Around them are zeros. The differences are central; at the border, half of the one-sided
    difference is used.
    """
    height, width = image.shape
    planes = np.zeros((3, height + 2 * PADDING, width + 2 * PADDING), np.float32)
    for y in range(height):
        above, below = max(y - 1, 0), min(y + 1, height - 1)
        for x in range(width):
            left, right = max(x - 1, 0), min(x + 1, width - 1)
            planes[0, y + PADDING, x + PADDING] = image[y, x]
            planes[1, y + PADDING, x + PADDING] = HALF * (image[y, right] - image[y, left])
            planes[2, y + PADDING, x + PADDING] = HALF * (image[below, x] - image[above, x])
    return planes


@inlined
def cubic_weights(t: np.float32) -> tuple[np.float32, np.float32, np.float32, np.float32]:
    """Return the weights of the four pixels around a point, ``t`` pixels after the second one."""
    rest, ahead = ONE - t, ONE + t
    a = SHARPNESS
    first = ((a * ahead - FIVE * a) * ahead + EIGHT * a) * ahead - FOUR * a
    second = ((a + TWO) * t - (a + THREE)) * t * t + ONE
    third = ((a + TWO) * rest - (a + THREE)) * rest * rest + ONE
    return first, second, third, ONE - first - second - third


@inlined
def weighted_row(
    image: NDArray[np.float32],
    row: np.uint64,
    column: np.uint64,
    first: np.float32,
    second: np.float32,
    third: np.float32,
    fourth: np.float32,
) -> np.float32:
    """Return the weighted sum of four neighbors in a row."""
    total: np.float32 = (
        first * image[row, column]
        + second * image[row, column + FIRST]
        + third * image[row, column + SECOND]
        + fourth * image[row, column + THIRD]
    )
    return total


@compiled
def warp(
    padded: NDArray[np.float32],
    across: NDArray[np.float32],
    down: NDArray[np.float32],
    images: NDArray[np.float32],
) -> None:
    """Sample an image and its gradient bicubically where the flow points; outside is zero.

    ``padded`` comes from :func:`padded_gradient`; ``images``, of shape (3, height, width), is
    filled with the result.
    """
    height, width = across.shape
    image, right, below = padded[0], padded[1], padded[2]
    for y in range(height):
        for x in range(width):
            column, row = np.float32(x) + across[y, x], np.float32(y) + down[y, x]
            left, top = np.floor(column), np.floor(row)
            h0, h1, h2, h3 = cubic_weights(column - left)
            v0, v1, v2, v3 = cubic_weights(row - top)
            i = np.uint64(min(max(int(top) + PADDING - 1, 0), height + PADDING))
            j = np.uint64(min(max(int(left) + PADDING - 1, 0), width + PADDING))
            images[0, y, x] = (
                v0 * weighted_row(image, i, j, h0, h1, h2, h3)
                + v1 * weighted_row(image, i + FIRST, j, h0, h1, h2, h3)
                + v2 * weighted_row(image, i + SECOND, j, h0, h1, h2, h3)
                + v3 * weighted_row(image, i + THIRD, j, h0, h1, h2, h3)
            )
            images[1, y, x] = (
                v0 * weighted_row(right, i, j, h0, h1, h2, h3)
                + v1 * weighted_row(right, i + FIRST, j, h0, h1, h2, h3)
                + v2 * weighted_row(right, i + SECOND, j, h0, h1, h2, h3)
                + v3 * weighted_row(right, i + THIRD, j, h0, h1, h2, h3)
            )
            images[2, y, x] = (
                v0 * weighted_row(below, i, j, h0, h1, h2, h3)
                + v1 * weighted_row(below, i + FIRST, j, h0, h1, h2, h3)
                + v2 * weighted_row(below, i + SECOND, j, h0, h1, h2, h3)
                + v3 * weighted_row(below, i + THIRD, j, h0, h1, h2, h3)
            )


@compiled
def linearize(
    first: NDArray[np.float32],
    images: NDArray[np.float32],
    across: NDArray[np.float32],
    down: NDArray[np.float32],
    inverses: NDArray[np.float32],
    residuals: NDArray[np.float32],
) -> None:
    """Linearize the difference of the images around the flow (Zach et al. 2007, equation 4).

    Parameters
    ----------
    first : float32 array of shape (height, width)
        The first image.
    images : float32 array of shape (3, height, width)
        The second image and its gradient, warped.
    across, down : float32 arrays of shape (height, width)
        The flow by which they were warped.
    inverses : float32 array of shape (height, width)
        Filled with one over the squared gradient; 0 without a gradient.
    residuals : float32 array of shape (height, width)
        Filled with the constant term of the linearization: the difference at zero flow.
    """
    height, width = first.shape
    for y in range(height):
        for x in range(width):
            right, below = images[1, y, x], images[2, y, x]
            norm = right * right + below * below
            inverses[y, x] = ONE / norm if norm > MIN_GRADIENT else np.float32(0)
            residuals[y, x] = (
                images[0, y, x] - right * across[y, x] - below * down[y, x] - first[y, x]
            )
