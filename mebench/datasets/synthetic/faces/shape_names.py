"""Which shapes and face units of the source are kept."""

from __future__ import annotations

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
