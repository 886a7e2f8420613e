"""Clothes: a crew neck, a V-neck or a shirt on the shoulders."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from mebench_synthetic.faces.mean_head import Head, normals_of, smooth_step
from mebench_synthetic.faces.person import Person
from mebench_synthetic.faces.raster import sample_image

Floats = NDArray[np.float32]

THICKNESS = 0.035
_BAND = {"crew": 0.10, "vee": 0.085, "shirt": 0.30}
"""Width of the collar in head units."""
_LEFT, _BOTTOM, _DENSITY = -2.9, -3.0, 260


def below_neckline(person: Person, positions: Floats) -> Floats:
    """Return how far positions on the mean head are below the neckline.

    Parameters
    ----------
    person : Person
    places : float32, shape (n, 3)

    Returns
    -------
    float32, shape (n,)
        Head units; negative on the skin.
    """
    side = np.abs(positions[:, 0])
    if person.collar == "crew":
        line = -1.60 + 0.32 * (side / 0.6) ** 2
        steepness = 0.85 + 0 * side
    elif person.collar == "vee":
        line = -1.98 + 0.70 * np.clip(side / 0.6, 0, 1) + 0.5 * np.clip(side - 0.6, 0, None)
        steepness = np.where(side < 0.6, 0.65, 0.9)
    else:
        line = -1.86 + 0.75 * np.clip(side / 0.55, 0, 1) + 0.5 * np.clip(side - 0.55, 0, None)
        steepness = np.where(side < 0.55, 0.6, 0.9)
    behind = np.clip(
        -0.75 - positions[:, 2], 0, 0.4
    )  # the collar rises towards the back of the neck
    below: Floats = ((line + 0.9 * behind - positions[:, 1]) * steepness).astype(np.float32)
    return below


def add_cloth(person: Person, vertices: Floats, head: Head) -> Floats:
    """Raise the cloth above the skin; ``vertices`` and the result have shape (vertices, 3)."""
    normals = normals_of(vertices, head.triangles)
    lift = smooth_step(0.0, 0.22, below_neckline(person, head.vertices))
    clothed: Floats = vertices + np.float32(THICKNESS) * lift[:, None] * normals
    return clothed


class Cloth:
    """The cloth of one person.

    Parameters
    ----------
    person : Person
    """

    def __init__(self, person: Person) -> None:
        self._person = person
        stream = person.texture.substream("cloth")
        height, width = round(2.0 * _DENSITY), round(5.8 * _DENSITY)
        folds = np.zeros((height, width), np.float32)
        for octave, across in enumerate((7, 15)):
            noise = stream.substream("folds").standard_normal(across, across, part=octave)
            large = cv2.resize(noise, (width, height), interpolation=cv2.INTER_CUBIC)
            folds += np.asarray(large, np.float32) / np.float32(1 + 1.6 * octave)
        grain = stream.substream("grain").standard_normal(height, width)
        weave = cv2.GaussianBlur(grain, (0, 0), sigmaX=0.7, sigmaY=1.6)
        self._folds = folds * np.float32(0.020)
        self._weave = (weave / weave.std()).astype(np.float32)

    def color(self, positions: Floats, below: Floats) -> Floats:
        """Return the color of the cloth at positions below the neckline; linear, shape (n, 3)."""
        band = _BAND[self._person.collar]
        x, y = self._pixels(positions)
        cloth = np.array(self._person.cloth, np.float32)
        grain = 1 + np.float32(0.07) * sample_image(self._weave, x, y)
        side = np.abs(positions[:, 0])
        seam = np.exp(-(((below - band) / 0.012) ** 2)) * 0.45
        rim = np.exp(-((below / 0.012) ** 2)) * 0.30
        under = smooth_step(band, band + 0.015, below) * np.exp(-(below - band) / 0.05) * 0.35
        if self._person.collar == "shirt":
            placket = np.exp(-(((side - 0.10) / 0.007) ** 2)) * (below > band) * 0.3
            dark = seam + rim + 1.3 * under + placket
        else:
            rib = 0.10 * np.sin(positions[:, 0] * 150) * smooth_step(band, band - 0.02, below)
            dark = seam + rim + 0.5 * under + rib * smooth_step(0.8, 0.4, side)
        color: Floats = cloth * (grain * (1 - np.clip(dark, -0.2, 0.8)))[:, None]
        return color.astype(np.float32)

    def slope(self, positions: Floats) -> Floats:
        """Return the slope of the folds, right and up; shape (n, 2)."""
        x, y = self._pixels(positions)
        step = np.float32(6.0)
        across = sample_image(self._folds, x + step, y) - sample_image(self._folds, x - step, y)
        up = sample_image(self._folds, x, y - step) - sample_image(self._folds, x, y + step)
        return np.stack([across, up], axis=1) * np.float32(_DENSITY / 12.0)

    @staticmethod
    def _pixels(positions: Floats) -> tuple[Floats, Floats]:
        return (positions[:, 0] - _LEFT) * _DENSITY, (_BOTTOM + 2.0 - positions[:, 1]) * _DENSITY
