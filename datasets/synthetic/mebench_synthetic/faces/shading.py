"""Shading: the light from skin, lips, mouth, scalp and cloth to the camera."""

from __future__ import annotations

from copy import copy

import cv2
import numpy as np
from numpy.typing import NDArray

from mebench_synthetic.faces import textures
from mebench_synthetic.faces.clothes import Cloth, below_neckline
from mebench_synthetic.faces.hair import hair_density
from mebench_synthetic.faces.light import Lamp, Lights
from mebench_synthetic.faces.mean_head import (
    TEETH,
    TONGUE,
    dot,
    mask_at,
    mean_head,
    smooth_step,
    unit_vectors,
)
from mebench_synthetic.faces.person import Person
from mebench_synthetic.faces.raster import Fragments
from mebench_synthetic.faces.skin import skin_of

Floats = NDArray[np.float32]

_WRAP = np.array([0.34, 0.15, 0.10], np.float32)
"""How far light spreads into the shadow below the skin, by color channel."""
_VIEW = np.array([0.0, 0.0, 1.0], np.float32)


def slopes_of(relief: Floats) -> Floats:
    """Return the slope of a height map, right and up; shape (height, width, 2)."""
    density = relief.shape[1] / (textures.RIGHT - textures.LEFT)
    across = cv2.Sobel(relief, cv2.CV_32F, 1, 0, ksize=3, scale=density / 8)
    up = -cv2.Sobel(relief, cv2.CV_32F, 0, 1, ksize=3, scale=density / 8)
    return np.stack([across, up], axis=2).astype(np.float32)


class Surface:
    """Properties of visible body pixels that do not depend on the pose: color, relief and gloss.

    Parameters
    ----------
    shader : Shader
        The person.
    seen : Fragments
        The pixels, without eyeballs.
    """

    def __init__(self, shader: Shader, seen: Fragments) -> None:
        head, person = mean_head(), shader.person
        self.positions = seen.interpolated(head.vertices)
        values = seen.interpolated(
            np.column_stack([head.texture, shader.openness, head.ear]).astype(np.float32)
        )
        self.open = np.clip(values[:, 2], 0, 1)
        parts = head.parts[seen.triangles]
        skin = shader.skin
        color = textures.look_up(skin.color, self.positions)
        # The neck is below the window of the textures: use the mean color and noise.
        folded = self.positions.copy()
        folded[:, 1] = np.abs(folded[:, 1] + np.float32(1.0))
        neck = smooth_step(-1.14, -1.26, self.positions[:, 1])[:, None]
        mottled = (
            np.float32(0.97) + np.float32(0.025) * textures.look_up(shader.ragged, folded)[:, None]
        )
        color += neck * (skin.plain * mottled - color)
        ears = np.clip(2 * values[:, 3:4], 0, 1)  # visible from the side, outside the textures
        rosy = skin.plain * np.array([1.03, 0.90, 0.88], np.float32)
        color += ears * (rosy - color)
        self.gloss = textures.look_up(skin.gloss, self.positions)
        slope = textures.look_up(shader.slopes, self.positions)
        slope *= smooth_step(-0.45, -0.1, self.positions[:, 2])[:, None] * (1 - neck)

        lips = mask_at("lips", values[:, :2])
        inside = mask_at("inside-mouth", values[:, :2])
        lips *= 1 - inside * smooth_step(0.25, 0.15, self.positions[:, 2])
        grain = 1 + 0.10 * slope[:, :1]
        color += (0.88 * lips)[:, None] * (skin.lips * grain - color)
        self.gloss += lips * np.float32(1.1)
        wet = np.array([0.20, 0.06, 0.055], np.float32)
        mouth = (inside * smooth_step(0.24, 0.16, self.positions[:, 2]))[:, None]
        color += mouth * (wet - color)

        scalp = np.zeros(len(color), np.float32)
        upper = self.positions[:, 1] > -0.85
        ragged = 1.6 * textures.look_up(shader.ragged, self.positions[upper]) - 2.5
        density = hair_density(person, self.positions[upper], ragged)
        scalp[upper] = density * (1 - np.clip(3 * values[upper, 3], 0, 1)) * shader.thick
        color += scalp[:, None] * (shader.scalp - color)
        self.gloss *= 1 - 0.8 * scalp

        below = below_neckline(person, self.positions)
        worn = smooth_step(-0.004, 0.004, below) * (parts == 0)
        chosen = worn > 0
        cloth = shader.cloth.color(self.positions[chosen], below[chosen])
        color[chosen] += worn[chosen, None] * (cloth - color[chosen])
        folds = shader.cloth.slope(self.positions[chosen])
        slope[chosen] += worn[chosen, None] * (folds - slope[chosen])
        self.gloss *= 1 - worn
        # A collar casts a shadow on the skin next to it.
        self.open *= 1 - 0.45 * np.exp(np.clip(below, -1, 0) / 0.045) * (1 - worn) * (parts == 0)

        color[parts == TEETH] = (0.62, 0.58, 0.50)
        color[parts == TONGUE] = (0.36, 0.13, 0.12)
        deep = (parts == TEETH) | (parts == TONGUE)
        self.open[deep] *= smooth_step(-0.15, 0.30, self.positions[deep, 2]) * np.float32(0.8)
        self.color, self.slope, self.worn = color.astype(np.float32), slope, worn
        self.skin_share = (1 - worn) * (1 - scalp)

    def where(self, chosen: NDArray[np.bool_]) -> Surface:
        """Return the selected pixels; ``chosen`` has shape (n,)."""
        part = copy(self)
        for name, values in vars(self).items():
            setattr(part, name, values[chosen])
        return part


class Shader:
    """Computes the light from one person's body.

    Parameters
    ----------
    person : Person
    lights : Lights
    openness : float32, shape (vertices,)
        From ``light.openness``.
    """

    def __init__(self, person: Person, lights: Lights, openness: Floats) -> None:
        self.person, self.lights, self.openness = person, lights, openness
        self.skin = skin_of(person)
        self.slopes = slopes_of(self.skin.relief)
        self.cloth = Cloth(person)
        self.ragged = textures.octave_noise(person.texture.substream("hairline"), 24, 3)
        gray = np.float32(person.gray)
        hair = np.array(person.hair, np.float32) * (1 - gray) + gray * np.float32(0.36)
        self.thick = np.float32({"bald": 0.35, "receding": 0.75}.get(person.style, 0.92))
        self.scalp = (0.55 * hair + 0.06 * self.skin.plain).astype(np.float32)

    def lit(self, surface: Surface, normals: Floats, light: Floats, folds: Floats | None) -> Floats:
        """Return the light from pixels to the camera.

        Parameters
        ----------
        surface : Surface
            The n pixels.
        normals : float32, shape (n, 3)
            Normals of the mesh, not normalized.
        light : float32, shape (n,)
            Part of the key light that reaches them, 0 to 1.
        folds : float32, shape (n, 2) or None
            Slope of the creases from action units.

        Returns
        -------
        float32, shape (n, 3)
            Linear.
        """
        smooth = unit_vectors(normals)
        facing = np.clip(smooth[:, 2:3], 0, 1)
        slope = surface.slope if folds is None else surface.slope + folds
        bumped = smooth.copy()
        bumped[:, :2] -= slope * facing
        bumped = unit_vectors(bumped)
        glossy = unit_vectors(0.65 * smooth + 0.35 * bumped)
        lights = self.lights
        reached = np.clip(light, 0, 1)[:, None]
        # Light that enters the skin next to a shadow appears reddish within it.
        spread = np.concatenate([reached**0.62, reached**0.95, reached**1.05], axis=1)
        wrap = _WRAP * surface.skin_share[:, None]
        total = _diffuse(bumped, lights.key, wrap) * spread
        open_to_sky = np.clip(surface.open, 0.02, 1)[:, None]
        total += _diffuse(bumped, lights.fill, wrap) * (0.35 + 0.65 * open_to_sky)
        up = 0.5 + 0.5 * bumped[:, 1:2]
        closed = np.concatenate([open_to_sky**0.75, open_to_sky, open_to_sky**1.08], axis=1)
        total += (up * lights.sky + (1 - up) * lights.ground) * closed
        result = surface.color * total
        sheen = (1 - facing[:, 0]) ** 3 * np.float32(0.035) * surface.skin_share * surface.open
        result += sheen[:, None] * lights.sky
        gloss = surface.gloss * (0.35 + 0.65 * surface.open) * np.float32(0.80)
        shine = _specular(glossy, lights.key) * light + 0.8 * _specular(glossy, lights.fill)
        lit: Floats = result + (gloss * shine)[:, None] * lights.key.color
        return lit


def _diffuse(normals: Floats, lamp: Lamp, wrap: Floats) -> Floats:
    """Return the diffuse light of a lamp, with subsurface spread; shape (n, 3)."""
    facing = dot(normals, lamp.direction)[:, None]
    part = np.clip((facing + wrap) / (1 + wrap), 0, 1)
    return np.asarray(part * lamp.color, np.float32)


def _specular(normals: Floats, lamp: Lamp) -> Floats:
    """Return the specular reflection of a lamp: a wide and a narrow lobe; shape (n,)."""
    half = unit_vectors(lamp.direction + _VIEW)
    across = np.clip(dot(normals, half), 0, 1)
    facing = np.clip(dot(normals, lamp.direction), 0, 1)
    away = 1 - float(half[2])
    fresnel = 0.028 + 0.972 * away**5 + 0.10 * (1 - np.clip(normals[:, 2], 0, 1)) ** 4
    wide, narrow = across**14, across**44
    lobes: Floats = (0.70 * 2.75 * wide + 0.30 * 6.5 * narrow) * facing * fresnel
    return lobes
