"""A forest plot: a metric of each subject, and of all subjects with its interval.

The interval of all subjects is that of the score, with the subject as the unit. A subject alone has
no such interval. Where its value depends on a proportion only, the picture shows the Wilson
interval of this proportion within the subject; it treats the subject's expressions as independent,
and the legend names it. Spotting F1 is ``2p / (1 + p)`` with ``p`` the hits among all that was true
or predicted, ``A / (M + N - A)``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isnan, sqrt
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from mebench.diagnostics import UsageError
from mebench.evaluation.build_report import EvaluationResult, natural_sort_key
from mebench.metrics.metric import Metric
from mebench.metrics.registry import METRICS_BY_ID, metrics_of, suggest_metrics
from mebench.plots.figure import (
    BLUE,
    GRAY,
    ONE_COLUMN,
    SMALL,
    VERMILION,
    WHITE,
    legend_below,
    mix_colors,
    truncate_text,
)
from mebench.plots.scored import Caption, rounded, scored_canvas
from mebench.statistics.intervals import IntervalEstimator

if TYPE_CHECKING:
    from matplotlib.axes import Axes

ROW, SMALL_ROW = 0.125, 0.05
"""The height of a row in inches, and that of one of many subjects, which have no label."""

MANY_SUBJECTS = 70
MAX_LABEL = 0.8  # the maximum width of a label in inches
MAX_HEIGHT = 9.0  # inches

Z = 1.959963984540054
"""The .975 quantile of the normal distribution."""


@dataclass(frozen=True, slots=True)
class ForestRow:
    """A subject: its value and interval (None where there is none), and counts as text.

    ``weight`` is the number of its true expressions, or samples.
    """

    label: str
    value: float | None
    low: float | None
    high: float | None
    weight: int
    counts: str


@dataclass(frozen=True, slots=True)
class Forest:
    """A forest plot; ``pooled`` is the row of all subjects, ``counted`` what the counts are.

    ``unit`` is what a subject has several of: expressions, or samples.
    """

    caption: Caption
    metric: str
    counted: str
    rows: Sequence[ForestRow]
    pooled: ForestRow
    scale: float = 1.0
    unit: str = "expressions"


def wilson(hits: int, number: int) -> tuple[float, float] | None:
    """Return the 95 % Wilson interval of a proportion; None without an observation."""
    if not number:
        return None
    share = hits / number
    middle = (share + Z**2 / (2 * number)) / (1 + Z**2 / number)
    spread = share * (1 - share) / number + Z**2 / (4 * number**2)
    half = Z / (1 + Z**2 / number) * sqrt(spread)
    return max(0.0, middle - half), min(1.0, middle + half)


def forest(result: EvaluationResult, caption: Caption, metric_id: str | None = None) -> Forest:
    """Return the forest plot of a metric; default: F1 of spotting, or accuracy.

    Raises ``unknown-metric``.
    """
    metric = _metric(result, metric_id)
    sums, truth = result.sums, result.truth
    each = sums.each([metric])[0].tolist()
    everybody = float(sums.values([metric], np.ones((1, len(sums))))[0, 0])
    rows = []
    for index, subject in enumerate(truth.subjects):
        name = "/".join(subject) if result.protocol.is_composite else subject.subject
        rows.append(_row(result, metric, name, each[index], [index]))
    pooled = _row(result, metric, f"all {len(rows)}", everybody, list(range(len(rows))))
    interval = None
    if pooled.value is not None:
        interval = IntervalEstimator(sums).intervals({metric: pooled.value})[metric]
    low, high = (None, None) if interval is None else (interval.low, interval.high)
    pooled = ForestRow(pooled.label, pooled.value, low, high, pooled.weight, pooled.counts)
    rows.sort(key=lambda row: natural_sort_key((row.label,)))
    rows.sort(key=lambda row: -1.0 if row.value is None else row.value, reverse=True)
    counted = _counts(result, metric, [0])[2]
    largest = max((row.value or 0.0 for row in rows), default=1.0)
    scale = 1.0 if metric.unit == "" else max(largest, high or 0.0, 1.0) * 1.05
    unit = "expressions" if result.protocol.spots else "samples"
    title = f"{metric.section}: {metric.title}"
    return Forest(caption, title, counted, rows, pooled, scale, unit)


def _metric(result: EvaluationResult, metric_id: str | None) -> Metric:
    own = [own.metric for own in result.options.own_metrics]
    known = {metric.id: metric for metric in [*metrics_of(result.protocol), *own]}
    if metric_id is None:
        return METRICS_BY_ID["spotting_f1" if result.protocol.spots else "accuracy"]
    if metric_id not in known:
        raise UsageError.of(
            "unknown-metric",
            f"{result.protocol.id} has no metric {metric_id[:60]!r}."
            + suggest_metrics(metric_id, known),
            f"Its metrics are {', '.join(known)}.",
        )
    return known[metric_id]


def _row(
    result: EvaluationResult, metric: Metric, name: str, value: float, units: list[int]
) -> ForestRow:
    """Return the row of some subjects, with the interval of a proportion where there is one."""
    counts, proportion, _ = _counts(result, metric, units)
    interval = wilson(*proportion) if proportion is not None and not isnan(value) else None
    if interval is not None and metric.id == "spotting_f1":
        low, high = (2 * bound / (1 + bound) for bound in interval)
        interval = low, high
    low_, high_ = interval or (None, None)
    weight = int(result.sums.truths[units].sum())
    return ForestRow(name, None if isnan(value) else value, low_, high_, weight, counts)


def _counts(
    result: EvaluationResult, metric: Metric, units: list[int]
) -> tuple[str, tuple[int, int] | None, str]:
    """Return counts as text, the proportion behind the metric (None: none), and a heading."""
    counts = result.subject_counts.pool(result.kinds, units)
    if metric.id == "accuracy":
        correct, total = counts.analysis.correct, counts.analysis.total
        return f"{correct}/{total}", (correct, total), "right"
    hits, truths, predictions = counts.hits, counts.truths, counts.predictions
    if not result.protocol.spots:
        return str(counts.analysis.total), None, "samples"
    proportions = {
        "spotting_f1": (hits, truths + predictions - hits),
        "spotting_recall": (hits, truths),
        "spotting_precision": (hits, predictions),
    }
    text = f"{hits} / {truths - hits} / {predictions - hits}"
    return text, proportions.get(metric.id), "TP / FN / FP"


def draw_forest(path: str | Path, forest: Forest) -> None:
    """Draw one row per subject, best first, and all subjects below."""
    few = len(forest.rows) <= MANY_SUBJECTS
    height = ROW if few else max(SMALL_ROW, ROW * MANY_SUBJECTS / len(forest.rows))
    with scored_canvas(path, ONE_COLUMN, forest.caption) as figure:
        axes = figure.subplots()
        last = len(forest.rows) + 1
        _draw_rows(axes, forest, with_text=few)
        _draw_pooled(axes, forest, last)
        labels = [(last, forest.pooled)]
        if few:
            labels += list(enumerate(forest.rows))
        axes.set_yticks(
            [position for position, _ in labels],
            [truncate_text(row.label, MAX_LABEL, SMALL) for _, row in labels],
        )
        axes.tick_params(axis="y", length=0)
        axes.set_ylim(last + 0.8, -0.8)
        axes.set_xlim(0, forest.scale)
        axes.set_xlabel(truncate_text(forest.metric, ONE_COLUMN - 0.5))
        axes.spines["left"].set_visible(False)
        axes.grid(axis="x")
        if few:
            _write(axes, -1.2, forest.counted, "bottom")
            _write(axes, -1.2, "subject", "bottom", left=True)
        lines = legend_below(figure, axes.get_legend_handles_labels()[0])
        content = min(MAX_HEIGHT, height * (last + 1.6) + (ROW - height) * 3)
        figure.set_figheight(content + 0.55 + 0.16 * lines)


def _write(
    axes: Axes, position: float, text: str, vertical: str = "center_baseline", *, left: bool = False
) -> None:
    """Write a text to the right of the axes, or to the left."""
    axes.text(
        -0.015 if left else 1.03,
        position,
        text,
        size=5.5,
        ha="right" if left else "left",
        va=vertical,
        transform=axes.get_yaxis_transform(),
        color="#444444",
    )


def _draw_rows(axes: Axes, forest: Forest, *, with_text: bool) -> None:
    most = max((row.weight for row in forest.rows), default=1) or 1
    has_interval = any(row.low is not None for row in forest.rows)
    for position, row in enumerate(forest.rows):
        if with_text:
            _write(axes, position, row.counts)
        if row.value is None:
            continue
        if row.low is not None and row.high is not None:
            axes.plot([row.low, row.high], [position] * 2, color=GRAY, linewidth=0.8, zorder=2)
        axes.plot(
            row.value,
            position,
            marker="o",
            markersize=(2 + 3.5 * sqrt(row.weight / most)) * (1 if with_text else 0.6),
            color=BLUE,
            markeredgecolor=WHITE,
            markeredgewidth=0.3,
            linestyle="none",
            zorder=3,
            clip_on=False,
        )
    text = f"a subject (area: number of its {forest.unit})"
    if has_interval:
        text = f"a subject, with the 95 % Wilson interval over its {forest.unit}"
    axes.plot(
        [], [], marker="o", markersize=4, color=BLUE, linestyle="-" if has_interval else "none",
        linewidth=0.8, label=text,
    )  # fmt: skip


def _draw_pooled(axes: Axes, forest: Forest, position: float) -> None:
    pooled = forest.pooled
    text = f"all subjects, without an interval: {rounded(pooled.value)}"
    if pooled.low is not None and pooled.high is not None:
        band = mix_colors(VERMILION, WHITE, 0.85)
        axes.axvspan(pooled.low, pooled.high, color=band, linewidth=0, zorder=0.5)
        axes.plot([pooled.low, pooled.high], [position] * 2, color=VERMILION, linewidth=1.4)
        text = (
            f"all subjects: {rounded(pooled.value)} [{rounded(pooled.low)}, "
            f"{rounded(pooled.high)}], 95 %, subject as unit"
        )
    if pooled.value is not None:
        axes.axvline(pooled.value, color=VERMILION, linewidth=0.6, linestyle=(0, (3, 2)), zorder=1)
        axes.plot(pooled.value, position, marker="D", markersize=5, color=VERMILION)
    axes.plot([], [], marker="D", markersize=4.5, color=VERMILION, linewidth=1.4, label=text)
