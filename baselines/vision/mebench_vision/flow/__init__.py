"""TV-L1 optical flow: an implementation compiled by numba (the default), and OpenCV's.

Both follow Zach, Pock and Bischof, "A duality based approach for realtime TV-L1 optical flow"
(DAGM 2007), in the form of Sánchez Pérez, Meinhardt-Llopis and Facciolo, "TV-L1 optical flow
estimation" (IPOL 2013), with OpenCV's conventions: median filtering between the iterations, a
stopping rule on the mean change, and zeros outside the image.
"""

from mebench_vision.flow.implementations import (
    FLOW_NAMES,
    FLOW_VERSIONS,
    FlowName,
    flow_function,
    flow_version,
    warm_up,
)
from mebench_vision.flow.parameters import DEFAULT_PARAMETERS, FlowFunction, TVL1Parameters

__all__ = [
    "DEFAULT_PARAMETERS",
    "FLOW_NAMES",
    "FLOW_VERSIONS",
    "FlowFunction",
    "FlowName",
    "TVL1Parameters",
    "flow_function",
    "flow_version",
    "warm_up",
]
