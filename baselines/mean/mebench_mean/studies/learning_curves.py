"""Learning curves of recognition (Fig. 6): loss and accuracy on the test subjects per epoch.

In each fold the network predicts the test samples after every epoch, without their emotions. Loss
and accuracy are computed afterwards, and never used to select a model.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from mebench import UsageError
from mebench.runner import (
    AnnotatedSample,
    Baseline,
    Fold,
    FoldResult,
    RunConfig,
    RunData,
    Runner,
    Study,
    StudyResult,
    UnseenVideo,
)
from mebench.tables import Grid
from mebench_mean.author_folder import refuse_author_weights
from mebench_mean.options import MeanOptions
from mebench_mean.studies.pictures import draw_learning

if TYPE_CHECKING:
    import keras

    from mebench_mean.training import Epoch


MAX_TABLE_ROWS = 12
"""The largest number of rows per network in the printed table; the CSV file has every epoch."""

MIN_PROBABILITY = 1e-7
"""Smaller probabilities are raised to this value, as in Keras's cross-entropy."""

HEADER = ["network", "epoch", "loss", "accuracy", "test loss", "test accuracy"]

Curves = Mapping[str, Mapping[int, Sequence[float]]]
"""By network and epoch: the last four columns of the table."""


class LearningStudy(Study):
    """Train recognition in every fold, and draw its learning curves over all folds."""

    title = "Learning curves of the networks that name emotions"

    def make(self, config: RunConfig, title: str, announce: Callable[[str], None]) -> StudyResult:
        """Train the networks, and compute the curves of their predictions."""
        assert isinstance(config.options, MeanOptions)
        refuse_author_weights(config.options, "this study trains networks")
        with Runner(config, predict_each_epoch) as runner:
            run_data = runner.run_data
            samples = [
                [
                    sample
                    for subject in fold.test_subjects
                    for sample in _samples_of(run_data, subject)
                ]
                for fold in runner.folds
            ]
            if not any(samples[number] for number in runner.chosen):
                raise UsageError.of(
                    "study-not-answered",
                    "No test subject of these folds has an expression with a class of the "
                    "protocol.",
                    "Choose other folds, or a protocol with emotions.",
                )
            runner.folds = [
                replace(fold, test_samples=tuple(sample.without_emotion() for sample in tested))
                for fold, tested in zip(runner.folds, samples, strict=True)
            ]
            results = runner.execute()
        done = [number for number, result in enumerate(results) if result is not None]
        curves = compute_curves(
            [
                (result.data["epochs"], tested)
                for result, tested in zip(results, samples, strict=True)
                if result is not None
            ],
            config.protocol.classes,
        )
        tested = [subject for number in done for subject in runner.folds[number].test_subjects]
        first = tested[0].subject
        scope = f"{len(tested)} test subjects" if len(tested) > 1 else f"test subject {first}"
        title = f"{title}, {scope}"
        grid = Grid(HEADER, "lrrrrr")
        exact = Grid([name.replace(" ", "_") for name in HEADER], "lrrrrr")
        for name, epochs in curves.items():
            printed = _printed_epochs(sorted(epochs))
            for number, row in sorted(epochs.items()):
                exact.rows.append([name, str(number), *map(repr, row)])
                if number in printed:
                    grid.rows.append([name, str(number), *(f"{value:.4f}" for value in row)])
        return StudyResult(
            title,
            grid,
            exact,
            lambda path: draw_learning(path, curves, title=title),
            [
                "The harness computed the test curves afterwards; they were not used to select a "
                "model."
            ],
        )


def _samples_of(run_data: RunData, subject: tuple[str, str]) -> list[AnnotatedSample]:
    """Return the samples of a subject; under a spotting protocol, its micro-expressions."""
    samples = run_data.samples or [
        AnnotatedSample(
            *(video.dataset, video.subject, f"{video.id}/{position}", UnseenVideo(video)),
            *(expression.onset, expression.apex, expression.offset),
            expression.emotion,
        )
        for video in run_data.videos
        for position, expression in enumerate(video.expressions)
        if expression.kind == "micro" and expression.emotion is not None
    ]
    return [sample for sample in samples if (sample.dataset, sample.subject) == subject]


def predict_each_epoch(baseline: Baseline, fold: Fold, inputs: Any = None) -> FoldResult:
    """Train recognition on a fold, and predict the test samples after each epoch.

    If the protocol spots, recognition is trained twice, ``with transfer`` and ``without transfer``,
    regardless of the options; for a recognition protocol it is trained ``alone``. The last epoch is
    the network that predicts the fold.

    Returns
    -------
    FoldResult
        ``epochs``: name of the network, number of the epoch, training loss and accuracy, and the
        probability of each class for each test sample, whose apex may be searched.
    """
    from mebench_mean.fold_models import FoldModels
    from mebench_mean.training import outputs
    from mebench_mean.training_data import recognition_training_pairs, sample_features

    assert isinstance(baseline.options, MeanOptions)
    models = FoldModels(fold, baseline.options)
    training_pairs = recognition_training_pairs(fold, models.features)
    test_features = sample_features(fold.test_samples, models.features, fold.store)
    networks: dict[str, keras.Model | None] = {"alone": None}
    if fold.protocol.spots:
        networks = {"with transfer": models.spotting.model, "without transfer": None}
    rows: list[Any] = []
    for name, spotting in networks.items():

        def after_epoch(epoch: Epoch, name: str = name) -> None:
            probabilities = outputs(epoch.network, test_features).tolist()
            rows.append([name, epoch.number, epoch.loss, epoch.accuracy, probabilities])

        models.train_recognition(spotting, *training_pairs, after_epoch)
    return FoldResult({"epochs": rows})


def compute_curves(
    folds: Sequence[tuple[Sequence[Sequence[Any]], Sequence[AnnotatedSample]]],
    classes: Sequence[str],
) -> Curves:
    """Return training loss and accuracy (means over folds), test loss and accuracy (pooled).

    Parameters
    ----------
    folds : sequence of (epochs, samples)
        The results of :func:`predict_each_epoch`, and the test samples with their emotions.
    classes : sequence of str
        The classes, in the order of the probabilities.
    """
    columns: dict[str, dict[int, tuple[list[float], ...]]] = defaultdict(
        lambda: defaultdict(lambda: ([], [], [], []))
    )
    for epochs, samples in folds:
        indices = [classes.index(sample.emotion) for sample in samples]
        for name, number, loss, accuracy, probabilities in epochs:
            losses, accuracies, test_losses, hits = columns[name][number]
            losses.append(loss)
            accuracies.append(accuracy)
            for index, row in zip(indices, probabilities, strict=True):
                test_losses.append(-math.log(min(max(row[index], MIN_PROBABILITY), 1.0)))
                hits.append(row.index(max(row)) == index)
    return {
        name: {
            number: [sum(values) / len(values) for values in lists]
            for number, lists in epochs.items()
        }
        for name, epochs in columns.items()
    }


def _printed_epochs(epochs: Sequence[int]) -> set[int]:
    """Return the first and the last epoch, and some evenly between."""
    last = len(epochs) - 1
    count = min(len(epochs), MAX_TABLE_ROWS)
    return {epochs[round(row * last / max(count - 1, 1))] for row in range(count)}
