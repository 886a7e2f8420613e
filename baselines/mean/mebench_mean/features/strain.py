"""Optical strain: how much a face is stretched and sheared at each place."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def strain(flow: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the magnitude of the strain, from backward differences.

    sqrt(u_x² + v_y² + ½ (u_y + v_x)²), after Shreve et al., "Macro- and micro-expression spotting
    in long videos using spatio-temporal strain" (FG 2011).

    Parameters
    ----------
    flow : float32 array of shape (height, width, 2)
        To the right and down, in pixels.

    Returns
    -------
    float32 array of shape (height, width)
        Pixels a pixel. The first row and column repeat the differences of the second.
    """
    down, across = np.empty_like(flow), np.empty_like(flow)
    np.subtract(flow[1:], flow[:-1], out=down[1:])
    np.subtract(flow[:, 1:], flow[:, :-1], out=across[:, 1:])
    down[0], across[:, 0] = down[1], across[:, 1]
    shear = down[..., 0] + across[..., 1]
    total: NDArray[np.float32] = across[..., 0] ** 2 + down[..., 1] ** 2
    total += np.float32(0.5) * shear**2
    return np.sqrt(total, out=total)
