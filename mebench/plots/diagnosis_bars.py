"""The errors of a diagnosis by cause, and what each cause costs, as horizontal bars."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from mebench.metrics.registry import METRICS_BY_ID
from mebench.models.diagnosis import Cause, Diagnosis
from mebench.plots.figure import (
    BLACK,
    BLUE,
    GRAY,
    ORANGE,
    SKY,
    TWO_COLUMNS,
    VERMILION,
    WHITE,
    legend_below,
    mix_colors,
)
from mebench.plots.scored import Caption, nothing_to_draw, scored_canvas

if TYPE_CHECKING:
    from matplotlib.axes import Axes

ROW = 0.24  # inches

COUNTS = (
    ("false_positives", "false positives", VERMILION, "////"),
    ("misses", "misses", WHITE, ""),
    ("wrong_emotions", "wrong emotions", SKY, "...."),
)
"""Field, label, color and hatch of each kind of error."""

GAIN_STYLES = ((BLUE, ""), (ORANGE, "xxxx"))
"""Colors and hatches of the metrics."""

SHOWN_METRICS = ("spotting_f1", "strs", "ap", "accuracy", "uf1")
"""The first two of them that a diagnosis has are drawn."""


@dataclass(frozen=True, slots=True)
class _Row:
    label: str
    cause: Cause
    gains: Sequence[float | None]


def draw_diagnosis(path: str | Path, diagnosis: Diagnosis, caption: Caption) -> None:
    """Draw the errors by cause, and what correcting each cause alone would gain.

    The directions of localization errors are drawn below it, in paler colors. Raises
    ``nothing-to-draw`` without an error.
    """
    metrics = [name for name in SHOWN_METRICS if _value(diagnosis.metrics, name) is not None][:2]
    rows = [
        _Row(
            f"  {cause.direction}" if cause.direction else cause.cause,
            cause,
            [_gain(diagnosis, cause, name) for name in metrics],
        )
        for cause in diagnosis.causes
        if cause.false_positives or cause.misses or cause.wrong_emotions
    ]
    if not rows:
        raise nothing_to_draw("There is no error to draw: all predictions are right.")
    with scored_canvas(path, TWO_COLUMNS, caption) as figure:
        errors, gains = figure.subplots(1, 2, sharey=True, width_ratios=(1.25, 1))
        _draw_errors(errors, rows)
        _draw_gains(gains, rows, metrics, diagnosis)
        errors.set_yticks(range(len(rows)), [row.label for row in rows])
        for label, row in zip(errors.get_yticklabels(), rows, strict=True):
            label.set_color("#666666" if row.cause.direction else BLACK)
        errors.set_ylim(len(rows) - 0.4, -0.6)
        for axes in (errors, gains):
            axes.tick_params(axis="y", length=0)
            axes.grid(axis="x")
        handles = [
            handle for axes in (errors, gains) for handle in axes.get_legend_handles_labels()[0]
        ]
        lines = legend_below(figure, handles)
        figure.set_figheight(ROW * len(rows) + 0.5 + 0.16 * lines)


def _draw_errors(axes: Axes, rows: Sequence[_Row]) -> None:
    from matplotlib.ticker import MaxNLocator

    ends = [0] * len(rows)
    for field, label, color, hatch in COUNTS:
        counts = [int(getattr(row.cause, field)) for row in rows]
        if not any(counts):
            continue
        bars = axes.barh(
            range(len(rows)),
            counts,
            height=0.7,
            left=ends,
            color=color,
            edgecolor=BLACK,
            hatch=hatch,
            linewidth=0.5,
            label=label,
        )
        for bar, row in zip(bars, rows, strict=True):
            if row.cause.direction:
                bar.set(facecolor=mix_colors(color, WHITE, 0.55), edgecolor=GRAY, height=0.5)
                bar.set_y(bar.get_y() + 0.1)
        ends = [end + count for end, count in zip(ends, counts, strict=True)]
    for position, (row, end) in enumerate(zip(rows, ends, strict=True)):
        numbers = [str(n) for field, *_ in COUNTS if (n := getattr(row.cause, field))]
        axes.text(end, position, " " + " + ".join(numbers), size=5.5, va="center_baseline")
    axes.set_xlim(0, max(ends) * 1.12)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.set_xlabel("Errors")


def _draw_gains(
    axes: Axes, rows: Sequence[_Row], metrics: Sequence[str], diagnosis: Diagnosis
) -> None:
    height = 0.7 / max(len(metrics), 1)
    for number, name in enumerate(metrics):
        color, hatch = GAIN_STYLES[number]
        value = _value(diagnosis.metrics, name)
        places = [
            position + (number - (len(metrics) - 1) / 2) * height for position in range(len(rows))
        ]
        gains = [row.gains[number] for row in rows]
        axes.barh(
            places,
            [gain or 0.0 for gain in gains],
            height=height * 0.92,
            color=color,
            edgecolor=WHITE if hatch else color,
            hatch=hatch,
            linewidth=0,
            label=f"{METRICS_BY_ID[name].title}, now {value:.3f}",
        )
        for place, gain in zip(places, gains, strict=True):
            text = "–" if gain is None else f"{gain:+.3f}".replace("-", "−")
            side = max(gain or 0.0, 0.0)
            axes.text(side, place, f" {text}", size=5, va="center_baseline")
    every = [gain for row in rows for gain in row.gains if gain is not None]
    axes.set_xlim(min([0.0, *every]) * 1.1, max([0.01, *every]) * 1.22)
    axes.axvline(0, color=BLACK, linewidth=0.6)
    axes.set_xlabel("Gain if only this cause were corrected")


def _value(metrics: object, name: str) -> float | None:
    assert isinstance(metrics, dict)
    return metrics[name].value if name in metrics else None


def _gain(diagnosis: Diagnosis, cause: Cause, name: str) -> float | None:
    before, after = _value(diagnosis.metrics, name), _value(cause.corrected, name)
    return None if before is None or after is None else after - before
