"""The configuration of a synthetic data set: seed, sizes and difficulty. Integers only.

The same recipe gives the same truth on every computer, so it contains no floats.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields, replace
from typing import Self

from mebench import RandomStream, digest

BASE_FPS = 30
"""Lengths are stated in frames at this rate, and scaled for other rates."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """The configuration of a synthetic data set.

    Attributes
    ----------
    id : str
        The data set's id, unique per recipe.
    seed : int
        Seed of all random numbers. The same seed gives the same people.
    subjects, videos : int
        Number of people, and videos per person.
    fps : int
        Frames per second.
    frames : (int, int)
        Minimum and maximum length of a video.
    intensity : (int, int)
        Range for micro-expressions in thousandths of a full action unit, before the subject's gain.
    noise : int
        Standard deviation of the sensor noise, in hundredths of a gray level.
    sway : int
        Head sway, in tenths of a milliradian (standard deviation of pitch and yaw).
    nods, macros, distractors : int
        Number of quick nods, macro-expressions and sub-threshold movements per 11 seconds.
    weakened : int
        Micro-expressions per thousand that lack units or contain a weak unit of another emotion.
    blinked_over : int
        Micro-expressions per thousand with a blink during the expression.
    flicker : int
        Standard deviation of the exposure, in hundred-thousandths.
    height : int
        Height of the images in pixels; their width is 4/3 of it. The noise of a pixel is the same.
    jpeg_quality : int or None
        The quality with which each frame is compressed; None: it is not.
    micro_stretch : int
        Length of a micro-expression, in thousandths of the length that was drawn.
    macros_shown : int or None
        Number of macro-expressions per video; None: those that were drawn.
    script_fps : int or None
        The frame rate of the script, and of ``frames``, if it is another than that of the video.
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
    height: int = 480
    jpeg_quality: int | None = None
    micro_stretch: int = 1000
    macros_shown: int | None = None
    script_fps: int | None = None

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
        """Return a custom recipe with an id derived from its values.

        Parameters
        ----------
        subjects, videos, fps, seed : int
            As the attributes.
        seconds : float
            Length of each video.
        intensity : (float, float)
            Range for micro-expressions; 1 is a full action unit.
        noise : float
            Standard deviation of the sensor noise in gray levels.
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
        """Digest of all values except the id: eight hexadecimal digits.

        A field of the levels counts only if it is used, so that earlier recipes keep their ids.
        """
        unused = {"id", *(name for name in LEVEL_FIELDS if getattr(self, name) == _DEFAULTS[name])}
        content = {name: value for name, value in asdict(self).items() if name not in unused}
        return digest({"generator": RandomStream.VERSION, **content})

    def scaled(self, frames: int) -> int:
        """Convert a number of frames at ``BASE_FPS`` to this recipe's frame rate."""
        return max(1, (2 * frames * self.fps + BASE_FPS) // (2 * BASE_FPS))


LEVEL_FIELDS = ("height", "jpeg_quality", "micro_stretch", "macros_shown", "script_fps")
"""Fields that only the levels of a factor use (``factors.py``)."""

_DEFAULTS = {one.name: one.default for one in fields(Recipe)}

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
"""The named recipes by id."""
