"""A synthetic person: age, ancestry, skin, hair and light, drawn at random.

The first eight people are drawn within bounds that give them visibly different age, sex, skin and
hair. Later ones are drawn freely.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from mebench import RandomStream
from mebench_synthetic.faces.assets import DETAILS

Color = tuple[float, float, float]
"""Linear red, green and blue, 0 to 1."""
HairStyle = Literal["short", "cropped", "medium", "long", "tied", "bun", "receding", "bald"]


@dataclass(frozen=True, slots=True)
class Person:
    """One synthetic person. Nobody real is behind any of them.

    Attributes
    ----------
    place : int
        Their number in the data set, from 0.
    age : float
        Years.
    maleness : float
        0 (female) to 1 (male): the mixture of the two mean heads.
    ancestry : (float, float, float)
        Shares of the mean heads that their source calls african, asian and caucasian; sum 1.
    weight : float
        -1 (thin) to 1 (stout).
    shape : tuple of (str, float)
        Details of the head: name and weight.
    tone : float
        Skin, 0 (lightest) to 1 (darkest).
    warmth : float
        Skin's undertone, -1 (rosy) to 1 (golden).
    freckles : float
        0 to 1.
    hair : tuple of float
        Colour of the hair before it greyed.
    grey : float
        Share of grey hairs, 0 to 1.
    style : str
        How the hair is worn.
    curl : float
        0 (straight) to 1 (tight curls).
    parting : float
        Where the hair parts: -0.4 to 0.4 head units to the picture's right.
    brow : float
        Thickness of the eyebrows, about 1.
    beard, stubble : float
        Density of a worn beard and of a shaved one, 0 to 1.
    iris : tuple of float
        Colour of the eyes.
    light : (float, float, float)
        Where the main light is: right, up, towards the camera.
    contrast : float
        How much stronger the main light is than the rest, 0 to 1.
    collar : {"crew", "vee", "shirt"}
        What is worn.
    cloth, wall : tuple of float
        Colours of what is worn and of the background.
    texture : RandomStream
        The chance of their skin, hair and cloth.
    """

    place: int
    age: float
    maleness: float
    ancestry: tuple[float, float, float]
    weight: float
    shape: tuple[tuple[str, float], ...]
    tone: float
    warmth: float
    freckles: float
    hair: Color
    grey: float
    style: HairStyle
    curl: float
    parting: float
    brow: float
    beard: float
    stubble: float
    iris: Color
    light: tuple[float, float, float]
    contrast: float
    collar: Literal["crew", "vee", "shirt"]
    cloth: Color
    wall: Color
    texture: RandomStream

    def summary(self) -> dict[str, object]:
        """Return a row of a table of people, rounded for reading."""
        return {
            "place": self.place,
            "age": round(self.age),
            "maleness": round(self.maleness, 2),
            "skin tone": round(self.tone, 2),
            "hair": self.style,
            "grey": round(self.grey, 2),
            "beard": round(self.beard, 2),
            "collar": self.collar,
        }


@dataclass(frozen=True, slots=True)
class _Bounds:
    """The bounds that one place of the cast is drawn within."""

    ages: tuple[int, int]
    male: bool
    ancestry: tuple[float, float, float]
    tones: tuple[float, float]
    style: HairStyle
    hair: int
    beard: float
    weight: float
    iris: int


_CAST = (
    _Bounds((32, 37), True, (0.0, 0.1, 0.9), (0.2, 0.28), "short", 2, 0.0, 0.1, 0),
    _Bounds((24, 29), False, (1.0, 0.0, 0.0), (0.74, 0.82), "bun", 0, 0.0, 0.0, 2),
    _Bounds((20, 23), False, (0.0, 1.0, 0.0), (0.1, 0.2), "long", 0, 0.0, -0.4, 2),
    _Bounds((62, 67), False, (0.0, 0.0, 1.0), (0.05, 0.12), "medium", 3, 0.0, 0.35, 1),
    _Bounds((42, 48), True, (1.0, 0.0, 0.0), (0.9, 1.0), "cropped", 0, 0.55, 0.35, 2),
    _Bounds((52, 57), True, (0.0, 1.0, 0.0), (0.3, 0.4), "receding", 0, 0.0, -0.2, 2),
    _Bounds((36, 41), False, (0.25, 0.15, 0.6), (0.5, 0.6), "medium", 1, 0.0, 0.2, 3),
    _Bounds((67, 70), True, (0.0, 0.0, 1.0), (0.12, 0.2), "bald", 3, 0.9, 0.2, 1),
)

_HAIR: tuple[Color, ...] = (
    (0.016, 0.013, 0.012),
    (0.035, 0.020, 0.013),
    (0.085, 0.045, 0.022),
    (0.22, 0.13, 0.065),
    (0.30, 0.20, 0.10),
    (0.17, 0.055, 0.02),
)
_IRIS: tuple[Color, ...] = (
    (0.085, 0.105, 0.050),
    (0.105, 0.155, 0.205),
    (0.055, 0.026, 0.012),
    (0.090, 0.045, 0.017),
    (0.17, 0.19, 0.19),
)
_CLOTH: tuple[Color, ...] = (
    (0.030, 0.045, 0.095),
    (0.30, 0.30, 0.30),
    (0.12, 0.025, 0.03),
    (0.045, 0.075, 0.055),
    (0.035, 0.035, 0.04),
    (0.42, 0.38, 0.30),
    (0.11, 0.15, 0.20),
    (0.24, 0.10, 0.06),
)
_WALL: tuple[Color, ...] = (
    (0.42, 0.44, 0.46),
    (0.30, 0.34, 0.38),
    (0.50, 0.47, 0.42),
    (0.26, 0.30, 0.27),
    (0.38, 0.33, 0.31),
)
_MALE_STYLES: tuple[HairStyle, ...] = ("short", "short", "cropped", "receding", "bald", "medium")
_FEMALE_STYLES: tuple[HairStyle, ...] = ("long", "medium", "long", "tied", "bun", "short")
_COLLARS: tuple[Literal["crew", "vee", "shirt"], ...] = ("crew", "vee", "shirt")
_DETAILS_OF_ONE = 16


def _any_part(draws: RandomStream) -> _Bounds:
    """Draw the bounds of a place after the cast."""
    age = draws.integer(20, 69)
    male = draws.happens(500)
    kind = draws.integer(0, 5)
    ancestry = [0.0, 0.0, 0.0]
    if kind < 3:
        ancestry[kind] = 1.0
    else:
        share = draws.uniform(0.3, 0.7)
        ancestry[kind - 3], ancestry[(kind - 2) % 3] = share, 1 - share
    tone = 0.85 * ancestry[0] + 0.28 * ancestry[1] + 0.18 * ancestry[2]
    dark = ancestry[2] < 0.6
    style = draws.choice(_MALE_STYLES if male else _FEMALE_STYLES)
    if age < 32 and style in ("bald", "receding"):
        style = "cropped"
    return _Bounds(
        (age, age + 1),
        male,
        (ancestry[0], ancestry[1], ancestry[2]),
        (max(tone - 0.12, 0.0), min(tone + 0.12, 1.0)),
        style,
        draws.integer(0, 1) if dark else draws.integer(0, len(_HAIR) - 1),
        draws.uniform(0.3, 1.0) if male and draws.happens(350) else 0.0,
        draws.uniform(-0.6, 0.6),
        draws.integer(2, 3) if dark else draws.integer(0, len(_IRIS) - 1),
    )


def _varied(draws: RandomStream, color: Color, by: float) -> Color:
    """Scale each channel of a colour a little."""
    red, green, blue = (
        channel * (1 + by * draws.uniform(-1, 1)) * common
        for common in [1 + by * draws.uniform(-1, 1)]
        for channel in color
    )
    return red, green, blue


def draw_person(draws: RandomStream, place: int) -> Person:
    """Draw a person.

    Parameters
    ----------
    draws : RandomStream
        The stream of this person alone.
    place : int
        Their number in the data set; the first eight differ by design.

    Returns
    -------
    Person
    """
    part = _CAST[place] if place < len(_CAST) else _any_part(draws.substream("part"))
    one = draws.substream("person")
    age = one.uniform(*part.ages)
    african = part.ancestry[0]
    style = part.style
    grey = min(max((age - 38) / 32, 0.0), 1.0) ** 1.2 * one.uniform(0.75, 1.1)
    face = draws.substream("shape")
    names = face.shuffled(DETAILS)[:_DETAILS_OF_ONE]
    shape = tuple(
        (name, face.uniform(0.12, 0.6) * (0.5 if name.startswith("asym") else 1.0))
        for name in sorted(names)
    )
    looks = draws.substream("looks")
    side = 1 if looks.happens(500) else -1
    bearded = part.beard * looks.uniform(0.9, 1.0)
    return Person(
        place=place,
        age=age,
        maleness=one.uniform(0.9, 1.0) if part.male else one.uniform(0.0, 0.1),
        ancestry=part.ancestry,
        weight=part.weight + one.uniform(-0.1, 0.1),
        shape=shape,
        tone=one.uniform(*part.tones),
        warmth=one.uniform(-0.6, 0.6),
        freckles=one.uniform(0.2, 1.0) ** 2 * (1.0 if part.ancestry[2] > 0.6 else 0.4),
        hair=_varied(looks.substream("hair"), _HAIR[part.hair], 0.2),
        grey=min(grey, 0.95),
        style=style,
        curl=min(max(african * 1.2 + looks.uniform(-0.15, 0.25), 0.0), 1.0),
        parting=looks.choice((-1, 1)) * looks.uniform(0.0, 0.3),
        brow=looks.uniform(0.95, 1.3) if part.male else looks.uniform(0.5, 0.8),
        beard=bearded,
        stubble=looks.uniform(0.15, 0.55) if part.male else 0.0,
        iris=_varied(looks.substream("iris"), _IRIS[part.iris], 0.15),
        light=(side * looks.uniform(0.25, 0.55), looks.uniform(0.3, 0.5), 0.85),
        contrast=looks.uniform(0.2, 0.5),
        collar=_COLLARS[(place + looks.integer(0, 1)) % len(_COLLARS)],
        cloth=_varied(looks.substream("cloth"), _CLOTH[(place * 3 + looks.integer(0, 1)) % 8], 0.2),
        wall=_varied(looks.substream("wall"), _WALL[(place + looks.integer(0, 1)) % 5], 0.05),
        texture=draws.substream("texture"),
    )
