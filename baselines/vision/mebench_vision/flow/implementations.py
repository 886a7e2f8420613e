"""The implementations of TV-L1 optical flow, by name."""

from __future__ import annotations

from typing import Literal, TypeAlias, get_args

from mebench_vision.flow.parameters import DEFAULT_PARAMETERS, FlowFunction, TVL1Parameters

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
        from mebench_vision.flow.opencv import opencv_flow

        return opencv_flow(parameters)
    if name == "numba":
        from mebench_vision.flow.tvl1 import numba_flow

        return numba_flow(parameters)
    raise ValueError(f"{name!r} is not one of {', '.join(FLOW_NAMES)}.")


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
