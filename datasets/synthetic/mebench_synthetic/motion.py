"""Turn a script into the pose of head and face in each frame."""

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
"""Length of the rise and of the fall of a macro-expression, as a part of the interval's halves."""


@dataclass(frozen=True, slots=True)
class Motion:
    """Pose parameters for all frames of a video; all arrays have the shape (n_frames,)."""

    units: dict[str, Curve]
    blink: Curve
    gaze: tuple[Curve, Curve]
    rotation: tuple[Curve, Curve, Curve]
    translation: tuple[Curve, Curve, Curve]

    def pose(self, frame: int) -> Pose:
        """Return the pose in a frame."""
        pitch, yaw, roll = (float(curve[frame]) for curve in self.rotation)
        right, up, near = (float(curve[frame]) for curve in self.translation)
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
    """Return the motion of a video from its script."""
    n_frames = script.n_frames
    units: dict[str, Curve] = defaultdict(lambda: np.zeros(n_frames))
    for action in script.actions:
        strength = activation(action, n_frames)
        for unit in action.units:
            units[unit.name + "L"] += strength * (unit.left / 1000)
            units[unit.name + "R"] += strength * (unit.right / 1000)
    stream = RandomStream(recipe.seed, "motion", script.subject, script.video)
    sway = recipe.sway / 10_000
    pitch, yaw, roll = (
        amount * sway * _drift(stream.substream(name), n_frames, recipe.fps)
        for name, amount in (("pitch", 1.0), ("yaw", 1.2), ("roll", 0.5))
    )
    right, up, near = (
        amount * sway * _drift(stream.substream(name), n_frames, recipe.fps)
        for name, amount in (("right", 1.0), ("up", 0.8), ("near", 1.0))
    )
    for nod in script.nods:
        frames = np.arange(nod.onset, nod.offset + 1)
        phase = (frames - nod.onset) / (nod.offset - nod.onset)
        pitch[frames] += nod.pitch / 1000 * np.sin(np.pi * phase) ** 2
    blink = np.zeros(n_frames)
    for blink_event in script.blinks:
        np.maximum(blink, _blink(blink_event, n_frames), out=blink)
    return Motion(
        {name: np.minimum(curve, 1.0) for name, curve in units.items()},
        blink,
        _gaze(script, recipe),
        (pitch, yaw, roll),
        (right, up, near),
    )


def activation(action: Action, n_frames: int) -> Curve:
    """Return the activation of an action in each frame, 0 to 1.

    It is 1 at the apex, and 0 in the frames before the onset and after the offset, so it is
    positive in every frame of the closed interval.
    """
    frames = np.arange(n_frames)
    rise = (frames - (action.onset - 1)) / (action.apex - (action.onset - 1))
    fall = ((action.offset + 1) - frames) / ((action.offset + 1) - action.apex)
    ramp = np.minimum(rise, fall)
    if action.kind == "macro":
        ramp = ramp / MACRO_RAMP
    return _smooth(ramp)


def _smooth(ramp: Curve) -> Curve:
    """Return a smooth step: 0 below 0, 1 above 1, with zero slope at both ends."""
    clipped = np.clip(ramp, 0, 1)
    return clipped * clipped * (3 - 2 * clipped)


def _blink(blink: Blink, n_frames: int) -> Curve:
    frames = np.arange(n_frames)
    closing = (frames - (blink.onset - 1)) / (blink.shut - (blink.onset - 1))
    opening = ((blink.offset + 1) - frames) / max(1, blink.offset - blink.shut)
    return _smooth(np.minimum(closing, opening))


def _gaze(script: VideoScript, recipe: Recipe) -> tuple[Curve, Curve]:
    """Return the gaze: it moves to each glance within 1/15 second and rests in between."""
    length = recipe.scaled(2)
    right, up = np.zeros(script.n_frames), np.zeros(script.n_frames)
    for glance in script.glances:
        share = np.clip((np.arange(script.n_frames) - glance.frame + 1) / length, 0, 1)
        right += share * (glance.right / 1000 - right)
        up += share * (glance.up / 1000 - up)
    return right, up


def _drift(stream: RandomStream, n_frames: int, fps: int) -> Curve:
    """Return a slow random drift of variance 1: the sum of eight sinusoids of 0.04 to 0.5 Hz."""
    seconds = np.arange(n_frames) / fps
    waves = np.zeros(n_frames)
    for _ in range(8):
        frequency = 0.04 * math.exp(stream.unit_float() * math.log(0.5 / 0.04))
        waves += np.sin(2 * np.pi * (frequency * seconds + stream.unit_float()))
    return waves / 2.0
