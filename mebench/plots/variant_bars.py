"""Comparison of variants: their metrics as bars [Tables 6 to 9 of the MEAN paper]."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from mebench.plots.figure import (
    ONE_COLUMN,
    TWO_COLUMNS,
    canvas,
    legend_below,
    palette_color,
    text_width,
    truncate_text,
    wrap_text,
)

FEW_BARS = 8  # a figure with more bars takes the width of a page
GROUP_WIDTH = 0.86  # the part of a group's width that its bars take

MAX_LABEL_LINES, MAX_TITLE_LINES = 6, 3

VALUE, LABEL = 6.0, 7.0  # font sizes in points

BARS, LINE, MARGIN = 2.0, 0.14, 0.5
"""Inches: height of the bars, height of a line of text, width of the axis and the margins."""


@dataclass(frozen=True, slots=True)
class VariantScores:
    """The scores of one variant, from 0 to 1 by the metric's title; None if undefined.

    ``deviations`` holds the standard deviations of values that are means.
    """

    label: str
    values: Mapping[str, float | None]
    deviations: Mapping[str, float] = field(default_factory=dict)


def draw_variants(path: str | Path, variants: Sequence[VariantScores], *, title: str = "") -> None:
    """Draw one group of bars per variant and one bar per metric, with the values above.

    The suffix of the path selects the format.
    """
    metrics = list(dict.fromkeys(name for variant in variants for name in variant.values))
    width = ONE_COLUMN if len(variants) * len(metrics) <= FEW_BARS else TWO_COLUMNS
    group = (width - MARGIN) / max(len(variants), 1)
    bar = GROUP_WIDTH / max(len(metrics), 1)
    vertical = text_width("0.000", VALUE) > bar * group
    labels = [
        wrap_text(variant.label, 0.94 * group, MAX_LABEL_LINES, LABEL) for variant in variants
    ]
    heading = wrap_text(title, width - 0.2, MAX_TITLE_LINES)
    lines = heading.count("\n") + max((label.count("\n") for label in labels), default=0)
    with canvas(path, width, BARS) as figure:
        figure.set_layout_engine("constrained")
        axes = figure.subplots()
        for index, metric in enumerate(metrics):
            given = [variant.values.get(metric) for variant in variants]
            values = [None if value is None or math.isnan(value) else value for value in given]
            left = 0.5 - GROUP_WIDTH / 2 + (index + 0.5) * bar
            errors = [variant.deviations.get(metric, 0.0) for variant in variants]
            bars = axes.bar(
                [position + left for position in range(len(variants))],
                [value or 0.0 for value in values],
                bar * 0.92,
                color=palette_color(index),
                linewidth=0,
                yerr=errors if any(errors) else None,
                error_kw={"elinewidth": 0.7},
                label=truncate_text(metric, width - 0.6),
            )
            texts = [f"{value:.3f}" if value is not None else "–" for value in values]
            for text in axes.bar_label(bars, texts, padding=1.5, size=VALUE):
                text.set_rotation(90 if vertical and text.get_text() != "–" else 0)
        axes.set_xlim(0, max(len(variants), 1))
        # Leave space above 1 for the values of full bars.
        axes.set_ylim(0, 1.2 if vertical else 1.1)
        axes.set_yticks([0, 0.2, 0.4, 0.6, 0.8, 1.0])
        axes.set_xticks([position + 0.5 for position in range(len(labels))], labels, size=LABEL)
        axes.tick_params(axis="x", length=0, pad=3)
        axes.grid(axis="y")
        if heading:
            figure.suptitle(heading)
        rows = legend_below(figure, axes.get_legend_handles_labels()[0])
        figure.set_figheight(BARS + (lines + rows + bool(heading)) * LINE)
