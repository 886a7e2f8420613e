"""The pose of a face in one frame, the head movement, and the camera."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from mebench_synthetic.faces.mean_head import NECK, smooth_step, to_axes


@dataclass(frozen=True, slots=True)
class Pose:
    """Action units, lids, gaze and position of a head in one frame.

    Attributes
    ----------
    units : mapping of str to float
        The intensity of each side of an action unit, ``{"AU12L": 0.2}``: 1 is the full face unit.
        ``L`` is the person's left, on the right of the image. The names are those of
        ``action_units.SIDED_UNITS``.
    blink : float
        0 (open) to 1 (closed), both eyes.
    gaze : (float, float)
        Radians to the right of the image and up; realistic up to 0.35.
    rotation : (float, float, float)
        Radians of pitch (nodding down), yaw (to the right of the image) and roll
        (counter-clockwise in the image), about the joint of head and neck.
    translation : (float, float, float)
        Head units (about decimeters) right, up and towards the camera.
    """

    units: Mapping[str, float] = field(default_factory=dict)
    blink: float = 0.0
    gaze: tuple[float, float] = (0.0, 0.0)
    rotation: tuple[float, float, float] = (0.0, 0.0, 0.0)
    translation: tuple[float, float, float] = (0.0, 0.0, 0.0)


NEUTRAL = Pose()
"""Open eyes, looking straight ahead, no movement."""

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Camera:
    """A camera in front of the face, looking along -z.

    Attributes
    ----------
    width, height : int
        Size of the image in pixels.
    distance : float
        Distance from the eyes, in head units.
    rise : float
        Height of the eyes above the optical axis, in head units.
    """

    width: int = 640
    height: int = 480
    distance: float = 12.75
    rise: float = 0.22

    @property
    def focal(self) -> float:
        """The focal length in pixels."""
        return 1750.0 * self.height / 480.0

    def scaled(self, times: int) -> Camera:
        """Return the same view with more pixels."""
        return Camera(self.width * times, self.height * times, self.distance, self.rise)

    def project(self, points: Floats) -> Floats:
        """Project points to the image.

        Parameters
        ----------
        points : float32, shape (..., 3)
            In head units.

        Returns
        -------
        float32, shape (..., 2)
            Pixels right and down; pixel centers have integer coordinates.
        """
        scale = np.float32(self.focal) / (np.float32(self.distance) - points[..., 2])
        x = np.float32(self.width / 2 - 0.5) + points[..., 0] * scale
        y = np.float32(self.height / 2 - 0.5) - (points[..., 1] + np.float32(self.rise)) * scale
        return np.stack([x, y], axis=-1)


def rotation_matrix(rotation: tuple[float, float, float]) -> Floats:
    """Return the rotation matrix of pitch, yaw and roll in radians; shape (3, 3)."""
    (cp, cy, cr), (sp, sy, sr) = np.cos(rotation), np.sin(rotation)
    pitch = np.array([[1, 0, 0], [0, cp, -sp], [0, sp, cp]])
    yaw = np.array([[cy, 0, sy], [0, 1, 0], [-sy, 0, cy]])
    roll = np.array([[cr, -sr, 0], [sr, cr, 0], [0, 0, 1]])
    matrix: Floats = (roll @ yaw @ pitch).astype(np.float32)
    return matrix


def head_share(points: Floats) -> Floats:
    """Return the share of the head's movement that points follow: head 1, shoulders 0.

    Parameters
    ----------
    points : float32, shape (..., 3)

    Returns
    -------
    float32, shape (..., 1)
    """
    height = points[..., 1:2] + np.float32(0.25) * (points[..., 2:3] + np.float32(0.75))
    return smooth_step(-1.62, -1.0, height)


def move_with_head(points: Floats, share: Floats, pose: Pose) -> Floats:
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
    rotated = to_axes(points - NECK, rotation_matrix(pose.rotation)) + NECK
    moved = rotated + np.array(pose.translation, np.float32)
    return points + share * (moved - points)
