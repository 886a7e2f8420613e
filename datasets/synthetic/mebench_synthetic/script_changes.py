"""Changes of a script after it was drawn: the levels of a factor keep all other movements.

Drawing with other lengths, counts or rates would give other pauses and another order. So a level
draws the same script as the data set, and then changes one thing: the length of micro-expressions
around their apex, the number of macro-expressions, or the rate at which a camera sees all of it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from mebench import RandomStream
from mebench_synthetic.recipe import Recipe
from mebench_synthetic.script import (
    EMOTIONS,
    GAP,
    MACRO_LENGTHS,
    Action,
    Blink,
    Glance,
    Nod,
    VideoScript,
    draw_blinks,
    draw_glances,
    draw_macro,
    gain_of,
    scripts_of,
    subject_stream,
)


def filmed_scripts(recipe: Recipe) -> list[VideoScript]:
    """Return the scripts of all videos as they are rendered, subject by subject."""
    drawn = recipe if recipe.script_fps is None else replace(recipe, fps=recipe.script_fps)
    scripts = scripts_of(drawn)
    if recipe.micro_stretch != 1000:
        scripts = [_stretched(script, recipe.micro_stretch) for script in scripts]
    if recipe.macros_shown is not None:
        scripts = [
            _with_macros(script, drawn, index, recipe.macros_shown)
            for index, script in enumerate(scripts)
        ]
    if recipe.fps != drawn.fps:
        scripts = [_at_rate(script, recipe.fps, drawn.fps) for script in scripts]
    return scripts


def _scaled(number: int, share: int, whole: int) -> int:
    """Return ``number * share / whole``, rounded half up."""
    return (2 * number * share + whole) // (2 * whole)


def _stretched(script: VideoScript, stretch: int) -> VideoScript:
    """Make micro-expressions longer or shorter; their apexes stay."""

    def stretched(action: Action) -> Action:
        if action.kind != "micro":
            return action
        before = _scaled(action.apex - action.onset, stretch, 1000)
        after = _scaled(action.offset - action.apex, stretch, 1000)
        return replace(action, onset=action.apex - before, offset=action.apex + after)

    return replace(script, actions=tuple(map(stretched, script.actions)))


def _with_macros(script: VideoScript, recipe: Recipe, index: int, number: int) -> VideoScript:
    """Leave out the last macro-expressions, or add some after the end, which makes it longer.

    Within the video there is no space for more of them. All frames up to its former end are the
    same, but for a blink that ended there.
    """
    subject_index, video_index = divmod(index, recipe.videos)
    of_subject = subject_stream(recipe, subject_index)
    stream = of_subject.substream(video_index)
    macros = [action for action in script.actions if action.kind == "macro"]
    left_out = macros[number:]
    actions = [action for action in script.actions if action not in left_out]
    n_frames, gap = script.n_frames, recipe.scaled(GAP)
    for added in range(number - len(macros)):
        action = _added_macro(
            stream.substream("added macro", added), recipe, n_frames, gain_of(of_subject)
        )
        actions.append(action)
        n_frames = action.offset + 1 + gap
    return replace(
        script,
        n_frames=n_frames,
        actions=tuple(actions),
        blinks=draw_blinks(recipe, stream.substream("blinks"), n_frames, tuple(actions)),
        glances=draw_glances(recipe, stream.substream("glances"), n_frames),
    )


def _added_macro(stream: RandomStream, recipe: Recipe, onset: int, gain: int) -> Action:
    length = stream.substream("length").integer(*map(recipe.scaled, MACRO_LENGTHS))
    offset = onset + length - 1
    emotion = stream.substream("emotion").choice(EMOTIONS)
    apex = onset + (length - 1) * stream.substream("apex").integer(250, 450) // 1000
    return Action("macro", emotion, onset, apex, offset, draw_macro(stream, emotion, gain))


def _at_rate(script: VideoScript, fps: int, drawn_fps: int) -> VideoScript:
    """Return what a camera with another frame rate sees: every movement at the same time."""

    def frame(number: int) -> int:
        return _scaled(number, fps, drawn_fps)

    def seen(action: Action) -> Action:
        onset = frame(action.onset)
        offset = max(onset, frame(action.offset + 1) - 1)
        apex = min(max(onset, frame(action.apex)), offset)
        return replace(action, onset=onset, apex=apex, offset=offset)

    n_frames = frame(script.n_frames)
    blinks = [_blink(blink, frame) for blink in script.blinks]
    return replace(
        script,
        n_frames=n_frames,
        actions=tuple(map(seen, script.actions)),
        blinks=tuple(blink for blink in blinks if blink.offset < n_frames),
        glances=tuple(
            Glance(frame(glance.frame), glance.right, glance.up) for glance in script.glances
        ),
        nods=tuple(Nod(frame(nod.onset), frame(nod.offset), nod.pitch) for nod in script.nods),
    )


def _blink(blink: Blink, frame: Callable[[int], int]) -> Blink:
    """Return a blink that takes at least one frame in each direction."""
    onset = frame(blink.onset)
    shut = max(onset + 1, frame(blink.shut))
    return Blink(onset, shut, max(shut + 1, frame(blink.offset)))
