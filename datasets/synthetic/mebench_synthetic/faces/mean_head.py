"""The mean head as a mesh, and vector functions.

Coordinates: x to the person's left (the picture's right), y up, z towards the camera, in head units
(about decimeters); the origin is between the eyes of the mean head. A point on the mean head
corresponds to the same point on every person's head, so textures are functions of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from mebench_synthetic.faces import assets

Floats = NDArray[np.float32]
Integers = NDArray[np.int32]

EYES = np.array([0.0, 7.28414, 1.24536], np.float32)
"""The center between the eyes in the coordinates of the source."""
BODY, LEFT_EYE, RIGHT_EYE, TEETH, TONGUE = range(5)
"""The parts of the mesh."""
NECK = np.array([0.0, -1.15, -1.0], np.float32)
"""The joint about which a head rotates."""


def smooth_step(low: float, high: float, values: Floats) -> Floats:
    """Return a smooth step from 0 at ``low`` to 1 at ``high``; same shape."""
    part = np.clip((values - np.float32(low)) / np.float32(high - low), 0, 1)
    result: Floats = part * part * (3 - 2 * part)
    return result


@dataclass(frozen=True)
class Head:
    """The mean head.

    Attributes
    ----------
    vertices : float32, shape (vertices, 3)
        Positions on the mean head.
    triangles : int32, shape (triangles, 3)
        Vertex indices of each triangle, counter-clockwise from outside.
    parts : uint8, shape (triangles,)
        ``BODY``, ``LEFT_EYE``, ``RIGHT_EYE``, ``TEETH`` or ``TONGUE``.
    texture : float32, shape (vertices, 2)
        Coordinates in the source's masks, 0 to 1, downwards.
    ear, eyelid, lip : float32, shape (vertices,)
        Membership of each vertex in ears, lids and lips: 0 to 1.
    lashes : tuple of int32 arrays, each of shape (lashes, 2)
        One array per lid: lower left, upper left, lower right, upper right. Each row holds the
        vertex indices at the root and the tip of a lash.
    """

    vertices: Floats
    triangles: Integers
    parts: NDArray[np.uint8]
    texture: Floats
    ear: Floats
    eyelid: Floats
    lip: Floats
    lashes: tuple[Integers, ...]

    def corners_of(self, part: int) -> Integers:
        """Return the vertices of a part; shape (n,)."""
        corners: Integers = np.unique(self.triangles[self.parts == part])
        return corners


@cache
def mean_head() -> Head:
    """Return the mean head, read once."""
    arrays = assets.head()
    vertices = arrays["vertices"].astype(np.float32) * np.float32(assets.QUANTUM)
    vertices += np.array([0.0, 7.0, 0.0], np.float32) - EYES
    texture = arrays["texture"].astype(np.float32) / np.float32(65535)
    texture[:, 1] = 1 - texture[:, 1]
    lids = arrays["lash_lid"]
    return Head(
        vertices=vertices,
        triangles=arrays["triangles"].astype(np.int32),
        parts=arrays["parts"].astype(np.uint8),
        texture=texture,
        ear=mask_at("ears", texture),
        eyelid=mask_at("eyelids", texture),
        lip=mask_at("lips", texture),
        lashes=tuple(arrays["lashes"][lids == lid].astype(np.int32) for lid in range(4)),
    )


def mask_at(name: str, texture: Floats) -> Floats:
    """Sample one of the source's masks.

    Parameters
    ----------
    name : {"lips", "inside-mouth", "eyelids", "ears"}
        Name of the mask.
    texture : float32, shape (n, 2)
        Texture coordinates.

    Returns
    -------
    float32, shape (n,)
        0 to 1.
    """
    import cv2

    from mebench_synthetic.faces.raster import sample_image

    arrays = assets.head()
    image = arrays[f"mask-{name}"].astype(np.float32) / np.float32(255)
    image = cv2.copyMakeBorder(
        cv2.GaussianBlur(image, (0, 0), 2.0), 4, 4, 4, 4, cv2.BORDER_CONSTANT, value=0.0
    ).astype(np.float32)
    left, top, right, bottom = (float(edge) for edge in arrays[f"window-{name}"])
    scale = (image.shape[1] - 8) / (right - left), (image.shape[0] - 8) / (bottom - top)
    x = (texture[:, 0] - left) * np.float32(scale[0]) + 3.5
    y = (texture[:, 1] - top) * np.float32(scale[1]) + 3.5
    return sample_image(image, x, y)


def normals_of(vertices: Floats, triangles: Integers) -> Floats:
    """Return the unit normal of each vertex.

    It is the area-weighted mean of the normals of its triangles, normalized to length 1.

    Returns
    -------
    float32, shape (vertices, 3)
    """
    first, second, third = (vertices[triangles[:, corner]] for corner in range(3))
    faces = np.cross(second - first, third - first)
    total = np.stack(
        [
            np.bincount(
                triangles.T.ravel(), weights=np.tile(faces[:, axis], 3), minlength=len(vertices)
            )
            for axis in range(3)
        ],
        axis=1,
    )
    return unit_vectors(total.astype(np.float32))


def dot(vectors: Floats, direction: Floats) -> Floats:
    """Return the dot products of vectors with a direction.

    Unlike linear algebra libraries, this starts no threads.

    Parameters
    ----------
    vectors : float32, shape (..., 3)
    direction : float32, shape (3,)

    Returns
    -------
    float32, shape (...)
    """
    part: Floats = vectors[..., 0] * direction[0]
    part += vectors[..., 1] * direction[1]
    part += vectors[..., 2] * direction[2]
    return part


def to_axes(vectors: Floats, axes: Floats) -> Floats:
    """Return vectors in the axes given by the rows of a (3, 3) matrix; shape (..., 3)."""
    return np.stack([dot(vectors, axis) for axis in axes], axis=-1)


def unit_vectors(vectors: Floats) -> Floats:
    """Normalize vectors to length 1; shape (..., 3)."""
    length = np.sqrt(np.einsum("...k,...k->...", vectors, vectors))
    scaled: Floats = vectors / np.maximum(length, np.float32(1e-9))[..., None]
    return scaled
