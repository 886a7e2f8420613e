"""Changes of the light on the face with action units and with the rotation of the head.

A gain is the ratio of two exact renders of the same skin, moved and at rest, minus 1 (an expression
ratio image). Gains are added, and applied to the image at rest before it is warped. The gain of a
unit is not linear in its intensity: it is computed at a small and at the full intensity, each on
first use, and interpolated linearly in between.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mebench_synthetic.faces import textures
from mebench_synthetic.faces.flow_fields import Field, RestPose
from mebench_synthetic.faces.light import encode_for_display
from mebench_synthetic.faces.mean_head import mean_head, normals_of, smooth_step
from mebench_synthetic.faces.portrait import Portrait, Window
from mebench_synthetic.faces.pose import Pose
from mebench_synthetic.faces.shading import Surface

Floats = NDArray[np.float32]

TURN = 0.05
"""Pitch or yaw in radians for which the gains of head rotation are computed."""
_LEAST = 0.004  # smaller gains are not visible


class RatioImages:
    """Computes gains for one portrait.

    Parameters
    ----------
    portrait : Portrait
    rest : RestPose
    """

    def __init__(self, portrait: Portrait, rest: RestPose) -> None:
        self._portrait, self._rest = portrait, rest
        # Only face and neck: the clothes do not change.
        upper = rest.seen.interpolated(mean_head().vertices[:, 1].copy()) > -1.5
        self._seen = rest.seen.where(upper)
        self._surface = Surface(portrait.shader, self._seen)
        self._normals = normals_of(rest.vertices, mean_head().triangles)
        self._shadow = portrait.shadow(rest.vertices)
        self._reached = self._shadow.lit(self._seen.interpolated(rest.vertices))
        normals = self._seen.interpolated(self._normals)
        lit = portrait.shader.lit(self._surface, normals, self._reached, None)
        self._shown = encode_for_display(lit)

    def of_unit(self, unit: str, intensity: float) -> dict[str, Field | None]:
        """Return the gains of both sides of an action unit at an intensity; None without a gain.

        Both sides are computed together and separated in the middle of the face.
        """
        units = dict(self._rest.units)
        for side in "LR":
            units[f"{unit}{side}"] = units.get(f"{unit}{side}", 0.0) + intensity
        values = self._of_pose(Pose(units=units))
        return {f"{unit}{side}": self._field(values, side) for side in "LR"}

    def of_turn(self, rotation: tuple[float, float, float]) -> Field | None:
        """Return the gain of a head rotation, or None if there is none."""
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
            chosen |= np.abs(textures.look_up(slope, self._surface.positions)).max(axis=1) > 0.005
        folds = None if slope is None else textures.look_up(slope, self._surface.positions[chosen])
        gain = np.zeros((len(chosen), 3), np.float32)
        light = portrait.shader.lit(
            self._surface.where(chosen),
            seen.where(chosen).interpolated(normals),
            reached[chosen],
            folds,
        )
        quotient = encode_for_display(light) / np.maximum(self._shown[chosen], 4)
        gain[chosen] = np.clip(quotient - 1, -0.7, 1.0)
        return gain

    def _field(self, gain: Floats, side: str | None) -> Field | None:
        """Return the gain of a side, or of both, as a field of the image."""
        if side:
            left = smooth_step(-0.06, 0.06, self._surface.positions[:, :1])
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


SMALL = 0.4
"""Intensity of a unit's first gain; that of the second is 1."""


class ShadingGains:
    """The gains of one portrait.

    Parameters
    ----------
    portrait : Portrait
    rest : RestPose
    """

    def __init__(self, portrait: Portrait, rest: RestPose) -> None:
        self._ratios = RatioImages(portrait, rest)
        self._units: dict[tuple[str, float], Field | None] = {}
        self._turns = [self._ratios.of_turn(way) for way in ((TURN, 0.0, 0.0), (0.0, TURN, 0.0))]

    def gain_of(self, pose: Pose, window: Window) -> Floats | None:
        """Return the gain of a part of the image.

        Parameters
        ----------
        pose : Pose
        window : Window

        Returns
        -------
        float32, shape (height, width, 3), or None
            Factor for the image at rest, minus 1; None if nothing changes.
        """
        parts: list[tuple[float, Field | None]] = []
        for name, intensity in pose.units.items():
            above = max(intensity - SMALL, 0.0) / (1 - SMALL)
            if intensity:
                parts.append((min(intensity / SMALL, 1.0) - above, self._of_unit(name, SMALL)))
            if above > 0:
                parts.append((above, self._of_unit(name, 1.0)))
        turned = zip(pose.rotation, self._turns, strict=False)
        parts.extend((angle / TURN, gain) for angle, gain in turned if angle)
        total: Floats | None = None
        for strength, field in parts:
            if field is None:
                continue
            if total is None:
                shape = (window.bottom - window.top, window.right - window.left, 3)
                total = np.zeros(shape, np.float32)
            target = field.window.within(window)
            source = window.within(field.window)
            part = total[target.rows, target.columns]
            part += np.float32(strength) * field.values[source.rows, source.columns]
        return total

    def _of_unit(self, name: str, intensity: float) -> Field | None:
        if (name, intensity) not in self._units:
            for side, gain in self._ratios.of_unit(name[:-1], intensity).items():
                self._units[side, intensity] = gain
        return self._units[name, intensity]
