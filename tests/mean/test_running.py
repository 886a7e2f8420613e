"""MEAN and its control as users run them: rendered videos, one epoch."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import numpy as np
import pytest

from tests.mean.runs import FRAMES, UNDISTURBED, finished_run, run_arguments, typed


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two people with one short video each, and one run of MEAN."""
    return finished_run(tmp_path_factory.mktemp("mean"))


def run(
    folder: Path,
    name: str,
    *more: str,
    baseline: str = "mean",
    store: str = f"{UNDISTURBED}-store",
) -> None:
    typed(folder, *run_arguments(name, "--store", store, *more, baseline=baseline))


def predictions(folder: Path, name: str) -> bytes:
    return (folder / name / "predictions.json").read_bytes()


def test_the_submission_is_complete(folder: Path) -> None:
    document = json.loads(predictions(folder, UNDISTURBED))
    protocol = tomllib.loads((folder / "people" / "protocol.toml").read_text())
    assert len(protocol["classes"]) > 1
    assert document["system"]["model_selection"] == "none"
    assert [fold["test"] for fold in document["folds"]] == [["s01"], ["s02"]]
    predicted = 0
    for video in document["videos"]:
        scores = [one["score"] for one in video["intervals"]]
        # Every local peak is a candidate; the threshold of the video selects predictions.
        chosen = sum(score >= video["score_threshold"] for score in scores)
        assert len(scores) > chosen
        predicted += chosen
        for one in video["intervals"]:
            assert 0 <= one["onset"] <= one["offset"] < FRAMES
            assert list(one["emotion_scores"]) == protocol["classes"]
            assert sum(one["emotion_scores"].values()) == pytest.approx(1, abs=1e-5)
    assert predicted >= 1
    report = json.loads((folder / UNDISTURBED / "report.json").read_text())
    assert "thr:video" in report["signature"]
    assert report["metrics"]["ap"]["value"] is not None
    assert report["folds"]["verified"]


def test_the_curves_have_one_number_per_frame(folder: Path) -> None:
    with np.load(folder / UNDISTURBED / "curves.npz", allow_pickle=False) as curves:
        assert sorted(curves.files)[:2] == ["s01/v1/smoothed", "s01/v1/spotting"]
        for name in curves.files:
            assert curves[name].shape == (FRAMES,)
            assert np.isfinite(curves[name][: FRAMES - 3]).all()


def test_the_manifest_has_every_setting(folder: Path) -> None:
    manifest = json.loads((folder / UNDISTURBED / "manifest.json").read_text())
    assert manifest["options_passed"] == {"spotting_epochs": 1, "recognition_epochs": 1}
    assert manifest["options_defaulted"]["preset"] == "released"
    assert manifest["options_defaulted"]["negatives"] == 5
    assert {"keras", "tensorflow", "numba"} <= set(manifest["versions"])


def test_the_control_has_the_same_form(folder: Path) -> None:
    run(folder, "control", baseline="flow-magnitude")
    document = json.loads(predictions(folder, "control"))
    assert document["system"]["name"] == "flow-magnitude"
    emotions = {one["emotion"] for video in document["videos"] for one in video["intervals"]}
    assert len(emotions) <= 3 and all(video["intervals"] for video in document["videos"])
