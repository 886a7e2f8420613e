"""What a data set can show: power over the difference, and the detectable difference over size."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from mebench.metrics.registry import METRICS_BY_ID
from mebench.models.power_analysis import PowerAnalysis
from mebench.plots.figure import (
    FOOTER,
    GRAY,
    SMALL,
    TWO_COLUMNS,
    canvas,
    palette_color,
    truncate_text,
    wrap_text,
)
from mebench.plots.scored import TITLE_LINE

if TYPE_CHECKING:
    from matplotlib.axes import Axes

HEIGHT = 2.2  # of the panels, in inches

POWER = 0.8
DASHES = ("-", "--", ":", "-.")
MARKERS = "osD^"


@dataclass(frozen=True, slots=True)
class PowerLine:
    """A metric to draw: power by difference, and detectable difference by number of subjects."""

    label: str
    points: Sequence[tuple[float, float]]
    detectable: float | None
    sizes: Sequence[tuple[int, float]]


def draw_power_lines(
    path: str | Path,
    lines: Sequence[PowerLine],
    subjects: int,
    *,
    title: str = "",
    note: str = "",
) -> None:
    """Draw the power of metrics; the suffix of the path selects the format.

    ``subjects`` is the number of subjects of the data set, which is marked; ``note`` is a line in
    small type.
    """
    heading = wrap_text(title, TWO_COLUMNS - 0.2, 2)
    above = TITLE_LINE * (bool(heading) + heading.count("\n"))
    footer = [truncate_text(note, 0.91 * TWO_COLUMNS, FOOTER)] if note else []
    with canvas(path, TWO_COLUMNS, HEIGHT + above, footer) as figure:
        figure.set_layout_engine("constrained")
        left, right = figure.subplots(1, 2)
        for index, line in enumerate(lines):
            style = {
                "color": palette_color(index),
                "linestyle": DASHES[index % len(DASHES)],
                "label": truncate_text(line.label, 2.0, SMALL),
            }
            marker = MARKERS[index % len(MARKERS)]
            left.plot(*_columns(line.points), **style)
            if line.detectable is not None:
                left.plot(line.detectable, POWER, marker, color=style["color"], markersize=4)
            right.plot(*_columns(line.sizes), **style, marker=marker, markersize=3)
        left.axhline(POWER, color=GRAY, linewidth=0.8)
        left.set(xlabel="Difference between two systems", ylabel="Power")
        left.set_xlim(0, _widest(lines))
        left.set_ylim(0, 1.02)
        right.axvline(subjects, color=GRAY, linewidth=0.8)
        right.set(xlabel=f"Subjects (this truth: {subjects})", ylabel="Detectable difference")
        _log_axes(right, lines)
        if heading:
            figure.suptitle(heading)
        if lines:
            left.legend(loc="lower right")


def _columns(points: Sequence[tuple[float, float]]) -> tuple[list[float], list[float]]:
    return [x for x, _ in points], [y for _, y in points]


def _widest(lines: Sequence[PowerLine]) -> float:
    """Return the difference from which on nearly all comparisons find it, in every metric."""
    certain = [
        next((x for x, power in line.points if power >= 0.99), line.points[-1][0])
        for line in lines
        if line.points
    ]
    return max([0.05, *certain])


def _log_axes(axes: Axes, lines: Sequence[PowerLine]) -> None:
    if not any(line.sizes for line in lines):
        return
    axes.set_xscale("log")
    axes.set_yscale("log")
    ticks = sorted({number for line in lines for number, _ in line.sizes})
    axes.set_xticks(ticks, [str(number) for number in ticks])
    axes.set_xticks([], minor=True)
    bounds = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0]
    axes.set_yticks(bounds, [f"{bound:g}" for bound in bounds])
    axes.set_yticks([], minor=True)
    values = [value for line in lines for _, value in line.sizes]
    low, high = min([0.1, *values]), max([0.2, *values])
    axes.set_ylim(low / 1.3, min(high * 1.3, 1.5))
    axes.grid()


def draw_power(path: str | Path, analysis: PowerAnalysis) -> None:
    """Draw a power analysis."""
    lines = [
        PowerLine(
            _label(metric),
            [(point.difference, point.power) for point in power.curve],
            power.detectable,
            [
                (point.subjects, point.detectable)
                for point in power.sizes
                if point.detectable is not None
            ],
        )
        for metric, power in analysis.metrics.items()
    ]
    source = analysis.profile.source or "the default profile"
    draw_power_lines(
        path,
        lines,
        analysis.subjects,
        title=f"{analysis.protocol_title} ({analysis.protocol})",
        note=f"errors of {source}; {analysis.trials} simulated comparisons per difference, seed "
        f"{analysis.seed}; truth:{analysis.truth}",
    )


def _label(metric: str) -> str:
    known = METRICS_BY_ID[metric]
    return f"spotting {known.title}" if metric == "spotting_f1" else known.title
