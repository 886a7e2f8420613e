"""What a face does in one frame."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Pose:
    """The action units, lids, gaze and place of a head at one moment.

    Attributes
    ----------
    units : mapping of str to float
        The intensity of each side of an action unit, ``{"AU12L": 0.2}``: 1 is the whole of its
        face unit. ``L`` is the person's left, at the right of the picture. The names are those of
        ``units.SIDED_UNITS``.
    blink : float
        0 (open) to 1 (closed), both eyes.
    gaze : (float, float)
        Radians to the picture's right and up; sensible up to 0.35.
    rotation : (float, float, float)
        Radians of pitch (nodding down), yaw (to the picture's right) and roll (counter-clockwise
        in the picture), about the joint of head and neck.
    translation : (float, float, float)
        Head units (about decimetres) right, up and towards the camera.
    """

    units: Mapping[str, float] = field(default_factory=dict)
    blink: float = 0.0
    gaze: tuple[float, float] = (0.0, 0.0)
    rotation: tuple[float, float, float] = (0.0, 0.0, 0.0)
    translation: tuple[float, float, float] = (0.0, 0.0, 0.0)


NEUTRAL = Pose()
"""Open eyes, straight ahead, nothing moved."""
