"""The implementations of TV-L1 optical flow, by name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, TypeAlias, get_args

from mebench import UsageError
from mebench_vision.flow.parameters import (
    DATA_WEIGHT,
    DEFAULT_PARAMETERS,
    SCALE_STEP,
    TIGHTNESS,
    TIME_STEP,
    FlowFunction,
    TVL1Parameters,
)

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

FlowName: TypeAlias = Literal["numba", "opencv"]

FLOW_NAMES: tuple[FlowName, ...] = get_args(FlowName)

FLOW_VERSIONS: dict[FlowName, str] = {"numba": "1", "opencv": "1"}
"""Increased when the result of an implementation changes."""


def flow_function(name: FlowName, parameters: TVL1Parameters = DEFAULT_PARAMETERS) -> FlowFunction:
    """Return an implementation of TV-L1 that uses one thread.

    Parameters
    ----------
    name : {"numba", "opencv"}
        ``opencv`` is the reference; ``numba`` agrees with it within the reference's own rounding
        noise and is several times faster.
    parameters : TVL1Parameters
        Numbers of levels and iterations.

    Returns
    -------
    callable
        ``flow(first, second)`` takes two gray images, ``uint8`` of shape (height, width), and
        returns ``float32`` of shape (height, width, 2): the motion of each pixel from the first
        image to the second, to the right and down, in pixels.

    Raises
    ------
    UsageError
        ``flow-not-available``, if this OpenCV has no optflow module.
    """
    if name == "opencv":
        return opencv_flow(parameters)
    if name == "numba":
        from mebench_vision.flow.tvl1 import numba_flow

        return numba_flow(parameters)
    raise ValueError(f"{name!r} is not one of {', '.join(FLOW_NAMES)}.")


def opencv_flow(parameters: TVL1Parameters) -> FlowFunction:
    """Return ``DualTVL1OpticalFlow`` of OpenCV's contrib modules, with its default settings.

    It uses one thread: two make it slower, so frame pairs are better distributed over processes.
    """
    import cv2

    optflow: Any = getattr(cv2, "optflow", None)
    if optflow is None:
        raise UsageError.of(
            "flow-not-available",
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


def flow_version(name: FlowName) -> str:
    """Return the version of an implementation, for store keys.

    The flow of OpenCV differs between its releases.
    """
    if name == "opencv":
        import cv2

        return f"{FLOW_VERSIONS[name]}, OpenCV {cv2.__version__}"
    return FLOW_VERSIONS[name]


def warm_up(name: FlowName) -> None:
    """Check that an implementation works here, and compile it for the worker processes.

    Raises
    ------
    UsageError
        ``flow-not-available``, if this OpenCV has no optflow module.
    """
    flow = flow_function(name)
    if name == "numba":
        import numpy as np

        constant = np.zeros((32, 32), np.uint8)
        flow(constant, constant)
