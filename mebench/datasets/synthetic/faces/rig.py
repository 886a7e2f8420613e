"""A person who can be posed: frames fast, by warping true renders, or truly and slowly."""

from __future__ import annotations

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from mebench.datasets.synthetic.faces.base import WarpedRender
from mebench.datasets.synthetic.faces.landmarks import landmarks
from mebench.datasets.synthetic.faces.portrait import Portrait
from mebench.datasets.synthetic.faces.pose import Pose
from mebench.datasets.synthetic.person import Person

Floats = NDArray[np.float32]

OPENING_UNITS = tuple(f"{unit}{side}" for unit in ("AU25", "AU26") for side in "LR")
_OPEN = 0.4
"""The intensity of those units in the render with an open mouth."""


class Rig:
    """A person who can be posed.

    No warp opens a closed mouth, so poses of an open one come from a second render, which is made
    when first asked for (about as long as making the rig).

    Parameters
    ----------
    person : Person
    width, height : int
        The picture, in pixels; multiples of 4.

    Attributes
    ----------
    portrait : Portrait
        The true renderer.
    closed : WarpedRender
        The face at rest.
    """

    def __init__(self, person: Person, width: int = 640, height: int = 480) -> None:
        self.portrait = Portrait(person, width, height)
        self.closed = WarpedRender(self.portrait, {})

    @cached_property
    def _open(self) -> WarpedRender:
        return WarpedRender(self.portrait, dict.fromkeys(OPENING_UNITS, _OPEN))

    @property
    def mask(self) -> NDArray[np.bool_]:
        """Return the pixels of face and neck at rest, without hair and cloth."""
        return self.closed.mask

    def frame(self, pose: Pose) -> Floats:
        """Draw a pose.

        Parameters
        ----------
        pose : Pose

        Returns
        -------
        float32, shape (height, width, 3)
            Red, green and blue as displayed, 0 to 255, without noise.
        """
        opening = max(pose.units.get(name, 0.0) for name in OPENING_UNITS)
        if opening <= 0:
            return self.closed.frame(pose)
        shown = self._open.frame(pose)
        if opening < _OPEN:
            share = np.float32(opening / _OPEN)
            closed = self.closed.frame(pose)
            shown = closed + share * (shown - closed)
        return shown

    def truth_render(self, pose: Pose) -> Floats:
        """Render a pose in three dimensions, slowly; what ``frame`` comes near to."""
        return np.clip(self.portrait.picture(pose), 0, 255)

    def landmarks(self, pose: Pose) -> dict[str, tuple[float, float]]:
        """Return where points of the face are seen; see ``landmarks.landmarks``."""
        return landmarks(self.portrait.vertices(pose), self.portrait.camera)
