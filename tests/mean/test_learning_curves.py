"""Lessons: every epoch of both curves, the last of which is the network that answers."""

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
    """Let the expression of the second person be named, whose apex is not known."""
    return spotting_fold(tmp_path_factory.mktemp("store"), samples=True)


@pytest.fixture(scope="module")
def lessons(fold: Fold) -> list[EpochResult]:
    return list(Mean(OPTIONS).learning_curves(fold))


def shares(lesson: EpochResult) -> np.ndarray:
    return np.array(
        [list((one.emotion_scores or {}).values()) for one in lesson.sample_predictions]
    )


def test_every_epoch_names_every_sample(fold: Fold, lessons: list[EpochResult]) -> None:
    assert [(one.curve, one.epoch) for one in lessons] == [
        *(("with transfer", 1), ("with transfer", 2)),
        *(("without transfer", 1), ("without transfer", 2)),
    ]
    assert fold.test_samples
    for one in lessons:
        assert [naming.sample for naming in one.sample_predictions] == list(fold.test_samples)
        assert shares(one).sum(axis=1) == pytest.approx(1, abs=1e-5)
        for naming, row in zip(one.sample_predictions, shares(one), strict=True):
            assert list(naming.emotion_scores or {}) == fold.protocol.classes
            assert naming.emotion == fold.protocol.classes[int(row.argmax())]
        # One expression is learnt from: it is named right or wrong.
        assert one.loss > 0 and one.accuracy in (0, 1)


def test_epochs_differ(lessons: list[EpochResult]) -> None:
    for first, last in (lessons[:2], lessons[2:]):
        assert np.abs(shares(first) - shares(last)).max() > 1e-4
        assert last.loss != first.loss


@pytest.mark.parametrize("transfer", [True, False])
def test_the_last_epoch_is_the_network_that_answers(
    fold: Fold, lessons: list[EpochResult], transfer: bool
) -> None:
    networks = FoldModels(fold, OPTIONS.model_copy(update={"transfer": transfer}))
    asked = sample_features(fold.test_samples, networks.features, fold.store)
    answered = outputs(networks.recognition.model, asked)
    last = lessons[1 if transfer else 3]
    assert np.abs(shares(last) - answered).max() < 1e-6


def test_recognition_protocols_have_one_curve(tmp_path: Path) -> None:
    fold, mean = recognition_fold(tmp_path), Mean(OPTIONS)
    found = list(mean.learning_curves(fold))
    assert [(one.curve, one.epoch) for one in found] == [("alone", 1), ("alone", 2)]
    answers = [one.emotion_scores for one in mean.predict(fold)]  # type: ignore[union-attr]
    last = [one.emotion_scores for one in found[-1].sample_predictions]
    for answer, one in zip(answers, last, strict=True):
        assert answer == pytest.approx(one, abs=1e-6)
