"""The training data of a fold, and training that diverges."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from mebench import MebenchError
from mebench.runner import AnnotatedVideo
from mebench_mean.baseline import Mean
from mebench_mean.fold_models import FoldModels
from mebench_mean.options import MeanOptions
from mebench_vision.features.feature_cache import apex_frame
from mebench_vision.features.intervals import onset_to_apex
from tests.mean.folds import spotting_fold


def test_a_missing_apex_is_searched_for_training_too(tmp_path: Path) -> None:
    """As in the long videos of SMIC."""
    fold, settings = spotting_fold(tmp_path), MeanOptions().features()
    video = fold.training[0]
    for one in video.expressions:
        assert onset_to_apex(video, one, settings, fold.store) == (one.onset, one.apex)
        blank = replace(one, apex=None)
        searched = apex_frame(video, one.onset, one.offset, settings, fold.store)
        assert onset_to_apex(video, blank, settings, fold.store) == (one.onset, searched)
        assert one.onset < searched <= one.offset


def test_another_apex_gives_another_network_key(tmp_path: Path) -> None:
    fold = spotting_fold(tmp_path)
    [video] = fold.training
    blank = AnnotatedVideo(video, [replace(one, apex=None) for one in video.expressions])
    options = MeanOptions()
    keys = [
        FoldModels(one, options).recognition.key for one in (fold, replace(fold, training=(blank,)))
    ]
    assert keys[0] != keys[1]


def test_diverged_training_is_an_error_and_not_stored(tmp_path: Path) -> None:
    fold = spotting_fold(tmp_path)
    options = MeanOptions(spotting_epochs=3, recognition_epochs=1, learning_rate=1e30)
    mean = Mean(options)
    mean.prepare(fold.training[0], fold.store, fold.report)
    before = set(tmp_path.rglob("*.npz"))
    with pytest.raises(MebenchError, match="training-diverged"):
        list(mean.predict(fold))
    assert set(tmp_path.rglob("*.npz")) == before
