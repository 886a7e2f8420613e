"""Learning curves: every epoch of both curves; the last is the network that predicts."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from mebench.runner import AnnotatedSample, Fold
from mebench_mean.baseline import Mean
from mebench_mean.fold_models import FoldModels
from mebench_mean.options import MeanOptions
from mebench_mean.studies.learning_curves import compute_curves, predict_each_epoch
from mebench_mean.training import outputs
from mebench_mean.training_data import sample_features
from tests.mean.folds import people, recognition_fold, spotting_fold

OPTIONS = MeanOptions(spotting_epochs=1, recognition_epochs=2, learning_rate=0.01)


@pytest.fixture(scope="module")
def fold(tmp_path_factory: pytest.TempPathFactory) -> Fold:
    """Give the expression of the second person as a sample without apex."""
    return spotting_fold(tmp_path_factory.mktemp("store"), samples=True)


@pytest.fixture(scope="module")
def epochs(fold: Fold) -> list[Any]:
    return predict_each_epoch(Mean(OPTIONS), fold).data["epochs"]  # type: ignore[no-any-return]


def test_every_epoch_predicts_every_sample(fold: Fold, epochs: list[Any]) -> None:
    assert [(name, number) for name, number, *_ in epochs] == [
        *(("with transfer", 1), ("with transfer", 2)),
        *(("without transfer", 1), ("without transfer", 2)),
    ]
    assert fold.test_samples
    for *_, loss, accuracy, probabilities in epochs:
        assert np.shape(probabilities) == (len(fold.test_samples), len(fold.protocol.classes))
        assert np.sum(probabilities, axis=1) == pytest.approx(1, abs=1e-5)
        # There is one training expression, predicted correctly or not.
        assert loss > 0 and accuracy in (0, 1)


def test_epochs_differ(epochs: list[Any]) -> None:
    for first, last in (epochs[:2], epochs[2:]):
        assert np.abs(np.subtract(first[-1], last[-1])).max() > 1e-4
        assert last[2] != first[2]


@pytest.mark.parametrize("transfer", [True, False])
def test_the_last_epoch_is_the_network_that_predicts(
    fold: Fold, epochs: list[Any], transfer: bool
) -> None:
    fold_models = FoldModels(fold, OPTIONS.model_copy(update={"transfer": transfer}))
    features = sample_features(fold.test_samples, fold_models.features, fold.store)
    expected = outputs(fold_models.recognition.model, features)
    last = epochs[1 if transfer else 3]
    assert np.abs(np.subtract(last[-1], expected)).max() < 1e-6


def test_recognition_protocols_have_one_curve(tmp_path: Path) -> None:
    fold, mean = recognition_fold(tmp_path), Mean(OPTIONS)
    found = predict_each_epoch(mean, fold).data["epochs"]
    assert [(name, number) for name, number, *_ in found] == [("alone", 1), ("alone", 2)]
    for answer, row in zip(mean.predict(fold), found[-1][-1], strict=True):
        scores = answer.emotion_scores  # type: ignore[union-attr]
        assert list((scores or {}).values()) == pytest.approx(row, abs=1e-6)


def test_curves_are_means_over_folds_and_pooled_over_samples() -> None:
    classes = ["negative", "positive", "surprise"]
    video = people()[0]
    sample = AnnotatedSample("set", "s01", "1", video, 0, 1, 2, "negative")
    emotions = (["negative"], ["negative", "surprise", "negative"])
    folds = []
    for number, names in enumerate(emotions):
        rows = [
            ["any", epoch, 1 / epoch, number, [[0.4 + 0.2 * epoch, 0.3, 0.0]] * len(names)]
            for epoch in (1, 2, 3)
        ]
        folds.append((rows, [replace(sample, emotion=name) for name in names]))
    curves = compute_curves(folds, classes)
    assert list(curves) == ["any"]
    for epoch, row in curves["any"].items():
        # Probability 0 is raised, as in Keras.
        test_loss = (-3 * math.log(min(0.4 + 0.2 * epoch, 1)) - math.log(1e-7)) / 4
        assert row == pytest.approx([1 / epoch, 0.5, test_loss, 0.75])
