"""Dose and response: the scores of a method at the levels of one factor per panel."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mebench.plots.figure import (
    ONE_COLUMN,
    SMALL,
    TWO_COLUMNS,
    WHITE,
    legend_below,
    palette_color,
    truncate_text,
    wrap_text,
)
from mebench.plots.scored import Caption, scored_canvas

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.lines import Line2D

COLUMNS = 3
PANEL_HEIGHT = 1.75  # inches
MARKERS, DASHES = "os^Dv", ("-", "--", ":", "-.", (0, (4, 1, 1, 1, 1, 1)))
SPREAD = 0.36
"""The space that the markers of a level take beside each other, of the distance of two levels."""


@dataclass(frozen=True, slots=True)
class Response:
    """A score at a level, from 0 to 1, with its interval.

    ``differs`` is whether it differs significantly from that of the standard level.
    """

    value: float
    low: float | None = None
    high: float | None = None
    differs: bool = False


@dataclass(frozen=True, slots=True)
class DoseLevel:
    """A level: its label, and the scores by the metric's title; those that are undefined lack."""

    label: str
    responses: Mapping[str, Response]
    is_standard: bool = False


@dataclass(frozen=True, slots=True)
class DosePanel:
    """A factor: its title, its unit, and its levels from easy to hard."""

    title: str
    unit: str
    levels: Sequence[DoseLevel]


def draw_dose_response(
    path: str | Path, panels: Sequence[DosePanel], metrics: Sequence[str], caption: Caption
) -> None:
    """Draw one panel per factor; the suffix of the path selects the format.

    A band marks the standard level. A filled marker differs significantly from it, a hollow one
    does not.
    """
    columns = min(COLUMNS, len(panels))
    rows = -(-len(panels) // COLUMNS)
    width = ONE_COLUMN if columns == 1 else TWO_COLUMNS
    top = _top(panels)
    with scored_canvas(path, width, caption) as figure:
        grid = figure.subplots(rows, columns, sharey=True, squeeze=False)
        for number, panel in enumerate(panels):
            axes = grid[number // columns][number % columns]
            _draw_panel(axes, panel, metrics, width / columns - 0.35)
            axes.set_ylim(0, top)
        for axes in grid.flat[len(panels) :]:
            axes.set_axis_off()
        lines = legend_below(
            figure,
            [_legend_line(index, metric) for index, metric in enumerate(metrics)],
            "filled: differs from the standard level (band); hollow: no difference shown",
        )
        figure.set_figheight(PANEL_HEIGHT * rows + 0.16 * lines)


def _draw_panel(axes: Axes, panel: DosePanel, metrics: Sequence[str], width: float) -> None:
    for position, level in enumerate(panel.levels):
        if level.is_standard:
            axes.axvspan(position - 0.42, position + 0.42, color="#EDEDED", linewidth=0, zorder=0)
    for index, metric in enumerate(metrics):
        shift = SPREAD * ((index + 0.5) / len(metrics) - 0.5)
        known = [
            (position + shift, level.responses[metric])
            for position, level in enumerate(panel.levels)
            if metric in level.responses
        ]
        style, color = _style(index), palette_color(index)
        if known:  # matplotlib cannot lay out a line without points
            axes.plot(
                [x for x, _ in known],
                [response.value for _, response in known],
                **style,
                markerfacecolor=WHITE,
                clip_on=False,
                zorder=3,
            )
        for x, response in known:
            if response.low is not None and response.high is not None:
                axes.plot([x, x], [response.low, response.high], color=color, linewidth=0.6)
        for x, response in known:
            if response.differs:
                axes.plot(x, response.value, **style, clip_on=False, zorder=4)
    labels = [
        truncate_text(level.label, width / max(1, len(panel.levels)), SMALL)
        for level in panel.levels
    ]
    axes.set_xticks(range(len(labels)), labels)
    axes.set_xlim(-0.5, max(1, len(labels)) - 0.5)
    axes.set_xlabel(truncate_text(panel.unit, width, SMALL), size=SMALL)
    axes.set_title(wrap_text(panel.title, width, 2), loc="left")
    axes.grid(axis="y")


def _style(index: int) -> dict[str, Any]:
    """Return the style of a metric, which differs from the others without its color too."""
    return {
        "color": palette_color(index),
        "linestyle": DASHES[index % len(DASHES)],
        "linewidth": 1.0,
        "marker": MARKERS[index % len(MARKERS)],
        "markersize": 3.4,
        "markeredgewidth": 0.8,
    }


def _legend_line(index: int, metric: str) -> Line2D:
    from matplotlib.lines import Line2D

    label = truncate_text(metric, 2.0, SMALL)
    return Line2D([], [], **_style(index), markerfacecolor=WHITE, label=label)


def _top(panels: Sequence[DosePanel]) -> float:
    """Return the upper end of the common axis: the next tenth above all intervals."""
    highest = max(
        (
            max(response.value, response.high or 0.0)
            for panel in panels
            for level in panel.levels
            for response in level.responses.values()
        ),
        default=0.0,
    )
    tenth = next((end / 10 for end in range(2, 10) if highest <= end / 10), 1.0)
    return tenth if tenth < 1 else 1.02
