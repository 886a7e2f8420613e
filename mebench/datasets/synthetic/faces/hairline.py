"""Where hair grows on a head, and the round form it lies on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mebench.datasets.synthetic.faces.mesh import Head, smooth_step
from mebench.datasets.synthetic.person import Person

Floats = NDArray[np.float32]

_MIDDLE = np.array([0.0, 0.22, -0.78], np.float32)
"""The middle of the mean skull."""
_AROUND = [0, 15, 30, 40, 50, 58, 63, 69, 74, 100, 108, 120, 180]
"""Degrees around the head, from the middle of the forehead to the middle of the nape."""
_LOWEST = {
    "usual": [35, 34, 33, 29, 17, 2, -13, -13, -4, -4, -25, -40, -45],
    "female": [36, 36, 34, 31, 22, 9, 0, -4, -2, -4, -25, -40, -45],
    "receding": [45, 52, 60, 56, 36, 10, -12, -12, -4, -4, -25, -40, -45],
    "bald": [95, 95, 95, 95, 60, 22, -8, -12, -4, -4, -25, -40, -45],
}
"""Degrees above the skull's middle at which hair begins."""
_HIGHEST_BALD = [-90, -90, -90, -90, -90, 0, 14, 20, 22, 24, 28, 30, 32]


@dataclass(frozen=True)
class Skull:
    """An ellipsoid about as large as a person's skull.

    Attributes
    ----------
    middle, radii : float32, shape (3,)
        Head units; the front and the back are alike.
    """

    middle: Floats
    radii: Floats

    def outside(self, points: Floats, layer: Floats, tight: bool = False) -> Floats:
        """Push points out to a layer above the skull, or bind them to it.

        Parameters
        ----------
        points : float32, shape (n, 3)
        layer : float32, shape (n, 1)
            Head units.
        tight : bool
            Whether points farther out are pulled in, too.
        """
        away = (points - self.middle) / (self.radii + layer)
        reach = np.sqrt(np.einsum("nk,nk->n", away, away))[:, None]
        out = self.middle + (points - self.middle) / np.maximum(reach, np.float32(0.05))
        return np.where((reach < 1) | tight, out, points)

    def normals(self, points: Floats) -> Floats:
        """Return the directions away from the skull, of length 1; shape (n, 3)."""
        away = (points - self.middle) / self.radii**2
        unit: Floats = away / np.sqrt(np.einsum("nk,nk->n", away, away))[:, None]
        return unit


def skull_of(vertices: Floats, head: Head) -> Skull:
    """Measure a person's skull."""
    place = head.vertices
    dome = (place[:, 1] > 0.25) & (head.ear < 0.1)
    top = float(vertices[dome, 1].max())
    sides = float(np.abs(vertices[dome, 0]).max())
    back, front = float(vertices[dome, 2].min()), float(vertices[dome, 2].max())
    middle = np.array([0.0, _MIDDLE[1], (front + back) / 2], np.float32)
    radii = np.array([sides, top - _MIDDLE[1], (front - back) / 2], np.float32)
    return Skull(middle, radii)


def hair_density(person: Person, places: Floats, ragged: Floats | float = 0.0) -> Floats:
    """Return how densely hair grows at places of the mean head.

    Parameters
    ----------
    person : Person
    places : float32, shape (n, 3)
    ragged : float32, shape (n,)
        How far the line is moved there, in degrees.

    Returns
    -------
    float32, shape (n,)
        0 to 1.
    """
    away = places - _MIDDLE
    side = np.abs(away[:, 0])
    around = np.degrees(np.arctan2(side, away[:, 2]))
    up = np.degrees(np.arctan2(away[:, 1], np.hypot(side, away[:, 2])))
    kind: str = person.style if person.style in ("receding", "bald") else "usual"
    if kind == "usual" and person.maleness < 0.5:
        kind = "female"
    line = np.interp(around, _AROUND, _LOWEST[kind])
    above = (up - line + ragged).astype(np.float32)
    density = smooth_step(-3.0, 4.0, above)
    if kind == "bald":
        highest = np.interp(around, _AROUND, _HIGHEST_BALD)
        density *= smooth_step(8.0, -8.0, (up - highest + ragged).astype(np.float32))
    return density
