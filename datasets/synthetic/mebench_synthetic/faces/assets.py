"""The assets: a head, shapes that people are made of, and face units; read once and verified."""

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
"""As the source names its three mean heads."""

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
    """Name a detail's file; ``*`` stands for both sides."""
    plain = folder in ("cheek", "eyes", "ears", "neck")
    return f"{folder}/{detail}" if plain else f"{folder}/{folder}-{detail}"


DETAILS = tuple(
    _path(folder, detail) for folder, details in _DETAILS.items() for detail in details.split()
)
"""Shapes that tell one person from another, named as in the source; ``*`` is both sides."""

SHAPES = (*_MEANS, *_BODIES, *DETAILS)


def sides_of(name: str) -> list[str]:
    """Return the source's names of a shape: two where it has a side of its own each."""
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
"""The face units that action units are made of."""

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
