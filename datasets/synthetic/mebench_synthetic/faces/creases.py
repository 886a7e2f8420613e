"""Creases of the skin: from age, and from action units.

A crease is a path on the mean head with a depth and a width. It lowers the skin along the path
and raises a soft ridge on both sides; the shading makes it visible.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from mebench import RandomStream
from mebench_synthetic.faces.textures import BOTTOM, LEFT, RIGHT, TOP, pixels_of

Floats = NDArray[np.float32]

DENSITY = 200
"""Pixels per head unit of crease maps: half the density of the skin, since creases are soft."""


@dataclass(frozen=True)
class Crease:
    """One line on the left side of the mean head; the right side mirrors it.

    Attributes
    ----------
    path : tuple of (float, float)
        Points (x, y) on a smooth curve.
    depth, width : float
        Head units.
    """

    path: tuple[tuple[float, float], ...]
    depth: float
    width: float


_NASOLABIAL = Crease(((0.185, -0.36), (0.25, -0.43), (0.325, -0.55), (0.365, -0.68)), 0.016, 0.020)
_MARIONETTE = Crease(((0.295, -0.71), (0.33, -0.80), (0.335, -0.90)), 0.010, 0.016)
_CROW = (
    Crease(((0.53, 0.035), (0.60, 0.075), (0.67, 0.125)), 0.007, 0.011),
    Crease(((0.535, 0.005), (0.61, 0.015), (0.69, 0.03)), 0.008, 0.011),
    Crease(((0.53, -0.025), (0.60, -0.055), (0.67, -0.10)), 0.007, 0.011),
)
_UNDER_EYE = (
    Crease(((0.17, -0.10), (0.26, -0.155), (0.37, -0.16), (0.46, -0.11)), 0.008, 0.016),
    Crease(((0.16, -0.13), (0.24, -0.205), (0.35, -0.225)), 0.006, 0.018),
)
_GLABELLA = Crease(((0.055, 0.10), (0.065, 0.19), (0.058, 0.30)), 0.014, 0.015)
_ROOT = Crease(((0.0, 0.075), (0.06, 0.085), (0.10, 0.075)), 0.009, 0.014)
_BRIDGE = (
    Crease(((0.03, -0.02), (0.085, -0.06), (0.12, -0.13)), 0.008, 0.012),
    Crease(((0.03, 0.03), (0.09, 0.0), (0.14, -0.05)), 0.006, 0.012),
)
_CHIN = Crease(((0.0, -0.875), (0.10, -0.885), (0.18, -0.93)), 0.010, 0.02)


def _forehead(inner: float, outer: float, depth: float) -> tuple[Crease, ...]:
    """Return lines across the forehead, from the middle to a side."""
    return tuple(
        Crease(
            tuple(
                (x, y + 0.03 * np.sin(3.2 * x + 9 * y) - 0.10 * x * x)
                for x in np.linspace(inner, outer, 6).tolist()
            ),
            depth * strength,
            0.016,
        )
        for y, strength in ((0.40, 0.8), (0.49, 1.0), (0.59, 0.9), (0.70, 0.6))
    )


CREASES_OF_UNITS: dict[str, tuple[Crease, ...]] = {
    "AU1": _forehead(0.0, 0.34, 0.013),
    "AU2": _forehead(0.26, 0.58, 0.011),
    "AU4": (_GLABELLA, _ROOT),
    "AU6": (*_CROW, *_UNDER_EYE),
    "AU7": (_UNDER_EYE[0], _CROW[1]),
    "AU9": (*_BRIDGE, _NASOLABIAL),
    "AU10": (_NASOLABIAL,),
    "AU12": (_NASOLABIAL, Crease(((0.36, -0.57), (0.40, -0.66), (0.39, -0.74)), 0.009, 0.018)),
    "AU14": (Crease(((0.335, -0.60), (0.355, -0.66), (0.345, -0.72)), 0.012, 0.016),),
    "AU15": (_MARIONETTE,),
    "AU17": (_CHIN,),
    "AU20": (Crease(((0.37, -0.60), (0.41, -0.70), (0.40, -0.80)), 0.008, 0.018),),
}
"""The creases of each action unit at intensity 1, on its side."""

_CREASES_OF_AGE = (
    *_forehead(0.0, 0.5, 0.008),
    *(Crease(line.path, line.depth * 0.55, line.width) for line in (_NASOLABIAL, _GLABELLA)),
    *(Crease(line.path, line.depth * 0.6, line.width) for line in (*_CROW, *_UNDER_EYE)),
    Crease(_MARIONETTE.path, 0.008, 0.02),
)


def _smooth_path(crease: Crease, pieces: int = 24) -> Floats:
    """Return points along a crease: a cubic through its path; shape (pieces + 1, 2)."""
    positions = np.array(crease.path)
    knots = np.linspace(0, 1, len(positions))
    degree = min(3, len(positions) - 1)
    along = np.linspace(0, 1, pieces + 1)
    points: Floats = np.stack(
        [np.polyval(np.polyfit(knots, positions[:, axis], degree), along) for axis in (0, 1)],
        axis=1,
    ).astype(np.float32)
    return points


def _draw_crease(crease: Crease, side: int, bends: Floats | None) -> Floats:
    """Return the height of one crease; shape (height, width)."""
    size = round((TOP - BOTTOM) * DENSITY), round((RIGHT - LEFT) * DENSITY)
    path = _smooth_path(crease)
    if bends is not None:
        path = path + bends
    path[:, 0] *= side
    drawn = np.zeros(size, np.float32)
    points = np.round(pixels_of(path, DENSITY) * 16).astype(int).tolist()
    begins_in_the_middle = abs(crease.path[0][0]) < 0.01
    for index, (first, last) in enumerate(pairwise(points)):
        part = (index + 0.5) / (len(points) - 1)
        taper = np.sin(np.pi * (0.5 + part / 2 if begins_in_the_middle else part)) ** 0.7
        cv2.line(drawn, first, last, float(taper), 1, cv2.LINE_8, 4)
    groove = crease.width * DENSITY * 0.5
    narrow = cv2.GaussianBlur(drawn, (0, 0), groove) * (groove * 2.5)
    wide = cv2.GaussianBlur(drawn, (0, 0), 2.6 * groove) * (2.6 * groove * 2.5)
    height: Floats = np.float32(crease.depth) * (np.float32(0.45) * wide - narrow)
    return height


@cache
def height_of_unit(name: str) -> Floats | None:
    """Return the height of the creases of one side of an action unit at intensity 1.

    Parameters
    ----------
    name : str
        One of ``action_units.SIDED_UNITS``.

    Returns
    -------
    float32, shape (height, width), or None
        Head units, on the front of the mean head; None if there are no creases.
    """
    creases = CREASES_OF_UNITS.get(name[:-1])
    if creases is None:
        return None
    side = 1 if name[-1] == "L" else -1
    folded = np.stack([_draw_crease(crease, side, None) for crease in creases])
    return np.asarray(folded.sum(axis=0), np.float32)


def height_of_age(age: float, stream: RandomStream) -> Floats:
    """Return the height of the creases from age; shape (height, width), head units."""
    age_factor = float(np.clip((age - 28) / 40, 0, 1.1)) ** 1.2
    total = np.zeros((round((TOP - BOTTOM) * DENSITY), round((RIGHT - LEFT) * DENSITY)), np.float32)
    bend_knots = stream.standard_normal(len(_CREASES_OF_AGE), 2, 4, 2)
    along = np.linspace(0, 3, 25)
    if age_factor < 0.02:
        return total
    for crease, sides in zip(_CREASES_OF_AGE, bend_knots, strict=True):
        for side, knots in zip((1, -1), sides, strict=True):
            is_central = abs(crease.path[0][0]) < 0.01
            bends = np.stack(
                [np.interp(along, range(4), knots[:, axis]) for axis in (0, 1)], axis=1
            ).astype(np.float32) * np.float32(0.0 if is_central and side < 0 else 0.008)
            strength = np.float32(age_factor * (0.8 + 0.25 * float(knots[0, 0])))
            total += strength * _draw_crease(crease, side, bends)
    return total


def fold_depth_at_age(age: float) -> float:
    """Return the depth of creases of action units relative to an age of 40 years."""
    return float(np.interp(age, [20, 40, 70], [0.5, 1.0, 1.5]))
