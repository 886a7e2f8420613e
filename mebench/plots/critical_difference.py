"""Several systems by their value, with intervals; bars join those that are not distinguishable."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from math import isfinite
from pathlib import Path

from mebench.metrics.registry import definition_of
from mebench.models.comparison import Comparison
from mebench.plots.figure import (
    BLACK,
    BLUE,
    FOOTER,
    GRAY,
    SMALL,
    TWO_COLUMNS,
    WHITE,
    canvas,
    text_width,
    truncate_text,
    wrap_text,
)
from mebench.plots.scored import NO_CAPTION, TITLE_LINE, Caption, signature_lines

ROW, MARGIN = 0.21, 0.45
"""Inches: height of a row, and of the axis and its title."""

MAX_LABEL = 2.2  # maximum width of a name in inches
BAR_STEP, ALL_BARS = 0.13, 1.6  # distance between bars, and their space, in inches
MAX_SYSTEMS = 60  # the best ones are drawn


@dataclass(frozen=True, slots=True)
class PlottedSystem:
    """A system to draw: its name, its value, and the bounds of the interval where there is one.

    A system that is ``open`` has an empty marker.
    """

    label: str
    value: float
    low: float | None = None
    high: float | None = None
    is_open: bool = False


def joined_runs(count: int, joined: Collection[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the longest runs of neighbors in which every pair is joined, as first and last."""
    pairs = {tuple(sorted(pair)) for pair in joined}
    runs: list[tuple[int, int]] = []
    for first in range(count):
        last = first
        while last + 1 < count and all((at, last + 1) in pairs for at in range(first, last + 1)):
            last += 1
        if last > first and (not runs or last > runs[-1][1]):
            runs.append((first, last))
    return runs


def bar_columns(runs: Sequence[tuple[int, int]]) -> list[int]:
    """Return the column of each bar: the first one in which it touches no earlier bar."""
    ends: list[int] = []
    columns = []
    for first, last in runs:
        free = [column for column, end in enumerate(ends) if end < first]
        column = free[0] if free else len(ends)
        ends[column : column + 1] = [last]
        columns.append(column)
    return columns


def draw_critical_differences(
    path: str | Path,
    systems: Sequence[PlottedSystem],
    joined: Collection[tuple[int, int]],
    *,
    metric: str,
    note: str = "",
    caption: Caption = NO_CAPTION,
) -> None:
    """Draw systems, the best first; the suffix of the path selects the format.

    Parameters
    ----------
    path : path
        The file to write.
    systems : sequence of PlottedSystem
        The systems, in the order of their values.
    joined : collection of (int, int)
        The positions of systems that are not distinguishable.
    metric : str
        The title of the axis.
    note : str
        What the bars or the empty markers mean.
    caption : Caption
        The title, and the signature of the scores.
    """
    runs = joined_runs(len(systems), joined)
    columns = bar_columns(runs)
    step = min(BAR_STEP, ALL_BARS / (max(columns, default=0) + 1))
    labels = [truncate_text(system.label, MAX_LABEL, SMALL) for system in systems]
    heading = wrap_text(caption.title, TWO_COLUMNS - 0.2, 2)
    above = TITLE_LINE * (bool(heading) + heading.count("\n"))
    height = MARGIN + above + ROW * max(len(systems), 2)
    footer = [truncate_text(note, 0.91 * TWO_COLUMNS, FOOTER)] if note else []
    footer += signature_lines(caption.signature, 0.91 * TWO_COLUMNS)
    left = 0.15 + max((text_width(label, SMALL) for label in labels), default=0.0)
    right = 0.15 + step * (max(columns, default=0) + 1.5)
    with canvas(path, TWO_COLUMNS, height, footer) as figure:
        bottom = (MARGIN - 0.08) / height
        share = 1 - (left + right) / TWO_COLUMNS
        axes = figure.add_axes(
            (left / TWO_COLUMNS, bottom, share, 1 - (above + 0.04) / height - bottom)
        )
        for row, system in enumerate(systems):
            if system.low is not None and system.high is not None:
                axes.plot([system.low, system.high], [row, row], color=GRAY, linewidth=1.4)
            if isfinite(system.value):
                face = WHITE if system.is_open else BLUE
                axes.plot(system.value, row, "o", color=BLUE, markersize=4.5, markerfacecolor=face)
        width = TWO_COLUMNS - left - right  # in inches
        for column, (first, last) in zip(columns, runs, strict=True):
            at = 1 + step * (column + 0.5) / width
            axes.plot(
                [at, at],
                [first - 0.25, last + 0.25],
                color=BLACK,
                linewidth=min(2.4, 18 * step),
                solid_capstyle="butt",
                clip_on=False,
                transform=axes.get_yaxis_transform(),
            )
        axes.set_yticks(range(len(systems)), labels, size=SMALL)
        axes.set_ylim(max(len(systems), 2) - 0.5, -0.5)
        axes.tick_params(axis="y", length=0)
        axes.grid(axis="x")
        axes.set_xlabel(truncate_text(metric, width))
        if heading:
            figure.text(0.5, 1 - 0.04 / height, heading, ha="center", va="top")


def draw_comparison(path: str | Path, comparison: Comparison) -> None:
    """Draw the systems of a comparison by its headline metric.

    Where all were compared with a baseline only, an empty marker means that the system is not
    distinguishable from it.
    """
    metric = definition_of(comparison.headline, comparison.own_metrics)
    values = [system.metrics[metric.id] for system in comparison.systems]
    known = [index for index, value in enumerate(values) if value.value is not None]
    sign = -1 if metric.better == "higher" else 1
    ranked = sorted(known, key=lambda index: sign * (values[index].value or 0.0))
    order = ranked[:MAX_SYSTEMS]
    place = {index: at for at, index in enumerate(order)}
    alike = [
        (pair.first, pair.second)
        for pair in comparison.pairs
        if pair.metrics[metric.id].verdict == "not-distinguishable"
        or pair.metrics[metric.id].reason == "identical"
    ]
    baseline = comparison.baseline
    is_open = {index for pair in alike for index in pair} if baseline is not None else set()
    systems = []
    for index in order:
        interval, name = values[index].ci95, comparison.systems[index].name
        systems.append(
            PlottedSystem(
                f"{name} (baseline)" if index == baseline else name,
                values[index].value or 0.0,
                None if interval is None else interval.low,
                None if interval is None else interval.high,
                index in is_open and index != baseline,
            )
        )
    joined = [
        (place[one], place[other])
        for one, other in alike
        if baseline is None and one in place and other in place
    ]
    meaning = (
        "Bars join systems that are not distinguishable"
        if baseline is None
        else "Empty markers: not distinguishable from the baseline"
    )
    best = f", the best {len(order)} of {len(ranked)}" if len(ranked) > len(order) else ""
    parts = comparison.systems[0].signature.split("|")
    common = "|".join(part for part in parts if not part.startswith(("preds:", "thr:", "v:")))
    draw_critical_differences(
        path,
        systems,
        joined,
        metric=f"{metric.title} with 95 % intervals",
        note=f"{meaning}: paired test by subject, p corrected by Holm's method.",
        caption=Caption(f"{comparison.protocol_title} ({comparison.protocol}){best}", common),
    )
