"""A synthetic person: age, ancestry, skin, hair and light, drawn at random.

The first eight people are drawn within bounds that make them visibly different in age, sex, skin
and hair. Later ones are drawn freely.
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
    """One synthetic person; none depicts a real person.

    Attributes
    ----------
    index : int
        Number in the data set, from 0.
    age : float
        Years.
    maleness : float
        0 (female) to 1 (male): the mixture of the two mean heads.
    ancestry : (float, float, float)
        Weights of the mean heads called african, asian and caucasian in the source; sum 1.
    weight : float
        -1 (thin) to 1 (stout).
    shape : tuple of (str, float)
        Shape details of the head: name and weight.
    tone : float
        Skin tone, 0 (lightest) to 1 (darkest).
    warmth : float
        Undertone of the skin, -1 (rosy) to 1 (golden).
    freckles : float
        0 to 1.
    hair : tuple of float
        Hair color without gray hairs.
    gray : float
        Share of gray hairs, 0 to 1.
    style : str
        Hairstyle.
    curl : float
        0 (straight) to 1 (tight curls).
    parting : float
        Position of the parting: -0.4 to 0.4 head units to the right of the image.
    brow : float
        Thickness of the eyebrows, about 1.
    beard, stubble : float
        Density of a grown beard and of a shaved one, 0 to 1.
    iris : tuple of float
        Eye color.
    light : (float, float, float)
        Direction of the key light: right, up, towards the camera.
    contrast : float
        Strength of the key light relative to the others, 0 to 1.
    collar : {"crew", "vee", "shirt"}
        Type of clothes.
    cloth, wall : tuple of float
        Colors of clothes and background.
    texture : RandomStream
        Random stream for details of skin, hair and clothes.
    """

    index: int
    age: float
    maleness: float
    ancestry: tuple[float, float, float]
    weight: float
    shape: tuple[tuple[str, float], ...]
    tone: float
    warmth: float
    freckles: float
    hair: Color
    gray: float
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
        """Return rounded values for a table of people."""
        return {
            "index": self.index,
            "age": round(self.age),
            "maleness": round(self.maleness, 2),
            "skin tone": round(self.tone, 2),
            "hair": self.style,
            "gray": round(self.gray, 2),
            "beard": round(self.beard, 2),
            "collar": self.collar,
        }


@dataclass(frozen=True, slots=True)
class _Bounds:
    """The bounds within which one person is drawn."""

    ages: tuple[int, int]
    male: bool
    ancestry: tuple[float, float, float]
    tones: tuple[float, float]
    style: HairStyle
    hair: int
    beard: float
    weight: float
    iris: int


_FIRST_PEOPLE = (
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
_DETAILS_PER_PERSON = 16


def _draw_bounds(stream: RandomStream) -> _Bounds:
    """Draw the bounds of a person after the first eight."""
    age = stream.integer(20, 69)
    male = stream.happens(500)
    kind = stream.integer(0, 5)
    ancestry = [0.0, 0.0, 0.0]
    if kind < 3:
        ancestry[kind] = 1.0
    else:
        share = stream.uniform(0.3, 0.7)
        ancestry[kind - 3], ancestry[(kind - 2) % 3] = share, 1 - share
    tone = 0.85 * ancestry[0] + 0.28 * ancestry[1] + 0.18 * ancestry[2]
    dark = ancestry[2] < 0.6
    style = stream.choice(_MALE_STYLES if male else _FEMALE_STYLES)
    if age < 32 and style in ("bald", "receding"):
        style = "cropped"
    return _Bounds(
        (age, age + 1),
        male,
        (ancestry[0], ancestry[1], ancestry[2]),
        (max(tone - 0.12, 0.0), min(tone + 0.12, 1.0)),
        style,
        stream.integer(0, 1) if dark else stream.integer(0, len(_HAIR) - 1),
        stream.uniform(0.3, 1.0) if male and stream.happens(350) else 0.0,
        stream.uniform(-0.6, 0.6),
        stream.integer(2, 3) if dark else stream.integer(0, len(_IRIS) - 1),
    )


def _vary(stream: RandomStream, color: Color, by: float) -> Color:
    """Scale each channel of a color a little."""
    red, green, blue = (
        channel * (1 + by * stream.uniform(-1, 1)) * common
        for common in [1 + by * stream.uniform(-1, 1)]
        for channel in color
    )
    return red, green, blue


def draw_person(stream: RandomStream, index: int) -> Person:
    """Draw a person.

    Parameters
    ----------
    stream : RandomStream
        The random stream of this person.
    index : int
        Number in the data set, from 0; the first eight differ by design.

    Returns
    -------
    Person
    """
    bounds = (
        _FIRST_PEOPLE[index]
        if index < len(_FIRST_PEOPLE)
        else _draw_bounds(stream.substream("part"))
    )
    traits = stream.substream("person")
    age = traits.uniform(*bounds.ages)
    african = bounds.ancestry[0]
    style = bounds.style
    gray = min(max((age - 38) / 32, 0.0), 1.0) ** 1.2 * traits.uniform(0.75, 1.1)
    face = stream.substream("shape")
    names = face.shuffled(DETAILS)[:_DETAILS_PER_PERSON]
    shape = tuple(
        (name, face.uniform(0.12, 0.6) * (0.5 if name.startswith("asym") else 1.0))
        for name in sorted(names)
    )
    looks = stream.substream("looks")
    side = 1 if looks.happens(500) else -1
    beard = bounds.beard * looks.uniform(0.9, 1.0)
    return Person(
        index=index,
        age=age,
        maleness=traits.uniform(0.9, 1.0) if bounds.male else traits.uniform(0.0, 0.1),
        ancestry=bounds.ancestry,
        weight=bounds.weight + traits.uniform(-0.1, 0.1),
        shape=shape,
        tone=traits.uniform(*bounds.tones),
        warmth=traits.uniform(-0.6, 0.6),
        freckles=traits.uniform(0.2, 1.0) ** 2 * (1.0 if bounds.ancestry[2] > 0.6 else 0.4),
        hair=_vary(looks.substream("hair"), _HAIR[bounds.hair], 0.2),
        gray=min(gray, 0.95),
        style=style,
        curl=min(max(african * 1.2 + looks.uniform(-0.15, 0.25), 0.0), 1.0),
        parting=looks.choice((-1, 1)) * looks.uniform(0.0, 0.3),
        brow=looks.uniform(0.95, 1.3) if bounds.male else looks.uniform(0.5, 0.8),
        beard=beard,
        stubble=looks.uniform(0.15, 0.55) if bounds.male else 0.0,
        iris=_vary(looks.substream("iris"), _IRIS[bounds.iris], 0.15),
        light=(side * looks.uniform(0.25, 0.55), looks.uniform(0.3, 0.5), 0.85),
        contrast=looks.uniform(0.2, 0.5),
        collar=_COLLARS[(index + looks.integer(0, 1)) % len(_COLLARS)],
        cloth=_vary(looks.substream("cloth"), _CLOTH[(index * 3 + looks.integer(0, 1)) % 8], 0.2),
        wall=_vary(looks.substream("wall"), _WALL[(index + looks.integer(0, 1)) % 5], 0.05),
        texture=stream.substream("texture"),
    )
