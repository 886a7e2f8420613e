"""TV-L1 of OpenCV's contrib modules: the reference implementation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import cv2

from mebench import UsageError
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

CODE = "flow-not-available"


def opencv_flow(parameters: TVL1Parameters) -> FlowFunction:
    """Return OpenCV's ``DualTVL1OpticalFlow`` with its default settings.

    It uses one thread: two make it slower, so frame pairs are better distributed over processes.

    Parameters
    ----------
    parameters : TVL1Parameters
        Numbers of levels and iterations.

    Raises
    ------
    UsageError
        ``flow-not-available``, if this OpenCV has no optflow module.
    """
    optflow: Any = getattr(cv2, "optflow", None)
    if optflow is None:
        raise UsageError.of(
            CODE,
            f"This OpenCV ({cv2.__version__}) has no optflow module.",
            "Install a contrib build (opencv-contrib-python-headless), or use --flow numba.",
        )
    cv2.setNumThreads(1)
    solver = optflow.DualTVL1OpticalFlow_create(
        tau=TIME_STEP,
        lambda_=DATA_WEIGHT,
        theta=TIGHTNESS,
        nscales=parameters.scales,
        warps=parameters.warps,
        epsilon=parameters.epsilon,
        innnerIterations=parameters.inner,
        outerIterations=parameters.outer,
        scaleStep=SCALE_STEP,
        gamma=0.0,
        medianFiltering=5,
        useInitialFlow=False,
    )

    def flow(first: NDArray[np.uint8], second: NDArray[np.uint8]) -> NDArray[np.float32]:
        field: NDArray[np.float32] = solver.calc(first, second, None)
        return field

    return flow
