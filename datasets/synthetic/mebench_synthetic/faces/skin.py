"""A person's skin: color, relief and gloss, as textures of the front of the mean head."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from mebench import RandomStream
from mebench_synthetic.faces.creases import height_of_age
from mebench_synthetic.faces.facial_hair import beard_of, brows_of
from mebench_synthetic.faces.mean_head import smooth_step
from mebench_synthetic.faces.person import Person
from mebench_synthetic.faces.textures import (
    DENSITY,
    grid,
    octave_noise,
    pixels_of,
    soft_spot,
    uniform_floats,
)

Floats = NDArray[np.float32]

_TONES = np.array([0.0, 0.25, 0.5, 0.75, 1.0])
_COLORS = np.array(
    [
        (0.72, 0.49, 0.40),
        (0.60, 0.385, 0.29),
        (0.43, 0.25, 0.17),
        (0.25, 0.135, 0.085),
        (0.125, 0.065, 0.042),
    ]
)


@dataclass(frozen=True)
class Skin:
    """Textures of the front of the face; see ``textures``.

    Attributes
    ----------
    plain : float32, shape (3,)
        Mean color, linear.
    lips : float32, shape (3,)
        Color of the lips, linear.
    color : float32, shape (height, width, 3)
        Linear, with brows and beard.
    relief : float32, shape (height, width)
        Height of pores and lines, in head units.
    gloss : float32, shape (height, width)
        Gloss of the skin, about 1.
    """

    plain: Floats
    lips: Floats
    color: Floats
    relief: Floats
    gloss: Floats


def plain_color(person: Person) -> Floats:
    """Return the mean color of the skin: linear RGB; shape (3,)."""
    color = np.array([np.interp(person.tone, _TONES, _COLORS[:, band]) for band in range(3)])
    golden = np.array([0.0, 0.02, -0.07]) * person.warmth
    plain: Floats = (color * (1 + golden)).astype(np.float32)
    return plain


def _redness(x: Floats, y: Floats) -> Floats:
    """Return the redness of cheeks, nose and chin; shape of a texture."""
    side = np.abs(x)
    total = 0.55 * soft_spot(side, y, (0.43, -0.32), (0.16, 0.14)) + 0.6 * soft_spot(
        x, y, (0, -0.38), (0.13, 0.1)
    )
    total += 0.3 * soft_spot(x, y, (0, -0.98), (0.18, 0.1)) + 0.5 * smooth_step(0.76, 0.86, side)
    total += 0.35 * soft_spot(side, y, (0.30, 0.08), (0.14, 0.05))
    return np.asarray(total, np.float32)


def _shade(x: Floats, y: Floats, old: float) -> Floats:
    """Return the darkness of the skin around the eyes; shape of a texture."""
    side = np.abs(x)
    under = soft_spot(side, y, (0.27, -0.15), (0.12, 0.05)) * np.float32(0.13 + 0.14 * old)
    lid = soft_spot(side, y, (0.31, 0.09), (0.15, 0.035)) * np.float32(0.13)
    corner = soft_spot(side, y, (0.14, -0.02), (0.05, 0.07)) * np.float32(0.16)
    return np.asarray(under + lid + corner, np.float32)


def _freckles(person: Person, stream: RandomStream) -> Floats:
    """Return freckles, moles and age spots; shape of a texture."""
    x, y = grid()
    dots = np.zeros((y.size, x.size), np.float32)
    old = max(person.age - 50, 0) / 20
    count = round(30 + 420 * person.freckles + 60 * old)
    positions = stream.standard_normal(count, 2) * np.array([0.42, 0.32], np.float32)
    positions += np.array([0.0, -0.12], np.float32)
    chance = uniform_floats(stream.substream("size"), count, 2)
    radii = 1.0 + 1.6 * chance[:, 0] ** 4
    for pixel, radius, strength in zip(pixels_of(positions), radii, chance[:, 1], strict=True):
        center = (round(float(pixel[0])), round(float(pixel[1])))
        cv2.circle(dots, center, round(float(radius)), 0.15 + 0.5 * float(strength), -1)
    moles = stream.substream("moles")
    for _ in range(moles.integer(1, 4)):
        position = np.array([[moles.uniform(-0.55, 0.55), moles.uniform(-0.95, 0.6)]], np.float32)
        pixel = pixels_of(position)[0]
        center = (round(float(pixel[0])), round(float(pixel[1])))
        cv2.circle(dots, center, moles.integer(2, 4), 1.6, -1)
    return np.clip(cv2.GaussianBlur(dots, (0, 0), 1.2), 0, 1.2).astype(np.float32)


def skin_of(person: Person) -> Skin:
    """Return the skin of a person."""
    stream = person.texture.substream("skin")
    plain = plain_color(person)
    x, y = grid()
    coarse_x, coarse_y = grid(DENSITY // 4)
    size = (x.size, y.size)
    old = float(np.clip((person.age - 35) / 35, 0, 1))

    def enlarged(part: Floats) -> Floats:
        return cv2.resize(part, size, interpolation=cv2.INTER_CUBIC).astype(np.float32)

    fair = float(np.clip(1.2 - person.tone, 0.25, 1))
    red = enlarged(_redness(coarse_x, coarse_y) + 0 * coarse_y) * np.float32(
        fair * (0.75 + 0.25 * old)
    )
    red += np.float32(0.10 + 0.08 * old) * octave_noise(stream.substream("blood"), 8, 3)
    mottle = np.float32(0.03 + 0.015 * old) * octave_noise(stream.substream("pigment"), 6, 6)
    pores = cv2.GaussianBlur(stream.substream("pores").standard_normal(*size[::-1]), (0, 0), 1.3)
    pores = (pores / pores.std()).astype(np.float32)
    dark = enlarged(_shade(coarse_x, coarse_y, old))
    light = (1 - dark) * (1 + mottle + np.float32(0.020) * pores)
    blush = np.array([0.05, -0.13, -0.12], np.float32)
    dots = _freckles(person, stream.substream("freckles"))[:, :, None] * np.array(
        [0.30, 0.46, 0.52], np.float32
    )
    color = plain * light[:, :, None] * (1 + red[:, :, None] * blush) * (1 - dots)
    cooler = dark[:, :, None] * np.array([-0.10, -0.05, 0.25], np.float32)
    color = _with_hairs(person, color * (1 + cooler))
    zone = enlarged(
        0.55
        + 0.45 * soft_spot(coarse_x, coarse_y, (0, -0.2), (0.10, 0.25))
        + 0.30 * soft_spot(coarse_x, coarse_y, (0, 0.5), (0.40, 0.18))
        + 0.30 * soft_spot(np.abs(coarse_x), coarse_y, (0.42, -0.22), (0.13, 0.10))
    )
    lines = enlarged(height_of_age(person.age, stream.substream("lines")))
    coarse_pores = octave_noise(stream.substream("coarse"), 90, 2)
    relief = lines + np.float32(0.0005) * pores + np.float32(0.0005 * (0.5 + old)) * coarse_pores
    lips = plain * np.array([0.80, 0.52, 0.54], np.float32)
    if person.maleness < 0.5:
        lips = lips * np.array([1.02, 0.88, 0.92], np.float32)
    return Skin(plain, lips.astype(np.float32), color, relief.astype(np.float32), zone)


def _with_hairs(person: Person, color: Floats) -> Floats:
    """Return the color of the skin with brows and beard."""
    hair = np.array(person.hair, np.float32) * np.float32(0.8)
    gray = np.float32(person.gray)
    faded = np.float32(0.45) * gray * (1 - np.float32(0.6 * person.tone))
    brow = hair * (1 - faded) + faded * np.array([0.27, 0.245, 0.22], np.float32)
    shadow, dark, light = beard_of(person)
    cool = np.float32(0.10 * max(1 - 1.6 * person.tone, 0.0))
    bluish = np.array([0.58, 0.60, 0.60], np.float32) + cool * np.array(
        [-0.4, 0.1, 0.9], np.float32
    )
    color = color * (1 - shadow[:, :, None] * (1 - bluish))
    color = color + dark[:, :, None] * (hair - color)
    color = color + light[:, :, None] * (np.array([0.42, 0.41, 0.39], np.float32) - color)
    covered = color + brows_of(person)[:, :, None] * (brow - color)
    return np.asarray(covered, np.float32)
