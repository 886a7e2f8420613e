"""Cost: the numbers of the paper, and the very answers of a run, measured on the way."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from mebench.baselines import Fold, Store
from mebench_mean.baseline import Mean
from mebench_mean.cost import TO_ANSWERS, TO_NAMES, measure
from mebench_mean.options import MeanOptions
from mebench_mean.stopwatch import MeasuredVideo, Stopwatch
from tests.mean.folds import recognition_fold, spotting_fold

OPTIONS = MeanOptions(spotting_epochs=1, recognition_epochs=1)


@pytest.fixture(scope="module")
def fold(tmp_path_factory: pytest.TempPathFactory) -> Fold:
    return spotting_fold(tmp_path_factory.mktemp("store"))


def kept(store: Store) -> set[Path]:
    return set(store.folder.rglob("*.npz"))


def test_a_fold_is_measured(fold: Fold) -> None:
    cost, answers = measure(fold, OPTIONS)
    assert cost.parameters == {"spotting": 3621, "recognition": 4407, "both": 7608}
    assert cost.multiplications == 1_716_568
    assert cost.frames == 60
    assert list(cost.training) == ["spotting", "recognition"]
    assert tuple(cost.inference) == TO_ANSWERS
    assert min(*cost.training.values(), *cost.inference.values()) > 0
    # Flow is by far the most; a step that were counted twice or under another name would show.
    assert cost.inference["flow"] > 5 * cost.inference["intervals"]
    before = kept(fold.store)
    expected = list(Mean(OPTIONS).predict(fold))
    assert [one.spotted for one in answers] == [one.spotted for one in expected]  # type: ignore[union-attr]
    # The run keeps networks and the test video, none of which were there.
    assert len(kept(fold.store) - before) >= 4


def test_nothing_kept_is_used(fold: Fold) -> None:
    """Whatever is in the store of a run, the test video is read and the networks are trained."""
    list(Mean(OPTIONS).predict(fold))
    before = kept(fold.store)
    cost = Mean(OPTIONS).cost(fold)
    assert min(*cost.training.values(), *cost.inference.values()) > 0
    assert kept(fold.store) == before


def test_without_transfer_nothing_is_shared(fold: Fold) -> None:
    cost = Mean(MeanOptions(spotting_epochs=1, recognition_epochs=1, transfer=False)).cost(fold)
    assert cost.parameters == {"spotting": 3621, "recognition": 4407, "both": 8028}
    assert cost.multiplications == 1_716_568 + 42 * 42 * 25 * 14


def test_recognition_protocols(tmp_path: Path) -> None:
    fold = recognition_fold(tmp_path)
    cost, namings = measure(fold, OPTIONS)
    assert cost.parameters == {"recognition": 4407}
    assert list(cost.training) == ["recognition"]
    assert tuple(cost.inference) == TO_NAMES
    assert cost.frames == 60
    assert min(cost.inference.values()) > 0
    assert [one.emotion_scores for one in namings] == [  # type: ignore[union-attr]
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
    whole = time.perf_counter() - begin
    assert watch.seconds["inner"] >= 0.05
    assert 0.02 <= watch.seconds["outer"] < whole - 0.05
    assert sum(watch.seconds.values()) <= whole


def test_a_measured_video_is_the_video(fold: Fold) -> None:
    watch = Stopwatch(("frames",))
    [video] = fold.test
    found = list(MeasuredVideo(video, watch).frames(3, 6))
    assert all((one == other).all() for one, other in zip(found, video.frames(3, 6), strict=True))
    assert watch.seconds["frames"] > 0
