"""Scaling the three channels of a pair: by the pair's own range, or by a fixed one."""

from __future__ import annotations

from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

ChannelScaling: TypeAlias = Literal["face", "regions", "fixed"]
"""``face``: each channel from 0 to 1 on the whole face, a pair at a time, as published.
``regions``: from 0 to 1 on what the networks see. ``fixed``: pixels, the nose's flow subtracted."""


def scale_to_unit(maps: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return each channel stretched to the range from 0 to 1; a constant one becomes 0.

    Parameters
    ----------
    maps : float32 array of shape (height, width, channels)
        Changed by no shift and no scale of a channel.
    """
    height, width, channels = maps.shape
    # No processor goes through three numbers at a time quickly: whole rows take a twentieth.
    rows = maps.reshape(height, width * channels)
    least = rows.min(axis=0).reshape(width, channels).min(axis=0)
    spread = rows.max(axis=0).reshape(width, channels).max(axis=0) - least
    factors = np.divide(1, spread, out=np.zeros_like(spread), where=spread > 0)
    found: NDArray[np.float32] = (rows - np.tile(least, width)) * np.tile(factors, width)
    return found.reshape(maps.shape)


def subtract_nose_flow(maps: NDArray[np.float32], nose: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return flow and strain in pixels, the flow relative to that of the nose.

    Parameters
    ----------
    maps : float32 array of shape (height, width, 3)
        Flow to the right, down, and strain.
    nose : float32 array of shape (2,)
        The flow of the nose.
    """
    return maps - np.array([nose[0], nose[1], 0], np.float32)
