"""TV-L1 of OpenCV's contrib modules: the reference implementation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import cv2

from mebench_vision.flow.parameters import (
    DATA_WEIGHT,
    SCALE_STEP,
    TIGHTNESS,
    TIME_STEP,
    FlowFunction,
    TVL1Parameters,
)

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def opencv_flow(schedule: TVL1Parameters) -> FlowFunction:
    """Return OpenCV's ``DualTVL1OpticalFlow``, all its settings at their defaults.

    It is slower with two threads than with one, so it computes with one; frame pairs are better
    shared among processes.

    Parameters
    ----------
    schedule : TVL1Parameters
        How long it iterates.
    """
    cv2.setNumThreads(1)
    # Two settings have a spelling of their own in OpenCV.
    contributed: Any = cv2.optflow  # its types lack this one
    solver = contributed.DualTVL1OpticalFlow_create(
        tau=TIME_STEP,
        lambda_=DATA_WEIGHT,
        theta=TIGHTNESS,
        nscales=schedule.scales,
        warps=schedule.warps,
        epsilon=schedule.epsilon,
        innnerIterations=schedule.inner,
        outerIterations=schedule.outer,
        scaleStep=SCALE_STEP,
        gamma=0.0,
        medianFiltering=5,
        useInitialFlow=False,
    )

    def flow(first: NDArray[np.uint8], second: NDArray[np.uint8]) -> NDArray[np.float32]:
        found: NDArray[np.float32] = solver.calc(first, second, None)
        return found

    return flow
