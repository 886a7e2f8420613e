"""Textures of the front of the mean head: coordinates, sampling, noise and strokes."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from mebench import RandomStream
from mebench_synthetic.faces.raster import sample_image

Floats = NDArray[np.float32]
ByteImage = NDArray[np.uint8]

LEFT, RIGHT, BOTTOM, TOP = -1.0, 1.0, -1.3, 1.3
"""The window of the textures on the mean head: x and y in head units, seen from the front."""
DENSITY = 400
"""Pixels of a texture per head unit."""


def grid(density: int = DENSITY) -> tuple[Floats, Floats]:
    """Return x and y of all pixels of a texture; shapes (1, width) and (height, 1)."""
    width, height = round((RIGHT - LEFT) * density), round((TOP - BOTTOM) * density)
    x = LEFT + (np.arange(width, dtype=np.float32) + 0.5) / density
    y = TOP - (np.arange(height, dtype=np.float32) + 0.5) / density
    return x[None].astype(np.float32), y[:, None].astype(np.float32)


def pixels_of(points: Floats, density: int = DENSITY) -> Floats:
    """Return the pixel coordinates (right, down) of points; ``points`` has shape (n, 2 or more)."""
    return np.stack(
        [(points[..., 0] - LEFT) * density - 0.5, (TOP - points[..., 1]) * density - 0.5], axis=-1
    ).astype(np.float32)


def look_up(texture: Floats, points: Floats) -> Floats:
    """Sample a texture at points on the mean head.

    Parameters
    ----------
    texture : float32, shape (height, width[, channels])
        A texture of any density.
    points : float32, shape (n, 3)

    Returns
    -------
    float32, shape (n[, channels])
    """
    pixels = pixels_of(points, round(texture.shape[1] / (RIGHT - LEFT)))
    return sample_image(texture, pixels[:, 0], pixels[:, 1])


def soft_spot(
    x: Floats, y: Floats, middle: tuple[float, float], size: tuple[float, float]
) -> Floats:
    """Return a Gaussian spot with the value 1 at its center; broadcast shape of x and y."""
    (across, up), (width, height) = middle, size
    bell: Floats = np.exp(
        -0.5 * (((x - across) / width) ** 2 + ((y - up) / height) ** 2), dtype=np.float32
    )
    return bell


def octave_noise(stream: RandomStream, coarsest: int, octaves: int, fading: float = 0.6) -> Floats:
    """Return noise with several octaves and standard deviation 1, of the size of a texture.

    Parameters
    ----------
    stream : RandomStream
    coarsest : int
        Blobs across the texture in the first octave; the number doubles with each octave.
    octaves : int
    fading : float
        Strength of an octave relative to the previous one.
    """
    width, height = round((RIGHT - LEFT) * DENSITY), round((TOP - BOTTOM) * DENSITY)
    total = np.zeros((height, width), np.float32)
    strength, across = 1.0, coarsest
    for octave in range(octaves):
        blobs = stream.standard_normal(round(across * height / width), across, part=octave)
        total += strength * cv2.resize(blobs, (width, height), interpolation=cv2.INTER_CUBIC)
        strength, across = strength * fading, across * 2
    scaled: Floats = total / total.std()
    return scaled


def uniform_floats(stream: RandomStream, *shape: int) -> Floats:
    """Return uniformly distributed numbers from 0 to 1."""
    levels = stream.random_bytes(2 * int(np.prod(shape))).view("<u2")
    return levels.reshape(shape).astype(np.float32) / np.float32(65536)


def draw_hairs(texture: ByteImage, begin: Floats, end: Floats, strengths: Floats) -> None:
    """Draw short hairs in a texture.

    Parameters
    ----------
    texture : uint8, shape (height, width)
        Modified in place.
    begin, end : float32, shape (n, 2)
        Positions on the mean head.
    strengths : float32, shape (n,)
        0 to 1.
    """
    shift = 4
    density = round(texture.shape[1] / (RIGHT - LEFT))
    points = [np.round(pixels_of(ends, density) * 2**shift).astype(int) for ends in (begin, end)]
    values = np.round(strengths * 255)
    for first, last, value in zip(
        *(part.tolist() for part in points), values.tolist(), strict=True
    ):
        cv2.line(texture, first, last, value, 1, cv2.LINE_AA, shift)
