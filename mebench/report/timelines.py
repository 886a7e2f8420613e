"""The timelines: intervals of every video with their outcomes, for the script of the page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from mebench.diagnosis.outcomes import NO_PARTNER, OutcomeColumns, Outcomes
from mebench.diagnostics import MebenchError
from mebench.evaluation.build_report import EvaluationResult
from mebench.evaluation.ground_truth import OUT_OF_SCOPE, SpottingTruth
from mebench.evaluation.interval_checks import UNKNOWN_LENGTH
from mebench.metrics.expressions import Expressions
from mebench.models.annotation_table import NO_CLASS, NO_FRAME, BoolColumn, FloatColumn
from mebench.models.base import KINDS
from mebench.models.submission import threshold_of_video
from mebench.util.text import pluralize

WRONG_EMOTION, CANDIDATE = "wrong emotion", "candidate"
"""The outcomes of a hit with a wrong emotion, and of a candidate below the threshold that would be
no hit; all others are those of the diagnosis."""

MAX_VIDEOS = 20_000
MAX_INTERVALS = 200_000
"""A page with more than this is too slow to be browsed."""

MAX_CANDIDATES = 20_000
"""With more candidates below the threshold, only those that would be hits are on the page."""

MAX_POINTS = 500_000
"""Points of all curves; longer curves show the highest score of several frames per point."""

Curves = Mapping[int, Mapping[str, FloatColumn]]
"""Scores per frame of each video in scope, by the name of the curve."""


def timelines(
    results: Sequence[EvaluationResult], outcomes: Sequence[Outcomes], curves: Curves | None = None
) -> dict[str, Any]:
    """Return the timelines of one or two systems on the same truth as plain data.

    Raises
    ------
    MebenchError
        ``report-too-large``.
    """
    truth = results[0].truth
    assert isinstance(truth, SpottingTruth)
    shown = [_shown_predictions(of_system) for of_system in outcomes]
    _check_size(len(truth.names), len(outcomes[0].truths) + sum(int(rows.sum()) for rows in shown))
    videos = _empty_videos(results[0], truth)
    writer = _Writer(results[0])
    for row, record in writer.truths(outcomes):
        videos[row]["truths"].append(record)
    for number, (of_system, rows) in enumerate(zip(outcomes, shown, strict=True)):
        for row, record in writer.predictions(of_system, rows):
            videos[row]["predictions"][number].append(record)
    context = outcomes[0].context
    columns = (context.video, context.onset, context.offset, context.label)
    for row, onset, offset, label in zip(*(column.tolist() for column in columns), strict=True):
        videos[row]["context"].append({"onset": onset, "offset": offset, "label": label})
    step = _add_curves(videos, curves or {})
    if curves:
        for row, limits in _thresholds(results[0]).items():
            videos[row]["thresholds"] = limits
    for video in videos:
        video["frames"] = max(video["frames"], _end(video))
    return {
        "videos": videos,
        "outcomes": [_outcome_counts(videos, number) for number in range(len(outcomes))],
        "left_out": sum(
            int((~rows & ~of.selected).sum()) for rows, of in zip(shown, outcomes, strict=True)
        ),
        "step": step,
    }


def _check_size(videos: int, intervals: int) -> None:
    if videos > MAX_VIDEOS or intervals > MAX_INTERVALS:
        raise MebenchError.of(
            "report-too-large",
            f"A page with {pluralize(videos, 'video')} and {pluralize(intervals, 'interval')} "
            f"cannot be browsed; at most {MAX_VIDEOS} videos and {MAX_INTERVALS} intervals can.",
            "Use `mebench diagnose --errors --format csv`, or report a part of the data.",
        )


def _shown_predictions(outcomes: Outcomes) -> BoolColumn:
    """Return which predictions are on the page."""
    selected = outcomes.selected
    if int((~selected).sum()) <= MAX_CANDIDATES:
        return np.ones(len(selected), bool)
    is_partner: BoolColumn = outcomes.of_predictions.partner != NO_PARTNER
    return selected | is_partner


def _empty_videos(result: EvaluationResult, truth: SpottingTruth) -> list[dict[str, Any]]:
    in_scope = np.flatnonzero(truth.scope != OUT_OF_SCOPE).tolist()
    lengths, rates = truth.lengths.tolist(), [*truth.table.video_fps]
    videos = []
    for name, row in zip(truth.names, in_scope, strict=True):
        ids = name if result.protocol.is_composite else name[1:]
        video: dict[str, Any] = {
            "name": "/".join(ids),
            "subject": "/".join(ids[:-1]),
            "frames": 0 if lengths[row] == UNKNOWN_LENGTH else lengths[row],
            "truths": [],
            "predictions": [[], []],
            "context": [],
        }
        if rates and rates[row] is not None:
            video["fps"] = rates[row]
        videos.append(video)
    return videos


def _end(video: Mapping[str, Any]) -> int:
    """Return the number of frames up to the last one of a video that is drawn."""
    rows = [*video["truths"], *video["context"], *video["predictions"][0], *video["predictions"][1]]
    return max((row["offset"] + 1 for row in rows), default=1)


class _Writer:
    """Makes a record of each true and predicted expression; what is not known is left out."""

    def __init__(self, result: EvaluationResult) -> None:
        self._classes = result.truth.classes.names
        self._shows_kind = len(result.kinds) > 1

    def truths(self, outcomes: Sequence[Outcomes]) -> Iterator[tuple[int, dict[str, Any]]]:
        """Yield video and record of all truths, which has one outcome per system."""
        truths = outcomes[0].truths
        for row in range(len(truths)):
            record = self._interval(truths, row)
            record["of"] = [
                self._outcome(of.of_truths, row, of.predictions, is_truth=True) for of in outcomes
            ]
            yield int(truths.video[row]), record

    def predictions(
        self, outcomes: Outcomes, shown: BoolColumn
    ) -> Iterator[tuple[int, dict[str, Any]]]:
        """Yield video and record of the predictions that are shown."""
        predictions = outcomes.predictions
        for row in np.flatnonzero(shown).tolist():
            record = self._interval(predictions, row)
            if predictions.score is not None:
                record["score"] = float(predictions.score[row])
            record |= self._outcome(outcomes.of_predictions, row, outcomes.truths)
            if record["outcome"] == "below threshold" and "other" not in record:
                record["outcome"] = CANDIDATE
            context = int(outcomes.of_predictions.context[row])
            if context != NO_PARTNER:
                label = str(outcomes.context.label[context])
                record["other"] = [label, *_frames(outcomes.context, context)]
                record["iou"] = float(outcomes.of_predictions.iou[row])
            yield int(predictions.video[row]), record

    def _interval(self, rows: Expressions, row: int) -> dict[str, Any]:
        onset, offset = _frames(rows, row)
        record: dict[str, Any] = {"onset": onset, "offset": offset}
        if rows.apex[row] != NO_FRAME:
            record["apex"] = int(rows.apex[row])
        if self._shows_kind:
            record["kind"] = KINDS[rows.kind[row]]
        if rows.label[row] != NO_CLASS:
            record["emotion"] = self._classes[rows.label[row]]
        return record

    def _outcome(
        self, columns: OutcomeColumns, row: int, partners: Expressions, *, is_truth: bool = False
    ) -> dict[str, Any]:
        outcome = str(columns.outcome[row])
        if columns.recognition[row] == "wrong" and outcome == "hit":
            outcome = WRONG_EMOTION
        record: dict[str, Any] = {"outcome": outcome}
        if columns.direction[row]:
            record["direction"] = str(columns.direction[row])
        partner = int(columns.partner[row])
        if partner != NO_PARTNER:
            what = "prediction" if is_truth else "truth"
            record["other"] = [what, *_frames(partners, partner)]
            record["iou"] = float(columns.iou[row])
            if partners.label[partner] != NO_CLASS:
                record["other"].append(self._classes[partners.label[partner]])
        return record


def _frames(rows: Any, row: int) -> tuple[int, int]:
    return int(rows.onset[row]), int(rows.offset[row])


def _outcome_counts(videos: Sequence[Mapping[str, Any]], number: int) -> dict[str, list[int]]:
    """Return how many truths and how many predictions of a system have each outcome."""
    truths = Counter(row["of"][number]["outcome"] for video in videos for row in video["truths"])
    predictions = Counter(
        row["outcome"] for video in videos for row in video["predictions"][number]
    )
    return {
        name: [truths[name], predictions[name]] for name in sorted({*truths, *predictions}) if name
    }


def _add_curves(videos: Sequence[dict[str, Any]], curves: Curves) -> int:
    """Add scores per frame to the videos; return how many frames each point stands for.

    A point is the highest score of its frames, null without one, as a multiple of a thousandth of
    the range of the curve.
    """
    points = sum(len(values) for named in curves.values() for values in named.values())
    step = max(1, -(-points // MAX_POINTS))
    for row, named in curves.items():
        videos[row]["curves"] = [
            {"name": name, **_quantized(values, step)} for name, values in named.items()
        ]
        longest = max(map(len, named.values()), default=0)
        videos[row]["frames"] = max(videos[row]["frames"], longest)
    return step


def _thresholds(result: EvaluationResult) -> dict[int, list[float]]:
    """Return the score thresholds of each video in scope that has any."""
    table, truth = result.predictions, result.truth
    found = {}
    for video in table.videos:
        row = truth.id_index.find(video.dataset or table.dataset, video.subject, video.video)
        limits = result.options.score_threshold
        if limits is None:
            limits = threshold_of_video(table.threshold, video.threshold, result.kinds)
        if isinstance(row, int) and limits is not None:
            values = limits.values() if isinstance(limits, dict) else [limits]
            found[int(truth.scope[row])] = sorted(set(values))
    found.pop(OUT_OF_SCOPE, None)
    return found


def _quantized(values: FloatColumn, step: int) -> dict[str, Any]:
    padded = np.full(-(-len(values) // step) * step, -np.inf)
    padded[: len(values)] = np.where(np.isfinite(values), values, -np.inf)
    highest = padded.reshape(-1, step).max(axis=1)
    known = np.isfinite(highest)
    low, high = (highest[known].min(), highest[known].max()) if known.any() else (0.0, 0.0)
    scaled = np.where(known, highest - low, 0) / ((high - low) or 1.0)
    levels = np.round(1000 * scaled).astype(int).tolist()
    return {
        "low": float(low),
        "high": float(high),
        "values": [
            level if is_known else None
            for level, is_known in zip(levels, known.tolist(), strict=True)
        ],
    }
