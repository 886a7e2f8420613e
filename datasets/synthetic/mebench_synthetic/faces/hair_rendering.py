"""Render strands of hair: shade their segments, and draw them from far to near."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from mebench_synthetic.faces.hair import Strands
from mebench_synthetic.faces.light import Lights, encode_for_display
from mebench_synthetic.faces.mean_head import dot, unit_vectors
from mebench_synthetic.faces.person import Person
from mebench_synthetic.faces.pose import Camera, Pose, head_share, move_with_head

Floats = NDArray[np.float32]
ByteImage = NDArray[np.uint8]

BEHIND = -0.82
"""z in head units: strands farther back are drawn behind the head."""
_SHIFT = 4
_GRAY = np.array([0.47, 0.46, 0.44], np.float32)


def shade_strands(person: Person, lights: Lights, strands: Strands) -> Floats:
    """Return the color of each segment of each strand.

    A strand is a thin cylinder (Kajiya and Kay): it is brightest perpendicular to the light. Its
    highlights are where it is perpendicular to the half vector: one is white, the other has the
    color of the hair.

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

    def sine_to(direction: Floats) -> Floats:
        across: Floats = np.sqrt(np.clip(1 - dot(line, direction) ** 2, 0, 1))
        return across

    total = np.zeros((count, steps, 3), np.float32)
    color = np.array(person.hair, np.float32)
    # If some hairs are gray, the others are paler, too.
    faded = np.float32(0.45 * person.gray)
    base = (color * (1 - faded) + _GRAY * np.float32(0.7) * faded) * strands.shade[:, None]
    base[strands.gray] = _GRAY * strands.shade[strands.gray][:, None]
    white_highlight = np.zeros((count, steps), np.float32)
    colored_highlight = np.zeros((count, steps), np.float32)
    for lamp in (lights.key, lights.fill):
        facing = np.clip((dot(normals, lamp.direction) + 0.35) / 1.35, 0, 1)
        half = unit_vectors(lamp.direction + view)
        strength = float(lamp.color.mean())
        total += (sine_to(lamp.direction) * facing)[:, :, None] * lamp.color
        white_highlight += strength * facing * sine_to(half) ** 90
        shifted = unit_vectors(half + np.array([0, -0.18, 0], np.float32))
        colored_highlight += strength * facing * sine_to(shifted) ** 22
    sky = 0.5 + 0.5 * normals[:, :, 1:2]
    total += sky * lights.sky + (1 - sky) * lights.ground
    share = np.linspace(0, 1, steps, dtype=np.float32)[None, :]
    buried = (0.30 + 0.70 * strands.depth[:, None]) * (0.55 + 0.45 * share**0.6)
    smooth = np.float32(1 - 0.75 * person.curl)
    light = base[:, None] * total * 1.15
    light += (0.35 * base[:, None] + 0.01) * (colored_highlight * smooth)[:, :, None] * 1.4
    light += 0.08 * (white_highlight * smooth)[:, :, None]
    return encode_for_display(light * buried[:, :, None])


def draw_strands(
    strands: Strands, colors: Floats, camera: Camera, pose: Pose
) -> tuple[ByteImage, ByteImage]:
    """Draw the hair behind and in front of the head.

    Returns
    -------
    behind, before : uint8, shape (height, width, 4)
        Red, green, blue times cover, and cover.
    """
    points = move_with_head(strands.points, head_share(strands.points), pose)
    positions = np.round(camera.project(points) * 2**_SHIFT).astype(np.int32)
    begin, end = positions[:, :-1].reshape(-1, 2), positions[:, 1:].reshape(-1, 2)
    depth = ((points[:, 1:, 2] + points[:, :-1, 2]) / 2).ravel()
    flat = np.concatenate(
        [np.round(colors), np.full((*colors.shape[:2], 1), 255, np.float32)], axis=2
    ).reshape(-1, 4)
    outer = np.repeat(strands.depth, colors.shape[1])
    # Draw inner strands thicker; tips and outer strands are fine.
    share = np.tile(np.linspace(0, 1, colors.shape[1]), len(colors))
    long = colors.shape[1] > 4
    thick = (
        1
        + (long & (outer < 0.6) & (share < 0.8))
        + (long & (outer < 0.3) & (share > 0.12) & (share < 0.6))
    )
    layers = []
    line = cv2.line
    for chosen in (depth < BEHIND, depth >= BEHIND):
        image = np.zeros((camera.height, camera.width, 4), np.uint8)
        # Draw from far to near, and inner strands before outer ones at a similar depth.
        order = np.flatnonzero(chosen)
        order = order[np.argsort(depth[order] + 0.35 * outer[order], kind="stable")]
        rows = zip(
            begin[order].tolist(),
            end[order].tolist(),
            flat[order].tolist(),
            thick[order].tolist(),
            strict=True,
        )
        for first, last, color, width in rows:
            line(image, first, last, color, width, cv2.LINE_AA, _SHIFT)
        layers.append(image)
    return layers[0], layers[1]
