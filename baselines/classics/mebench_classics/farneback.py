"""Farnebäck's optical flow by OpenCV, for methods that need no exact flow at each pixel."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mebench_vision.flow import FlowFunction


def farneback() -> FlowFunction:
    """Return Farnebäck's optical flow, with one thread and windows of 15 pixels."""
    import cv2

    cv2.setNumThreads(1)

    def flow(first: NDArray[np.uint8], second: NDArray[np.uint8]) -> NDArray[np.float32]:
        field = cv2.calcOpticalFlowFarneback(
            first,
            second,
            np.empty((*first.shape, 2), np.float32),
            pyr_scale=0.5,
            levels=3,
            winsize=15,
            iterations=3,
            poly_n=5,
            poly_sigma=1.1,
            flags=0,
        )
        return np.asarray(field, np.float32)

    return flow


def farneback_version() -> str:
    """Return what the flow depends on, for store keys."""
    import cv2

    return f"Farnebäck, OpenCV {cv2.__version__}"
