"""The wall behind a person, out of focus."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from mebench.datasets.synthetic.faces.tone import displayed
from mebench.datasets.synthetic.person import Person

Floats = NDArray[np.float32]


def backdrop(person: Person, height: int, width: int) -> Floats:
    """Return the background: a lit wall with soft, large shapes.

    Returns
    -------
    float32, shape (height, width, 3)
        0 to 255, as displayed.
    """
    draws = person.texture.substream("wall")
    x = np.linspace(-1, 1, width // 8, dtype=np.float32)[None]
    y = np.linspace(-1, 1, height // 8, dtype=np.float32)[:, None]
    side = 0.6 if person.light[0] > 0 else -0.6
    lamp = np.exp(-(((x - side) / 1.3) ** 2 + ((y + 0.5) / 1.2) ** 2))
    shade = 0.62 + 0.5 * lamp - 0.06 * y
    chance = draws.substream("shapes")
    for _ in range(chance.integer(1, 3)):
        middle, half = chance.uniform(-1, 1), chance.uniform(0.08, 0.4)
        edge = np.clip((half - np.abs(x - middle)) / 0.12 + 0.5, 0, 1)
        shade = shade * (1 + chance.uniform(-0.13, 0.10) * edge)
    blotches = cv2.resize(
        draws.standard_normal(5, 7), (x.size, y.size), interpolation=cv2.INTER_CUBIC
    )
    shade = shade + 0.012 * blotches
    light = shade[:, :, None] * np.array(person.wall, np.float32)
    soft = cv2.GaussianBlur(light.astype(np.float32), (0, 0), 2.0)
    wall = cv2.resize(displayed(soft), (width, height), interpolation=cv2.INTER_CUBIC)
    return np.asarray(wall, np.float32)
