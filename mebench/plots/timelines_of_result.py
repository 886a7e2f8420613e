"""The timelines of the videos of an evaluation, with the outcomes of the diagnosis."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from mebench.diagnosis.outcomes import NO_PARTNER, Outcomes, outcomes_of
from mebench.diagnostics import UsageError
from mebench.evaluation.build_report import EvaluationResult
from mebench.evaluation.ground_truth import OUT_OF_SCOPE, SpottingTruth
from mebench.evaluation.interval_checks import UNKNOWN_LENGTH
from mebench.evaluation.score_curves import VideoCurves
from mebench.formats.score_curves_file import MAIN_CURVE
from mebench.models.annotation_table import NO_CLASS
from mebench.models.base import KINDS
from mebench.models.submission import Threshold, threshold_of_video
from mebench.plots.scored import need_kinds, need_spotting
from mebench.plots.timeline import WRONG, Bar, Timeline
from mebench.util.array_store import escape_id
from mebench.util.text import did_you_mean


def timelines(
    result: EvaluationResult, curves: VideoCurves, chosen: Sequence[str] = ()
) -> dict[str, Timeline]:
    """Return the timelines of the videos in scope by name, ``subject/video``; default: all.

    Raises ``unknown-video``, or ``nothing-to-draw`` under a protocol that does not spot.
    """
    need_spotting(result, "timeline")
    need_kinds(result)
    truth = result.truth
    assert isinstance(truth, SpottingTruth)
    start = 0 if result.protocol.is_composite else 1
    names = ["/".join(map(escape_id, name[start:])) for name in truth.names]
    for name in chosen:
        if name not in names:
            raise UsageError.of(
                "unknown-video",
                f"No video {name[:80]!r} is scored.{did_you_mean(name, names)}",
                f"The first videos are {', '.join(names[:8])}.",
            )
    outcomes = outcomes_of(result)
    truths, predictions = _bars(result, outcomes)
    context: list[list[Bar]] = [[] for _ in names]
    rows = outcomes.context
    for video, onset, offset, label in zip(
        rows.video.tolist(), rows.onset.tolist(), rows.offset.tolist(), rows.label, strict=True
    ):
        context[video].append(Bar(onset, offset, "", str(label)))
    in_scope = [row for row, index in enumerate(truth.scope.tolist()) if index != OUT_OF_SCOPE]
    rates = truth.table.video_fps or [None] * len(truth.scope)
    thresholds = _thresholds(result)
    wanted = set(chosen or names)
    return {
        name: Timeline(
            name,
            _length(int(truth.lengths[row]), [*truths[index], *predictions[index]], curves, index),
            truths[index],
            predictions[index],
            context[index],
            _in_drawing_order(curves.get(index, {})),
            thresholds.get(index),
            rates[row],
            is_complete=int(truth.lengths[row]) != UNKNOWN_LENGTH,
        )
        for index, (name, row) in enumerate(zip(names, in_scope, strict=True))
        if name in wanted
    }


def _length(stated: int, bars: Sequence[Bar], curves: VideoCurves, index: int) -> int:
    """Return the frames of a video; if they are unknown, up to the last that something has."""
    if stated != UNKNOWN_LENGTH:
        return stated
    lengths = [len(values) for values in curves.get(index, {}).values()]
    return max([*lengths, *(bar.offset + 1 for bar in bars)], default=1)


def _in_drawing_order(curves: dict[str, Any]) -> dict[str, Any]:
    return {
        name: curves[name] for name in sorted(curves, key=lambda name: (name == MAIN_CURVE, name))
    }


def _bars(result: EvaluationResult, outcomes: Outcomes) -> tuple[list[list[Bar]], list[list[Bar]]]:
    """Return the bars of truths and of predictions of each video.

    Of the candidates below the threshold only those that would be a hit are drawn.
    """
    classes = result.protocol.classes
    several = len(result.kinds) > 1
    sides = []
    for rows, columns in (
        (outcomes.truths, outcomes.of_truths),
        (outcomes.predictions, outcomes.of_predictions),
    ):
        bars: list[list[Bar]] = [[] for _ in result.truth.names]
        for row, outcome in enumerate(columns.outcome.tolist()):
            is_candidate = rows is outcomes.predictions and outcome == "below threshold"
            if is_candidate and columns.partner[row] == NO_PARTNER:
                continue
            label = int(rows.label[row])
            text = classes[label] if 0 <= label < len(classes) and label != NO_CLASS else ""
            if rows is outcomes.predictions and columns.recognition[row] == "wrong":
                text += f" {WRONG}"
            if several:
                text = text or KINDS[int(rows.kind[row])]
            bars[int(rows.video[row])].append(
                Bar(int(rows.onset[row]), int(rows.offset[row]), outcome, text.strip())
            )
        sides.append(bars)
    return sides[0], sides[1]


def _thresholds(result: EvaluationResult) -> dict[int, float]:
    """Return the score threshold of each video in scope that has a single one."""
    table, truth = result.predictions, result.truth
    given = result.options.score_threshold
    thresholds: dict[int, float] = {}
    for video in table.videos:
        row = truth.id_index.find(video.dataset or table.dataset, video.subject, video.video)
        limit: Threshold | None = given
        if limit is None:
            limit = threshold_of_video(table.threshold, video.threshold, result.protocol.targets)
        if isinstance(limit, dict) and len(result.kinds) == 1:
            limit = limit.get(result.kinds[0])
        if isinstance(row, int) and isinstance(limit, int | float):
            thresholds[int(truth.scope[row])] = float(limit)
    return thresholds
