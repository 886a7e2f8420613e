"""Brows and beards, hair by hair, as textures of the front of the mean head."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from mebench_synthetic.faces.mean_head import smooth_step
from mebench_synthetic.faces.person import Person
from mebench_synthetic.faces.textures import (
    draw_hairs,
    grid,
    octave_noise,
    soft_spot,
    uniform_floats,
)

Floats = NDArray[np.float32]

_ARCH = np.array([(0.115, 0.195), (0.22, 0.222), (0.34, 0.240), (0.45, 0.228), (0.59, 0.160)])
_THICKNESS = np.array([0.027, 0.034, 0.031, 0.022, 0.005])


def brows_of(person: Person) -> Floats:
    """Return the cover of the skin by brows; shape (height, width), 0 to 1."""
    x, y = grid()
    drawn = np.zeros((y.size, x.size), np.uint8)
    stream = person.texture.substream("brows")
    arch = _ARCH + 0.007 * stream.standard_normal(*_ARCH.shape)
    count = round(340 * (0.55 + 0.45 * person.brow))
    for number, side in enumerate((1.0, -1.0)):
        chance = uniform_floats(stream.substream(number), count, 5)
        knot = chance[:, 0] * (len(arch) - 1)
        knots = np.arange(len(arch))
        across = np.interp(knot, knots, arch[:, 0])
        half = np.interp(knot, knots, _THICKNESS) * (0.5 + 0.5 * person.brow)
        away = chance[:, 1] + chance[:, 2] - 1  # denser in the middle of the brow
        up = np.interp(knot, knots, arch[:, 1]) + away * half * 1.3
        turn = np.deg2rad(66 - 19 * knot - 25 * away + 16 * (chance[:, 3] - 0.5))
        length = 0.045 + 0.03 * chance[:, 4]
        begin = np.stack([across, up], axis=1)
        end = begin + np.stack([np.cos(turn), 0.62 * np.sin(turn)], axis=1) * length[:, None]
        mirror = np.array([side, 1.0])
        draw_hairs(drawn, begin * mirror, end * mirror, 0.5 + 0.5 * chance[:, 3])
    soft = cv2.GaussianBlur(drawn.astype(np.float32), (0, 0), 0.9) / np.float32(255)
    under = cv2.GaussianBlur(soft, (0, 0), 6.0)
    covered: Floats = np.clip(soft * np.float32(0.85) + under * np.float32(0.45), 0, 0.93)
    return covered.astype(np.float32)


def _beard_zone() -> Floats:
    """Return where a beard grows; shape (height, width), 0 to 1."""
    x, y = grid()
    side = np.abs(x)
    cheek = -0.62 + 0.75 * np.clip(side - 0.28, 0, 1) ** 1.15  # upper edge of the beard
    jaw = smooth_step(0.05, -0.07, (y - cheek).astype(np.float32)) * smooth_step(0.76, 0.68, side)
    sideburn = soft_spot(side, y, (0.65, -0.35), (0.045, 0.22))
    lip = soft_spot(x, y, (0, -0.535), (0.20, 0.035)) * np.float32(1.15)
    below = smooth_step(-1.17, -0.99, y)
    outside_bare_spots = 1 - 0.75 * soft_spot(side, y, (0.16, -0.83), (0.055, 0.04)) * (side < 0.3)
    zone: Floats = (
        np.clip(np.maximum(np.maximum(jaw, sideburn), lip), 0, 1) * below * outside_bare_spots
    )
    return zone.astype(np.float32)


def beard_of(person: Person) -> tuple[Floats, Floats, Floats]:
    """Return the shadow of a shaved beard and the cover of a grown one.

    Returns
    -------
    shadow, dark, gray : float32, shape (height, width)
        The shaved beard, and the colored and gray hairs of the grown one; 0 to 1 each.
    """
    x, y = grid()
    if not person.stubble and not person.beard:
        nothing = np.zeros((y.size, x.size), np.float32)
        return nothing, nothing, nothing
    stream = person.texture.substream("beard")
    patchy = np.clip(1 + np.float32(0.12) * octave_noise(stream.substream("patches"), 7, 3), 0, 1.2)
    zone = _beard_zone() * patchy
    grain = octave_noise(stream.substream("grain"), 200, 1)
    fair = np.float32(0.35 + 0.65 * (1 - np.clip(np.mean(person.hair) * 4, 0, 1)))
    shadow = np.clip(zone * (1 + np.float32(0.3) * grain), 0, 1) * fair
    shadow = shadow * np.float32(0.55 * person.stubble + 0.3 * person.beard)
    if person.beard < 0.05:
        return shadow.astype(np.float32), np.zeros_like(zone), np.zeros_like(zone)
    count = round(15000 * person.beard)
    chance = uniform_floats(stream.substream("hairs"), count, 5)
    begin = np.stack([(chance[:, 0] - 0.5) * 1.6, -1.25 + 1.2 * chance[:, 1]], axis=1)
    column = np.clip(((begin[:, 0] + 1) * 400).astype(int), 0, zone.shape[1] - 1)
    row = np.clip(((1.3 - begin[:, 1]) * 400).astype(int), 0, zone.shape[0] - 1)
    grows = zone[row, column] > 0.25 + 0.5 * chance[:, 2]
    turn = np.deg2rad(-90 + 60 * (chance[:, 3] - 0.5)) + 0.5 * begin[:, 0]
    length = (0.035 + 0.045 * chance[:, 4]) * (0.6 + 0.4 * person.beard)
    end = begin + np.stack([np.cos(turn), np.sin(turn)], axis=1) * length[:, None]
    is_gray = uniform_floats(stream.substream("grey"), count) < person.gray
    covers = []
    for chosen in (grows & ~is_gray, grows & is_gray):
        drawn = np.zeros(zone.shape, np.uint8)
        draw_hairs(drawn, begin[chosen], end[chosen], 0.55 + 0.45 * chance[chosen, 3])
        hairs = cv2.GaussianBlur(drawn.astype(np.float32), (0, 0), 0.9) / np.float32(255)
        under = cv2.GaussianBlur(hairs, (0, 0), 7.0)
        covers.append(np.clip(hairs * np.float32(0.75) + under * np.float32(0.80), 0, 0.96))
    dark, gray = (cover.astype(np.float32) for cover in covers)
    return shadow.astype(np.float32), dark, gray
