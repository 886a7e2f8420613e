"""Checks of intervals: order of frames, frames outside the video, and the score threshold."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from mebench.diagnostics import Findings
from mebench.metrics.expressions import Expressions
from mebench.models.annotation_table import (
    NO_FRAME,
    AnnotationTable,
    BoolColumn,
    IntegerColumn,
    PredictionTable,
    TruthTable,
)
from mebench.models.base import KINDS, Kind
from mebench.models.submission import Threshold
from mebench.util.text import pluralize

UNKNOWN_LENGTH = -1


def check_frame_order(table: AnnotationTable, findings: Findings) -> BoolColumn:
    """Report offsets before onsets and apexes outside intervals; return the valid rows."""
    rows = table.intervals
    reversed_rows = rows.offset < rows.onset
    findings.add_rows(
        np.flatnonzero(reversed_rows).tolist(),
        lambda row: (
            f"The interval {table.describe(row)} ends before it begins.",
            "Swap onset and offset, or correct the wrong value.",
            table.places.interval(row, "offset"),
        ),
        "offset-before-onset",
    )
    apex_outside = (rows.apex < rows.onset) | (rows.apex > rows.offset)
    apex_outside &= (rows.apex != NO_FRAME) & ~reversed_rows
    findings.add_rows(
        np.flatnonzero(apex_outside).tolist(),
        lambda row: (
            f"The apex {rows.apex[row]} is outside its interval {table.describe(row)}.",
            "Correct the apex, or leave it out.",
            table.places.interval(row, "apex"),
        ),
        "apex-outside",
    )
    valid: BoolColumn = ~reversed_rows & ~apex_outside
    return valid


def check_frames(
    table: AnnotationTable, lengths: IntegerColumn, findings: Findings, *, clip: bool
) -> BoolColumn:
    """Report intervals outside their video, or clip them; return the rows that can be scored.

    ``lengths`` are the frames in the video of each interval, or ``UNKNOWN_LENGTH``. Files of other
    tools keep their frames. Kept and clipped intervals are one warning with their number.
    """
    rows = table.intervals
    known = lengths != UNKNOWN_LENGTH
    completely: BoolColumn = (rows.offset < 0) | (known & (rows.onset >= lengths))
    partly = ((rows.onset < 0) | (known & (rows.offset >= lengths))) & ~completely
    remedy = (
        "Correct its frames, or clip it with `mebench convert truth ... --clip`."
        if isinstance(table, TruthTable)
        else "Correct its frames, or pass --clip to clip it."
    )

    def bounds(row: int) -> str:
        last = int(lengths[row]) - 1
        return f"are 0 to {last}" if last >= 0 else "start at 0"

    if_completely = "Correct its frames, or remove it."
    if 2 * int(completely.sum()) > len(completely):
        question = "are these milliseconds, or frames of another rate?"
        if_completely += f" Most intervals are outside: {question}"
    findings.add_rows(
        np.flatnonzero(completely).tolist(),
        lambda row: (
            f"The interval {table.describe(row)} is completely outside its video, whose frames "
            f"{bounds(row)}.",
            if_completely,
            table.places.interval(row, "onset"),
        ),
        "interval-outside-video",
    )
    outside = np.flatnonzero(partly)
    if clip and len(outside):
        rows.onset[outside] = np.maximum(rows.onset[outside], 0)
        last = np.where(known, lengths - 1, rows.offset)
        rows.offset[outside] = np.minimum(rows.offset, last)[outside]
        moved = outside[rows.apex[outside] != NO_FRAME]
        rows.apex[moved] = np.clip(rows.apex[moved], rows.onset[moved], rows.offset[moved])
        findings.warning(
            "frames-clipped",
            f"{pluralize(len(outside), 'interval')} clipped to the video.",
            "",
            table.places.interval(int(outside[0]), "onset"),
        )
    elif table.foreign and len(outside):
        findings.warning(
            "frames-kept",
            f"{pluralize(len(outside), 'interval')} with frames outside the video; the first is "
            f"{table.describe(int(outside[0]))}. They are scored as in the file, because "
            "published numbers were computed in this way.",
            "Pass --clip to clip them.",
            table.places.interval(int(outside[0]), "onset"),
        )
    else:
        findings.add_rows(
            outside.tolist(),
            lambda row: (
                f"The interval {table.describe(row)} reaches outside its video, whose frames "
                f"{bounds(row)}.",
                remedy,
                table.places.interval(row, "onset" if rows.onset[row] < 0 else "offset"),
            ),
            "frame-outside-video",
        )
        completely |= partly
    valid: BoolColumn = ~completely
    return valid


def select_operating_point(
    table: PredictionTable,
    kinds: np.ndarray,
    targets: Sequence[Kind],
    in_scope: BoolColumn,
    override: Threshold | None,
    findings: Findings,
) -> tuple[BoolColumn | None, str]:
    """Select the intervals at or above the operating point; None without a threshold.

    Thresholds of kinds that are no target, and of videos out of scope, are ignored. ``override``
    replaces the threshold of the submission, but not those of single videos; these override it
    kind by kind. The text is for the signature: ``none``, the number, one number per kind, or
    ``video``.
    """
    intervals = table.intervals
    given = override if override is not None else table.threshold
    common = _limits(given, targets)
    if not common and all(video.threshold is None for video in table.videos):
        return None, "none"
    of_videos = [
        _limits(video.threshold, targets) if scored else {}
        for video, scored in zip(table.videos, in_scope.tolist(), strict=True)
    ]
    has_video_thresholds = any(of_videos)
    if not common and not has_video_thresholds:
        return None, "none"
    if intervals.score is None:
        if len(intervals):
            findings.error(
                "threshold-without-scores",
                "There is a score threshold, but the intervals have no scores.",
                "Add a score to every interval, or remove the threshold.",
                table.places.header("/score_threshold"),
            )
        return None, "none"
    limits = np.array(
        [[{**common, **own}.get(kind, -math.inf) for kind in KINDS] for own in of_videos],
        np.float64,
    )
    limit = limits.reshape(len(of_videos), len(KINDS))[intervals.video, kinds]
    selected: BoolColumn = intervals.score >= limit
    if has_video_thresholds:
        return selected, "video"
    if not isinstance(given, dict):
        return selected, repr(common[targets[0]])
    return selected, ",".join(f"{kind}={limit!r}" for kind, limit in common.items())


def _limits(threshold: Threshold | None, targets: Sequence[Kind]) -> dict[Kind, float]:
    """Return the threshold of each target kind that has one, without minus zero."""
    if threshold is None:
        return {}
    per_kind = threshold if isinstance(threshold, dict) else dict.fromkeys(KINDS, threshold)
    return {kind: per_kind[kind] + 0.0 for kind in KINDS if kind in targets and kind in per_kind}


def warn_of_constant_scores(predictions: Expressions, findings: Findings) -> None:
    """Warn if all scores are equal."""
    score = predictions.score
    if score is not None and len(score) > 1 and (score == score[0]).all():
        findings.warning(
            "scores-constant",
            f"All {len(score)} scores are {score[0]:g}: they rank nothing, and the "
            "precision-recall curve of AP has one point.",
        )
