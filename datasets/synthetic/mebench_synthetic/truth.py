"""The truth and the event table of a synthetic data set, from its scripts and without rendering.

The truth contains micro- and macro-expressions, and eye blinks as events. The event table also
contains glances, nods and sub-threshold movements, for studies of false alarms.
"""

from __future__ import annotations

from collections.abc import Iterator

from mebench.datasets import (
    TRUTH_FORMAT,
    TruthEvent,
    TruthInterval,
    TruthManifest,
    TruthSample,
    TruthVideo,
)
from mebench_synthetic.recipe import Recipe
from mebench_synthetic.script import VideoScript
from mebench_synthetic.script_changes import filmed_scripts


def truth_of(recipe: Recipe) -> TruthManifest:
    """Return the truth manifest of a recipe: expressions and eye blinks of every video.

    Each micro-expression is also a sample for recognition, named after its video and its onset.
    """
    scripts = filmed_scripts(recipe)
    return TruthManifest(
        format=TRUTH_FORMAT,
        dataset=recipe.id,
        videos=[_video(script, recipe) for script in scripts],
        samples=[sample for script in scripts for sample in _samples(script)],
    )


def _video(script: VideoScript, recipe: Recipe) -> TruthVideo:
    intervals: list[TruthInterval] = [
        {
            "onset": action.onset,
            "apex": action.apex,
            "offset": action.offset,
            "kind": action.kind,
            "emotion": action.emotion,
        }
        for action in script.actions
        if action.kind != "trace"
    ]
    events: list[TruthEvent] = [
        {"onset": blink.onset, "offset": blink.offset, "label": "eye blink"}
        for blink in script.blinks
    ]
    return TruthVideo(
        subject=script.subject,
        video=script.video,
        fps=float(recipe.fps),
        n_frames=script.n_frames,
        intervals=intervals,
        events=events,
    )


def _samples(script: VideoScript) -> Iterator[TruthSample]:
    for action in script.actions:
        if action.kind == "micro":
            yield TruthSample(
                subject=script.subject,
                sample=f"{script.video}_{action.onset:03d}",
                video=script.video,
                onset=action.onset,
                apex=action.apex,
                offset=action.offset,
                emotion=action.emotion,
            )


HEADER = ("subject", "video", "event", "onset", "apex", "offset", "emotion", "units")

Row = tuple[str, str, str, int, int, int, str, str]


def events_as_csv(recipe: Recipe) -> str:
    """Return the event table: frames count from 0, units are in thousandths as name:left/right."""
    import csv
    import io

    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(HEADER)
    for script in filmed_scripts(recipe):
        rows: list[Row] = sorted(_rows(script), key=_order)
        writer.writerows(rows)
    return buffer.getvalue()


def _order(row: Row) -> tuple[int, str]:
    return row[3], row[2]


def _rows(script: VideoScript) -> Iterator[Row]:
    names = (script.subject, script.video)
    for action in script.actions:
        units = " ".join(f"{unit.name}:{unit.left}/{unit.right}" for unit in action.units)
        yield (
            *names,
            action.kind,
            action.onset,
            action.apex,
            action.offset,
            action.emotion or "",
            units,
        )
    for blink in script.blinks:
        yield (*names, "blink", blink.onset, blink.shut, blink.offset, "", "")
    for glance in script.glances:
        yield (*names, "glance", glance.frame, glance.frame, glance.frame, "", "")
    for nod in script.nods:
        yield (*names, "nod", nod.onset, (nod.onset + nod.offset) // 2, nod.offset, "", "")
