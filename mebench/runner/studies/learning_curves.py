"""Learning curves [Fig. 6]: loss and accuracy on the test subjects after each epoch.

The baseline returns its predictions; the loss and the accuracy are computed here, where the truth
is. They are never used to choose anything.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mebench.diagnostics import UsageError
from mebench.runner.contract import TaskKind
from mebench.runner.fold_runner import FoldRunner
from mebench.runner.jobs import tested_samples
from mebench.runner.run_config import RunConfig
from mebench.runner.studies.study_result import StudyResult
from mebench.tables.grid import Grid

if TYPE_CHECKING:
    from pathlib import Path


MAX_TABLE_ROWS = 12
"""Rows of the printed table; the CSV file has every epoch."""

MIN_PROBABILITY = 1e-7
"""Probabilities below it count as so much, as in Keras's cross-entropy."""


@dataclass(slots=True)
class Epoch:
    """One epoch of one network, over all folds asked.

    Attributes
    ----------
    loss, accuracy : list of float
        On the training samples, a fold each.
    test_loss : list of float
        Cross-entropy of each test sample.
    right : list of bool
        Whether each test sample was named right.
    """

    loss: list[float]
    accuracy: list[float]
    test_loss: list[float]
    right: list[bool]

    @property
    def row(self) -> tuple[float, float, float, float]:
        """Training loss and accuracy (means over folds), test loss and accuracy (pooled)."""
        both = (self.loss, self.accuracy, self.test_loss, self.right)
        return tuple(sum(one) / len(one) if one else math.nan for one in both)  # type: ignore[return-value]


Curves = dict[str, dict[int, Epoch]]


def study_learning(request: RunConfig, title: str) -> StudyResult:
    """Ask for lessons in every fold, and draw the curves over all of them.

    Raises
    ------
    UsageError
        ``study-not-answered`` if no test sample has a class to be named.
    MebenchError
        What goes wrong in the folds.
    """
    fold_runner = FoldRunner(request, TaskKind.LEARNING_CURVES)
    try:
        replies = fold_runner.execute()
    finally:
        fold_runner.close()
    classes = fold_runner.run_data.protocol.classes
    curves: Curves = defaultdict(dict)
    subjects = []
    for fold, result in zip(fold_runner.folds, replies.results, strict=True):
        if result is None:
            continue
        subjects.append(fold.subject.subject)
        samples = tested_samples(fold_runner.run_data, fold, TaskKind.LEARNING_CURVES)
        truth = [classes.index(one.emotion) for one in samples]
        _add_epochs(curves, result.head["lessons"], truth)
    if not any(epoch.right for epochs in curves.values() for epoch in epochs.values()):
        raise UsageError.of(
            "study-not-answered",
            "No test subject of these folds has an expression whose class is known.",
            "Choose other folds, or a protocol that names emotions.",
        )
    many = f"{len(subjects)} test subjects" if len(subjects) > 1 else f"test subject {subjects[0]}"
    return StudyResult(
        f"{title}, {many}",
        _grid(curves, _table_epochs(curves)),
        _exact(curves),
        lambda path: _draw(path, curves, f"{title}, {many}"),
        ["Test curves were computed afterwards by the harness; nothing was chosen by them."],
    )


def _add_epochs(curves: Curves, lessons: list[list[object]], truth: Sequence[int]) -> None:
    for name, number, loss, accuracy, shares in lessons:
        epoch = curves[str(name)].setdefault(int(number), Epoch([], [], [], []))  # type: ignore[call-overload]
        epoch.loss.append(loss)  # type: ignore[arg-type]
        epoch.accuracy.append(accuracy)  # type: ignore[arg-type]
        for place, row in zip(truth, shares, strict=True):  # type: ignore[call-overload]
            epoch.test_loss.append(-math.log(min(max(row[place], MIN_PROBABILITY), 1.0)))
            epoch.right.append(max(range(len(row)), key=row.__getitem__) == place)


def _table_epochs(curves: Curves) -> list[int]:
    """Return the epochs that the printed table has: the first, the last, and some between."""
    epochs = sorted({number for epochs in curves.values() for number in epochs})
    if len(epochs) <= MAX_TABLE_ROWS:
        return epochs
    places = {round(at * (len(epochs) - 1) / (MAX_TABLE_ROWS - 1)) for at in range(MAX_TABLE_ROWS)}
    return [epochs[place] for place in sorted(places)]


HEADER = ["network", "epoch", "loss", "accuracy", "test loss", "test accuracy"]


def _grid(curves: Curves, chosen: Sequence[int]) -> Grid:
    grid = Grid(HEADER, "lrrrrr")
    for name, epochs in curves.items():
        for number in chosen:
            if number in epochs:
                grid.rows.append(
                    [name, str(number), *(f"{value:.4f}" for value in epochs[number].row)]
                )
    return grid


def _exact(curves: Curves) -> Grid:
    names = [one.replace(" ", "_") for one in HEADER]
    grid = Grid(names, "lrrrrr")
    for name, epochs in curves.items():
        for number, epoch in sorted(epochs.items()):
            grid.rows.append([name, str(number), *map(repr, epoch.row)])
    return grid


def _draw(path: Path, curves: Curves, title: str) -> None:
    from mebench.plots.learning_curves import LearningCurve, draw_learning

    drawn = []
    for name, epochs in curves.items():
        numbers = sorted(epochs)
        rows = [epochs[number].row for number in numbers]
        loss, accuracy, test_loss, test_accuracy = (list(one) for one in zip(*rows, strict=True))
        drawn.append(LearningCurve(name, numbers, accuracy, test_accuracy, loss, test_loss))
    draw_learning(path, drawn, title=title)
