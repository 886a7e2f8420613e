"""The computing time of a method: seconds per phase, as stacked bars."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from mebench.plots.figure import SMALL, TWO_COLUMNS, axes_at, canvas, palette_color, text_at
from mebench.plots.text_layout import draw_legend, legend_rows, text_width, truncate_text

BAR, LINE, GAP = 0.34, 0.15, 0.08
"""Height of a bar and of a line of text, and distance between elements, in inches."""

MAX_LABEL = 1.8
"""Maximum width of a bar's label in inches."""


@dataclass(frozen=True, slots=True)
class CostBar:
    """One bar of the figure.

    Attributes
    ----------
    label : str
        Label on the left: ``training``, ``inference with flow``.
    seconds : dict of str to float
        Seconds by phase, in the order of the bar.
    """

    label: str
    seconds: Mapping[str, float]


def draw_costs(path: str | Path, bars: Sequence[CostBar], *, title: str = "") -> None:
    """Draw horizontal bars, stacked from their phases, each with its sum at the end.

    Parameters
    ----------
    path : path
        The file to write.
    bars : sequence of CostBar
        From top to bottom.
    title : str
        Title above the bars.

    Raises
    ------
    UsageError
        ``unknown-ending`` or ``cannot-write``.
    """
    phases = list(dict.fromkeys(name for bar in bars for name in bar.seconds))
    totals = [math.fsum(bar.seconds.values()) for bar in bars]
    longest = max(totals, default=0.0) or 1.0
    name, unit = _unit(longest)
    labels = [truncate_text(bar.label, MAX_LABEL, SMALL) for bar in bars]
    left = max((text_width(label, SMALL) for label in labels), default=0) + 2 * GAP
    ends = [format_seconds(total) for total in totals]
    right = max((text_width(end, SMALL) for end in ends), default=0) + 2 * GAP
    width = TWO_COLUMNS - left - right
    legend = legend_rows(phases, TWO_COLUMNS)
    below = 3 * LINE + GAP
    above = LINE * len(legend) + 2 * GAP + (LINE + GAP if title else 0)
    height = below + max(len(bars), 1) * BAR + above
    with canvas(path, TWO_COLUMNS, height) as figure:
        axes = axes_at(figure, left, below, width, max(len(bars), 1) * BAR)
        for row, bar in enumerate(bars):
            begin = 0.0
            for phase, seconds in bar.seconds.items():
                axes.barh(
                    row,
                    seconds / unit,
                    height=0.66,
                    left=begin / unit,
                    color=palette_color(phases.index(phase)),
                    edgecolor="white",
                )
                begin += seconds
            axes.annotate(
                ends[row],
                (begin / unit, row),
                (3, 0),
                textcoords="offset points",
                va="center",
                size=SMALL,
                annotation_clip=False,
            )
        axes.set_xlim(0, longest / unit)
        axes.set_ylim(max(len(bars), 1) - 0.5, -0.5)
        axes.set_yticks(range(len(labels)), labels)
        axes.tick_params(axis="y", length=0)
        axes.set_xlabel(name)
        axes.grid(axis="x")
        top = height - GAP / 2
        if title:
            line = truncate_text(title, TWO_COLUMNS - 2 * GAP)
            text_at(figure, TWO_COLUMNS / 2, top, line, ha="center", va="top")
            top -= LINE + GAP
        draw_legend(figure, legend, top)


def _unit(longest: float) -> tuple[str, float]:
    """Return the unit of the axis and its length in seconds."""
    if longest < 600:
        return "Seconds", 1.0
    return ("Minutes", 60.0) if longest < 36_000 else ("Hours", 3600.0)


def format_seconds(seconds: float) -> str:
    """Return ``12.3 s``, ``4.5 min`` or ``1.2 h``."""
    for limit, unit, length in ((100, "s", 1), (6000, "min", 60)):
        if seconds < limit:
            return f"{seconds / length:.3g} {unit}"
    return f"{seconds / 3600:,.3g} h" if seconds < 3.6e6 else f"{seconds / 3600:,.0f} h"
