"""From light to what a screen shows, and back."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

GAMMA = 2.2


def displayed(light: Floats) -> Floats:
    """Encode linear light for a display: nearly linear below 0.6, softly held below 1 above.

    Parameters
    ----------
    light : float32, any shape
        Linear, 1 is white.

    Returns
    -------
    float32, same shape
        0 to 255.
    """
    light = np.maximum(light, 0)
    square = light * light
    held = light / np.sqrt(np.sqrt(1 + square * square))
    encoded: Floats = np.float32(255) * np.power(held, np.float32(1 / GAMMA))
    return encoded
