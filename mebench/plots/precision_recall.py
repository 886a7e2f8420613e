"""Precision against recall at the ten IoU thresholds, with the area under each curve."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from mebench.evaluation.build_report import EvaluationResult
from mebench.matching.iou import THRESHOLDS
from mebench.metrics.average_precision import AP, areas
from mebench.metrics.ratios import Undefined
from mebench.models.annotation_table import FloatColumn
from mebench.plots.figure import ONE_COLUMN, SMALL, WHITE, mix_colors
from mebench.plots.scored import Caption, need_spotting, nothing_to_draw, rounded, scored_canvas
from mebench.statistics.intervals import IntervalEstimator

if TYPE_CHECKING:
    from matplotlib.axes import Axes

HEIGHT = 2.35  # inches
DARK, LIGHT = "#00224E", "#E69F00"
EMPHASIZED = {50: "-", 75: (0, (4, 1.5))}
"""Line styles of the thresholds that papers report."""


@dataclass(frozen=True, slots=True)
class PrecisionRecall:
    """A precision-recall curve at one IoU threshold, interpolated as for AP.

    Attributes
    ----------
    hundredths : int
        The IoU threshold.
    recall, precision : float64, shape (points,)
        Ascending recall, and the highest precision at this or any higher recall.
    area : float
        The average precision.
    """

    hundredths: int
    recall: FloatColumn
    precision: FloatColumn
    area: float


@dataclass(frozen=True, slots=True)
class PrecisionRecallPicture:
    """The curves, the operating point (recall and precision at 0.5), and AP with its interval."""

    caption: Caption
    curves: Sequence[PrecisionRecall]
    point: tuple[float, float] | None
    average: str


def precision_recall(result: EvaluationResult, caption: Caption) -> PrecisionRecallPicture:
    """Return the precision-recall curves of an evaluation, or raise ``nothing-to-draw``."""
    need_spotting(result, "precision-recall curve")
    counts = result.subject_counts.pool(result.kinds)
    if isinstance(counts.curves, Undefined):
        raise nothing_to_draw(
            "The predictions have no scores, so they cannot be ranked.",
            "Give every interval a score, or draw F1 against the IoU threshold.",
        )
    if not counts.truths:
        raise nothing_to_draw("The truth in scope has no expression.")
    curves = [
        PrecisionRecall(
            hundredths,
            curve.hits / counts.truths,
            curve.interpolated_precision(),
            area,
        )
        for hundredths, curve, area in zip(
            THRESHOLDS, counts.curves, areas(counts.curves).tolist(), strict=True
        )
    ]
    value = float(np.mean([curve.area for curve in curves]))
    interval = IntervalEstimator(result.sums).intervals({AP: value})[AP]
    average = f"{AP.title} {rounded(value)}"
    if interval.low is not None:
        average += f" [{rounded(interval.low)}, {rounded(interval.high)}]"
    has_point = counts.predictions > 0
    point = (counts.hits / counts.truths, counts.hits / counts.predictions) if has_point else None
    return PrecisionRecallPicture(caption, curves, point, average)


def draw_precision_recall(path: str | Path, picture: PrecisionRecallPicture) -> None:
    """Draw the curves of all thresholds; the suffix of the path selects the format."""
    with scored_canvas(path, ONE_COLUMN, picture.caption) as figure:
        figure.set_figheight(HEIGHT)
        axes = figure.subplots()
        for index, curve in enumerate(picture.curves):
            _draw_curve(axes, curve, index / max(len(picture.curves) - 1, 1))
        if picture.point is not None:
            axes.plot(
                *picture.point,
                marker="D",
                markersize=5,
                color="black",
                markerfacecolor=WHITE,
                linestyle="none",
                label="operating point",
                zorder=4,
                clip_on=False,
            )
        axes.set(xlim=(0, 1), ylim=(0, 1), xlabel="Recall", ylabel="Precision")
        axes.grid()
        axes.set_title(picture.average, size=SMALL, loc="left", pad=4)
        axes.legend(
            title="IoU ≥     AP",
            title_fontsize=SMALL,
            alignment="left",
            loc="center left",
            bbox_to_anchor=(1.01, 0.5),
            borderaxespad=0.3,
            labelspacing=0.25,
        )


def _draw_curve(axes: Axes, curve: PrecisionRecall, position: float) -> None:
    """Draw a curve as steps that end at precision 0; position 0 is dark, 1 is light."""
    recall = np.concatenate([[0.0], curve.recall, curve.recall[-1:]])
    precision = np.concatenate([curve.precision[:1], curve.precision, [0.0][: len(curve.recall)]])
    is_main = curve.hundredths in EMPHASIZED
    axes.step(
        recall[: len(precision)],
        precision,
        where="pre",
        color=mix_colors(DARK, LIGHT, position),
        linestyle=EMPHASIZED.get(curve.hundredths, "-"),
        linewidth=1.6 if is_main else 0.7,
        label=f"{curve.hundredths / 100:.2f}   {rounded(curve.area)}",
        zorder=3 if is_main else 2,
        clip_on=False,
        solid_capstyle="butt",
    )
