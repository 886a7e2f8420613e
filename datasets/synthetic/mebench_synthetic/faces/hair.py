"""Hair as strands: where it grows, and how it follows the skull and falls."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mebench import RandomStream
from mebench_synthetic.faces.mean_head import BODY, Head, mean_head, smooth_step, unit_vectors
from mebench_synthetic.faces.person import Person
from mebench_synthetic.faces.textures import uniform_floats

Floats = NDArray[np.float32]

_MIDDLE = np.array([0.0, 0.22, -0.78], np.float32)
"""The center of the mean skull."""
_AROUND = [0, 15, 30, 40, 50, 58, 63, 69, 74, 100, 108, 120, 180]
"""Degrees around the head, from the middle of the forehead to the back of the neck."""
_LOWEST = {
    "usual": [35, 34, 33, 29, 17, 2, -13, -13, -4, -4, -25, -40, -45],
    "female": [36, 36, 34, 31, 22, 9, 0, -4, -2, -4, -25, -40, -45],
    "receding": [45, 52, 60, 56, 36, 10, -12, -12, -4, -4, -25, -40, -45],
    "bald": [95, 95, 95, 95, 60, 22, -8, -12, -4, -4, -25, -40, -45],
}
"""Elevation in degrees, from the center of the skull, at which hair begins."""
_HIGHEST_BALD = [-90, -90, -90, -90, -90, 0, 14, 20, 22, 24, 28, 30, 32]


@dataclass(frozen=True)
class Skull:
    """An ellipsoid that approximates a person's skull.

    Attributes
    ----------
    middle, radii : float32, shape (3,)
        Head units; front and back are symmetric.
    """

    middle: Floats
    radii: Floats

    def outside(self, points: Floats, layer: Floats, tight: bool = False) -> Floats:
        """Push points out to a layer above the skull.

        Parameters
        ----------
        points : float32, shape (n, 3)
        layer : float32, shape (n, 1)
            Head units.
        tight : bool
            Whether to pull in points farther out, too.
        """
        away = (points - self.middle) / (self.radii + layer)
        reach = np.sqrt(np.einsum("nk,nk->n", away, away))[:, None]
        out = self.middle + (points - self.middle) / np.maximum(reach, np.float32(0.05))
        return np.where((reach < 1) | tight, out, points)

    def normals(self, points: Floats) -> Floats:
        """Return the outward unit vectors of the skull; shape (n, 3)."""
        away = (points - self.middle) / self.radii**2
        unit: Floats = away / np.sqrt(np.einsum("nk,nk->n", away, away))[:, None]
        return unit


def skull_of(vertices: Floats, head: Head) -> Skull:
    """Measure a person's skull."""
    mean_vertices = head.vertices
    dome = (mean_vertices[:, 1] > 0.25) & (head.ear < 0.1)
    top = float(vertices[dome, 1].max())
    sides = float(np.abs(vertices[dome, 0]).max())
    back, front = float(vertices[dome, 2].min()), float(vertices[dome, 2].max())
    middle = np.array([0.0, _MIDDLE[1], (front + back) / 2], np.float32)
    radii = np.array([sides, top - _MIDDLE[1], (front - back) / 2], np.float32)
    return Skull(middle, radii)


def hair_density(person: Person, positions: Floats, ragged: Floats | float = 0.0) -> Floats:
    """Return the density of hair at positions on the mean head.

    Parameters
    ----------
    person : Person
    places : float32, shape (n, 3)
    ragged : float32, shape (n,)
        Shift of the hairline in degrees.

    Returns
    -------
    float32, shape (n,)
        0 to 1.
    """
    away = positions - _MIDDLE
    side = np.abs(away[:, 0])
    around = np.degrees(np.arctan2(side, away[:, 2]))
    up = np.degrees(np.arctan2(away[:, 1], np.hypot(side, away[:, 2])))
    kind: str = person.style if person.style in ("receding", "bald") else "usual"
    if kind == "usual" and person.maleness < 0.5:
        kind = "female"
    line = np.interp(around, _AROUND, _LOWEST[kind])
    above = (up - line + ragged).astype(np.float32)
    density = smooth_step(-3.0, 4.0, above)
    if kind == "bald":
        highest = np.interp(around, _AROUND, _HIGHEST_BALD)
        density *= smooth_step(8.0, -8.0, (up - highest + ragged).astype(np.float32))
    return density


@dataclass(frozen=True)
class Haircut:
    """Cut and combing of the hair.

    Attributes
    ----------
    count : int
        Number of strands.
    steps : int
        Segments per strand.
    top, sides : float
        Length on the crown and at the sides, in head units.
    lift : float
        How upright strands start: 0 flat, 1 upright.
    volume : float
        Thickness of the hair in head units.
    fall : float
        How quickly strands bend down under their weight.
    combed : {"side", "parted", "back", "up", "out"}
        Direction of combing.
    """

    count: int
    steps: int
    top: float
    sides: float
    lift: float
    volume: float
    fall: float
    combed: str


_CUTS = {
    "short": Haircut(9000, 6, 0.40, 0.12, 0.45, 0.13, 0.05, "side"),
    "cropped": Haircut(14000, 3, 0.065, 0.045, 0.7, 0.035, 0.0, "out"),
    "medium": Haircut(6500, 16, 1.45, 1.05, 0.30, 0.14, 0.34, "parted"),
    "long": Haircut(6000, 16, 2.5, 2.1, 0.25, 0.12, 0.38, "parted"),
    "tied": Haircut(5200, 9, 1.0, 0.85, 0.06, 0.07, 0.0, "back"),
    "bun": Haircut(5200, 9, 1.1, 1.0, 0.06, 0.07, 0.0, "up"),
    "receding": Haircut(8000, 5, 0.25, 0.11, 0.30, 0.07, 0.05, "side"),
    "bald": Haircut(5000, 5, 0.13, 0.13, 0.10, 0.03, 0.25, "side"),
}


STAND_OFF = 0.09
"""Maximum height of combed-down hair above its root, in head units."""


@dataclass(frozen=True)
class Strands:
    """Hair at rest.

    Attributes
    ----------
    points : float32, shape (strands, steps + 1, 3)
        Head units.
    depth : float32, shape (strands,)
        0 (next to the skull) to 1 (outermost).
    shade : float32, shape (strands,)
        Brightness relative to the mean, about 1.
    gray : bool, shape (strands,)
    skull : Skull
    """

    points: Floats
    depth: Floats
    shade: Floats
    gray: NDArray[np.bool_]
    skull: Skull


def _roots(
    person: Person, vertices: Floats, count: int, stream: RandomStream
) -> tuple[Floats, Floats]:
    """Return the roots of the strands on the person's head and on the mean head; shapes (n, 3)."""
    head = mean_head()
    triangles = head.triangles[head.parts == BODY]
    triangles = triangles[(head.ear[triangles] < 0.1).all(axis=1)]
    middle = head.vertices[triangles].mean(axis=1)
    triangles = triangles[hair_density(person, middle) > 0.01]
    corners = vertices[triangles]
    area = np.linalg.norm(
        np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]), axis=1
    )
    edges = np.cumsum(area) / area.sum()
    chance = uniform_floats(stream.substream("roots"), count, 4)
    chosen = triangles[np.minimum(np.searchsorted(edges, chance[:, 0]), len(triangles) - 1)]
    root = np.sqrt(chance[:, 1])
    weights = np.stack([1 - root, root * (1 - chance[:, 2]), root * chance[:, 2]], axis=1)[
        :, :, None
    ].astype(np.float32)
    on_mean = (head.vertices[chosen] * weights).sum(axis=1)
    ragged = 2.5 * stream.substream("ragged").standard_normal(count)
    grows = hair_density(person, on_mean, ragged) > chance[:, 3]
    return (vertices[chosen] * weights).sum(axis=1)[grows], on_mean[grows]


def _combed(cut: Haircut, person: Person, roots: Floats, points: Floats) -> Floats:
    """Return the combing direction, not normalized; shape (n, 3)."""
    count = len(points)
    direction = np.zeros((count, 3), np.float32)
    if cut.combed == "parted":
        aside = np.tanh((roots[:, 0] - np.float32(person.parting)) * 14)
        direction[:, 0] = aside
        direction[:, 1] = np.float32(-0.22)
        direction[:, 2] = np.where(roots[:, 2] > -0.5, -0.35, -0.9)
    elif cut.combed == "side":
        over = 1.0 if person.parting < 0 else -1.0
        upper = np.clip((roots[:, 1] - 0.55) * 3, 0, 1)
        direction[:, 0] = upper * over * 0.75 + (1 - upper) * 0.2 * np.sign(roots[:, 0])
        direction[:, 1] = upper * 0.35 - (1 - upper) * 0.9
        direction[:, 2] = upper * np.float32(0.45 if person.index % 2 else -0.4) - (1 - upper) * 0.5
    elif cut.combed in ("back", "up"):
        target = np.array([0, 0.55, -1.8] if cut.combed == "back" else [0, 1.25, -1.0], np.float32)
        direction = target - points
    return direction


def grow_hair(person: Person, vertices: Floats) -> Strands:
    """Grow a person's hair.

    Parameters
    ----------
    person : Person
    vertices : float32, shape (vertices, 3)
        The head at rest.

    Returns
    -------
    Strands
    """
    stream = person.texture.substream("hair")
    cut = _CUTS[person.style]
    skull = skull_of(vertices, mean_head())
    roots, on_mean = _roots(person, vertices, cut.count, stream)
    count = len(roots)
    chance = uniform_floats(stream.substream("strands"), count, 4)
    wild = np.clip(stream.substream("wild").standard_normal(count, 3), -1.6, 1.6)
    normals = skull.normals(roots)
    sparse = hair_density(person, on_mean) < 0.75
    upper = np.clip((on_mean[:, 1] - 0.35) * 2.2, 0, 1)
    length = (cut.sides + (cut.top - cut.sides) * upper) * (0.72 + 0.4 * chance[:, 0])
    depth = np.where(sparse, 0.7 + 0.3 * chance[:, 1], chance[:, 1])  # thinner at the hairline
    layer = (0.012 + cut.volume * depth * (0.35 + 0.65 * np.clip(upper + 0.25, 0, 1)))[:, None]
    direction_of_comb = _combed(cut, person, roots, roots)
    lifted = np.float32(cut.lift) * normals * (0.6 + 0.8 * chance[:, 2:3])
    direction = unit_vectors(0.9 * unit_vectors(direction_of_comb + 1e-6) + lifted + 0.12 * wild)
    points = [roots]
    piece = (length / cut.steps)[:, None].astype(np.float32)
    tight = cut.combed in ("back", "up")
    down = np.array([0.0, -1.0, 0.0], np.float32)
    for step in range(cut.steps):
        comb = unit_vectors(_combed(cut, person, roots, points[-1]) + 1e-6)
        away = skull.normals(points[-1])
        comb -= away * np.einsum("nk,nk->n", comb, away)[:, None]
        share = step / cut.steps
        direction = unit_vectors(
            direction + np.float32(0.45 * (1 - share)) * comb + np.float32(cut.fall) * down
        )
        following = skull.outside(
            points[-1] + direction * piece, layer * min(1.0, 0.35 + share), tight
        )
        if cut.combed == "parted":
            following = _beside_the_face(following, skull, depth, cut.volume)
        direction = unit_vectors(following - points[-1] + 1e-6)
        points.append(following.astype(np.float32))
    grown = _add_curls(person, np.stack(points, axis=1), length, stream)
    shade = 1 + 0.22 * stream.substream("shade").standard_normal(count)
    gray = chance[:, 3] < person.gray
    strands = Strands(
        grown.astype(np.float32), depth, np.clip(shade, 0.4, 1.8).astype(np.float32), gray, skull
    )
    if cut.combed == "parted":
        return _drop_standing_strands(strands)
    return _add_bun(person, strands, stream) if cut.combed == "up" else strands


def _drop_standing_strands(strands: Strands) -> Strands:
    """Remove strands that rise from the head in an arc, which combed-down hair does not."""
    points = strands.points
    lies_flat = points[:, :, 1].max(axis=1) - points[:, 0, 1] < STAND_OFF
    return Strands(
        points[lies_flat],
        strands.depth[lies_flat],
        strands.shade[lies_flat],
        strands.gray[lies_flat],
        strands.skull,
    )


def _beside_the_face(points: Floats, skull: Skull, depth: Floats, volume: float) -> Floats:
    """Keep falling strands beside the face: neither in front of it nor far from it."""
    width = skull.radii[0] * np.float32(0.93)
    lower = np.clip((0.62 - points[:, 1]) / 0.45, 0, 1)
    least = width * lower * (0.93 + 0.10 * depth)
    before = points[:, 2] > -0.9
    inside = before & (np.abs(points[:, 0]) < least)
    side = np.where(points[:, 0] < 0, -1, 1)
    across = np.where(inside, side * (0.5 * np.abs(points[:, 0]) + 0.5 * least), points[:, 0])
    most = skull.radii[0] * np.float32(1.05) + (0.06 + volume * depth) * (0.35 + 0.65 * lower)
    across = np.clip(across, -most, most)
    # Below the ears, hair hangs beside the neck, not in front of the chest.
    hang = np.where(points[:, 1] < 0.1, np.minimum(points[:, 2], -0.42), points[:, 2])
    return np.stack([across, points[:, 1], hang], axis=1).astype(np.float32)


def _add_curls(person: Person, points: Floats, length: Floats, stream: RandomStream) -> Floats:
    """Wind strands around their path: waves for straight hair, curls for curly hair."""
    count, n_points, _ = points.shape
    along = np.linspace(0, 1, n_points, dtype=np.float32)[None, :]
    chance = uniform_floats(stream.substream("curl"), count, 3)
    lock = (
        np.floor(points[:, 0, 0] * 9) * 2.1 + np.floor(points[:, 0, 2] * 9) * 1.3
    )  # strands of a lock move together
    turns = (1.2 + 9 * person.curl) * length[:, None] * (0.8 + 0.4 * chance[:, :1])
    turns = np.minimum(turns, n_points / 5)  # no more than its segments can show
    phase = 2 * np.pi * (turns * along) + lock[:, None] + (0.8 + 5 * person.curl) * chance[:, 1:2]
    bound = 0.25 if person.style in ("tied", "bun") else 1.0
    wide = bound * np.minimum(0.012 + 0.05 * person.curl, 0.3 * length)[:, None] * along**0.6
    waves = np.stack(
        [np.cos(phase) * wide, 0.5 * np.sin(2 * phase) * wide, np.sin(phase) * wide], 2
    )
    # Every strand has its own smooth random deviation, interpolated between a few random points.
    knots = np.float32(bound * (0.010 + 0.014 * person.curl)) * stream.substream(
        "frizz"
    ).standard_normal(count, 6, 3)
    share = along[0] * 5
    first = np.minimum(share.astype(int), 4)
    part = (share - first)[None, :, None]
    frizz = knots[:, first] * (1 - part) + knots[:, first + 1] * part
    result: Floats = points + waves + frizz * along[:, :, None]
    return result


def _add_bun(person: Person, strands: Strands, stream: RandomStream) -> Strands:
    """Add a bun on top of the head."""
    count, n_points = 1500, strands.points.shape[1]
    chance = uniform_floats(stream.substream("knot"), count, 4)
    top = strands.skull.middle + strands.skull.radii * np.array([0, 0.97, -0.22], np.float32)
    middle = top + np.array([0, 0.10, 0], np.float32)
    axis = unit_vectors(
        stream.substream("axes").standard_normal(count, 3) * np.array([0.5, 1, 0.5], np.float32)
    )
    first = unit_vectors(np.cross(axis, np.array([0.3, 0.2, 1], np.float32)))
    second = np.cross(axis, first)
    turn = 2 * np.pi * chance[:, :1] + np.linspace(0, 1.7, n_points)[None]
    radius = (0.235 * (0.80 + 0.22 * chance[:, 1:2]))[:, :, None]
    ring = np.cos(turn)[:, :, None] * first[:, None] + np.sin(turn)[:, :, None] * second[:, None]
    points = middle + radius * ring * np.array([1.1, 0.85, 0.9])
    return Strands(
        np.concatenate([strands.points, points.astype(np.float32)]),
        np.concatenate([strands.depth, chance[:, 1]]),
        np.concatenate([strands.shade, (0.8 + 0.4 * chance[:, 2])]).astype(np.float32),
        np.concatenate([strands.gray, chance[:, 3] < person.gray]),
        strands.skull,
    )
