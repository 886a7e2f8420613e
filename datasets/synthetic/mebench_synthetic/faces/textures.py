"""Textures of the mean head's front: where they lie, how they are looked up, noise to fill them."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from mebench import RandomStream
from mebench_synthetic.faces.raster import sample_image

Floats = NDArray[np.float32]
Octets = NDArray[np.uint8]

LEFT, RIGHT, BOTTOM, TOP = -1.0, 1.0, -1.3, 1.3
"""The window of the textures on the mean head, in head units: x and y as seen from before."""
DENSITY = 400
"""Pixels of a texture per head unit."""


def grid(density: int = DENSITY) -> tuple[Floats, Floats]:
    """Return x and y of every pixel of a texture; shapes (1, width) and (height, 1)."""
    width, height = round((RIGHT - LEFT) * density), round((TOP - BOTTOM) * density)
    x = LEFT + (np.arange(width, dtype=np.float32) + 0.5) / density
    y = TOP - (np.arange(height, dtype=np.float32) + 0.5) / density
    return x[None].astype(np.float32), y[:, None].astype(np.float32)


def pixels_of(points: Floats, density: int = DENSITY) -> Floats:
    """Return the texture's pixels (right, down) of points; ``points`` has shape (n, 2 or more)."""
    return np.stack(
        [(points[..., 0] - LEFT) * density - 0.5, (TOP - points[..., 1]) * density - 0.5], axis=-1
    ).astype(np.float32)


def at(texture: Floats, points: Floats) -> Floats:
    """Look a texture up at places of the mean head.

    Parameters
    ----------
    texture : float32, shape (height, width[, channels])
        Of any density.
    points : float32, shape (n, 3)

    Returns
    -------
    float32, shape (n[, channels])
    """
    place = pixels_of(points, round(texture.shape[1] / (RIGHT - LEFT)))
    return sample_image(texture, place[:, 0], place[:, 1])


def spot(x: Floats, y: Floats, middle: tuple[float, float], size: tuple[float, float]) -> Floats:
    """Return a soft spot: 1 in its middle, falling off as a bell; shape of x and y together."""
    (across, up), (width, height) = middle, size
    bell: Floats = np.exp(
        -0.5 * (((x - across) / width) ** 2 + ((y - up) / height) ** 2), dtype=np.float32
    )
    return bell


def clouds(draws: RandomStream, coarsest: int, octaves: int, fading: float = 0.6) -> Floats:
    """Return noise of several sizes, of standard deviation 1, as large as a texture.

    Parameters
    ----------
    draws : RandomStream
    coarsest : int
        Blobs across the texture in the first octave; each next has twice as many.
    octaves : int
    fading : float
        How strong an octave is beside the one before.
    """
    width, height = round((RIGHT - LEFT) * DENSITY), round((TOP - BOTTOM) * DENSITY)
    total = np.zeros((height, width), np.float32)
    strength, across = 1.0, coarsest
    for octave in range(octaves):
        blobs = draws.standard_normal(round(across * height / width), across, part=octave)
        total += strength * cv2.resize(blobs, (width, height), interpolation=cv2.INTER_CUBIC)
        strength, across = strength * fading, across * 2
    scaled: Floats = total / total.std()
    return scaled


def numbers(draws: RandomStream, *shape: int) -> Floats:
    """Return numbers evenly spread over 0 to 1."""
    levels = draws.random_bytes(2 * int(np.prod(shape))).view("<u2")
    return levels.reshape(shape).astype(np.float32) / np.float32(65536)


def strokes(texture: Octets, begin: Floats, end: Floats, strengths: Floats) -> None:
    """Draw short hairs into a texture.

    Parameters
    ----------
    texture : uint8, shape (height, width)
        Drawn into.
    begin, end : float32, shape (n, 2)
        Places on the mean head.
    strengths : float32, shape (n,)
        0 to 1.
    """
    shift = 4
    density = round(texture.shape[1] / (RIGHT - LEFT))
    points = [np.round(pixels_of(one, density) * 2**shift).astype(int) for one in (begin, end)]
    values = np.round(strengths * 255)
    for one, two, value in zip(*(part.tolist() for part in points), values.tolist(), strict=True):
        cv2.line(texture, one, two, value, 1, cv2.LINE_AA, shift)
