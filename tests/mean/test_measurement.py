"""Cost: the numbers of the paper, and predictions equal to those of a run."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from mebench.runner import Fold, Store
from mebench_mean.architecture import recognition_network, spotting_network
from mebench_mean.baseline import Mean
from mebench_mean.fold_models import FoldModels
from mebench_mean.options import MeanOptions
from mebench_mean.studies.measurement import (
    SAMPLE_STEPS,
    VIDEO_STEPS,
    MeasuredVideo,
    Stopwatch,
    measure,
    operations_of,
    parameters_of,
)
from tests.mean.folds import recognition_fold, spotting_fold

OPTIONS = MeanOptions(spotting_epochs=1, recognition_epochs=1)


@pytest.fixture(scope="module")
def fold(tmp_path_factory: pytest.TempPathFactory) -> Fold:
    return spotting_fold(tmp_path_factory.mktemp("store"))


def test_a_fold_is_measured_without_stored_data(fold: Fold) -> None:
    expected = list(Mean(OPTIONS).predict(fold))
    fold_models = FoldModels(fold, OPTIONS)
    [video] = fold.test
    settings = fold_models.features
    # A measurement that reads these from the store would predict something else, or fail.
    for key in (settings.key(video), settings.faces_key(video)):
        spoil(fold.store, key)
    for network in (fold_models.spotting, fold_models.recognition):
        spoil(fold.store, network.key)
    cost, predictions = measure(fold, OPTIONS, training_share=1)
    assert [video.spotted for video in predictions] == [video.spotted for video in expected]  # type: ignore[union-attr]
    assert cost["parameters"] == {"spotting": 3621, "recognition": 4407, "both": 7608}
    assert cost["multiplications"] == 1_716_568
    assert cost["frames"] == 30
    assert list(cost["training"]) == list(cost["validation"]) == ["spotting", "recognition"]
    assert tuple(cost["inference"]) == VIDEO_STEPS
    assert min(*cost["training"].values(), *cost["inference"].values()) > 0
    # Flow takes by far the most time, so time counted for the wrong step would show.
    assert cost["inference"]["flow"] > 5 * cost["inference"]["intervals"]


def spoil(store: Store, key: dict[str, Any]) -> None:
    """Set the arrays stored under a key to zeros."""
    arrays = store.get(key)
    assert arrays is not None
    store.put(key, {name: np.zeros_like(array) for name, array in arrays.items()})


def test_without_transfer_nothing_is_shared() -> None:
    models = {"spotting": spotting_network(), "recognition": recognition_network(3)}
    for transfer, both, operations in (
        (True, 7608, 1_716_568),
        (False, 8028, 1_716_568 + 42 * 42 * 25 * 14),
    ):
        assert parameters_of(models, transfer=transfer)["both"] == both
        assert operations_of(models, transfer=transfer) == operations


def test_recognition_protocols(tmp_path: Path) -> None:
    fold = recognition_fold(tmp_path)
    cost, predictions = measure(fold, OPTIONS, training_share=1)
    assert cost["parameters"] == {"recognition": 4407}
    assert list(cost["training"]) == ["recognition"]
    assert tuple(cost["inference"]) == SAMPLE_STEPS
    assert cost["frames"] == 30
    assert min(cost["inference"].values()) > 0
    assert [one.emotion_scores for one in predictions] == [  # type: ignore[union-attr]
        pytest.approx(one.emotion_scores, abs=1e-6)  # type: ignore[union-attr]
        for one in Mean(OPTIONS).predict(fold)
    ]


def test_a_step_within_a_step_stops_the_outer_clock() -> None:
    watch = Stopwatch(("outer", "inner"))
    begin = time.perf_counter()
    with watch.step("outer"):
        time.sleep(0.02)
        with watch.step("inner"):
            time.sleep(0.05)
    total = time.perf_counter() - begin
    assert watch.seconds["inner"] >= 0.05
    assert 0.02 <= watch.seconds["outer"] < total - 0.05
    assert sum(watch.seconds.values()) <= total


def test_a_measured_video_is_the_video(fold: Fold) -> None:
    watch = Stopwatch(("frames",))
    [video] = fold.test
    frames = list(MeasuredVideo(video, watch).frames(3, 6))
    assert all(
        (frame == other).all() for frame, other in zip(frames, video.frames(3, 6), strict=True)
    )
    assert watch.seconds["frames"] > 0
