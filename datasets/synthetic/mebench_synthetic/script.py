"""The script of a video: the movements and their frames, drawn as integers before rendering.

Emotions are combinations of action units from Ekman, Friesen and Hager, Facial Action Coding
System (2002). The units are those on which its emotion table and the coding of recorded
micro-expression data sets agree.
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
"""Variants per emotion, in thousandths of the intensity; the characteristic unit comes first."""

MACRO_UNITS: dict[str, tuple[dict[str, int], ...]] = {
    "negative": ({"AU4": 900, "AU15": 800, "AU17": 600}, {"AU9": 900, "AU10": 700, "AU4": 600}),
    "positive": ({"AU6": 750, "AU12": 900}, {"AU6": 600, "AU12": 850, "AU25": 250}),
    "surprise": ({"AU1": 1000, "AU2": 1000, "AU5": 900, "AU26": 450}, {"AU1": 900, "AU2": 900}),
}
"""Variants per emotion, in thousandths of a full unit."""

MIXED_IN_UNITS = {
    "negative": ("AU2", "AU14"),
    "positive": ("AU4", "AU17"),
    "surprise": ("AU14", "AU10"),
}
"""Units that may be added weakly to a micro-expression without changing its emotion."""

TRACE_UNITS = ("AU1", "AU2", "AU4", "AU7", "AU12", "AU14", "AU17", "AU24")


@dataclass(frozen=True, slots=True)
class ActiveUnit:
    """An action unit at the apex: thousandths of the full unit, per side of the face."""

    name: str
    left: int
    right: int


def draw_micro(
    stream: RandomStream, emotion: str, recipe: Recipe, gain: int
) -> tuple[ActiveUnit, ...]:
    """Draw a micro-expression: variant, intensity, weakening and asymmetry."""
    units = dict(stream.substream("variant").choice(MICRO_UNITS[emotion]))
    weak = stream.substream("weakened")
    if weak.happens(recipe.weakened):
        if weak.happens(500):
            units = dict(list(units.items())[:1])
        else:
            units[weak.choice(MIXED_IN_UNITS[emotion])] = weak.integer(200, 400)
    low, high = recipe.intensity
    intensity = min(max(stream.substream("intensity").integer(low, high) * gain // 1000, low), high)
    return _add_asymmetry(stream.substream("sides"), units, intensity, spread=250)


def draw_macro(stream: RandomStream, emotion: str, gain: int) -> tuple[ActiveUnit, ...]:
    """Draw a macro-expression: the entire face at 70 % to full strength, times the gain."""
    units = dict(stream.substream("variant").choice(MACRO_UNITS[emotion]))
    return _add_asymmetry(
        stream.substream("sides"),
        units,
        min(1000, stream.integer(700, 1000) * gain // 1000),
        spread=100,
    )


def draw_trace(stream: RandomStream) -> tuple[ActiveUnit, ...]:
    """Draw a sub-threshold movement: one unit, hardly visible."""
    trace = stream.substream("trace")
    return _add_asymmetry(
        trace, {trace.choice(TRACE_UNITS): 1000}, trace.integer(30, 80), spread=400
    )


def _add_asymmetry(
    stream: RandomStream, units: dict[str, int], intensity: int, spread: int
) -> tuple[ActiveUnit, ...]:
    """Draw the strength of each side: one side, the same for all units, moves less."""
    weaker_side = 1000 - stream.integer(0, spread)
    left, right = (1000, weaker_side) if stream.happens(500) else (weaker_side, 1000)
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
"""Minimum number of frames between two movements of the face."""

REFERENCE_LENGTH = 11 * BASE_FPS
"""The video length to which the counts of a recipe refer, in frames at ``BASE_FPS``."""


@dataclass(frozen=True, slots=True)
class Action:
    """A movement of the face.

    Attributes
    ----------
    kind : {"micro", "macro", "trace"}
        A trace is too weak to be annotated.
    emotion : str or None
        None for a trace.
    onset, apex, offset : int
        Frames; the face is neutral before the onset and after the offset.
    units : tuple of ActiveUnit
        Action units and their strength at the apex.
    """

    kind: ActionKind
    emotion: str | None
    onset: int
    apex: int
    offset: int
    units: tuple[ActiveUnit, ...]


@dataclass(frozen=True, slots=True)
class Blink:
    """A blink; ``shut`` is the first frame with closed eyes."""

    onset: int
    shut: int
    offset: int


@dataclass(frozen=True, slots=True)
class Glance:
    """A change of gaze at ``frame``: thousandths of a radian right and up."""

    frame: int
    right: int
    up: int


@dataclass(frozen=True, slots=True)
class Nod:
    """A quick nod: the head pitches by ``pitch`` thousandths of a radian and returns."""

    onset: int
    offset: int
    pitch: int


@dataclass(frozen=True, slots=True)
class VideoScript:
    """All movements in a video of ``n_frames`` frames."""

    subject: str
    video: str
    n_frames: int
    actions: tuple[Action, ...]
    blinks: tuple[Blink, ...]
    glances: tuple[Glance, ...]
    nods: tuple[Nod, ...]


def scripts_of(recipe: Recipe) -> list[VideoScript]:
    """Return the scripts of all videos as they are drawn, subject by subject."""
    return [
        script
        for subject_index in range(recipe.subjects)
        for script in _scripts_of_subject(recipe, subject_index)
    ]


def subject_name(index: int) -> str:
    """Return the id of a subject: ``s01`` for index 0."""
    return f"s{index + 1:02d}"


def subject_stream(recipe: Recipe, subject_index: int) -> RandomStream:
    """Return the stream of a subject's scripts; its substream ``n`` is that of the n-th video."""
    return RandomStream(recipe.seed, "script", subject_index)


def _scripts_of_subject(recipe: Recipe, subject_index: int) -> list[VideoScript]:
    stream = subject_stream(recipe, subject_index)
    plan = SubjectPlan(
        _shuffled_triples(stream.substream("micro")),
        _shuffled_triples(stream.substream("macro")),
        gain_of(stream),
    )
    return [
        _script(
            recipe, stream.substream(number), subject_name(subject_index), f"v{number + 1}", plan
        )
        for number in range(recipe.videos)
    ]


class SubjectPlan:
    """What is shared by the videos of a subject: the sequence of emotions, and the gain."""

    def __init__(self, micro: Iterator[str], macro: Iterator[str], gain: int) -> None:
        self.micro, self.macro = micro, macro
        self.gain = gain


def gain_of(stream: RandomStream) -> int:
    """Return how strong the expressions of a subject are, in thousandths."""
    return stream.substream("gain").integer(800, 1200)


def _shuffled_triples(stream: RandomStream) -> Iterator[str]:
    """Yield shuffled triples of the three emotions, so that three micro-expressions have all."""
    for triple in count():
        yield from stream.substream(triple).shuffled(EMOTIONS)


def _count(recipe: Recipe, number: int, n_frames: int) -> int:
    """Return the count for a video of this length, given the count per 11 seconds."""
    span = REFERENCE_LENGTH * recipe.fps
    return (2 * number * n_frames * BASE_FPS + span) // (2 * span)


def _script(
    recipe: Recipe, stream: RandomStream, subject: str, video: str, plan: SubjectPlan
) -> VideoScript:
    n_frames = stream.substream("length").integer(*recipe.frames)
    n_micro = _count(recipe, 3, n_frames) + stream.substream("another").happens(250)
    actions = _actions(recipe, stream, n_frames, max(1, n_micro), plan)
    return VideoScript(
        subject,
        video,
        n_frames,
        actions,
        draw_blinks(recipe, stream.substream("blinks"), n_frames, actions),
        draw_glances(recipe, stream.substream("glances"), n_frames),
        _nods(recipe, stream.substream("nods"), n_frames, actions),
    )


def _actions(
    recipe: Recipe, stream: RandomStream, n_frames: int, n_micro: int, plan: SubjectPlan
) -> tuple[Action, ...]:
    counts: dict[ActionKind, int] = {
        "micro": n_micro,
        "macro": _count(recipe, recipe.macros, n_frames),
        "trace": _count(recipe, recipe.distractors, n_frames),
    }
    kinds = [kind for kind, number in counts.items() for _ in range(number)]
    lengths = {"micro": MICRO_LENGTHS, "macro": MACRO_LENGTHS, "trace": TRACE_LENGTHS}
    sized = []
    for number, kind in enumerate(kinds):
        length = stream.substream("action", number, "length").integer(
            *map(recipe.scaled, lengths[kind])
        )
        sized.append((kind, number, length))
    gap = recipe.scaled(GAP)
    # If a video is too short, drop traces and macro-expressions before micro-expressions.
    while len(sized) > 1 and sum(length + gap for *_, length in sized) + gap > n_frames:
        sized.pop()
    slack = n_frames - gap - sum(length + gap for *_, length in sized)
    pauses = stream.substream("pauses")
    cuts = sorted(pauses.integer(0, max(0, slack)) for _ in sized)
    actions, start, previous_cut = [], gap, 0
    for cut, (kind, number, length) in zip(
        cuts, stream.substream("order").shuffled(sized), strict=True
    ):
        onset = min(start + cut - previous_cut, max(0, n_frames - length))
        offset = min(onset + length, n_frames) - 1
        start, previous_cut = offset + 1 + gap, cut
        action_stream = stream.substream("action", number)
        share = action_stream.substream("apex").integer(
            *((350, 600) if kind != "macro" else (250, 450))
        )
        apex = onset + (offset - onset) * share // 1000
        emotion, units = None, draw_trace(action_stream)
        if kind == "micro":
            emotion = next(plan.micro)
            units = draw_micro(action_stream, emotion, recipe, plan.gain)
        elif kind == "macro":
            emotion = next(plan.macro)
            units = draw_macro(action_stream, emotion, plan.gain)
        actions.append(Action(kind, emotion, onset, apex, offset, units))
    return tuple(actions)


def draw_blinks(
    recipe: Recipe, stream: RandomStream, n_frames: int, actions: tuple[Action, ...]
) -> tuple[Blink, ...]:
    """Draw blinks every two to six seconds, rarely during a micro-expression."""
    closing, length, near = recipe.scaled(3), recipe.scaled(9), recipe.scaled(5)
    starts = [
        action.apex - closing
        for action in actions
        if action.kind == "micro" and stream.happens(recipe.blinked_over)
    ]
    frame = stream.integer(0, 2 * recipe.fps)
    while frame < n_frames:
        clear = all(
            frame + length + near < action.onset or frame > action.offset + near
            for action in actions
            if action.kind == "micro"
        )
        if clear and all(abs(frame - other) > 2 * length for other in starts):
            starts.append(frame)
        frame += stream.integer(2 * recipe.fps, 6 * recipe.fps)
    return tuple(
        Blink(start, start + closing, start + length)
        for start in sorted(starts)
        if start >= 0 and start + length < n_frames
    )


def draw_glances(recipe: Recipe, stream: RandomStream, n_frames: int) -> tuple[Glance, ...]:
    """Draw a change of gaze every one to four seconds, in most cases back to the screen."""
    glances, frame = [Glance(0, stream.integer(-40, 40), stream.integer(-40, 40))], 0
    while (frame := frame + stream.integer(recipe.fps, 4 * recipe.fps)) < n_frames:
        reach = 60 if stream.happens(600) else 220
        glances.append(
            Glance(frame, stream.integer(-reach, reach), stream.integer(-reach // 2, reach // 2))
        )
    return tuple(glances)


def _nods(
    recipe: Recipe, stream: RandomStream, n_frames: int, actions: tuple[Action, ...]
) -> tuple[Nod, ...]:
    """Draw nods between micro-expressions; skip one for which there is no space."""
    nods: list[Nod] = []
    for _ in range(_count(recipe, recipe.nods, n_frames)):
        length = recipe.scaled(stream.integer(12, 20))
        pitch = stream.choice((-1, 1)) * stream.integer(25, 55)
        for _ in range(20):
            onset = stream.integer(0, max(0, n_frames - length - 1))
            busy = [
                (movement.onset, movement.offset)
                for movement in actions
                if movement.kind == "micro"
            ]
            busy += [(movement.onset, movement.offset) for movement in nods]
            if all(onset + length < start or onset > stop for start, stop in busy):
                nods.append(Nod(onset, onset + length, pitch))
                break
    return tuple(sorted(nods, key=lambda nod: nod.onset))
