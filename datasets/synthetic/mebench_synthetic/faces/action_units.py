"""Action units as displacements of the mesh, one per side of the face."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from mebench_synthetic.faces import assets
from mebench_synthetic.faces.mean_head import mean_head, smooth_step

Floats = NDArray[np.float32]

ACTION_UNITS: dict[str, str] = {
    "AU1": "browInnerUp",
    "AU2": "browOuterUp*",
    "AU4": "browDown*",
    "AU5": "eyeWide*",
    "AU6": "cheekSquint*",
    "AU7": "eyeSquint*",
    "AU9": "noseSneer*",
    "AU10": "mouthUpperUp*",
    "AU12": "mouthSmile*",
    "AU14": "mouthDimple*",
    "AU15": "mouthFrown*",
    "AU17": "mouthShrugLower",
    "AU20": "mouthStretch*",
    "AU24": "mouthPress*",
    "AU25": "mouthLowerDown*",
    "AU26": "jawOpen",
}
"""The face unit of each action unit; ``*`` stands for a side, others are split in the middle."""

SIDED_UNITS = tuple(f"{unit}{side}" for unit in ACTION_UNITS for side in "LR")
"""All unit names that a pose may contain."""

_HALF_WIDTH_OF_SPLIT = 0.12
"""Half the width of the transition between the sides of a face unit, in head units."""


@cache
def displacement(name: str) -> Floats:
    """Return the displacement of each vertex at intensity 1.

    Parameters
    ----------
    name : str
        One of ``SIDED_UNITS``.

    Returns
    -------
    float32, shape (vertices, 3)
        Head units.
    """
    return _face_unit(ACTION_UNITS[name[:-1]], name[-1])


@cache
def lids_closing() -> Floats:
    """Return the displacement that closes both eyes; shape (vertices, 3), head units."""
    return _face_unit("eyeBlink*", "L") + _face_unit("eyeBlink*", "R")


def _face_unit(pattern: str, side: str) -> Floats:
    """Return one side of a face unit."""
    if "*" in pattern:
        return assets.units()[pattern.replace("*", "Left" if side == "L" else "Right")]
    x = mean_head().vertices[:, :1]
    left_weight = smooth_step(-_HALF_WIDTH_OF_SPLIT, _HALF_WIDTH_OF_SPLIT, x)
    side_displacement: Floats = assets.units()[pattern] * (
        left_weight if side == "L" else 1 - left_weight
    )
    return side_displacement
