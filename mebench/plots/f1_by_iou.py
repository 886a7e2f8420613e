"""F1, precision and recall against the IoU threshold of a hit, with the interval of F1."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from mebench.evaluation.build_report import EvaluationResult
from mebench.evaluation.ground_truth import SpottingTruth
from mebench.matching.iou import overlapping_pairs
from mebench.metrics.expressions import Expressions
from mebench.metrics.spotting_f1 import SPOTTING_F1
from mebench.models.annotation_table import BoolColumn, FloatColumn
from mebench.models.base import KINDS
from mebench.plots.figure import (
    BLACK,
    BLUE,
    GREEN,
    ONE_COLUMN,
    SMALL,
    VERMILION,
    WHITE,
    legend_below,
    mix_colors,
)
from mebench.plots.scored import (
    Caption,
    need_kinds,
    need_spotting,
    nothing_to_draw,
    rounded,
    scored_canvas,
)
from mebench.statistics.intervals import IntervalEstimator

STEPS = tuple(range(5, 100, 5))
"""The IoU thresholds in hundredths."""

STANDARD = 50
"""The threshold of the standard."""

HEIGHT = 2.2  # inches


@dataclass(frozen=True, slots=True)
class F1AtIou:
    """Spotting at one IoU threshold; None where undefined, without bounds where not known."""

    hundredths: int
    f1: float
    precision: float | None
    recall: float | None
    low: float | None = None
    high: float | None = None


def f1_by_iou(result: EvaluationResult) -> list[F1AtIou]:
    """Return the spotting metrics at each threshold, at the operating point.

    As in the standard, hits are a largest one-to-one matching. Raises ``nothing-to-draw``.
    """
    need_spotting(result, "F1 of spotting")
    need_kinds(result)
    assert isinstance(result.truth, SpottingTruth)
    assert isinstance(result.predicted, Expressions)
    if not result.sums.spotting[:, :2].any():
        raise nothing_to_draw("There is no true expression and no prediction in scope.")
    subject = result.truth.subject_index
    hits_at = _hits(result.truth.truths, result.predicted)
    targets = np.isin(result.truth.truths.kind, [KINDS.index(kind) for kind in result.kinds])
    rows = []
    for hundredths, is_hit in hits_at.items():
        video = result.truth.truths.video[is_hit & targets]
        hits = np.bincount(subject[video], minlength=len(result.sums))
        spotting = np.column_stack([result.sums.spotting[:, :2], hits])
        truths, predictions, found = spotting.sum(axis=0).tolist()
        f1 = 2 * found / (truths + predictions)
        estimator = IntervalEstimator(replace(result.sums, spotting=spotting))
        interval = estimator.intervals({SPOTTING_F1: f1})[SPOTTING_F1]
        rows.append(
            F1AtIou(
                hundredths,
                f1,
                found / predictions if predictions else None,
                found / truths if truths else None,
                interval.low,
                interval.high,
            )
        )
    return rows


def _hits(truths: Expressions, predictions: Expressions) -> dict[int, BoolColumn]:
    """Return which truths are hit at each threshold."""
    from scipy.sparse import csr_matrix
    from scipy.sparse.csgraph import maximum_bipartite_matching

    if predictions.selected is not None:
        predictions = predictions.take(predictions.selected)
    shape = (len(truths), len(predictions))
    pairs = overlapping_pairs(truths.spans, predictions.spans, STEPS[0])
    hits: dict[int, BoolColumn] = {}
    for hundredths in STEPS:
        pairs = pairs.take(pairs.iou_at_least(hundredths))
        matched = np.full(shape[0], -1)
        if len(pairs):
            ones = np.ones(len(pairs), np.int8)
            graph = csr_matrix((ones, (pairs.truth, pairs.prediction)), shape)
            matched = maximum_bipartite_matching(graph, perm_type="column")
        hits[hundredths] = matched >= 0
    return hits


def draw_f1_by_iou(path: str | Path, rows: Sequence[F1AtIou], caption: Caption) -> None:
    """Draw F1 with its interval, precision and recall; the suffix selects the format."""
    with scored_canvas(path, ONE_COLUMN, caption) as figure:
        axes = figure.subplots()
        iou = np.array([row.hundredths / 100 for row in rows])
        low, high = (_column(rows, name) for name in ("low", "high"))
        if not np.isnan(low).all():
            axes.fill_between(
                iou,
                low,
                high,
                color=mix_colors(BLUE, WHITE, 0.78),
                linewidth=0,
                label="95 % interval of F1",
            )
        for name, title, color, style, marker in (
            ("f1", "F1", BLUE, "-", "o"),
            ("precision", "precision", VERMILION, "--", "^"),
            ("recall", "recall", GREEN, ":", "v"),
        ):
            axes.plot(
                iou,
                _column(rows, name),
                linestyle=style,
                marker=marker,
                markersize=3 if name == "f1" else 2.4,
                linewidth=1.4 if name == "f1" else 0.9,
                color=color,
                label=title,
                clip_on=False,
                zorder=3,
            )
        axes.axvline(STANDARD / 100, color=BLACK, linewidth=0.6, linestyle=(0, (1, 2)))
        axes.set(xlim=(0, 1), ylim=(0, 1), xlabel="IoU threshold of a hit")
        axes.set_xticks([tick / 10 for tick in range(0, 11, 1)])
        axes.grid(axis="y")
        axes.set_ylabel("Spotting")
        axes.set_title(_standard_value(rows), size=SMALL, loc="left", pad=4)
        lines = legend_below(figure, axes.get_legend_handles_labels()[0])
        figure.set_figheight(HEIGHT + 0.16 * lines)


def _column(rows: Sequence[F1AtIou], name: str) -> FloatColumn:
    """Return a value of all rows; NaN where it is None."""
    return np.array([getattr(row, name) for row in rows], np.float64)


def _standard_value(rows: Sequence[F1AtIou]) -> str:
    row = next((row for row in rows if row.hundredths == STANDARD), None)
    if row is None:
        return ""
    text = f"IoU ≥ {STANDARD / 100}: F1 {rounded(row.f1)}"
    return text if row.low is None else f"{text} [{rounded(row.low)}, {rounded(row.high)}]"
