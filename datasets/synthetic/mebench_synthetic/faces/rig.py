"""A person who can be posed: fast warped frames, slow exact frames, and landmarks."""

from __future__ import annotations

from functools import cache, cached_property

import numpy as np
from numpy.typing import NDArray

from mebench_synthetic.faces.mean_head import LEFT_EYE, RIGHT_EYE, mean_head
from mebench_synthetic.faces.person import Person
from mebench_synthetic.faces.portrait import Portrait
from mebench_synthetic.faces.pose import Camera, Pose
from mebench_synthetic.faces.warped_render import WarpedRender

Floats = NDArray[np.float32]

_LANDMARKS = {
    "nose tip": (0.0, -0.37),
    "mouth corner left": (0.275, -0.665),
    "mouth corner right": (-0.275, -0.665),
    "upper lip": (0.0, -0.60),
    "lower lip": (0.0, -0.75),
    "chin": (0.0, -1.0),
    "inner brow left": (0.16, 0.19),
    "inner brow right": (-0.16, 0.19),
    "outer brow left": (0.48, 0.20),
    "outer brow right": (-0.48, 0.20),
}
"""Positions on the front of the mean head in head units; left is the person's left."""


@cache
def _landmark_vertices() -> dict[str, NDArray[np.int64]]:
    """Return the vertices of each landmark; an eye has many."""
    head = mean_head()
    front = np.flatnonzero(head.vertices[:, 2] > -0.05)
    vertices = {
        name: front[[np.argmin(np.hypot(*(head.vertices[front, :2] - position).T))]]
        for name, position in _LANDMARKS.items()
    }
    for name, part in (("eye left", LEFT_EYE), ("eye right", RIGHT_EYE)):
        vertices[name] = head.corners_of(part).astype(np.int64)
    return vertices


def landmarks(vertices: Floats, camera: Camera) -> dict[str, tuple[float, float]]:
    """Return the landmarks of a face in the image.

    Parameters
    ----------
    vertices : float32, shape (vertices, 3)
    camera : Camera

    Returns
    -------
    dict of (float, float)
        Pixels right and down, by name.
    """
    positions = {
        name: camera.project(vertices[chosen].mean(axis=0))
        for name, chosen in _landmark_vertices().items()
    }
    return {name: (float(position[0]), float(position[1])) for name, position in positions.items()}


OPENING_UNITS = tuple(f"{unit}{side}" for unit in ("AU25", "AU26") for side in "LR")
_OPEN = 0.4
"""The intensity of those units in the render with an open mouth."""


class Rig:
    """A person who can be posed.

    Warping cannot open a closed mouth, so poses with an open mouth are warped from a second render.
    It is made on first use, which takes about as long as making the rig.

    Parameters
    ----------
    person : Person
    width, height : int
        Size of the image in pixels; multiples of 4.

    Attributes
    ----------
    portrait : Portrait
        The exact renderer.
    closed : WarpedRender
        The face at rest, with a closed mouth.
    """

    def __init__(self, person: Person, width: int = 640, height: int = 480) -> None:
        self.portrait = Portrait(person, width, height)
        self.closed = WarpedRender(self.portrait, {})

    @cached_property
    def _open(self) -> WarpedRender:
        return WarpedRender(self.portrait, dict.fromkeys(OPENING_UNITS, _OPEN))

    @property
    def mask(self) -> NDArray[np.bool_]:
        """The pixels of face and neck at rest, without hair and clothes."""
        return self.closed.mask

    def frame(self, pose: Pose) -> Floats:
        """Draw a pose.

        Parameters
        ----------
        pose : Pose

        Returns
        -------
        float32, shape (height, width, 3)
            RGB as displayed, 0 to 255, without noise.
        """
        opening = max(pose.units.get(name, 0.0) for name in OPENING_UNITS)
        if opening <= 0:
            return self.closed.frame(pose)
        image = self._open.frame(pose)
        if opening < _OPEN:
            share = np.float32(opening / _OPEN)
            closed = self.closed.frame(pose)
            image = closed + share * (image - closed)
        return image

    def exact_frame(self, pose: Pose) -> Floats:
        """Render a pose in three dimensions; slow, and approximated by ``frame``."""
        return np.clip(self.portrait.picture(pose), 0, 255)

    def landmarks(self, pose: Pose) -> dict[str, tuple[float, float]]:
        """Return the landmarks of a pose; see the function ``landmarks``."""
        return landmarks(self.portrait.vertices(pose), self.portrait.camera)
