"""From a script to the pose of the head and face in each frame."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mebench import RandomStream
from mebench_synthetic.faces.pose import Pose
from mebench_synthetic.recipe import Recipe
from mebench_synthetic.script import Action, Blink, VideoScript

Curve = NDArray[np.float64]

MACRO_RAMP = 0.3
"""The share of a macro-expression's rise and fall; between them it is held."""


@dataclass(frozen=True, slots=True)
class Motion:
    """Curves over a video's frames; all arrays have the shape (n_frames,)."""

    units: dict[str, Curve]
    blink: Curve
    gaze: tuple[Curve, Curve]
    rotation: tuple[Curve, Curve, Curve]
    translation: tuple[Curve, Curve, Curve]

    def pose(self, frame: int) -> Pose:
        """Return the pose in a frame."""
        pitch, yaw, roll = (float(one[frame]) for one in self.rotation)
        right, up, near = (float(one[frame]) for one in self.translation)
        return Pose(
            units={
                name: float(curve[frame]) for name, curve in self.units.items() if curve[frame] > 0
            },
            blink=float(self.blink[frame]),
            gaze=(float(self.gaze[0][frame]), float(self.gaze[1][frame])),
            rotation=(pitch, yaw, roll),
            translation=(right, up, near),
        )


def motion_of(script: VideoScript, recipe: Recipe) -> Motion:
    """Turn a script into curves."""
    n_frames = script.n_frames
    units: dict[str, Curve] = defaultdict(lambda: np.zeros(n_frames))
    for action in script.actions:
        strength = activation(action, n_frames)
        for unit in action.units:
            units[unit.name + "L"] += strength * (unit.left / 1000)
            units[unit.name + "R"] += strength * (unit.right / 1000)
    draws = RandomStream(recipe.seed, "motion", script.subject, script.video)
    sway = recipe.sway / 10_000
    pitch, yaw, roll = (
        amount * sway * _drift(draws.substream(name), n_frames, recipe.fps)
        for name, amount in (("pitch", 1.0), ("yaw", 1.2), ("roll", 0.5))
    )
    right, up, near = (
        amount * sway * _drift(draws.substream(name), n_frames, recipe.fps)
        for name, amount in (("right", 1.0), ("up", 0.8), ("near", 1.0))
    )
    for nod in script.nods:
        frames = np.arange(nod.onset, nod.offset + 1)
        phase = (frames - nod.onset) / (nod.offset - nod.onset)
        pitch[frames] += nod.pitch / 1000 * np.sin(np.pi * phase) ** 2
    blink = np.zeros(n_frames)
    for one in script.blinks:
        np.maximum(blink, _blink(one, n_frames), out=blink)
    return Motion(
        {name: np.minimum(curve, 1.0) for name, curve in units.items()},
        blink,
        _gaze(script, recipe),
        (pitch, yaw, roll),
        (right, up, near),
    )


def activation(action: Action, n_frames: int) -> Curve:
    """Return how much of an action is there in each frame, 0 to 1.

    It is 0 in the frame before the onset and after the offset, so that every frame of the closed
    interval moves, and 1 at the apex.
    """
    frames = np.arange(n_frames)
    rise = (frames - (action.onset - 1)) / (action.apex - (action.onset - 1))
    fall = ((action.offset + 1) - frames) / ((action.offset + 1) - action.apex)
    ramp = np.minimum(rise, fall)
    if action.kind == "macro":
        ramp = ramp / MACRO_RAMP
    return _smooth(ramp)


def _smooth(ramp: Curve) -> Curve:
    """Ease in and out: 0 below 0, 1 above 1, with a level tangent at both."""
    clipped = np.clip(ramp, 0, 1)
    return clipped * clipped * (3 - 2 * clipped)


def _blink(blink: Blink, n_frames: int) -> Curve:
    frames = np.arange(n_frames)
    closing = (frames - (blink.onset - 1)) / (blink.shut - (blink.onset - 1))
    opening = ((blink.offset + 1) - frames) / max(1, blink.offset - blink.shut)
    return _smooth(np.minimum(closing, opening))


def _gaze(script: VideoScript, recipe: Recipe) -> tuple[Curve, Curve]:
    """Jump from glance to glance in two frames of 30 a second; the eyes rest between."""
    length = recipe.scaled(2)
    right, up = np.zeros(script.n_frames), np.zeros(script.n_frames)
    for glance in script.glances:
        share = np.clip((np.arange(script.n_frames) - glance.frame + 1) / length, 0, 1)
        right += share * (glance.right / 1000 - right)
        up += share * (glance.up / 1000 - up)
    return right, up


def _drift(draws: RandomStream, n_frames: int, fps: int) -> Curve:
    """Return slow sway of variance about 1: eight sinusoids of 0.04 to 0.5 Hz."""
    seconds = np.arange(n_frames) / fps
    waves = np.zeros(n_frames)
    for _ in range(8):
        pace = 0.04 * math.exp(draws.unit_float() * math.log(0.5 / 0.04))
        waves += np.sin(2 * np.pi * (pace * seconds + draws.unit_float()))
    return waves / 2.0
