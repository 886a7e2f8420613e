"""Liong 2016 is its spotter and its recognizer, under a name of its own."""

from __future__ import annotations

import pickle
from pathlib import Path

from mebench.runner import UnseenVideo, VideoPrediction, ignore_progress
from mebench.runner.registry import baseline_class
from mebench.runner.run_config import options_from_mapping
from mebench_classics.bi_woof import BiWoof
from mebench_classics.liong2016 import Liong2016
from mebench_classics.optical_strain import OpticalStrain, OpticalStrainOptions
from tests.classics.spotting import spotting_fold


def test_it_travels_by_its_own_name() -> None:
    assert baseline_class("liong2016") is Liong2016
    assert pickle.loads(pickle.dumps(Liong2016)) is Liong2016
    assert Liong2016.parts == (OpticalStrain, BiWoof)
    assert Liong2016.version == f"{OpticalStrain.version}+{BiWoof.version}"
    assert Liong2016.spots and Liong2016.recognizes


def test_intervals_are_those_of_the_strain_and_all_have_an_emotion(tmp_path: Path) -> None:
    fold = spotting_fold(tmp_path, "synthetic-str")
    baseline = Liong2016(options_from_mapping(Liong2016, {"threshold": 0.3}))
    baseline.protocol = fold.protocol
    for video in (*fold.training, *fold.test):
        baseline.prepare(UnseenVideo(video), fold.store, ignore_progress)
    [prediction] = baseline.predict(fold)
    assert isinstance(prediction, VideoPrediction)
    strain = OpticalStrain(OpticalStrainOptions(threshold=0.3))
    strain.protocol = fold.protocol
    [alone] = strain.predict(fold)
    frames = [(one.onset, one.apex, one.offset, one.score) for one in alone.spotted]
    assert frames
    assert [(one.onset, one.apex, one.offset, one.score) for one in prediction.spotted] == frames
    assert {one.emotion for one in prediction.spotted} <= set(fold.protocol.classes)
    assert baseline.deviations()[0].startswith("The paper spots one apex per video")
