"""The assets: a head, shape variations and face units; read once and verified."""

from __future__ import annotations

import hashlib
import io
import tomllib
import zipfile
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mebench import Place, UsageError

ANCESTRIES = ("african", "asian", "caucasian")
"""The three mean heads, named as in the source."""

_MEANS = [
    f"macrodetails/{ancestry}-{sex}-{age}"
    for ancestry in ANCESTRIES
    for sex in ("female", "male")
    for age in ("young", "old")
]
_BODIES = [
    f"macrodetails/universal-{sex}-{age}-averagemuscle-{weight}weight"
    for sex in ("female", "male")
    for age in ("young", "old")
    for weight in ("average", "min", "max")
]

_DETAILS = {
    "head": "oval round rectangular square triangular invertedtriangular diamond fat-incr fat-decr "
    "scale-horiz-incr scale-horiz-decr scale-vert-incr scale-vert-decr age-incr",
    "nose": "scale-horiz-incr scale-horiz-decr scale-vert-incr scale-vert-decr point-up point-down "
    "hump-incr hump-decr volume-incr volume-decr width1-incr width1-decr width2-incr width2-decr "
    "width3-incr width3-decr flaring-incr flaring-decr base-up base-down greek-incr",
    "mouth": "scale-horiz-incr scale-horiz-decr lowerlip-volume-incr lowerlip-volume-decr "
    "upperlip-volume-incr upperlip-volume-decr trans-up trans-down cupidsbow-incr "
    "lowerlip-height-incr upperlip-height-incr upperlip-height-decr laugh-lines-in angles-down "
    "angles-up",
    "chin": "width-incr width-decr height-incr height-decr prominent-incr prominent-decr "
    "bones-incr bones-decr jaw-drop-incr jaw-drop-decr cleft-incr triangle",
    "cheek": "*-cheek-bones-incr *-cheek-bones-decr *-cheek-volume-incr *-cheek-volume-decr "
    "*-cheek-inner-decr",
    "forehead": "scale-vert-incr scale-vert-decr trans-forward trans-backward nubian-incr "
    "temple-decr",
    "eyebrows": "trans-up trans-down angle-up angle-down",
    "eyes": "*-eye-height2-incr *-eye-height2-decr *-eye-trans-in *-eye-trans-out *-eye-bag-incr "
    "*-eye-corner2-up *-eye-corner2-down *-eye-scale-incr *-eye-scale-decr *-eye-eyefold-down "
    "*-eye-epicanthus-in",
    "ears": "*-ear-scale-incr *-ear-scale-decr *-ear-wing-incr *-ear-lobe-incr",
    "neck": "neck-scale-horiz-incr neck-scale-horiz-decr neck-double-incr",
    "asym": "brown-1-l brown-2-r cheek-1-l eye-2-l eye-4-r jaw-1-r jaw-2-l mouth-1-l mouth-2-r "
    "nose-1-l nose-3-r top-1-l",
}


def _path(folder: str, detail: str) -> str:
    """Return the name of a detail; ``*`` stands for both sides."""
    without_prefix = folder in ("cheek", "eyes", "ears", "neck")
    return f"{folder}/{detail}" if without_prefix else f"{folder}/{folder}-{detail}"


DETAILS = tuple(
    _path(folder, detail) for folder, details in _DETAILS.items() for detail in details.split()
)
"""Individual shape details, named as in the source; ``*`` stands for both sides."""

SHAPES = (*_MEANS, *_BODIES, *DETAILS)


def sides_of(name: str) -> list[str]:
    """Return the names of a shape in the source: two if it has one file per side."""
    return [name.replace("*", side) for side in "lr"] if "*" in name else [name]


FACE_UNITS = (
    "browInnerUp",
    "mouthShrugLower",
    "jawOpen",
    *(
        f"{unit}{side}"
        for unit in (
            "browDown",
            "browOuterUp",
            "cheekSquint",
            "eyeBlink",
            "eyeSquint",
            "eyeWide",
            "mouthDimple",
            "mouthFrown",
            "mouthLowerDown",
            "mouthPress",
            "mouthSmile",
            "mouthStretch",
            "mouthUpperUp",
            "noseSneer",
        )
        for side in ("Left", "Right")
    ),
)
"""The face units that implement the action units."""

ASSETS = Path(__file__).parent / "assets"
QUANTUM = 1e-4
"""Coordinate step of head and face units in head units (decimeters)."""
QUANTUM_OF_SHAPES = 2e-4
"""Coordinate step of shapes in head units."""

Arrays = dict[str, NDArray[np.generic]]


def read(name: str, folder: Path = ASSETS) -> Arrays:
    """Read an asset and verify its digest.

    Parameters
    ----------
    name : {"head", "shapes", "units"}
        Name of the asset.
    folder : Path
        Folder of the assets.

    Returns
    -------
    dict of arrays
        As written by ``tools/bake_faces.py``.

    Raises
    ------
    UsageError
        ``asset-corrupt``: the file is missing or was changed.
    """
    file = folder / f"{name}.npz"
    try:
        content = file.read_bytes()
        digests = tomllib.loads((folder / "assets.toml").read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise _corrupt_asset(file, f"it cannot be read ({error})") from error
    if hashlib.sha256(content).hexdigest() != digests.get(file.name):
        raise _corrupt_asset(file, "its hash differs from the expected one")
    try:
        with np.load(io.BytesIO(content), allow_pickle=False) as archive:
            return {key: archive[key] for key in archive.files}
    except (ValueError, OSError, zipfile.BadZipFile) as error:
        raise _corrupt_asset(file, f"it is not an array file ({error})") from error


def _corrupt_asset(file: Path, reason: str) -> UsageError:
    """Return the error for a damaged installation."""
    return UsageError.of(
        "asset-corrupt",
        f"The asset {file.name} of the synthetic faces is damaged: {reason}.",
        "Install mebench-synthetic again; in a checkout, restore the file with git.",
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
        name: shifts.astype(np.float32) * np.float32(QUANTUM)
        for name, shifts in read("units").items()
    }


@cache
def _shapes() -> Arrays:
    return read("shapes")


def shape(name: str) -> NDArray[np.float32]:
    """Return a shape's displacement of every vertex, shape (vertices, 3), in head units."""
    shift: NDArray[np.float32] = _shapes()[name.replace("/", ".")].astype(np.float32)
    return shift * np.float32(QUANTUM_OF_SHAPES)
