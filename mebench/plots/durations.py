"""The durations of true and predicted expressions, as histograms with the same bins."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from mebench.evaluation.build_report import EvaluationResult
from mebench.evaluation.ground_truth import SpottingTruth
from mebench.metrics.expressions import Expressions
from mebench.models.annotation_table import IntegerColumn
from mebench.models.base import KINDS
from mebench.plots.figure import (
    BLUE,
    ONE_COLUMN,
    SMALL,
    VERMILION,
    WHITE,
    legend_below,
    mix_colors,
    truncate_text,
)
from mebench.plots.scored import Caption, need_kinds, need_spotting, nothing_to_draw, scored_canvas

if TYPE_CHECKING:
    from matplotlib.axes import Axes

BINS = 18
WIDE_RANGE = 12
"""From this ratio of the longest to the shortest duration on, the axis is logarithmic."""

HEIGHT = 1.55  # inches, of each kind


@dataclass(frozen=True, slots=True)
class Durations:
    """The durations of expressions of one kind, in frames; the predictions are spotted ones."""

    kind: str
    truths: IntegerColumn
    predictions: IntegerColumn


def durations(result: EvaluationResult) -> list[Durations]:
    """Return the durations by kind, or raise ``nothing-to-draw``."""
    need_spotting(result, "duration")
    need_kinds(result)
    assert isinstance(result.truth, SpottingTruth)
    assert isinstance(result.predicted, Expressions)
    truths, predictions = result.truth.truths, result.predicted
    if predictions.selected is not None:
        predictions = predictions.take(predictions.selected)
    if not len(truths) and not len(predictions):
        raise nothing_to_draw("There is no true expression and no prediction in scope.")
    rows = []
    for kind in result.kinds:
        lengths = [
            (columns.offset - columns.onset + 1)[columns.kind == KINDS.index(kind)]
            for columns in (truths, predictions)
        ]
        if any(map(len, lengths)):
            rows.append(Durations(kind, *lengths))
    return rows


def draw_durations(path: str | Path, rows: Sequence[Durations], caption: Caption) -> None:
    """Draw one histogram per kind; the suffix of the path selects the format."""
    with scored_canvas(path, ONE_COLUMN, caption) as figure:
        panels = figure.subplots(len(rows), 1, squeeze=False)[:, 0]
        for axes, row in zip(panels, rows, strict=True):
            _draw_histogram(axes, row, titled=len(rows) > 1)
        panels[-1].set_xlabel("Duration (frames)")
        lines = legend_below(figure, panels[0].get_legend_handles_labels()[0])
        figure.set_figheight(HEIGHT * len(rows) + 0.25 + 0.16 * lines)


def _draw_histogram(axes: Axes, row: Durations, *, titled: bool) -> None:
    from matplotlib.ticker import MaxNLocator, NullFormatter, ScalarFormatter

    every = [*row.truths.tolist(), *row.predictions.tolist()] or [1]
    low, high = min(every), max(every)
    is_wide = high > WIDE_RANGE * low
    if is_wide:
        edges = np.geomspace(low - 0.5, high + 0.5, BINS + 1).tolist()
    else:
        # Whole frames, so that no bin has more of them than another.
        step = max(1, -(-(high - low + 1) // BINS))
        edges = np.arange(low - 0.5, high + step, step).tolist()
    axes.hist(
        row.truths,
        edges,
        histtype="stepfilled",
        facecolor=mix_colors(BLUE, WHITE, 0.65),
        edgecolor=BLUE,
        hatch="////",
        linewidth=0.8,
        label="truth",
    )
    axes.hist(
        row.predictions, edges, histtype="step", color=VERMILION, linewidth=1.4, label="spotted"
    )
    top = axes.get_ylim()[1]
    for lengths, color, height in ((row.truths, BLUE, 1.13), (row.predictions, VERMILION, 1.04)):
        if len(lengths):
            _draw_median(axes, float(np.median(lengths)), color, top * height)
    axes.set_ylim(0, top * 1.2)
    if is_wide:
        axes.set_xscale("log")
        axes.xaxis.set_major_formatter(ScalarFormatter())
        axes.xaxis.set_minor_formatter(NullFormatter())
        ticks = [base * 10**power for power in range(9) for base in (1, 2, 5)]
        axes.set_xticks([tick for tick in ticks if low * 0.8 <= tick <= high * 1.1])
    axes.yaxis.set_major_locator(MaxNLocator(5, integer=True))
    axes.set_ylabel("Expressions")
    axes.grid(axis="y")
    parts = (_described("truth", row.truths), _described("spotted", row.predictions))
    text = f"{row.kind}: " * titled + ", ".join(parts)
    axes.set_title(truncate_text(text, ONE_COLUMN - 0.5, SMALL), size=SMALL, loc="left", pad=3)


def _described(name: str, lengths: IntegerColumn) -> str:
    """Return the number and the median of durations."""
    median = f" (median {np.median(lengths):g})" if len(lengths) else ""
    return f"{name} {len(lengths)}{median}"


def _draw_median(axes: Axes, median: float, color: str, height: float) -> None:
    axes.plot([median], [height], marker="v", markersize=4, color=color, linestyle="none")
    axes.plot([median] * 2, [0, height], color=color, linewidth=0.7, linestyle=(0, (2, 2)))
