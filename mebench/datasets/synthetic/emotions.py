"""Which action units an emotion moves, and how they vary: drawn as integers.

After Ekman, Friesen and Hager, Facial Action Coding System (2002): the units named here are those
that its emotion table and the coding of the recorded micro-expression sets agree on.
"""

from __future__ import annotations

from dataclasses import dataclass

from mebench.datasets.synthetic.recipe import Recipe
from mebench.draws import RandomStream

MICRO_UNITS: dict[str, tuple[dict[str, int], ...]] = {
    "negative": (
        {"AU4": 1000, "AU15": 850},
        {"AU4": 1000, "AU7": 700},
        {"AU9": 900, "AU10": 500, "AU4": 500},
        {"AU4": 900, "AU24": 700},
    ),
    "positive": (
        {"AU12": 1000, "AU6": 900},
        {"AU12": 1000},
        {"AU12": 900, "AU6": 600, "AU7": 300},
    ),
    "surprise": (
        {"AU1": 1000, "AU2": 1000, "AU5": 850},
        {"AU1": 1000, "AU2": 1000},
        {"AU2": 1000, "AU1": 700, "AU5": 500},
    ),
}
"""Thousandths of the expression's intensity, a variant each; the first unit is the tell-tale."""

MACRO_UNITS: dict[str, tuple[dict[str, int], ...]] = {
    "negative": ({"AU4": 900, "AU15": 800, "AU17": 600}, {"AU9": 900, "AU10": 700, "AU4": 600}),
    "positive": ({"AU6": 750, "AU12": 900}, {"AU6": 600, "AU12": 850, "AU25": 250}),
    "surprise": ({"AU1": 1000, "AU2": 1000, "AU5": 900, "AU26": 450}, {"AU1": 900, "AU2": 900}),
}
"""Thousandths of a full unit."""

MIXED_IN_UNITS = {
    "negative": ("AU2", "AU14"),
    "positive": ("AU4", "AU17"),
    "surprise": ("AU14", "AU10"),
}
"""What may be mixed weakly into a micro-expression without making it another emotion."""

TRACE_UNITS = ("AU1", "AU2", "AU4", "AU7", "AU12", "AU14", "AU17", "AU24")


@dataclass(frozen=True, slots=True)
class ActiveUnit:
    """An action unit at the apex, in thousandths of the full unit on each side of the face."""

    name: str
    left: int
    right: int


def draw_micro(
    draws: RandomStream, emotion: str, recipe: Recipe, gain: int
) -> tuple[ActiveUnit, ...]:
    """Draw a micro-expression: a variant, its intensity, weaknesses and asymmetry."""
    units = dict(draws.substream("variant").choice(MICRO_UNITS[emotion]))
    weak = draws.substream("weakened")
    if weak.happens(recipe.weakened):
        if weak.happens(500):
            units = dict(list(units.items())[:1])
        else:
            units[weak.choice(MIXED_IN_UNITS[emotion])] = weak.integer(200, 400)
    low, high = recipe.intensity
    intensity = min(max(draws.substream("intensity").integer(low, high) * gain // 1000, low), high)
    return _sided(draws.substream("sides"), units, intensity, spread=250)


def draw_macro(draws: RandomStream, emotion: str, gain: int) -> tuple[ActiveUnit, ...]:
    """Draw a macro-expression: the whole face, three quarters to full strength."""
    units = dict(draws.substream("variant").choice(MACRO_UNITS[emotion]))
    return _sided(
        draws.substream("sides"),
        units,
        min(1000, draws.integer(700, 1000) * gain // 1000),
        spread=100,
    )


def draw_trace(draws: RandomStream) -> tuple[ActiveUnit, ...]:
    """Draw a movement below the threshold: one unit, hardly visible."""
    trace = draws.substream("trace")
    return _sided(trace, {trace.choice(TRACE_UNITS): 1000}, trace.integer(30, 80), spread=400)


def _sided(
    draws: RandomStream, units: dict[str, int], intensity: int, spread: int
) -> tuple[ActiveUnit, ...]:
    """Give each side its share: one side, the same for all units, moves less than the other."""
    lesser = 1000 - draws.integer(0, spread)
    left, right = (1000, lesser) if draws.happens(500) else (lesser, 1000)
    return tuple(
        ActiveUnit(name, intensity * share * left // 10**6, intensity * share * right // 10**6)
        for name, share in units.items()
    )
