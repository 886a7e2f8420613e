"""A matrix of scores: one row per spotter, one column per recognizer, colored by the score."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mebench.plots.figure import (
    SMALL,
    TEXT,
    TWO_COLUMNS,
    canvas,
    text_width,
    truncate_text,
    wrap_text,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

CELL_HEIGHT, MAX_CELL_WIDTH = 0.42, 1.1
MAX_LABEL, LINE = 1.3, 0.15
"""Inches: the widest name of a method, and the height of a line of text."""


@dataclass(frozen=True, slots=True)
class ScoreMatrix:
    """The scores of combined methods.

    Attributes
    ----------
    title : str
        The title.
    spotters, recognizers : sequence of str
        The names of rows and columns.
    values : sequence of sequences of float or None
        STRS of each combination, from 0 to 1; None if undefined.
    bounds : sequence of sequences of str
        Text below each value: its interval or its deviation.
    spotting, spotting_bounds : sequence
        The same of the spotting F1 of each row, which is drawn as a column of its own.
    """

    title: str
    spotters: Sequence[str]
    recognizers: Sequence[str]
    values: Sequence[Sequence[float | None]]
    bounds: Sequence[Sequence[str]]
    spotting: Sequence[float | None]
    spotting_bounds: Sequence[str]


def draw_score_matrix(path: str | Path, matrix: ScoreMatrix) -> None:
    """Draw a matrix of scores; the suffix of the path selects the format.

    Both parts have a color scale of their own, from 0 to their highest value: STRS is a product,
    and always the smaller number.
    """
    left = min(MAX_LABEL, max(text_width(name, SMALL) for name in matrix.spotters)) + 0.35
    columns = len(matrix.recognizers) + 1.25
    cell = min(MAX_CELL_WIDTH, (TWO_COLUMNS - left - 0.15) / columns)
    width = max(left + cell * columns + 0.15, 2.6)
    title = wrap_text(matrix.title, width - 0.2, 4)
    names = [truncate_text(name, MAX_LABEL, SMALL) for name in matrix.recognizers]
    vertical = any(text_width(name, SMALL) > 0.95 * cell for name in names)
    bottom = max(text_width(name, SMALL) for name in names) if vertical else LINE
    height = CELL_HEIGHT * len(matrix.spotters)
    below, above = bottom + 0.3, LINE * (title.count("\n") + 2) + 0.15
    total = below + height + above
    with canvas(path, width, total) as figure:
        figure.text(0.5, 1 - 0.06 / total, title, ha="center", va="top")

        def add_panel(first: float, count: int, heading: str) -> Axes:
            x, y = (left + first * cell) / width, below / total
            axes = figure.add_axes((x, y, count * cell / width, height / total))
            axes.set_title(heading, pad=3)
            return axes

        axes = add_panel(0, len(names), "STRS")
        _draw_cells(axes, matrix.values, matrix.bounds, cell)
        axes.set_xticks([index + 0.5 for index in range(len(names))], names)
        rows = [truncate_text(name, MAX_LABEL, SMALL) for name in matrix.spotters]
        axes.set_yticks([index + 0.5 for index in range(len(rows))], rows)
        axes.set(xlabel="Recognizer", ylabel="Spotter")
        axes.tick_params(axis="x", rotation=90 if vertical else 0)
        axes.tick_params(length=0, pad=3)
        axes = add_panel(len(names) + 0.25, 1, "F1 spotting")
        values = [[value] for value in matrix.spotting]
        _draw_cells(axes, values, [[text] for text in matrix.spotting_bounds], cell)
        axes.set(xticks=[], yticks=[])


def _draw_cells(
    axes: Axes,
    values: Sequence[Sequence[float | None]],
    bounds: Sequence[Sequence[str]],
    cell: float,
) -> None:
    """Draw colored cells with their values; an undefined value is a dash on white."""
    import numpy as np

    shares = np.array([[value or 0.0 for value in row] for row in values])
    shares /= max(float(shares.max()), 1e-9)
    mesh = axes.pcolormesh(0.9 * shares, cmap="Blues", vmin=0, vmax=1)
    mesh.set(edgecolor="white", linewidth=0.8, clip_on=False)
    for (row, column), share in np.ndenumerate(shares):
        value, below = values[row][column], bounds[row][column]
        style: dict[str, Any] = {
            "ha": "center",
            "va": "center",
            "color": "white" if share > 0.78 else "black",
        }
        text = "–" if value is None else f"{value:.3f}"
        size = min(TEXT, 0.9 * cell / text_width(text, 1))
        axes.text(column + 0.5, row + (0.36 if below else 0.5), text, size=size, **style)
        if below:
            size = min(5.5, 0.92 * cell / text_width(below, 1))
            axes.text(column + 0.5, row + 0.74, below, size=size, **style)
    axes.spines[:].set_visible(False)
    axes.invert_yaxis()
