"""The factors of the synthetic data set, each with five levels from easy to hard.

A level is a recipe that differs in this one thing: the people, the movements and all other random
numbers are those of the standard recipe.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from mebench.datasets import Factor
from mebench_synthetic.recipe import STANDARD, Recipe

LONGEST_MS = 500
"""The longest micro-expression of the standard recipe: 15 frames at 30 frames per second."""

CHANGES: dict[str, tuple[Factor, Callable[[float], dict[str, Any]]]] = {
    factor.name: (factor, change)
    for factor, change in (
        (
            Factor(
                "intensity",
                "Intensity of micro-expressions",
                "% of a full action unit",
                (60, 45, 30, 20, 10),
                30,
                (2, 66),
                1,
                "the middle of their range, which reaches from half of it to one and a half.",
            ),
            lambda value: {"intensity": (round(5 * value), round(15 * value))},
        ),
        (
            Factor(
                "frame-rate",
                "Frame rate",
                "frames per second",
                (60, 30, 20, 15, 10),
                30,
                (5, 240),
                1,
                "how often the camera takes a picture of the same movements.",
            ),
            lambda value: {"fps": round(value), "script_fps": STANDARD.fps},
        ),
        (
            Factor(
                "noise",
                "Sensor noise",
                "gray levels (σ)",
                (0, 1.5, 12, 25, 50),
                1.5,
                (0, 50),
                0.01,
                "the standard deviation of the noise of a pixel, of 255 gray levels.",
            ),
            lambda value: {"noise": round(100 * value)},
        ),
        (
            Factor(
                "head-motion",
                "Head sway",
                "milliradians (σ)",
                (0, 10, 20, 30, 40),
                10,
                (0, 45),
                0.1,
                "the standard deviation of the slow pitch; yaw, roll and position follow it.",
            ),
            lambda value: {"sway": round(10 * value)},
        ),
        (
            Factor(
                "image-size",
                "Image height",
                "pixels",
                (480, 360, 240, 160, 120),
                480,
                (96, 480),
                1,
                "the height of the image; its width is 4/3 of it.",
            ),
            lambda value: {"height": round(value)},
        ),
        (
            Factor(
                "compression",
                "JPEG compression",
                "quality",
                (0, 90, 60, 30, 10),
                0,
                (1, 100),
                1,
                "the quality with which each frame is compressed.",
                {0: "none"},
            ),
            lambda value: {"jpeg_quality": round(value) or None},
        ),
        (
            Factor(
                "flicker",
                "Exposure flicker",
                "% (σ)",
                (0, 0.3, 1, 3, 6),
                0.3,
                (0, 20),
                0.01,
                "the standard deviation of the exposure from frame to frame.",
            ),
            lambda value: {"flicker": round(1000 * value)},
        ),
        (
            Factor(
                "macro-rate",
                "Macro-expressions",
                "per video",
                (0, 1, 2, 4, 6),
                1,
                (0, 20),
                1,
                "macro-expressions per video; each further one makes the video two seconds longer.",
            ),
            lambda value: {"macros_shown": None if value == 1 else round(value)},
        ),
        (
            Factor(
                "length",
                "Length of micro-expressions",
                "ms (longest)",
                (750, 500, 400, 300, 200),
                LONGEST_MS,
                (150, 750),
                1,
                "the longest one; the shortest takes half of it.",
            ),
            lambda value: {"micro_stretch": round(1000 * value / LONGEST_MS)},
        ),
    )
}
"""The factors by name, each with the fields of the recipe that a value changes."""


def recipe_at(recipe: Recipe, factor: str, value: float) -> Recipe:
    """Return the recipe of a level; the standard value changes nothing but the id."""
    described, change = CHANGES[factor]
    name = f"{recipe.id}-{factor}-{described.label(value)}"
    if value == described.standard:
        return replace(recipe, id=name)
    return replace(recipe, id=name, **change(value))
