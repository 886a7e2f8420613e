"""Render strands of hair: shaded along their length, drawn from the farthest to the nearest."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from mebench_synthetic.faces.hair import Strands
from mebench_synthetic.faces.light import Lights, displayed
from mebench_synthetic.faces.mesh import along, unit_vectors
from mebench_synthetic.faces.person import Person
from mebench_synthetic.faces.pose import Camera, Pose, head_share, moved

Floats = NDArray[np.float32]
Octets = NDArray[np.uint8]

BEHIND = -0.82
"""Head units before the eyes: strands farther back are drawn behind the head."""
_SHIFT = 4
_GREY = np.array([0.47, 0.46, 0.44], np.float32)


def shaded(person: Person, lights: Lights, strands: Strands) -> Floats:
    """Return the colour of each piece of each strand.

    A strand is a thin cylinder (Kajiya and Kay): it is brightest across the light, and its
    highlights lie where it is square to the half vector; one is white, one takes the hair's colour.

    Returns
    -------
    float32, shape (strands, steps, 3)
        0 to 255, as displayed.
    """
    points = strands.points
    line = unit_vectors(points[:, 1:] - points[:, :-1] + np.float32(1e-7))
    middle = (points[:, 1:] + points[:, :-1]) / 2
    count, steps, _ = middle.shape
    flat = np.asarray(middle.reshape(-1, 3), np.float32)
    normals = strands.skull.normals(flat).reshape(count, steps, 3)
    view = np.array([0, 0, 1], np.float32)

    def square(direction: Floats) -> Floats:
        across: Floats = np.sqrt(np.clip(1 - along(line, direction) ** 2, 0, 1))
        return across

    total = np.zeros((count, steps, 3), np.float32)
    color = np.array(person.hair, np.float32)
    # Among grey hairs the others have faded, too.
    faded = np.float32(0.45 * person.grey)
    base = (color * (1 - faded) + _GREY * np.float32(0.7) * faded) * strands.shade[:, None]
    base[strands.grey] = _GREY * strands.shade[strands.grey][:, None]
    gleam = np.zeros((count, steps), np.float32)
    tinted = np.zeros((count, steps), np.float32)
    for lamp in (lights.key, lights.fill):
        facing = np.clip((along(normals, lamp.direction) + 0.35) / 1.35, 0, 1)
        half = unit_vectors(lamp.direction + view)
        strong = float(lamp.color.mean())
        total += (square(lamp.direction) * facing)[:, :, None] * lamp.color
        gleam += strong * facing * square(half) ** 90
        shifted = unit_vectors(half + np.array([0, -0.18, 0], np.float32))
        tinted += strong * facing * square(shifted) ** 22
    sky = 0.5 + 0.5 * normals[:, :, 1:2]
    total += sky * lights.sky + (1 - sky) * lights.ground
    share = np.linspace(0, 1, steps, dtype=np.float32)[None, :]
    buried = (0.30 + 0.70 * strands.depth[:, None]) * (0.55 + 0.45 * share**0.6)
    smooth = np.float32(1 - 0.75 * person.curl)
    light = base[:, None] * total * 1.15
    light += (0.35 * base[:, None] + 0.01) * (tinted * smooth)[:, :, None] * 1.4
    light += 0.08 * (gleam * smooth)[:, :, None]
    return displayed(light * buried[:, :, None])


def draw_strands(
    strands: Strands, colours: Floats, camera: Camera, pose: Pose
) -> tuple[Octets, Octets]:
    """Draw hair behind and before the head.

    Returns
    -------
    behind, before : uint8, shape (height, width, 4)
        Red, green, blue times cover, and cover.
    """
    points = moved(strands.points, head_share(strands.points), pose)
    places = np.round(camera.project(points) * 2**_SHIFT).astype(np.int32)
    begin, end = places[:, :-1].reshape(-1, 2), places[:, 1:].reshape(-1, 2)
    depth = ((points[:, 1:, 2] + points[:, :-1, 2]) / 2).ravel()
    flat = np.concatenate(
        [np.round(colours), np.full((*colours.shape[:2], 1), 255, np.float32)], axis=2
    ).reshape(-1, 4)
    outer = np.repeat(strands.depth, colours.shape[1])
    # What lies underneath may be coarse; tips and what lies on top are fine.
    share = np.tile(np.linspace(0, 1, colours.shape[1]), len(colours))
    long = colours.shape[1] > 4
    thick = (
        1
        + (long & (outer < 0.6) & (share < 0.8))
        + (long & (outer < 0.3) & (share > 0.12) & (share < 0.6))
    )
    layers = []
    line = cv2.line
    for chosen in (depth < BEHIND, depth >= BEHIND):
        image = np.zeros((camera.height, camera.width, 4), np.uint8)
        # What is near covers what is far; of what is alike, the outer strands cover the inner.
        order = np.flatnonzero(chosen)
        order = order[np.argsort(depth[order] + 0.35 * outer[order], kind="stable")]
        rows = zip(
            begin[order].tolist(),
            end[order].tolist(),
            flat[order].tolist(),
            thick[order].tolist(),
            strict=True,
        )
        for one, two, color, width in rows:
            line(image, one, two, color, width, cv2.LINE_AA, _SHIFT)
        layers.append(image)
    return layers[0], layers[1]
