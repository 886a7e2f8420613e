"""How the light on the face changes with action units and with the turn of the head.

A gain is the quotient of two true renders of the same skin, moved and at rest, less 1 (an
expression ratio image). Gains add up, and multiply the picture at rest before it is warped.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mebench.datasets.synthetic.faces import maps
from mebench.datasets.synthetic.faces.fields import Field, RestPose
from mebench.datasets.synthetic.faces.mesh import mean_head, normals_of, smooth_step
from mebench.datasets.synthetic.faces.portrait import Portrait
from mebench.datasets.synthetic.faces.pose import Pose
from mebench.datasets.synthetic.faces.shade import Surface
from mebench.datasets.synthetic.faces.tone import displayed

Floats = NDArray[np.float32]

TURN = 0.05
"""Radians of pitch or yaw that the head's gains are worked out for."""
_LEAST = 0.004  # a gain below this is not seen


class RatioImages:
    """Works out gains for one portrait.

    Parameters
    ----------
    portrait : Portrait
    rest : RestPose
    """

    def __init__(self, portrait: Portrait, rest: RestPose) -> None:
        self._portrait, self._rest = portrait, rest
        # The face and the neck: cloth does not change.
        upper = rest.seen.interpolated(mean_head().vertices[:, 1].copy()) > -1.5
        self._seen = rest.seen.where(upper)
        self._surface = Surface(portrait.shader, self._seen)
        self._normals = normals_of(rest.vertices, mean_head().triangles)
        self._shadow = portrait.shadow(rest.vertices)
        self._reached = self._shadow.lit(self._seen.interpolated(rest.vertices))
        normals = self._seen.interpolated(self._normals)
        lit = portrait.shader.lit(self._surface, normals, self._reached, None)
        self._shown = displayed(lit)

    def of_unit(self, unit: str, intensity: float) -> dict[str, Field | None]:
        """Return the gains of an action unit's sides at an intensity, None where there is none.

        Both sides are worked out at once and cut apart in the middle of the face.
        """
        units = dict(self._rest.units)
        for side in "LR":
            units[f"{unit}{side}"] = units.get(f"{unit}{side}", 0.0) + intensity
        values = self._of_pose(Pose(units=units))
        return {f"{unit}{side}": self._field(values, side) for side in "LR"}

    def of_turn(self, rotation: tuple[float, float, float]) -> Field | None:
        """Return the gain of a turn of the head, None if there is none."""
        return self._field(self._of_pose(Pose(units=self._rest.units, rotation=rotation)), None)

    def _of_pose(self, pose: Pose) -> Floats:
        """Return the gain of each pixel of the face in a pose; shape (n, 3)."""
        portrait, seen = self._portrait, self._seen
        vertices = portrait.vertices(pose)
        normals = normals_of(vertices, mean_head().triangles)
        changed = np.abs(normals - self._normals).max(axis=1) > 0.006
        chosen = changed[seen.corners].any(axis=1)
        reached = portrait.shadow(vertices).lit(seen.interpolated(vertices))
        chosen |= np.abs(reached - self._reached) > 0.01
        slope = portrait.folds(pose.units)
        if slope is not None:
            chosen |= np.abs(maps.at(slope, self._surface.places)).max(axis=1) > 0.005
        folds = None if slope is None else maps.at(slope, self._surface.places[chosen])
        gain = np.zeros((len(chosen), 3), np.float32)
        light = portrait.shader.lit(
            self._surface.where(chosen),
            seen.where(chosen).interpolated(normals),
            reached[chosen],
            folds,
        )
        quotient = displayed(light) / np.maximum(self._shown[chosen], 4)
        gain[chosen] = np.clip(quotient - 1, -0.7, 1.0)
        return gain

    def _field(self, gain: Floats, side: str | None) -> Field | None:
        """Lay the gain of a side, or of both, on the picture."""
        if side:
            left = smooth_step(-0.06, 0.06, self._surface.places[:, :1])
            gain = gain * (left if side == "L" else 1 - left)
        strong = np.abs(gain).max(axis=1) > _LEAST
        if not strong.any():
            return None
        rows, columns = self._seen.rows, self._seen.columns
        window = self._rest.window_of(rows[strong], columns[strong])
        values = np.zeros((*self._rest.size, 3), np.float32)
        values[rows, columns] = gain
        cut = values[window.rows, window.columns]
        return Field(window, cut * self._rest.bald[window.rows, window.columns, None])
