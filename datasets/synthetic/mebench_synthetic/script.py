"""The script of a video: which movements happen in which frame, drawn as integers before rendering.

Emotions are combinations of action units after Ekman, Friesen and Hager, Facial Action Coding
System (2002): the units named here are those on which its emotion table and the coding of the
recorded micro-expression data sets agree.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from typing import Literal

from mebench import RandomStream
from mebench_synthetic.recipe import BASE_FPS, Recipe

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


ActionKind = Literal["micro", "macro", "trace"]

EMOTIONS = ("negative", "positive", "surprise")

MICRO_LENGTHS = (8, 15)
MACRO_LENGTHS = (30, 70)
TRACE_LENGTHS = (6, 15)
GAP = 12
"""Between two movements of the face lie at least so many frames."""

SPAN = 11 * BASE_FPS
"""The length of video, in frames at 30 a second, that a recipe's counts speak of."""


@dataclass(frozen=True, slots=True)
class Action:
    """A movement of the face.

    Attributes
    ----------
    kind : {"micro", "macro", "trace"}
        A trace stays below what an annotator would mark.
    emotion : str or None
        None for a trace.
    onset, apex, offset : int
        Frames; the face is neutral before the onset and after the offset.
    units : tuple of ActiveUnit
        What moves, and how far, at the apex.
    """

    kind: ActionKind
    emotion: str | None
    onset: int
    apex: int
    offset: int
    units: tuple[ActiveUnit, ...]


@dataclass(frozen=True, slots=True)
class Blink:
    """The eyes close, ``shut`` being the first closed frame, and open again."""

    onset: int
    shut: int
    offset: int


@dataclass(frozen=True, slots=True)
class Glance:
    """From ``frame`` on the eyes look elsewhere: thousandths of a radian right and up."""

    frame: int
    right: int
    up: int


@dataclass(frozen=True, slots=True)
class Nod:
    """A quick nod: the head pitches by so many thousandths of a radian and comes back."""

    onset: int
    offset: int
    pitch: int


@dataclass(frozen=True, slots=True)
class VideoScript:
    """Everything that happens in a video; ``n_frames`` long."""

    subject: str
    video: str
    n_frames: int
    actions: tuple[Action, ...]
    blinks: tuple[Blink, ...]
    glances: tuple[Glance, ...]
    nods: tuple[Nod, ...]


def scripts_of(recipe: Recipe) -> list[VideoScript]:
    """Write the scripts of all videos, subject by subject."""
    return [
        script for place in range(recipe.subjects) for script in _scripts_of_subject(recipe, place)
    ]


def subject_name(place: int) -> str:
    """Return the id of the subject at a place, counted from 0: ``s01``."""
    return f"s{place + 1:02d}"


def _scripts_of_subject(recipe: Recipe, place: int) -> list[VideoScript]:
    draws = RandomStream(recipe.seed, "script", place)
    cast = SubjectPlan(
        _deck(draws.substream("micro")), _deck(draws.substream("macro")), draws.substream("gain")
    )
    return [
        _script(recipe, draws.substream(number), subject_name(place), f"v{number + 1}", cast)
        for number in range(recipe.videos)
    ]


class SubjectPlan:
    """What a subject keeps from video to video: the emotions still to come, and its gain."""

    def __init__(self, micro: Iterator[str], macro: Iterator[str], gain: RandomStream) -> None:
        self.micro, self.macro = micro, macro
        self.gain = gain.integer(800, 1200)


def _deck(draws: RandomStream) -> Iterator[str]:
    """Deal triples of the three emotions, each shuffled: with three of them, none is lacking."""
    for triple in count():
        yield from draws.substream(triple).shuffled(EMOTIONS)


def _count(recipe: Recipe, number: int, n_frames: int) -> int:
    """Return how many there are in a video of this length if 11 seconds hold ``number``."""
    span = SPAN * recipe.fps
    return (2 * number * n_frames * BASE_FPS + span) // (2 * span)


def _script(
    recipe: Recipe, draws: RandomStream, subject: str, video: str, cast: SubjectPlan
) -> VideoScript:
    n_frames = draws.substream("length").integer(*recipe.frames)
    wanted = _count(recipe, 3, n_frames) + draws.substream("another").happens(250)
    actions = _actions(recipe, draws, n_frames, max(1, wanted), cast)
    return VideoScript(
        subject,
        video,
        n_frames,
        actions,
        _blinks(recipe, draws.substream("blinks"), n_frames, actions),
        _glances(recipe, draws.substream("glances"), n_frames),
        _nods(recipe, draws.substream("nods"), n_frames, actions),
    )


def _actions(
    recipe: Recipe, draws: RandomStream, n_frames: int, micros: int, cast: SubjectPlan
) -> tuple[Action, ...]:
    counts: dict[ActionKind, int] = {
        "micro": micros,
        "macro": _count(recipe, recipe.macros, n_frames),
        "trace": _count(recipe, recipe.distractors, n_frames),
    }
    kinds = [kind for kind, number in counts.items() for _ in range(number)]
    lengths = {"micro": MICRO_LENGTHS, "macro": MACRO_LENGTHS, "trace": TRACE_LENGTHS}
    sized = []
    for number, kind in enumerate(kinds):
        length = draws.substream("action", number, "length").integer(
            *map(recipe.scaled, lengths[kind])
        )
        sized.append((kind, number, length))
    gap = recipe.scaled(GAP)
    # A short video holds what fits: first the micro-expressions, then the rest.
    while len(sized) > 1 and sum(length + gap for *_, length in sized) + gap > n_frames:
        sized.pop()
    slack = n_frames - gap - sum(length + gap for *_, length in sized)
    pauses = draws.substream("pauses")
    cuts = sorted(pauses.integer(0, max(0, slack)) for _ in sized)
    actions, at, before = [], gap, 0
    for cut, (kind, number, length) in zip(
        cuts, draws.substream("order").shuffled(sized), strict=True
    ):
        onset = min(at + cut - before, max(0, n_frames - length))
        offset = min(onset + length, n_frames) - 1
        at, before = offset + 1 + gap, cut
        stream = draws.substream("action", number)
        share = stream.substream("apex").integer(*((350, 600) if kind != "macro" else (250, 450)))
        apex = onset + (offset - onset) * share // 1000
        emotion, units = None, draw_trace(stream)
        if kind == "micro":
            emotion = next(cast.micro)
            units = draw_micro(stream, emotion, recipe, cast.gain)
        elif kind == "macro":
            emotion = next(cast.macro)
            units = draw_macro(stream, emotion, cast.gain)
        actions.append(Action(kind, emotion, onset, apex, offset, units))
    return tuple(actions)


def _blinks(
    recipe: Recipe, draws: RandomStream, n_frames: int, actions: tuple[Action, ...]
) -> tuple[Blink, ...]:
    """Blink every two to six seconds, seldom during a micro-expression."""
    closing, length, near = recipe.scaled(3), recipe.scaled(9), recipe.scaled(5)
    starts = [
        action.apex - closing
        for action in actions
        if action.kind == "micro" and draws.happens(recipe.blinked_over)
    ]
    frame = draws.integer(0, 2 * recipe.fps)
    while frame < n_frames:
        clear = all(
            frame + length + near < action.onset or frame > action.offset + near
            for action in actions
            if action.kind == "micro"
        )
        if clear and all(abs(frame - other) > 2 * length for other in starts):
            starts.append(frame)
        frame += draws.integer(2 * recipe.fps, 6 * recipe.fps)
    return tuple(
        Blink(start, start + closing, start + length)
        for start in sorted(starts)
        if start >= 0 and start + length < n_frames
    )


def _glances(recipe: Recipe, draws: RandomStream, n_frames: int) -> tuple[Glance, ...]:
    """Look elsewhere every one to four seconds, more often than not back at the screen."""
    glances, frame = [Glance(0, draws.integer(-40, 40), draws.integer(-40, 40))], 0
    while (frame := frame + draws.integer(recipe.fps, 4 * recipe.fps)) < n_frames:
        reach = 60 if draws.happens(600) else 220
        glances.append(
            Glance(frame, draws.integer(-reach, reach), draws.integer(-reach // 2, reach // 2))
        )
    return tuple(glances)


def _nods(
    recipe: Recipe, draws: RandomStream, n_frames: int, actions: tuple[Action, ...]
) -> tuple[Nod, ...]:
    """Nod between micro-expressions, or not at all where there is no room."""
    nods: list[Nod] = []
    for _ in range(_count(recipe, recipe.nods, n_frames)):
        length = recipe.scaled(draws.integer(12, 20))
        pitch = draws.choice((-1, 1)) * draws.integer(25, 55)
        for _ in range(20):
            onset = draws.integer(0, max(0, n_frames - length - 1))
            busy = [(one.onset, one.offset) for one in actions if one.kind == "micro"]
            busy += [(one.onset, one.offset) for one in nods]
            if all(onset + length < start or onset > stop for start, stop in busy):
                nods.append(Nod(onset, onset + length, pitch))
                break
    return tuple(sorted(nods, key=lambda nod: nod.onset))
