"""The iterations of TV-L1: a gradient step of the flow, then one of the dual variables."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mebench_vision.flow.numba_compiler import compiled
from mebench_vision.flow.parameters import DATA_WEIGHT, TIGHTNESS, TIME_STEP

LIMIT = np.float32(DATA_WEIGHT * TIGHTNESS)
THETA = np.float32(TIGHTNESS)
STEP = np.float32(TIME_STEP / TIGHTNESS)
ONE = np.float32(1)


@compiled
def iterate(
    images: NDArray[np.float32],
    inverses: NDArray[np.float32],
    residuals: NDArray[np.float32],
    across: NDArray[np.float32],
    down: NDArray[np.float32],
    dual: NDArray[np.float32],
) -> float:
    """Iterate once: thresholding, flow and dual variables (IPOL 2013, algorithm 1, lines 7 to 11).

    One pass over the rows does both steps: the dual variables of a row are updated right after the
    flow of the next row, while the data is still in the processor's first-level cache.

    Parameters
    ----------
    images, inverses, residuals : float32 arrays
        The linearized data term: :mod:`mebench_vision.flow.data_term`.
    across, down : float32 arrays of shape (height, width)
        The flow, in pixels; changed in place.
    dual : float32 array of shape (4, height + 1, width + 1)
        The dual variables of ``across`` (right, down) and ``down`` (right, down), after a first row
        and a first column of zeros; changed in place.

    Returns
    -------
    float
        The sum of the squared changes of the flow.
    """
    height = across.shape[0]
    changes = np.zeros(across.shape[1], np.float32)
    for y in range(height + 1):
        if y < height:
            step_flow(y, images, inverses, residuals, across, down, dual, changes)
        if y > 0:
            step_dual(y - 1, across, down, dual)
    total = 0.0
    for change in changes:
        total += float(change)
    return total


@compiled
def step_flow(
    y: int,
    images: NDArray[np.float32],
    inverses: NDArray[np.float32],
    residuals: NDArray[np.float32],
    across: NDArray[np.float32],
    down: NDArray[np.float32],
    dual: NDArray[np.float32],
    changes: NDArray[np.float32],
) -> None:
    """Update a row of the flow, and add its squared changes to the sums per column.

    A sum along the row would be one long chain of dependent additions.
    """
    width = across.shape[1]
    rights, belows = images[1, y], images[2, y]
    inverse, residual, u, v = inverses[y], residuals[y], across[y], down[y]
    u_right, u_left = dual[0, y + 1, 1:], dual[0, y + 1]
    u_below, u_above = dual[1, y + 1, 1:], dual[1, y, 1:]
    v_right, v_left = dual[2, y + 1, 1:], dual[2, y + 1]
    v_below, v_above = dual[3, y + 1, 1:], dual[3, y, 1:]
    for x in range(width):
        # A clipped division covers the three cases of the thresholding operator.
        step = -(residual[x] + rights[x] * u[x] + belows[x] * v[x]) * inverse[x]
        step = LIMIT if step > LIMIT else step
        step = -LIMIT if step < -LIMIT else step
        u_divergence = u_right[x] - u_left[x] + u_below[x] - u_above[x]
        v_divergence = v_right[x] - v_left[x] + v_below[x] - v_above[x]
        u_change = step * rights[x] + THETA * u_divergence
        v_change = step * belows[x] + THETA * v_divergence
        changes[x] += u_change * u_change + v_change * v_change
        u[x] += u_change
        v[x] += v_change


@compiled
def step_dual(
    y: int,
    across: NDArray[np.float32],
    down: NDArray[np.float32],
    dual: NDArray[np.float32],
) -> None:
    """Update a row of the dual variables from forward differences of the flow, 0 at the border."""
    height, width = across.shape
    u, v = across[y], down[y]
    below = min(y + 1, height - 1)
    u_next, v_next = across[below], down[below]
    u_right, u_below = dual[0, y + 1, 1:], dual[1, y + 1, 1:]
    v_right, v_below = dual[2, y + 1, 1:], dual[3, y + 1, 1:]
    for x in range(width - 1):
        u_x, u_y = STEP * (u[x + 1] - u[x]), STEP * (u_next[x] - u[x])
        v_x, v_y = STEP * (v[x + 1] - v[x]), STEP * (v_next[x] - v[x])
        u_norm = ONE + np.sqrt(u_x * u_x + u_y * u_y)
        v_norm = ONE + np.sqrt(v_x * v_x + v_y * v_y)
        # Divisions are slow, so one division replaces two.
        both = ONE / (u_norm * v_norm)
        u_factor, v_factor = both * v_norm, both * u_norm
        u_right[x] = (u_right[x] + u_x) * u_factor
        u_below[x] = (u_below[x] + u_y) * u_factor
        v_right[x] = (v_right[x] + v_x) * v_factor
        v_below[x] = (v_below[x] + v_y) * v_factor
    x = width - 1
    u_y, v_y = STEP * (u_next[x] - u[x]), STEP * (v_next[x] - v[x])
    u_below[x] = (u_below[x] + u_y) / (ONE + abs(u_y))
    v_below[x] = (v_below[x] + v_y) / (ONE + abs(v_y))
