"""Eyelashes, hair by hair, along the lids wherever these are."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from mebench.datasets.synthetic.faces.maps import numbers
from mebench.datasets.synthetic.faces.mesh import mean_head
from mebench.datasets.synthetic.faces.projection import Camera
from mebench.datasets.synthetic.person import Person

Floats = NDArray[np.float32]

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
    dark = np.array([24, 19, 17]) + 40 * person.grey
    long = 0.75 + 0.35 * (1 - person.maleness)
    draws = person.texture.substream("lashes")
    corner = np.array(offset, np.float32)
    for lid, pairs in enumerate(mean_head().lashes):
        upper = lid % 2 == 1
        count = _UPPER if upper else _LOWER
        chance = numbers(draws.substream(lid), count, 3)
        along = (np.arange(count) + chance[:, 0]) / count * (len(pairs) - 3.01) + 1
        first = along.astype(int)
        part = (along - first)[:, None].astype(np.float32)
        root, tip = (
            vertices[pairs[first, end]] * (1 - part) + vertices[pairs[first + 1, end]] * part
            for end in (0, 1)
        )
        reach = (long * (0.7 + 0.5 * chance[:, 1:2]) * (1.0 if upper else 0.7)).astype(np.float32)
        tip = root + (tip - root) * reach
        bend = (root + tip) / 2
        bend[:, 1] -= 0.006 if upper else -0.003  # upper lashes curl upwards
        path = np.stack([root, bend, tip], axis=1)
        places = np.round((camera.project(path) - corner) * 2**_SHIFT).astype(int).tolist()
        for line, strength in zip(places, (0.55 + 0.45 * chance[:, 2]).tolist(), strict=True):
            cover = strength * (0.95 if upper else 0.6)
            for begin, end, share in ((line[0], line[1], 1.0), (line[1], line[2], 0.7)):
                value = [*(dark * cover * share).tolist(), 255 * cover * share]
                cv2.line(image, begin, end, value, 1, cv2.LINE_AA, _SHIFT)
    return image
