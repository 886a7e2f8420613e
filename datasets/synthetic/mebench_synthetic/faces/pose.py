"""The pose of a face in one frame, how it moves the head, and the camera that projects it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from mebench_synthetic.faces.mesh import NECK, smooth_step, turned


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

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Camera:
    """A camera before the face, looking along -z.

    Attributes
    ----------
    width, height : int
        The picture, in pixels.
    distance : float
        From the eyes, in head units.
    rise : float
        How far the axis lies below the eyes, in head units.
    """

    width: int = 640
    height: int = 480
    distance: float = 12.75
    rise: float = 0.22

    @property
    def focal(self) -> float:
        """Return the focal length in pixels."""
        return 1750.0 * self.height / 480.0

    def scaled(self, times: int) -> Camera:
        """Return the same view with more pixels."""
        return Camera(self.width * times, self.height * times, self.distance, self.rise)

    def project(self, points: Floats) -> Floats:
        """Return where points are seen.

        Parameters
        ----------
        points : float32, shape (..., 3)
            In head units.

        Returns
        -------
        float32, shape (..., 2)
            Pixels right and down; a pixel's centre has whole coordinates.
        """
        scale = np.float32(self.focal) / (np.float32(self.distance) - points[..., 2])
        x = np.float32(self.width / 2 - 0.5) + points[..., 0] * scale
        y = np.float32(self.height / 2 - 0.5) - (points[..., 1] + np.float32(self.rise)) * scale
        return np.stack([x, y], axis=-1)


def rotation_matrix(rotation: tuple[float, float, float]) -> Floats:
    """Return the matrix of a pitch, yaw and roll in radians; shape (3, 3)."""
    (cp, cy, cr), (sp, sy, sr) = np.cos(rotation), np.sin(rotation)
    pitch = np.array([[1, 0, 0], [0, cp, -sp], [0, sp, cp]])
    yaw = np.array([[cy, 0, sy], [0, 1, 0], [-sy, 0, cy]])
    roll = np.array([[cr, -sr, 0], [sr, cr, 0], [0, 0, 1]])
    matrix: Floats = (roll @ yaw @ pitch).astype(np.float32)
    return matrix


def head_share(points: Floats) -> Floats:
    """Return how much of the head's movement a point takes part in: 1 the head, 0 the shoulders.

    Parameters
    ----------
    points : float32, shape (..., 3)

    Returns
    -------
    float32, shape (..., 1)
    """
    height = points[..., 1:2] + np.float32(0.25) * (points[..., 2:3] + np.float32(0.75))
    return smooth_step(-1.62, -1.0, height)


def moved(points: Floats, share: Floats, pose: Pose) -> Floats:
    """Move points with the head.

    Parameters
    ----------
    points : float32, shape (..., 3)
    share : float32, shape (..., 1)
        From ``head_share``.
    pose : Pose
        Its rotation and translation.

    Returns
    -------
    float32, shape (..., 3)
    """
    if not any(pose.rotation) and not any(pose.translation):
        return points
    place = turned(points - NECK, rotation_matrix(pose.rotation)) + NECK
    whole = place + np.array(pose.translation, np.float32)
    return points + share * (whole - points)
