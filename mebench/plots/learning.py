"""Learning curves: accuracy and loss by epoch [Fig. 6 of the MEAN paper]."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


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

    Raises
    ------
    UsageError
        ``unknown-ending`` or ``cannot-write``.
    """
    raise NotImplementedError
