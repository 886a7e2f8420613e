"""Comparison of variants: their metrics as bars [Tables 6 to 9 of the MEAN paper]."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from mebench.plots.figure import ONE_COLUMN, TWO_COLUMNS, axes_at, canvas, palette_color, text_at
from mebench.plots.text_layout import draw_legend, legend_rows, text_width, wrap_text

FEW_BARS = 8
"""A figure with more bars takes the width of a page."""

GROUP_WIDTH = 0.86
"""The part of a group's width that its bars take."""

MAX_LABEL_LINES, MAX_TITLE_LINES = 6, 3

VALUE, LABEL = 6.0, 7.0
"""Font sizes in points."""

BARS, LINE, LEFT, GAP = 1.7, 0.14, 0.45, 0.08
"""Inches: height of the bars and of a line of text, left margin, distance between elements."""


@dataclass(frozen=True, slots=True)
class VariantScores:
    """The scores of one variant.

    Attributes
    ----------
    label : str
        Label below the bars.
    values : dict of str to float or None
        Values from 0 to 1 by the metric's title, in the order of the bars; None if undefined.
    """

    label: str
    values: Mapping[str, float | None]


def draw_variants(path: str | Path, variants: Sequence[VariantScores], *, title: str = "") -> None:
    """Draw one group of bars per variant and one bar per metric, with the values above.

    Parameters
    ----------
    path : path
        The file to write.
    variants : sequence of VariantScores
        From left to right.
    title : str
        Title above the bars.

    Raises
    ------
    UsageError
        ``unknown-ending`` or ``cannot-write``.
    """
    metrics = list(dict.fromkeys(name for variant in variants for name in variant.values))
    width = ONE_COLUMN if len(variants) * len(metrics) <= FEW_BARS else TWO_COLUMNS
    group = (width - LEFT - GAP) / max(len(variants), 1)
    labels = [wrap_text(variant.label, group - GAP, MAX_LABEL_LINES, LABEL) for variant in variants]
    below = LINE * (1 + max((label.count("\n") for label in labels), default=0)) + GAP
    legend = legend_rows(metrics, width)
    heading = wrap_text(title, width - 2 * GAP, MAX_TITLE_LINES)
    heading_lines = heading.count("\n") + 1 if heading else 0
    above = LINE * len(legend) + GAP + (LINE * heading_lines + GAP if heading else 0)
    with canvas(path, width, below + BARS + above) as figure:
        axes = axes_at(figure, LEFT, below, width - LEFT - GAP, BARS)
        bar = GROUP_WIDTH / max(len(metrics), 1)
        vertical_values = text_width("0.000", VALUE) > bar * group
        for position, variant in enumerate(variants):
            for index, name in enumerate(metrics):
                middle = position + 0.5 - GROUP_WIDTH / 2 + (index + 0.5) * bar
                value = variant.values.get(name)
                known = value is not None and math.isfinite(value)
                height = value if value is not None and known else 0.0
                axes.bar(middle, height, bar * 0.92, color=palette_color(index), linewidth=0)
                axes.annotate(
                    f"{value:.3f}" if known else "–",
                    (middle, max(height, 0.0)),
                    (0, 1.5),
                    textcoords="offset points",
                    ha="center",
                    va="bottom",
                    size=VALUE,
                    rotation="vertical" if vertical_values and known else "horizontal",
                )
        axes.set_xlim(0, max(len(variants), 1))
        # Leave space above 1 for the values of full bars.
        axes.set_ylim(0, 1.2 if vertical_values else 1.1)
        axes.set_yticks([0, 0.2, 0.4, 0.6, 0.8, 1.0])
        axes.set_xticks([position + 0.5 for position in range(len(labels))], labels, size=LABEL)
        axes.tick_params(axis="x", length=0, pad=3)
        axes.grid(axis="y")
        top = below + BARS + above
        if heading:
            text_at(figure, width / 2, top - GAP / 2, heading, ha="center", va="top")
            top -= LINE * heading_lines + GAP
        draw_legend(figure, legend, top)
