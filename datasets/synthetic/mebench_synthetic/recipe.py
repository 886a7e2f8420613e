"""The configuration of a synthetic data set: seed, sizes and difficulty. Integers only.

The same recipe gives the same truth on every machine; therefore no value is a float.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import Self

from mebench import RandomStream, digest

BASE_FPS = 30
"""Lengths below are frames at this rate; other rates scale them."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """The makings of a synthetic data set.

    Attributes
    ----------
    id : str
        The data set's id; every recipe has its own.
    seed : int
        Of everything that is drawn. The same seed gives the same people.
    subjects, videos : int
        How many people, and how many videos of each.
    fps : int
        Frames a second.
    frames : (int, int)
        The shortest and the longest video.
    intensity : (int, int)
        Of micro-expressions, in thousandths of a full action unit, before the subject's gain.
    noise : int
        Standard deviation of the sensor noise, in hundredths of a grey level.
    sway : int
        Head sway, in tenths of a milliradian (standard deviation of pitch and yaw).
    nods, macros, distractors : int
        Quick nods, macro-expressions and sub-threshold movements in a video of 11 seconds.
    weakened : int
        So many of a thousand micro-expressions lack units or carry a weak foreign one.
    blinked_over : int
        So many of a thousand micro-expressions have a blink over them.
    flicker : int
        Standard deviation of the exposure, in hundred-thousandths.
    """

    id: str
    seed: int = 2023
    subjects: int = 8
    videos: int = 2
    fps: int = BASE_FPS
    frames: tuple[int, int] = (300, 360)
    intensity: tuple[int, int] = (150, 450)
    noise: int = 150
    sway: int = 100
    nods: int = 1
    macros: int = 1
    distractors: int = 2
    weakened: int = 250
    blinked_over: int = 150
    flicker: int = 300

    @classmethod
    def custom(
        cls,
        *,
        subjects: int,
        videos: int,
        fps: int,
        seconds: float,
        intensity: tuple[float, float],
        noise: float,
        seed: int,
    ) -> Self:
        """Return a recipe of one's own; its id tells it from every other.

        Parameters
        ----------
        subjects, videos, fps, seed : int
            As the attributes.
        seconds : float
            The length of each video.
        intensity : (float, float)
            1 is a full action unit.
        noise : float
            Grey levels.
        """
        length = max(1, round(seconds * fps))
        recipe = cls(
            "synth",
            seed=seed,
            subjects=subjects,
            videos=videos,
            fps=fps,
            frames=(length, length),
            intensity=(round(1000 * intensity[0]), round(1000 * intensity[1])),
            noise=round(100 * noise),
        )
        return replace(recipe, id=f"synth-{recipe.digest}")

    @property
    def digest(self) -> str:
        """Eight hexadecimal digits that stand for everything but the id."""
        content = {name: value for name, value in asdict(self).items() if name != "id"}
        return digest({"generator": RandomStream.VERSION, **content})

    def scaled(self, frames: int) -> int:
        """Return a length given in frames at 30 a second, in frames at this recipe's rate."""
        return max(1, (2 * frames * self.fps + BASE_FPS) // (2 * BASE_FPS))


STANDARD = Recipe("synthetic")
EASY = replace(
    STANDARD,
    id="synthetic-easy",
    intensity=(300, 600),
    noise=80,
    sway=50,
    nods=0,
    distractors=0,
    weakened=0,
    blinked_over=0,
    flicker=100,
)
HARD = replace(
    STANDARD,
    id="synthetic-hard",
    intensity=(100, 300),
    noise=250,
    sway=150,
    nods=2,
    macros=2,
    distractors=4,
    weakened=400,
    blinked_over=250,
    flicker=600,
)

PRESETS = {recipe.id: recipe for recipe in (STANDARD, EASY, HARD)}
"""The recipes that have a name: `standard` is the board's."""
