"""Eyeballs and eyelashes.

An eyeball has a white with veins, an iris with fibers and a dark rim, and a highlight. Lashes are
drawn hair by hair along the lids in their current pose.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from mebench_synthetic.faces.light import Lights
from mebench_synthetic.faces.mean_head import dot, mean_head, smooth_step, unit_vectors
from mebench_synthetic.faces.person import Person
from mebench_synthetic.faces.pose import Camera
from mebench_synthetic.faces.raster import sample_image
from mebench_synthetic.faces.textures import uniform_floats

Floats = NDArray[np.float32]

_REACH = 1.25  # radians from the middle of the texture to its rim
_SIZE = 384
_IRIS, _PUPIL = 0.475, 0.175
"""Radii in radians, as seen from the middle of the eyeball."""


class Eyes:
    """The look of a person's eyes.

    Parameters
    ----------
    person : Person
    lights : Lights
    """

    def __init__(self, person: Person, lights: Lights) -> None:
        self._lights = lights
        self._color = _texture_of(person)

    def shade(self, directions: Floats, gaze: tuple[float, float]) -> Floats:
        """Return the light from points of an eyeball.

        Parameters
        ----------
        directions : float32, shape (n, 3)
            Unit vectors from the center of the eyeball.
        gaze : (float, float)
            Radians right and up.

        Returns
        -------
        float32, shape (n, 3)
            Linear.
        """
        across = np.arcsin(np.clip(directions[:, 0], -1, 1)) - np.float32(gaze[0])
        up = np.arcsin(np.clip(directions[:, 1], -1, 1)) - np.float32(gaze[1])
        scale = np.float32(_SIZE / (2 * _REACH))
        middle = np.float32(_SIZE / 2 - 0.5)
        color = sample_image(self._color, middle + across * scale, middle - up * scale)
        lights = self._lights
        light = lights.sky * 0.6 + lights.ground * 0.35
        total = np.tile(light, (len(directions), 1)).astype(np.float32)
        for lamp in (lights.key, lights.fill):
            facing = np.clip((dot(directions, lamp.direction) + 0.45) / 1.45, 0, 1)
            total += facing[:, None] * lamp.color
        # The cornea protrudes a little, so its highlight follows about half of the gaze.
        turned = directions - np.array([0.35 * gaze[0], 0.35 * gaze[1], 0], np.float32)
        mirrored = self._reflect_lamps(unit_vectors(turned))
        result: Floats = color * total + mirrored[:, None]
        return result

    def _reflect_lamps(self, normals: Floats) -> Floats:
        """Return the reflections of the lamps; shape (n,)."""
        view = np.array([0, 0, 1], np.float32)
        total = np.zeros(len(normals), np.float32)
        for lamp, strength, sharp in (
            (self._lights.key, 1.9, 170.0),
            (self._lights.fill, 0.6, 260.0),
        ):
            half = unit_vectors(lamp.direction + view)
            across = dot(normals, half)
            near = np.flatnonzero(across > 1 - 6 / sharp)  # elsewhere it is negligible
            total[near] += strength * across[near] ** sharp
        return total


def _texture_of(person: Person) -> Floats:
    """Return the color of an eye by angle from straight ahead; shape (size, size, 3)."""
    stream = person.texture.substream("eyes")
    ramp = (np.arange(_SIZE, dtype=np.float32) + 0.5) / _SIZE * 2 - 1
    x, y = np.meshgrid(ramp * _REACH, -ramp * _REACH)
    away, turn = np.hypot(x, y), np.arctan2(y, x)
    white = np.array([0.55, 0.50, 0.465], np.float32)
    white = white * np.float32(1 - 0.25 * person.tone - 0.002 * max(person.age - 40, 0))
    veins = cv2.GaussianBlur(
        stream.substream("veins").standard_normal(_SIZE, _SIZE), (0, 0), sigmaX=5, sigmaY=1.2
    )
    veins = np.clip(veins / veins.std() - 0.9, 0, 2) * smooth_step(0.6, 1.1, away)
    pink = (0.10 * smooth_step(0.6, 1.2, away) + 0.10 * veins)[:, :, None]
    color = white * (1 - pink * np.array([0.3, 1.0, 0.9], np.float32))
    fibers = stream.substream("fibres").standard_normal(4, 90)
    ring = np.concatenate([fibers, fibers[:, :1]], axis=1)
    wound = cv2.remap(
        ring,
        ((turn / (2 * np.pi) + 0.5) * 90).astype(np.float32),
        np.clip(away / _IRIS * 3, 0, 3).astype(np.float32),
        cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REPLICATE,
    )
    iris = np.array(person.iris, np.float32)
    part = (away / _IRIS).astype(np.float32)
    radial = 0.75 + 0.65 * part - 0.25 * np.exp(-(((part - 0.55) / 0.12) ** 2))
    lit = iris * (radial * (1 + 0.22 * np.asarray(wound, np.float32)))[:, :, None]
    collarette = np.exp(-(((part - 0.52) / 0.10) ** 2))[:, :, None]
    lit = lit * (1 + 0.35 * collarette * np.array([1.2, 0.9, 0.5], np.float32))
    rim = smooth_step(0.78, 1.0, part)[:, :, None]
    lit = lit * (1 - np.float32(0.72) * rim)
    cover = smooth_step(_IRIS + 0.035, _IRIS - 0.035, away)[:, :, None]
    color = color + cover * (lit - color)
    pupil = smooth_step(_PUPIL - 0.03, _PUPIL + 0.03, away)[:, :, None]
    final: Floats = color * (0.03 + 0.97 * pupil)
    return final.astype(np.float32)


_SHIFT = 4
_UPPER, _LOWER = 46, 26


def lashes(
    person: Person, vertices: Floats, camera: Camera, offset: tuple[int, int], size: tuple[int, int]
) -> NDArray[np.uint8]:
    """Draw the lashes of both eyes.

    Parameters
    ----------
    person : Person
    vertices : float32, shape (vertices, 3)
        The head in its pose.
    camera : Camera
    offset : (int, int)
        The picture's left and top pixel.
    size : (int, int)
        Its height and width.

    Returns
    -------
    uint8, shape (height, width, 4)
        Red, green, blue times cover, and cover.
    """
    image = np.zeros((*size, 4), np.uint8)
    dark = np.array([24, 19, 17]) + 40 * person.gray
    long = 0.75 + 0.35 * (1 - person.maleness)
    stream = person.texture.substream("lashes")
    corner = np.array(offset, np.float32)
    for lid, pairs in enumerate(mean_head().lashes):
        upper = lid % 2 == 1
        count = _UPPER if upper else _LOWER
        chance = uniform_floats(stream.substream(lid), count, 3)
        along_lid = (np.arange(count) + chance[:, 0]) / count * (len(pairs) - 3.01) + 1
        first = along_lid.astype(int)
        part = (along_lid - first)[:, None].astype(np.float32)
        root, tip = (
            vertices[pairs[first, end]] * (1 - part) + vertices[pairs[first + 1, end]] * part
            for end in (0, 1)
        )
        reach = (long * (0.7 + 0.5 * chance[:, 1:2]) * (1.0 if upper else 0.7)).astype(np.float32)
        tip = root + (tip - root) * reach
        bend = (root + tip) / 2
        bend[:, 1] -= 0.006 if upper else -0.003  # upper lashes curl upwards
        path = np.stack([root, bend, tip], axis=1)
        positions = np.round((camera.project(path) - corner) * 2**_SHIFT).astype(int).tolist()
        for line, strength in zip(positions, (0.55 + 0.45 * chance[:, 2]).tolist(), strict=True):
            cover = strength * (0.95 if upper else 0.6)
            for begin, end, share in ((line[0], line[1], 1.0), (line[1], line[2], 0.7)):
                value = [*(dark * cover * share).tolist(), 255 * cover * share]
                cv2.line(image, begin, end, value, 1, cv2.LINE_AA, _SHIFT)
    return image
