"""The pictures of the studies: stacked bars of seconds, maps over faces, learning curves."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from mebench.plots import ONE_COLUMN, SMALL, TWO_COLUMNS, canvas, palette_color, truncate_text

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def draw_costs(path: Path, bars: Mapping[str, Mapping[str, float]], *, title: str = "") -> None:
    """Draw seconds as horizontal bars, stacked from their steps, each with its sum at the end.

    Parameters
    ----------
    path : Path
        The file to write.
    bars : dict of dict of float
        Seconds by label of the bar, from top to bottom, and by step.
    title : str
        Title above the bars.
    """
    steps = list(dict.fromkeys(step for seconds in bars.values() for step in seconds))
    totals = [math.fsum(seconds.values()) for seconds in bars.values()]
    name, unit = _unit(max(totals))
    with canvas(path, TWO_COLUMNS, 1.0 + 0.34 * len(bars)) as figure:
        figure.set_layout_engine("constrained")
        axes = figure.subplots()
        begins = [0.0] * len(bars)
        for index, step in enumerate(steps):
            lengths = [seconds.get(step, 0.0) / unit for seconds in bars.values()]
            drawn = axes.barh(
                list(bars),
                lengths,
                height=0.66,
                left=begins,
                color=palette_color(index),
                edgecolor="white",
                label=step,
            )
            begins = [begin + length for begin, length in zip(begins, lengths, strict=True)]
        axes.bar_label(drawn, [format_seconds(total) for total in totals], padding=3, size=SMALL)
        axes.invert_yaxis()
        axes.margins(x=0)
        axes.tick_params(axis="y", length=0)
        axes.set_xlabel(name)
        axes.grid(axis="x")
        figure.suptitle(truncate_text(title, TWO_COLUMNS - 0.2))
        figure.legend(loc="outside lower center", ncols=min(len(steps), 8))


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


COLORMAP = "inferno"
"""Brightness increases evenly from 0 to 1, so it is readable in gray and when color-blind."""

OPACITY = 0.6
"""Opacity of a map; the face remains visible below it."""


class Overlay(NamedTuple):
    """A face and the maps to draw over it.

    Attributes
    ----------
    title : str
        Title above the row: video, frame and emotion.
    face : uint8 array of shape (height, width)
        The face, in gray.
    maps : dict of str to float array of shape (height, width)
        Importance of each position, from 0 to 1; NaN shows only the face.
    """

    title: str
    face: NDArray[np.uint8]
    maps: Mapping[str, NDArray[np.floating[Any]]]


def draw_overlays(path: Path, overlays: Sequence[Overlay], *, title: str = "") -> None:
    """Draw one row per overlay: the face, then the face below each of its maps.

    Parameters
    ----------
    path : Path
        The file to write.
    overlays : sequence of Overlay
        From top to bottom; at least one, and all with the same maps.
    title : str
        Title above all rows.
    """
    names = list(overlays[0].maps)
    with canvas(path, ONE_COLUMN, 0.4 + 1.15 * len(overlays)) as figure:
        figure.set_layout_engine("compressed")
        grid = figure.subplots(len(overlays), 1 + len(names), squeeze=False)
        for row, overlay in zip(grid, overlays, strict=True):
            row[0].set_title(
                truncate_text(overlay.title, ONE_COLUMN - 0.6, SMALL), loc="left", size=SMALL
            )
            for axes in row:
                axes.imshow(overlay.face, cmap="gray", vmin=0, vmax=255)
                axes.set(xticks=[], yticks=[], frame_on=False)
            for axes, name in zip(row[1:], names, strict=True):
                image = axes.imshow(
                    overlay.maps[name], cmap=COLORMAP, vmin=0, vmax=1, alpha=OPACITY
                )
        for axes, name in zip(grid[-1], ["face", *names], strict=True):
            axes.set_xlabel(name, size=SMALL)
        figure.suptitle(truncate_text(title, ONE_COLUMN - 0.2))
        bar = figure.colorbar(image, ax=grid, ticks=[0, 0.5, 1], aspect=20 * len(overlays))
        bar.ax.set_facecolor("0.5")  # the colors as they appear over medium gray


FEW_EPOCHS = 2
"""Curves of at most this number of epochs are drawn with dots."""


def draw_learning(
    path: Path, curves: Mapping[str, Mapping[int, Sequence[float]]], *, title: str = ""
) -> None:
    """Draw accuracy and loss per epoch side by side: training dashed, test solid.

    Parameters
    ----------
    path : Path
        The file to write.
    curves : dict of dict of sequence of float
        By name and epoch: training loss, training accuracy, test loss, test accuracy.
    title : str
        Title above the curves.
    """
    with canvas(path, TWO_COLUMNS, 2.6) as figure:
        from matplotlib.lines import Line2D
        from matplotlib.ticker import MaxNLocator

        figure.set_layout_engine("constrained")
        accuracy, loss = figure.subplots(1, 2)
        for index, epochs in enumerate(curves.values()):
            numbers, color = sorted(epochs), palette_color(index)
            marker = "o" if len(numbers) <= FEW_EPOCHS else None
            for column, axes in enumerate((loss, accuracy, loss, accuracy)):
                is_test = column >= 2
                axes.plot(
                    numbers,
                    [epochs[number][column] for number in numbers],
                    color=color,
                    linestyle="-" if is_test else "--",
                    linewidth=1.3 if is_test else 0.9,
                    marker=marker,
                    markersize=3,
                    markerfacecolor=color if is_test else "white",
                )
        for axes, name in ((accuracy, "Accuracy"), (loss, "Loss")):
            axes.set(xlabel="Epoch", ylabel=name)
            axes.grid(axis="y")
            axes.xaxis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1))
        accuracy.set_ylim(-0.02, 1.02)
        loss.set_ylim(bottom=0)
        figure.suptitle(truncate_text(title, TWO_COLUMNS - 0.2))
        handles = [
            Line2D([], [], color=palette_color(index), label=name)
            for index, name in enumerate(curves)
        ]
        handles += [
            Line2D([], [], color="black", linestyle="--", label="training"),
            Line2D([], [], color="black", label="test"),
        ]
        figure.legend(handles=handles, loc="outside lower center", ncols=4)
