"""Rasterize a mesh: the visible triangle per pixel, and interpolation between its vertices."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Integers = NDArray[np.int32]

_SHIFT = 6  # sub-pixel bits of polygon coordinates


@dataclass(frozen=True)
class Fragments:
    """The pixels in which a mesh is visible.

    Attributes
    ----------
    rows, columns : int64, shape (n,)
        The pixels.
    triangles : int32, shape (n,)
        The visible triangle in each pixel.
    corners : int32, shape (n, 3)
        The vertices of that triangle.
    weights : float32, shape (n, 3)
        Barycentric coordinates of the pixel; they sum to 1.
    """

    rows: NDArray[np.int64]
    columns: NDArray[np.int64]
    triangles: Integers
    corners: Integers
    weights: Floats

    def interpolated(self, values: Floats) -> Floats:
        """Interpolate values from vertices to pixels.

        Parameters
        ----------
        values : float32, shape (vertices, k) or (vertices,)

        Returns
        -------
        float32, shape (n, k) or (n,)
        """
        weights = self.weights if values.ndim == 1 else self.weights[:, :, None]
        total: Floats = values[self.corners[:, 0]] * weights[:, 0]
        for corner in (1, 2):
            total += values[self.corners[:, corner]] * weights[:, corner]
        return total

    def where(self, chosen: NDArray[np.bool_]) -> Fragments:
        """Return the selected pixels; ``chosen`` has shape (n,)."""
        return Fragments(
            self.rows[chosen],
            self.columns[chosen],
            self.triangles[chosen],
            self.corners[chosen],
            self.weights[chosen],
        )


def triangle_image(
    points: Floats, nearness: Floats, triangles: Integers, size: tuple[int, int]
) -> Integers:
    """Return the index of the nearest triangle at each pixel.

    Triangles are drawn from far to near; those that face away are left out.

    Parameters
    ----------
    points : float32, shape (vertices, 2)
        Pixels right and down.
    nearness : float32, shape (vertices,)
        Greater is nearer.
    triangles : int32, shape (triangles, 3)
        Counter-clockwise from outside, which is clockwise in an image with y down.
    size : (int, int)
        Height and width of the image.

    Returns
    -------
    int32, shape size
        Index of the triangle; -1 if there is none.
    """
    image: Integers = np.full(size, -1, np.int32)
    corners = points[triangles]
    edge, other = corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]
    outside = edge[:, 0] * other[:, 1] - edge[:, 1] * other[:, 0] < 0
    low, high = corners.min(axis=1), corners.max(axis=1)
    seen = (high >= -1).all(axis=1) & (low[:, 0] <= size[1]) & (low[:, 1] <= size[0])
    drawn = np.flatnonzero(outside & seen)
    order = drawn[np.argsort(nearness[triangles[drawn]].mean(axis=1), kind="stable")]
    polygons = np.round(corners[order] * 2**_SHIFT).astype(np.int32)
    paint = cv2.fillConvexPoly
    for index, polygon in zip(order.tolist(), polygons, strict=True):
        paint(image, polygon, index, cv2.LINE_8, _SHIFT)
    return image


def fragments_of(image: Integers, points: Floats, triangles: Integers) -> Fragments:
    """Return the fragments of a triangle image."""
    rows, columns = np.nonzero(image >= 0)
    seen = image[rows, columns]
    corners = triangles[seen]
    first, second, third = (points[corners[:, corner]] for corner in range(3))
    edge_to_second, edge_to_third = second - first, third - first
    x = columns.astype(np.float32) - first[:, 0]
    y = rows.astype(np.float32) - first[:, 1]
    area = edge_to_second[:, 0] * edge_to_third[:, 1] - edge_to_second[:, 1] * edge_to_third[:, 0]
    to_second = (x * edge_to_third[:, 1] - y * edge_to_third[:, 0]) / area
    to_third = (y * edge_to_second[:, 0] - x * edge_to_second[:, 1]) / area
    # Polygons are drawn slightly too large: clip pixels outside to the values of the edge.
    weights = np.stack([1 - to_second - to_third, to_second, to_third], axis=1)
    weights = np.clip(weights, 0, 1)
    weights /= weights.sum(axis=1, keepdims=True)
    return Fragments(rows, columns, seen, corners, weights.astype(np.float32))


def sample_image(image: Floats, x: Floats, y: Floats) -> Floats:
    """Sample an image at points, linearly; beyond its border, use the border pixels.

    Parameters
    ----------
    image : float32, shape (height, width) or (height, width, channels)
    x, y : float32, shape (n,)
        Pixels right and down.

    Returns
    -------
    float32, shape (n,) or (n, channels)
    """
    count = len(x)
    if not count:
        return np.zeros((0, *image.shape[2:]), np.float32)
    columns = 1024  # OpenCV's maps may be at most 32,767 pixels long
    rest = -count % columns
    maps = [np.pad(part, (0, rest)).astype(np.float32).reshape(-1, columns) for part in (x, y)]
    sampled = cv2.remap(image, maps[0], maps[1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(sampled.reshape(count + rest, *image.shape[2:])[:count], np.float32)
