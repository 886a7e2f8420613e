"""Learning curves: accuracy and loss by epoch [Fig. 6 of the MEAN paper]."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from mebench.plots.figure import BLACK, TWO_COLUMNS, canvas, palette_color
from mebench.plots.text_layout import truncate_text

if TYPE_CHECKING:
    from matplotlib.axes import Axes


HEIGHT = 2.6
"""Inches."""

NAME = 3.0
"""Inches at most for the name of a curve."""

FEW = 2
"""Epochs; so few are dots, since they make no line."""


@dataclass(frozen=True, slots=True)
class LearningCurve:
    """How one network learnt.

    Attributes
    ----------
    name : str
        What it is called: ``with transfer``.
    epochs : sequence of int
        As many as each of the following has values.
    training_accuracy, test_accuracy : sequence of float or None
        From 0 to 1; None or NaN where unknown.
    training_loss, test_loss : sequence of float or None
        The same for the loss.
    """

    name: str
    epochs: Sequence[int]
    training_accuracy: Sequence[float | None]
    test_accuracy: Sequence[float | None]
    training_loss: Sequence[float | None]
    test_loss: Sequence[float | None]


def draw_learning(path: str | Path, curves: Sequence[LearningCurve], *, title: str = "") -> None:
    """Draw accuracy and loss by epoch, side by side: training dashed, test solid.

    Parameters
    ----------
    path : path
        The picture to write.
    curves : sequence of LearningCurve
        A colour each.
    title : str
        What stands above.

    Raises
    ------
    UsageError
        ``unknown-ending`` or ``cannot-write``.
    """
    with canvas(path, TWO_COLUMNS, HEIGHT) as figure:
        from matplotlib.lines import Line2D
        from matplotlib.ticker import MaxNLocator

        figure.set_layout_engine("constrained")
        accuracy, loss = figure.subplots(1, 2)
        for place, curve in enumerate(curves):
            colour = palette_color(place)
            epochs = curve.epochs
            _draw(accuracy, epochs, curve.training_accuracy, colour, dashed=True)
            _draw(accuracy, epochs, curve.test_accuracy, colour, dashed=False)
            _draw(loss, epochs, curve.training_loss, colour, dashed=True)
            _draw(loss, epochs, curve.test_loss, colour, dashed=False)
        for axes, name in ((accuracy, "Accuracy"), (loss, "Loss")):
            axes.set_xlabel("Epoch")
            axes.set_ylabel(name)
            axes.grid(axis="y")
            axes.xaxis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1))
        epochs = [epoch for curve in curves for epoch in curve.epochs] or [1]
        for axes in (accuracy, loss):
            axes.set_xlim(min(epochs) - 0.5, max(epochs) + 0.5)
        accuracy.set_ylim(-0.02, 1.02)
        if loss.get_ylim()[0] > 0:
            loss.set_ylim(bottom=0)
        if title:
            figure.suptitle(truncate_text(title, TWO_COLUMNS - 0.2))
        handles = [
            Line2D([], [], color=palette_color(place), label=truncate_text(curve.name, NAME))
            for place, curve in enumerate(curves)
        ]
        handles += [
            Line2D([], [], color=BLACK, linestyle="--", label="training"),
            Line2D([], [], color=BLACK, label="test"),
        ]
        figure.legend(handles=handles, loc="outside lower center", ncols=min(len(handles), 4))


def _draw(
    axes: Axes,
    epochs: Sequence[int],
    values: Sequence[float | None],
    colour: str,
    *,
    dashed: bool,
) -> None:
    known = [math.nan if one is None or not math.isfinite(one) else one for one in values]
    axes.plot(
        epochs,
        known,
        color=colour,
        linestyle="--" if dashed else "-",
        linewidth=0.9 if dashed else 1.3,
        marker="o" if len(epochs) <= FEW else None,
        markersize=3,
        markerfacecolor="white" if dashed else colour,
    )
