"""Exact but slow images of a person: every pixel is rendered from the 3-D head."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from mebench_synthetic.faces import textures
from mebench_synthetic.faces.action_units import displacement, lids_closing
from mebench_synthetic.faces.clothes import add_cloth
from mebench_synthetic.faces.creases import fold_depth_at_age, height_of_unit
from mebench_synthetic.faces.eyes import Eyes, lashes
from mebench_synthetic.faces.hair import grow_hair
from mebench_synthetic.faces.hair_rendering import draw_strands, shade_strands
from mebench_synthetic.faces.head_shape import shape_head
from mebench_synthetic.faces.light import GAMMA, ShadowMap, encode_for_display, lights_of, openness
from mebench_synthetic.faces.mean_head import (
    BODY,
    LEFT_EYE,
    RIGHT_EYE,
    mean_head,
    normals_of,
    unit_vectors,
)
from mebench_synthetic.faces.person import Person
from mebench_synthetic.faces.pose import NEUTRAL, Camera, Pose, head_share, move_with_head
from mebench_synthetic.faces.raster import Fragments, fragments_of, triangle_image
from mebench_synthetic.faces.shading import Shader, Surface, slopes_of

Floats = NDArray[np.float32]


def backdrop(person: Person, height: int, width: int) -> Floats:
    """Return the background: an illuminated wall with large, soft shapes.

    Returns
    -------
    float32, shape (height, width, 3)
        0 to 255, as displayed.
    """
    stream = person.texture.substream("wall")
    x = np.linspace(-1, 1, width // 8, dtype=np.float32)[None]
    y = np.linspace(-1, 1, height // 8, dtype=np.float32)[:, None]
    side = 0.6 if person.light[0] > 0 else -0.6
    lamp = np.exp(-(((x - side) / 1.3) ** 2 + ((y + 0.5) / 1.2) ** 2))
    shade = 0.62 + 0.5 * lamp - 0.06 * y
    chance = stream.substream("shapes")
    for _ in range(chance.integer(1, 3)):
        middle, half = chance.uniform(-1, 1), chance.uniform(0.08, 0.4)
        edge = np.clip((half - np.abs(x - middle)) / 0.12 + 0.5, 0, 1)
        shade = shade * (1 + chance.uniform(-0.13, 0.10) * edge)
    blotches = cv2.resize(
        stream.standard_normal(5, 7), (x.size, y.size), interpolation=cv2.INTER_CUBIC
    )
    shade = shade + 0.012 * blotches
    light = shade[:, :, None] * np.array(person.wall, np.float32)
    soft = cv2.GaussianBlur(light.astype(np.float32), (0, 0), 2.0)
    wall = cv2.resize(encode_for_display(soft), (width, height), interpolation=cv2.INTER_CUBIC)
    return np.asarray(wall, np.float32)


ByteImage = NDArray[np.uint8]

FINE = 2
"""Rendered rows per row of the image, and columns per column."""
_LENS = 1.25
"""Standard deviation of the camera's blur, in pixels of the render."""


@dataclass(frozen=True)
class Window:
    """A part of the image in pixels; right and bottom are excluded."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def rows(self) -> slice:
        """The rows of the window."""
        return slice(self.top, self.bottom)

    @property
    def columns(self) -> slice:
        """The columns of the window."""
        return slice(self.left, self.right)

    def within(self, other: Window) -> Window:
        """Return the intersection with another window, in the pixels of the other."""
        return Window(
            max(self.left, other.left) - other.left,
            max(self.top, other.top) - other.top,
            min(self.right, other.right) - other.left,
            min(self.bottom, other.bottom) - other.top,
        )

    def scaled(self, times: int) -> Window:
        """Return the same part of an enlarged image."""
        return Window(*(times * edge for edge in (self.left, self.top, self.right, self.bottom)))


@dataclass(frozen=True)
class Layers:
    """The layers of a rendered part of the image.

    Attributes
    ----------
    front : float32, shape (height, width, 3)
        Everything except the eyeballs, 0 to 255; black where an eyeball is visible.
    cover : float32, shape (height, width)
        0 where an eyeball is visible, 1 elsewhere.
    eyes : float32, shape (height, width, 3)
        The eyeballs without lids.
    """

    front: Floats
    cover: Floats
    eyes: Floats

    def composite(self) -> Floats:
        """Return the composed image; shape (height, width, 3)."""
        return self.front + under_lids(self.cover, self.eyes, FINE)

    def shrunk(self) -> Layers:
        """Return the layers at the size of the image."""
        return Layers(*(through_lens(part) for part in (self.front, self.cover, self.eyes)))


def under_lids(cover: Floats, eyes: Floats, scale: int = 1) -> Floats:
    """Return the visible parts of the eyeballs, shaded by the lids.

    Parameters
    ----------
    cover : float32, shape (height, width)
        0 where an eyeball is visible, 1 elsewhere.
    eyes : float32, shape (height, width, 3)
        The eyeballs without lids, 0 to 255.
    scale : int
        Rendered pixels per pixel of the image, along one axis.

    Returns
    -------
    float32, shape (height, width, 3)
    """
    hole = 1 - cover
    soft = cv2.GaussianBlur(hole, (0, 0), 2.25 * scale)
    drop = np.array([[1, 0, 0], [0, 1, 1.75 * scale]], np.float32)
    lowered = cv2.warpAffine(soft, drop, (soft.shape[1], soft.shape[0]))
    reached = np.clip(np.float32(1.55) * lowered - np.float32(0.30), 0, 1)
    shade = hole * np.power(np.float32(0.18) + np.float32(0.82) * reached, np.float32(1 / GAMMA))
    shown: Floats = shade[:, :, None] * eyes
    return shown


def through_lens(image: Floats) -> Floats:
    """Blur a render like a camera lens, and reduce it to the size of the image."""
    height, width = image.shape[:2]
    soft = cv2.GaussianBlur(image, (0, 0), _LENS)
    small = cv2.resize(soft, (width // FINE, height // FINE), interpolation=cv2.INTER_AREA)
    return np.asarray(small, np.float32)


class Portrait:
    """A person in front of the camera.

    Parameters
    ----------
    person : Person
    width, height : int
        Size of the image in pixels.
    """

    def __init__(self, person: Person, width: int = 640, height: int = 480) -> None:
        self.person, self.camera = person, Camera(width, height)
        head = mean_head()
        self.rest = add_cloth(person, shape_head(person), head)
        self.lights = lights_of(person)
        self.shader = Shader(person, self.lights, openness(self.rest, head))
        self.eyes = Eyes(person, self.lights)
        self.strands = grow_hair(person, self.rest)
        self._strand_colors = shade_strands(person, self.lights, self.strands)
        self._share = head_share(head.vertices)
        # Parts behind or below cast no visible shadow.
        casting = (head.vertices[:, 1] > -1.75) & (head.vertices[:, 2] > -1.3)
        self._casting = head.triangles[casting[head.triangles].any(axis=1) & (head.parts == BODY)]
        self._hair_at_rest = self._hair(NEUTRAL)
        self._wall = backdrop(person, height * FINE, width * FINE)
        self._shadow_at_rest = self.shadow(self.rest)

    def vertices(self, pose: Pose) -> Floats:
        """Return the mesh in a pose; shape (vertices, 3)."""
        vertices = self.rest
        for name, intensity in pose.units.items():
            if intensity:
                vertices = vertices + np.float32(intensity) * displacement(name)
        if pose.blink:
            vertices = vertices + np.float32(pose.blink) * lids_closing()
        return move_with_head(vertices, self._share, pose)

    def shadow(self, vertices: Floats) -> ShadowMap:
        """Return the shadows of the key lamp."""
        return ShadowMap(vertices, self._casting, self.lights.key.direction, 512, 8.0)

    def folds(self, units: Mapping[str, float]) -> Floats | None:
        """Return the slopes of the creases from action units; shape (height, width, 2)."""
        total: Floats | None = None
        for name, intensity in units.items():
            height = height_of_unit(name) if intensity else None
            if height is not None:
                part = np.float32(intensity * fold_depth_at_age(self.person.age)) * height
                total = part if total is None else total + part
        return None if total is None else slopes_of(total)

    def body_light(
        self, surface: Surface, seen: Fragments, vertices: Floats, shadow: ShadowMap, pose: Pose
    ) -> Floats:
        """Return the light from pixels of the body in a pose; linear, shape (n, 3)."""
        normals = normals_of(vertices, mean_head().triangles)
        values = seen.interpolated(np.hstack([normals, vertices]))
        folds = self.folds(pose.units)
        folded = None if folds is None else textures.look_up(folds, surface.positions)
        return self.shader.lit(surface, values[:, :3], shadow.lit(values[:, 3:]), folded)

    def layers(self, pose: Pose, window: Window | None = None) -> Layers:
        """Render a pose, or a part of its image, at ``FINE`` times its size."""
        camera = self.camera.scaled(FINE)
        part = (window or Window(0, 0, self.camera.width, self.camera.height)).scaled(FINE)
        head, vertices = mean_head(), self.vertices(pose)
        size = part.bottom - part.top, part.right - part.left
        points = camera.project(vertices) - np.array([part.left, part.top], np.float32)
        seen_at = triangle_image(points, vertices[:, 2], head.triangles, size)
        seen = fragments_of(seen_at, points, head.triangles)
        body = np.isin(head.parts[seen.triangles], (LEFT_EYE, RIGHT_EYE), invert=True)
        hole = np.zeros(size, np.float32)
        hole[seen.rows[~body], seen.columns[~body]] = 1
        seen = seen.where(body)

        still = not any(pose.rotation) and not any(pose.translation)
        behind, before = self._hair_at_rest if still else self._hair(pose)
        behind, before = (layer[part.rows, part.columns] for layer in (behind, before))
        surface = Surface(self.shader, seen)
        shadow = self.shadow(vertices) if pose.units or not still else self._shadow_at_rest
        light = self.body_light(surface, seen, vertices, shadow, pose)
        light *= self._hair_shade(before)[seen.rows, seen.columns][:, None]

        front = _over(self._wall[part.rows, part.columns], behind)
        front[seen.rows, seen.columns] = encode_for_display(light)
        cover = 1 - hole
        front *= cover[:, :, None]
        drawn_lashes = lashes(self.person, vertices, camera, (part.left, part.top), size)
        for layer in (drawn_lashes, before):
            front = _over(front, layer)
            cover += (1 - cover) * layer[:, :, 3] * np.float32(1 / 255)
        return Layers(front, cover, self._eye_layer(points, vertices, size, pose))

    def picture(self, pose: Pose) -> Floats:
        """Return the image of a pose; shape (height, width, 3), 0 to 255."""
        return through_lens(self.layers(pose).composite())

    def hair_cover(self) -> Floats:
        """Return the cover of each pixel by hair at rest; shape (height, width), 0 to 1."""
        size = (self.camera.width, self.camera.height)
        cover = self._hair_at_rest[1][:, :, 3].astype(np.float32) / np.float32(255)
        return np.asarray(cv2.resize(cover, size, interpolation=cv2.INTER_AREA), np.float32)

    def _hair(self, pose: Pose) -> tuple[ByteImage, ByteImage]:
        return draw_strands(self.strands, self._strand_colors, self.camera.scaled(FINE), pose)

    def _hair_shade(self, before: ByteImage) -> Floats:
        """Return the shading of the skin below hair; shape (height, width)."""
        cover = before[:, :, 3].astype(np.float32) / np.float32(255)
        side, up, _ = self.lights.key.direction * 16
        shift = np.array([[1, 0, -side], [0, 1, up]], np.float32)
        size = (cover.shape[1], cover.shape[0])
        cast = cv2.warpAffine(cover, shift, size, borderMode=cv2.BORDER_REPLICATE)
        shade: Floats = 1 - np.float32(0.55) * cv2.GaussianBlur(cast, (0, 0), 7.0)
        return shade

    def _eye_layer(
        self, points: Floats, vertices: Floats, size: tuple[int, int], pose: Pose
    ) -> Floats:
        """Render the eyeballs without the lids; shape (height, width, 3)."""
        head = mean_head()
        image = np.zeros((*size, 3), np.float32)
        for part in (LEFT_EYE, RIGHT_EYE):
            triangles = head.triangles[head.parts == part]
            seen_at = triangle_image(points, vertices[:, 2], triangles, size)
            seen = fragments_of(seen_at, points, triangles)
            corners = head.vertices[head.corners_of(part)]
            middle = (corners.max(axis=0) + corners.min(axis=0)) / 2
            directions = unit_vectors(seen.interpolated(head.vertices) - middle)
            lit = self.eyes.shade(directions, pose.gaze)
            image[seen.rows, seen.columns] = encode_for_display(lit)
        return image


def _over(image: Floats, layer: ByteImage) -> Floats:
    """Draw a layer (color times cover, and cover) over an image."""
    shown: Floats = image * (1 - layer[:, :, 3:].astype(np.float32) / np.float32(255))
    shown += layer[:, :, :3]
    return shown
