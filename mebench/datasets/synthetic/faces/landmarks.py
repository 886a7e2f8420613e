"""Points of the face that the mesh knows, for tests and for looking at."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from mebench.datasets.synthetic.faces.mesh import LEFT_EYE, RIGHT_EYE, mean_head
from mebench.datasets.synthetic.faces.projection import Camera

Floats = NDArray[np.float32]

_PLACES = {
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
"""Places on the mean head's front, in head units; left is the person's left."""


@cache
def _corners() -> dict[str, NDArray[np.int64]]:
    """Return the vertices of each point; eyes have many."""
    head = mean_head()
    front = np.flatnonzero(head.vertices[:, 2] > -0.05)
    found = {
        name: front[[np.argmin(np.hypot(*(head.vertices[front, :2] - place).T))]]
        for name, place in _PLACES.items()
    }
    for name, part in (("eye left", LEFT_EYE), ("eye right", RIGHT_EYE)):
        found[name] = head.corners_of(part).astype(np.int64)
    return found


def landmarks(vertices: Floats, camera: Camera) -> dict[str, tuple[float, float]]:
    """Return where points of a face are seen.

    Parameters
    ----------
    vertices : float32, shape (vertices, 3)
    camera : Camera

    Returns
    -------
    dict of (float, float)
        Pixels right and down of each point.
    """
    places = {
        name: camera.project(vertices[chosen].mean(axis=0)) for name, chosen in _corners().items()
    }
    return {name: (float(place[0]), float(place[1])) for name, place in places.items()}
