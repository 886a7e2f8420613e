"""The implementations of TV-L1 optical flow, by name."""

from __future__ import annotations

from typing import Literal, TypeAlias, get_args

from mebench_vision.flow.parameters import DEFAULT_PARAMETERS, FlowFunction, TVL1Parameters

FlowName: TypeAlias = Literal["numba", "opencv"]

FLOW_NAMES: tuple[FlowName, ...] = get_args(FlowName)

FLOW_VERSIONS: dict[FlowName, str] = {"numba": "1", "opencv": "1"}
"""Raised with every change of what an implementation computes."""


def flow_function(name: FlowName, schedule: TVL1Parameters = DEFAULT_PARAMETERS) -> FlowFunction:
    """Return an implementation of TV-L1, which computes with one thread.

    Parameters
    ----------
    name : {"numba", "opencv"}
        ``opencv`` is the reference; ``numba`` follows it to within its own rounding noise, several
        times faster.
    schedule : TVL1Parameters
        How long it iterates.

    Returns
    -------
    callable
        ``flow(first, second)`` takes two grey images, ``uint8`` of shape (height, width), and
        returns ``float32`` of shape (height, width, 2): how far each pixel of the first moves to
        the right and down until the second, in pixels.
    """
    if name == "opencv":
        from mebench_vision.flow.opencv import opencv_flow

        return opencv_flow(schedule)
    if name == "numba":
        from mebench_vision.flow.tvl1 import numba_flow

        return numba_flow(schedule)
    raise ValueError(f"{name!r} is no implementation of optical flow: {', '.join(FLOW_NAMES)}")


def flow_version(name: FlowName) -> str:
    """Return all that a flow depends on besides its images, for the keys of what is kept.

    OpenCV's flow differs between its releases.
    """
    if name == "opencv":
        import cv2

        return f"{FLOW_VERSIONS[name]}, OpenCV {cv2.__version__}"
    return FLOW_VERSIONS[name]


def warm(name: FlowName) -> None:
    """Compile what has to be compiled, so that worker processes find it in the cache."""
    if name != "numba":
        return
    import numpy as np

    flat = np.zeros((32, 32), np.uint8)
    flow_function(name)(flat, flat)
