"""Learning curves: accuracy and loss per epoch [Fig. 6 of the MEAN paper]."""

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
"""Height of the figure in inches."""

MAX_LABEL = 3.0
"""Maximum width of a curve's name in inches."""

FEW_EPOCHS = 2
"""Curves of at most this number of epochs are drawn with dots."""


@dataclass(frozen=True, slots=True)
class LearningCurve:
    """Accuracy and loss of one network during training.

    Attributes
    ----------
    name : str
        Name in the legend: ``with transfer``.
    epochs : sequence of int
        Epoch numbers; the sequences below have the same length.
    training_accuracy, test_accuracy : sequence of float or None
        From 0 to 1; None or NaN if unknown.
    training_loss, test_loss : sequence of float or None
        The loss, in the same way.
    """

    name: str
    epochs: Sequence[int]
    training_accuracy: Sequence[float | None]
    test_accuracy: Sequence[float | None]
    training_loss: Sequence[float | None]
    test_loss: Sequence[float | None]


def draw_learning(path: str | Path, curves: Sequence[LearningCurve], *, title: str = "") -> None:
    """Draw accuracy and loss per epoch side by side: training dashed, test solid.

    Parameters
    ----------
    path : path
        The file to write.
    curves : sequence of LearningCurve
        One color per curve.
    title : str
        Title above the curves.

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
        for index, curve in enumerate(curves):
            color = palette_color(index)
            epochs = curve.epochs
            _draw(accuracy, epochs, curve.training_accuracy, color, dashed=True)
            _draw(accuracy, epochs, curve.test_accuracy, color, dashed=False)
            _draw(loss, epochs, curve.training_loss, color, dashed=True)
            _draw(loss, epochs, curve.test_loss, color, dashed=False)
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
            Line2D([], [], color=palette_color(index), label=truncate_text(curve.name, MAX_LABEL))
            for index, curve in enumerate(curves)
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
    color: str,
    *,
    dashed: bool,
) -> None:
    known = [math.nan if value is None or not math.isfinite(value) else value for value in values]
    axes.plot(
        epochs,
        known,
        color=color,
        linestyle="--" if dashed else "-",
        linewidth=0.9 if dashed else 1.3,
        marker="o" if len(epochs) <= FEW_EPOCHS else None,
        markersize=3,
        markerfacecolor="white" if dashed else color,
    )
