"""Learning curves [Fig. 6]: loss and accuracy on the test subjects after each epoch.

The baseline returns its predictions; the harness, which has the truth, computes the loss and the
accuracy here. They are never used to select a model.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mebench.diagnostics import UsageError
from mebench.runner.contract import TaskKind
from mebench.runner.jobs import tested_samples
from mebench.runner.run_config import RunConfig
from mebench.runner.run_folds import FoldRunner
from mebench.runner.studies.study_result import Announce, StudyResult
from mebench.tables.grid import Grid

if TYPE_CHECKING:
    from pathlib import Path


MAX_TABLE_ROWS = 12
"""The largest number of rows per network in the printed table; the CSV file has every epoch."""

MIN_PROBABILITY = 1e-7
"""Smaller probabilities are raised to this value, as in Keras's cross-entropy."""


@dataclass(slots=True)
class Epoch:
    """One epoch of one network, over all folds of the study.

    Attributes
    ----------
    loss, accuracy : list of float
        Means over the training samples, one per fold.
    test_loss : list of float
        The cross-entropy of each test sample.
    correct : list of bool
        Whether the predicted class of each test sample is correct.
    """

    loss: list[float]
    accuracy: list[float]
    test_loss: list[float]
    correct: list[bool]

    @property
    def row(self) -> tuple[float, float, float, float]:
        """Training loss and accuracy (means over folds), test loss and accuracy (pooled)."""
        columns = (self.loss, self.accuracy, self.test_loss, self.correct)
        return tuple(sum(values) / len(values) if values else math.nan for values in columns)  # type: ignore[return-value]


Curves = dict[str, dict[int, Epoch]]


def study_learning(config: RunConfig, title: str, announce: Announce) -> StudyResult:
    """Train in every fold, and draw the learning curves over all folds.

    Raises
    ------
    UsageError
        ``study-not-answered`` if no test sample has a class.
    MebenchError
        If a fold fails.
    """
    with closing(FoldRunner(config, TaskKind.LEARNING_CURVES)) as fold_runner:
        fold_results = fold_runner.execute()
    classes = fold_runner.run_data.protocol.classes
    curves: Curves = defaultdict(dict)
    subjects = []
    for fold, result in zip(fold_runner.folds, fold_results.results, strict=True):
        if result is None:
            continue
        subjects.append(fold.subject.subject)
        samples = tested_samples(fold_runner.run_data, fold, TaskKind.LEARNING_CURVES)
        true_classes = [classes.index(sample.emotion) for sample in samples]
        _add_epochs(curves, result.head["lessons"], true_classes)
    if not any(epoch.correct for epochs in curves.values() for epoch in epochs.values()):
        raise UsageError.of(
            "study-not-answered",
            "No test subject of these folds has an expression with a class of the protocol.",
            "Choose other folds, or a protocol with emotions.",
        )
    scope = f"{len(subjects)} test subjects" if len(subjects) > 1 else f"test subject {subjects[0]}"
    title = f"{title}, {scope}"
    return StudyResult(
        title,
        _table(curves, _table_epochs(curves)),
        _exact_table(curves),
        lambda path: _draw(path, curves, title),
        ["The harness computed the test curves afterwards; they were not used to select a model."],
    )


def _add_epochs(curves: Curves, rows: list[list[Any]], true_classes: Sequence[int]) -> None:
    for name, number, loss, accuracy, probabilities in rows:
        epoch = curves[name].setdefault(number, Epoch([], [], [], []))
        epoch.loss.append(loss)
        epoch.accuracy.append(accuracy)
        for true_class, row in zip(true_classes, probabilities, strict=True):
            epoch.test_loss.append(-math.log(min(max(row[true_class], MIN_PROBABILITY), 1.0)))
            epoch.correct.append(max(range(len(row)), key=row.__getitem__) == true_class)


def _table_epochs(curves: Curves) -> list[int]:
    """Return the epochs of the printed table: the first, the last, and some evenly between."""
    epochs = sorted({number for epochs in curves.values() for number in epochs})
    if len(epochs) <= MAX_TABLE_ROWS:
        return epochs
    last = len(epochs) - 1
    indices = {round(row * last / (MAX_TABLE_ROWS - 1)) for row in range(MAX_TABLE_ROWS)}
    return [epochs[index] for index in sorted(indices)]


HEADER = ["network", "epoch", "loss", "accuracy", "test loss", "test accuracy"]


def _table(curves: Curves, chosen: Sequence[int]) -> Grid:
    grid = Grid(HEADER, "lrrrrr")
    for name, epochs in curves.items():
        for number in chosen:
            if number in epochs:
                grid.rows.append(
                    [name, str(number), *(f"{value:.4f}" for value in epochs[number].row)]
                )
    return grid


def _exact_table(curves: Curves) -> Grid:
    grid = Grid([title.replace(" ", "_") for title in HEADER], "lrrrrr")
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
        loss, accuracy, test_loss, test_accuracy = map(list, zip(*rows, strict=True))
        drawn.append(LearningCurve(name, numbers, accuracy, test_accuracy, loss, test_loss))
    draw_learning(path, drawn, title=title)
