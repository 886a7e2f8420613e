"""What a fold is learnt from, and what it refuses to learn."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from mebench import MebenchError
from mebench.runner import AnnotatedVideo
from mebench_mean.baseline import Mean
from mebench_mean.fold_models import FoldModels
from mebench_mean.options import MeanOptions
from mebench_mean.training_data import onset_to_apex
from mebench_vision.features.cache import apex_frame
from tests.mean.folds import spotting_fold


def test_an_apex_that_is_not_annotated_is_searched_for_learning_too(tmp_path: Path) -> None:
    """As SMIC's, whose long videos are spotted in."""
    fold, settings = spotting_fold(tmp_path), MeanOptions().features()
    video = fold.training[0]
    for one in video.expressions:
        assert onset_to_apex(video, one, settings, fold.store) == (one.onset, one.apex)
        blank = replace(one, apex=None)
        searched = apex_frame(video, one.onset, one.offset, settings, fold.store)
        assert onset_to_apex(video, blank, settings, fold.store) == (one.onset, searched)
        assert one.onset < searched <= one.offset


def test_networks_of_other_apexes_are_others(tmp_path: Path) -> None:
    fold = spotting_fold(tmp_path)
    [video] = fold.training
    blank = AnnotatedVideo(video, [replace(one, apex=None) for one in video.expressions])
    options = MeanOptions()
    keys = [
        FoldModels(one, options).recognition.key for one in (fold, replace(fold, training=(blank,)))
    ]
    assert keys[0] != keys[1]


def test_training_that_diverges_is_said_and_not_kept(tmp_path: Path) -> None:
    fold = spotting_fold(tmp_path)
    options = MeanOptions(spotting_epochs=3, recognition_epochs=1, learning_rate=1e30)
    mean = Mean(options)
    mean.prepare(fold.training[0], fold.store, fold.report)
    kept = set(tmp_path.rglob("*.npz"))
    with pytest.raises(MebenchError, match="training-diverged"):
        list(mean.predict(fold))
    assert set(tmp_path.rglob("*.npz")) == kept
