"""Comparison of variants: a few metrics of each, as bars [Tables 6 to 9 of the MEAN paper]."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from mebench.plots.figure import ONE_COLUMN, TWO_COLUMNS, axes_at, canvas, palette_color, text_at
from mebench.plots.text_layout import draw_legend, legend_rows, text_width, wrap_text

FEW = 8
"""Bars; so many fit into a column of a paper."""

ACROSS = 0.86
"""The share of a group's room that its bars take."""

LINES, TITLE_LINES = 6, 3
"""At most of a label, and of the title."""

VALUE, LABEL = 6.0, 7.0
"""Sizes of the text in points."""

BARS, LINE, LEFT, GAP = 1.7, 0.14, 0.45, 0.08
"""Inches: the height of the bars, of a line of text, and the room around them."""


@dataclass(frozen=True, slots=True)
class VariantScores:
    """One of the settings that are compared.

    Attributes
    ----------
    label : str
        What stands below its bars.
    values : dict of str to float or None
        From 0 to 1 under the metric's title, in the order of the bars; None where undefined.
    """

    label: str
    values: Mapping[str, float | None]


def draw_variants(path: str | Path, settings: Sequence[VariantScores], *, title: str = "") -> None:
    """Draw a group of bars a setting, one bar a metric, with the values above.

    Parameters
    ----------
    path : path
        The picture to write.
    settings : sequence of VariantScores
        From left to right.
    title : str
        What stands above.

    Raises
    ------
    UsageError
        ``unknown-ending`` or ``cannot-write``.
    """
    metrics = list(dict.fromkeys(name for one in settings for name in one.values))
    width = ONE_COLUMN if len(settings) * len(metrics) <= FEW else TWO_COLUMNS
    room = (width - LEFT - GAP) / max(len(settings), 1)
    labels = [wrap_text(one.label, room - GAP, LINES, LABEL) for one in settings]
    below = LINE * (1 + max((one.count("\n") for one in labels), default=0)) + GAP
    legend = legend_rows(metrics, width)
    heading = wrap_text(title, width - 2 * GAP, TITLE_LINES)
    heads = heading.count("\n") + 1 if heading else 0
    above = LINE * len(legend) + GAP + (LINE * heads + GAP if heads else 0)
    with canvas(path, width, below + BARS + above) as figure:
        axes = axes_at(figure, LEFT, below, width - LEFT - GAP, BARS)
        bar = ACROSS / max(len(metrics), 1)
        upright = text_width("0.000", VALUE) > bar * room
        for place, setting in enumerate(settings):
            for order, name in enumerate(metrics):
                middle = place + 0.5 - ACROSS / 2 + (order + 0.5) * bar
                value = setting.values.get(name)
                known = value is not None and math.isfinite(value)
                height = value if value is not None and known else 0.0
                axes.bar(middle, height, bar * 0.92, color=palette_color(order), linewidth=0)
                axes.annotate(
                    f"{value:.3f}" if known else "–",
                    (middle, max(height, 0.0)),
                    (0, 1.5),
                    textcoords="offset points",
                    ha="center",
                    va="bottom",
                    size=VALUE,
                    rotation="vertical" if upright and known else "horizontal",
                )
        axes.set_xlim(0, max(len(settings), 1))
        # Above 1 there is room for the numbers of full bars.
        axes.set_ylim(0, 1.2 if upright else 1.1)
        axes.set_yticks([0, 0.2, 0.4, 0.6, 0.8, 1.0])
        axes.set_xticks([place + 0.5 for place in range(len(labels))], labels, size=LABEL)
        axes.tick_params(axis="x", length=0, pad=3)
        axes.grid(axis="y")
        top = below + BARS + above
        if heading:
            text_at(figure, width / 2, top - GAP / 2, heading, ha="center", va="top")
            top -= LINE * heads + GAP
        draw_legend(figure, legend, top)
