"""Light: lamps, shadows, ambient occlusion, and the encoding of light for a display."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from mebench_synthetic.faces.mean_head import (
    Head,
    dot,
    normals_of,
    smooth_step,
    to_axes,
    unit_vectors,
)
from mebench_synthetic.faces.person import Person
from mebench_synthetic.faces.raster import fragments_of, sample_image, triangle_image

Floats = NDArray[np.float32]

GAMMA = 2.2


def encode_for_display(light: Floats) -> Floats:
    """Encode linear light for a display: nearly linear below 0.6, softly limited to 1 above.

    Parameters
    ----------
    light : float32, any shape
        Linear; 1 is white.

    Returns
    -------
    float32, same shape
        0 to 255.
    """
    light = np.maximum(light, 0)
    squared = light * light
    limited = light / np.sqrt(np.sqrt(1 + squared * squared))
    encoded: Floats = np.float32(255) * np.power(limited, np.float32(1 / GAMMA))
    return encoded


Integers = NDArray[np.int32]


@dataclass(frozen=True)
class Lamp:
    """A distant light source.

    Attributes
    ----------
    direction : float32, shape (3,)
        Unit vector towards the light.
    color : float32, shape (3,)
        Linear red, green, blue.
    """

    direction: Floats
    color: Floats


@dataclass(frozen=True)
class Lights:
    """The lights of a person: key lamp, weaker fill lamp from the other side, and ambient light."""

    key: Lamp
    fill: Lamp
    sky: Floats
    ground: Floats


def lights_of(person: Person) -> Lights:
    """Return the lights of a person."""
    side, up, front = person.light
    key = unit_vectors(np.array([side, up, front], np.float32))
    fill = unit_vectors(np.array([-side * 1.6, 0.12, 0.8], np.float32))
    contrast = person.contrast
    # A camera exposes dark skin longer.
    exposure = np.float32(1.0 + 0.45 * max(person.tone - 0.35, 0.0))
    return Lights(
        key=Lamp(
            key,
            np.array([1.0, 0.95, 0.88], np.float32) * np.float32(0.70 + 0.55 * contrast) * exposure,
        ),
        fill=Lamp(
            fill,
            np.array([0.88, 0.95, 1.0], np.float32) * np.float32(0.34 - 0.2 * contrast) * exposure,
        ),
        sky=np.array([0.92, 0.97, 1.0], np.float32) * np.float32(0.40 - 0.16 * contrast) * exposure,
        ground=np.array([1.0, 0.88, 0.78], np.float32)
        * np.float32(0.20 - 0.08 * contrast)
        * exposure,
    )


class ShadowMap:
    """An exponential shadow map: soft shadows of light from one direction.

    The map contains exp(sharpness * reach), where reach is the position of the first surface along
    the light, and may be blurred. A point behind it is lit by exp(-sharpness * distance).

    Parameters
    ----------
    vertices : float32, shape (vertices, 3)
    triangles : int32, shape (triangles, 3)
    direction : float32, shape (3,)
        Unit vector towards the light.
    size : int
        Width and height of the map in pixels.
    blur : float
        Standard deviation of the blur, in pixels of the map.
    """

    SHARPNESS = 30.0
    BIAS = 0.045
    REACH = 1.75  # head units from the center of the head to the border of the map

    def __init__(
        self, vertices: Floats, triangles: Integers, direction: Floats, size: int, blur: float
    ) -> None:
        right = unit_vectors(np.cross(np.array([0, 1, 0.01], np.float32), direction))
        self._axes = np.stack([right, np.cross(direction, right), direction]).astype(np.float32)
        self._size = size
        placed = self._placed(vertices)
        image = triangle_image(placed[:, :2], placed[:, 2], triangles, (size, size))
        seen = fragments_of(image, placed[:, :2], triangles)
        reach = np.full((size, size), -4.0, np.float32)
        reach[seen.rows, seen.columns] = seen.interpolated(placed[:, 2])
        spread = np.exp(np.float32(self.SHARPNESS) * np.clip(reach, -2, 2) * np.float32(0.5))
        if blur:
            spread = cv2.GaussianBlur(spread, (0, 0), blur)
        self._spread = spread.astype(np.float32)

    def _placed(self, points: Floats) -> Floats:
        """Return pixel coordinates right and down, and the reach along the light; shape (n, 3)."""
        middle = np.array([0, 0.0, -0.6], np.float32)
        placed = to_axes(points - middle, self._axes)
        scale = np.float32(self._size / (2 * self.REACH))
        placed[:, 0] = placed[:, 0] * scale + np.float32(self._size / 2)
        placed[:, 1] = np.float32(self._size / 2) - placed[:, 1] * scale
        return placed

    def lit(self, points: Floats) -> Floats:
        """Return the part of the light that reaches points: 0 to 1, shape (n,)."""
        placed = self._placed(points)
        spread = sample_image(self._spread, placed[:, 0], placed[:, 1])
        behind = np.exp(-np.float32(self.SHARPNESS * 0.5) * (placed[:, 2] + np.float32(self.BIAS)))
        ratio = 1 / np.maximum(spread * behind, np.float32(1e-6))
        lit = np.clip(ratio, 0, 1) ** 2
        # Beyond the map, on the chest, assume full light.
        middle = np.float32(self._size / 2)
        aside = np.maximum(np.abs(placed[:, 0] - middle), np.abs(placed[:, 1] - middle)) / middle
        unknown = smooth_step(0.88, 0.98, aside)
        return np.asarray(lit + unknown * (1 - lit), np.float32)


def openness(vertices: Floats, head: Head, directions: int = 18) -> Floats:
    """Return the part of the environment in front that each vertex sees (ambient occlusion).

    Parameters
    ----------
    vertices : float32, shape (vertices, 3)
    head : Head
        The mesh.
    directions : int
        Number of sampled directions.

    Returns
    -------
    float32, shape (vertices,)
        0 (occluded) to 1 (open).
    """
    normals = normals_of(vertices, head.triangles)
    total = np.zeros(len(vertices), np.float32)
    weight = np.full(len(vertices), 1e-3, np.float32)
    golden = np.pi * (3 - np.sqrt(5))
    for number in range(directions):
        front = 1 - (number + 0.5) / directions * 1.25  # includes directions slightly from behind
        around = golden * number
        ring = np.sqrt(max(1 - front * front, 0.0))
        towards = np.array([ring * np.cos(around), ring * np.sin(around), front], np.float32)
        facing = np.clip(dot(normals, towards), 0, 1)
        total += facing * ShadowMap(vertices, head.triangles, towards, 160, 1.0).lit(vertices)
        weight += facing
    return np.asarray(np.clip(total / weight, 0, 1), np.float32)
