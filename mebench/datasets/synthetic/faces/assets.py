"""The assets, read once and verified: a head, shapes that people are made of, face units."""

from __future__ import annotations

import hashlib
import io
import tomllib
import zipfile
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mebench.diagnostics import Place, UsageError

ASSETS = Path(__file__).parent / "assets"
QUANTUM = 1e-4
"""Head units (decimetres) of one step of a coordinate."""
QUANTUM_OF_SHAPES = 2e-4

Arrays = dict[str, NDArray[np.generic]]


def read(name: str, folder: Path = ASSETS) -> Arrays:
    """Read an asset and verify its digest.

    Parameters
    ----------
    name : {"head", "shapes", "units"}
        Which.
    folder : Path
        Where the assets lie.

    Returns
    -------
    dict of arrays
        As ``bake.py`` wrote them.

    Raises
    ------
    UsageError
        ``asset-corrupt``: the file is missing or not the one that was shipped.
    """
    file = folder / f"{name}.npz"
    try:
        octets = file.read_bytes()
        digests = tomllib.loads((folder / "assets.toml").read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as problem:
        raise _corrupt(file, f"it cannot be read ({problem})") from problem
    if hashlib.sha256(octets).hexdigest() != digests.get(file.name):
        raise _corrupt(file, "its bytes are not the ones that were shipped")
    try:
        with np.load(io.BytesIO(octets), allow_pickle=False) as archive:
            return {key: archive[key] for key in archive.files}
    except (ValueError, OSError, zipfile.BadZipFile) as problem:
        raise _corrupt(file, f"it is no array file ({problem})") from problem


def _corrupt(file: Path, why: str) -> UsageError:
    """Build the error of a damaged installation."""
    return UsageError.of(
        "asset-corrupt",
        f"The asset {file.name} of the synthetic faces is damaged: {why}.",
        "Install mebench again; in a checkout, restore the file or bake it anew.",
        Place(file=str(file)),
    )


@cache
def head() -> Arrays:
    """Return the mean head: vertices, triangles, parts, masks."""
    return read("head")


@cache
def units() -> dict[str, NDArray[np.float32]]:
    """Return the face units: the displacement of every vertex, shape (vertices, 3)."""
    return {
        name: moved.astype(np.float32) * np.float32(QUANTUM)
        for name, moved in read("units").items()
    }


@cache
def _shapes() -> Arrays:
    return read("shapes")


def shape(name: str) -> NDArray[np.float32]:
    """Return a shape's displacement of every vertex, shape (vertices, 3), in head units."""
    moved: NDArray[np.float32] = _shapes()[name.replace("/", ".")].astype(np.float32)
    return moved * np.float32(QUANTUM_OF_SHAPES)
