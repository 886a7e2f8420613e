"""Learning curves: every epoch of both curves; the last is the network that predicts."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from mebench.runner import EpochResult, Fold
from mebench_mean.baseline import Mean
from mebench_mean.fold_models import FoldModels
from mebench_mean.options import MeanOptions
from mebench_mean.training import outputs
from mebench_mean.training_data import sample_features
from tests.mean.folds import recognition_fold, spotting_fold

OPTIONS = MeanOptions(spotting_epochs=1, recognition_epochs=2, learning_rate=0.01)


@pytest.fixture(scope="module")
def fold(tmp_path_factory: pytest.TempPathFactory) -> Fold:
    """Give the expression of the second person as a sample without apex."""
    return spotting_fold(tmp_path_factory.mktemp("store"), samples=True)


@pytest.fixture(scope="module")
def results(fold: Fold) -> list[EpochResult]:
    return list(Mean(OPTIONS).learning_curves(fold))


def probabilities(result: EpochResult) -> np.ndarray:
    return np.array(
        [list((one.emotion_scores or {}).values()) for one in result.sample_predictions]
    )


def test_every_epoch_predicts_every_sample(fold: Fold, results: list[EpochResult]) -> None:
    assert [(one.curve, one.epoch) for one in results] == [
        *(("with transfer", 1), ("with transfer", 2)),
        *(("without transfer", 1), ("without transfer", 2)),
    ]
    assert fold.test_samples
    for one in results:
        assert [prediction.sample for prediction in one.sample_predictions] == list(
            fold.test_samples
        )
        assert probabilities(one).sum(axis=1) == pytest.approx(1, abs=1e-5)
        for prediction, row in zip(one.sample_predictions, probabilities(one), strict=True):
            assert list(prediction.emotion_scores or {}) == fold.protocol.classes
            assert prediction.emotion == fold.protocol.classes[int(row.argmax())]
        # There is one training expression, predicted correctly or not.
        assert one.loss > 0 and one.accuracy in (0, 1)


def test_epochs_differ(results: list[EpochResult]) -> None:
    for first, last in (results[:2], results[2:]):
        assert np.abs(probabilities(first) - probabilities(last)).max() > 1e-4
        assert last.loss != first.loss


@pytest.mark.parametrize("transfer", [True, False])
def test_the_last_epoch_is_the_network_that_predicts(
    fold: Fold, results: list[EpochResult], transfer: bool
) -> None:
    fold_models = FoldModels(fold, OPTIONS.model_copy(update={"transfer": transfer}))
    features = sample_features(fold.test_samples, fold_models.features, fold.store)
    expected = outputs(fold_models.recognition.model, features)
    last = results[1 if transfer else 3]
    assert np.abs(probabilities(last) - expected).max() < 1e-6


def test_recognition_protocols_have_one_curve(tmp_path: Path) -> None:
    fold, mean = recognition_fold(tmp_path), Mean(OPTIONS)
    found = list(mean.learning_curves(fold))
    assert [(one.curve, one.epoch) for one in found] == [("alone", 1), ("alone", 2)]
    answers = [one.emotion_scores for one in mean.predict(fold)]  # type: ignore[union-attr]
    last = [one.emotion_scores for one in found[-1].sample_predictions]
    for answer, one in zip(answers, last, strict=True):
        assert answer == pytest.approx(one, abs=1e-6)
