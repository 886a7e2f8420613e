"""How the light on the face changes with action units and with the turn of the head.

A gain is the quotient of two true renders of the same skin, moved and at rest, less 1 (an
expression ratio image). Gains add up, and multiply the picture at rest before it is warped.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mebench.datasets.synthetic.faces import maps
from mebench.datasets.synthetic.faces.fields import Field, Rest
from mebench.datasets.synthetic.faces.mesh import mean_head, normals_of
from mebench.datasets.synthetic.faces.portrait import Portrait
from mebench.datasets.synthetic.faces.pose import Pose
from mebench.datasets.synthetic.faces.raster import Fragments
from mebench.datasets.synthetic.faces.shade import Surface
from mebench.datasets.synthetic.faces.tone import displayed

Floats = NDArray[np.float32]

TURN = 0.05
"""Radians of pitch or yaw that the head's gains are worked out for."""
_INTENSITY = 0.6
_LEAST = 0.012  # a gain below this is not seen


class Ratios:
    """Works out gains for one portrait.

    Parameters
    ----------
    portrait : Portrait
    rest : Rest
    """

    def __init__(self, portrait: Portrait, rest: Rest) -> None:
        self._portrait, self._rest = portrait, rest
        self._surface = Surface(portrait.shader, rest.seen)
        self._normals = normals_of(rest.vertices, mean_head().triangles)
        self._shadow = portrait.shadow(rest.vertices)
        self._reached = self._shadow.lit(rest.seen.interpolated(rest.vertices))
        normals = rest.seen.interpolated(self._normals)
        lit = portrait.shader.lit(self._surface, normals, self._reached, None)
        self._shown = displayed(lit)

    def of_unit(self, name: str) -> Field | None:
        """Return the gain of one side of an action unit at intensity 1."""
        portrait = self._portrait
        pose = Pose(units={name: _INTENSITY})
        normals = normals_of(portrait.vertices(pose), mean_head().triangles)
        changed = np.abs(normals - self._normals).max(axis=1) > 0.01
        seen = self._rest.seen
        chosen = changed[seen.corners].any(axis=1)
        slope = portrait.folds(pose.units)
        if slope is not None:
            chosen |= np.abs(maps.at(slope, self._surface.places)).max(axis=1) > 0.005
        folds = None if slope is None else maps.at(slope, self._surface.places[chosen])
        return self._gain(seen, chosen, normals, folds, self._reached[chosen], 1 / _INTENSITY)

    def of_turn(self, pose: Pose) -> Field | None:
        """Return the gain of a turn of the head by ``TURN`` radians, for one radian."""
        portrait, seen = self._portrait, self._rest.seen
        vertices = portrait.vertices(pose)
        normals = normals_of(vertices, mean_head().triangles)
        chosen = (np.abs(normals - self._normals).max(axis=1) > 0.004)[seen.corners].any(axis=1)
        reached = portrait.shadow(vertices).lit(seen.where(chosen).interpolated(vertices))
        return self._gain(seen, chosen, normals, None, reached, 1 / TURN)

    def _gain(
        self,
        seen: Fragments,
        chosen: NDArray[np.bool_],
        normals: Floats,
        folds: Floats | None,
        reached: Floats,
        scale: float,
    ) -> Field | None:
        """Return the quotient of the light with new normals to the light at rest, less 1."""
        part = seen.where(chosen)
        light = self._portrait.shader.lit(
            self._surface.where(chosen), part.interpolated(normals), reached, folds
        )
        gain = displayed(light) / np.maximum(self._shown[chosen], 4) - 1
        gain = np.clip(gain, -0.6, 0.8) * np.float32(scale)
        strong = np.abs(gain).max(axis=1) > _LEAST
        if not strong.any():
            return None
        window = self._rest.window_of(part.rows[strong], part.columns[strong])
        values = np.zeros((*self._rest.size, 3), np.float32)
        values[part.rows, part.columns] = gain
        cut = values[window.rows, window.columns]
        return Field(window, cut * self._rest.bald[window.rows, window.columns, None])
