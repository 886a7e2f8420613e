"""Folds in any order, by any number of processes, into one folder: the same submission."""

from __future__ import annotations

import json
import os
import platform
import sys
from dataclasses import replace
from importlib.metadata import PackageNotFoundError
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import mebench
from mebench.diagnostics import MebenchError, UsageError
from mebench.runner import scored_run
from mebench.runner.locations import DatasetLocation
from mebench.runner.run_config import dataset_locations
from tests.runner.distribution import RECOGNITION, samples, write
from tests.runner.running import Bench, carried_out, finished, submission

OPTIONS = {"curves": True, "reach": 3}


@pytest.mark.usefixtures("installed")
def test_any_number_of_jobs_and_any_order(eight: Path, tmp_path: Path) -> None:
    for jobs in (1, 3):
        carried_out("steady", eight, tmp_path / str(jobs), OPTIONS, jobs=jobs)
    for part in ("7,2-4", "5,6,0-1"):
        finished = carried_out("steady", eight, tmp_path / "parts", OPTIONS, selection=part)
        assert (finished.report is None) == (part == "7,2-4")
    for name in ("predictions.json", "curves.npz", "report.json"):
        contents = {(tmp_path / one / name).read_bytes() for one in ("1", "3", "parts")}
        assert len(contents) == 1, name


def test_array_jobs_share_a_folder(bench: Bench, eight: Path) -> None:
    bench = replace(bench, data=eight)
    options = ("--pause", "0.1", "--jobs", "1", "-o", "shared")
    parts = [
        bench.start(bench.command("steady", *options, "--folds", part))
        for part in ("0,3-5", "1-2,6-7")
    ]
    ended = [finished(one) for one in parts]
    assert [one.status for one in ended] == [0, 0]
    assert any("Wrote shared/predictions.json" in one.err for one in ended)
    assert bench.here("steady", "--pause", "0.1", "-o", "whole").status == 0
    assert submission(bench.folder / "shared") == submission(bench.folder / "whole")
    again = bench.here("steady", *options)
    assert "[run-exists]" in again.err


@pytest.mark.parametrize("selection", ["8", "-1", "3-2", "", ",", "0,,1", "a", "1-", "0-99999999"])
@pytest.mark.usefixtures("installed")
def test_folds_that_do_not_exist(eight: Path, tmp_path: Path, selection: str) -> None:
    with pytest.raises(UsageError) as caught:
        carried_out("steady", eight, tmp_path / "run", selection=selection)
    [one] = caught.value.diagnostics
    assert one.code == "bad-folds"
    assert "0 to 7" in one.remedy


@pytest.mark.usefixtures("installed")
def test_the_submission_does_not_depend_on_time_and_machine(four: Path, tmp_path: Path) -> None:
    carried_out("steady", four, tmp_path / "run", OPTIONS, seed=5)
    document = json.loads(submission(tmp_path / "run"))
    assert set(document) == {"format", "protocol", "system", "folds", "videos"}
    assert document["system"] == {
        "name": "steady",
        "version": "3",
        "authors": ["A. Author"],
        "model_selection": "none",
        "isolation": "shared-process",
    }
    assert [fold["test"] for fold in document["folds"]] == [["s0"], ["s1"], ["s2"], ["s3"]]
    assert all(set(fold) == {"test", "seed"} for fold in document["folds"])
    text = submission(tmp_path / "run").decode()
    for word in (str(tmp_path), str(four), platform.node() or "?", "jobs", "seconds", "time"):
        assert word not in text
    assert (
        mebench.score(
            tmp_path / "run" / "predictions.json",
            four / "truth.json",
            str(four / "protocol.toml"),
        ).to_json()["metrics"]
        == json.loads((tmp_path / "run" / "report.json").read_bytes())["metrics"]
    )
    with np.load(tmp_path / "run" / "curves.npz") as curves:
        assert len(curves.files) == 8
        assert curves["s3/v1/sureness"].shape == (50,)


def test_the_manifest_records_how_and_when(bench: Bench) -> None:
    arguments = ("--seed", "9", "--count", "1", "-o", "run")
    assert bench.here("steady", *arguments).status == 0
    assert not (bench.folder / "run" / "curves.npz").exists()
    found: dict[str, Any] = json.loads((bench.folder / "run" / "manifest.json").read_bytes())
    assert found["command"]["passed"]["seed"] == 9
    assert found["command"]["passed"]["baseline_arguments"] == ["--count", "1"]
    assert found["command"]["defaulted"]["resume"] is False
    assert found["options_passed"] == {"count": 1}
    assert set(found["options_defaulted"]) == {"pause", "curves", "reach", "die_once"}
    assert found["plan"]["package"] == "trials 1.5"
    assert found["plan"]["baseline_version"] == "3"
    assert found["versions"]["mebench"] == mebench.__version__
    assert found["versions"]["python"] == platform.python_version()
    assert found["versions"]["numpy"] == np.__version__
    assert found["finished"].startswith("20")
    assert found["executable"] == sys.executable
    assert "git_revision" in found
    assert [fold["test"][1] for fold in found["folds"]] == ["s0", "s1", "s2", "s3"]
    assert all(fold["seconds"] >= 0 for fold in found["folds"])
    assert len({fold["seed"] for fold in found["folds"]}) == 4


@pytest.mark.parametrize(
    "opencv",
    [
        "opencv-python",
        "opencv-python-headless",
        "opencv-contrib-python",
        "opencv-contrib-python-headless",
    ],
)
def test_the_manifest_lists_whichever_opencv_is_installed(
    opencv: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed = {"numpy": "2.0", opencv: "4.10"}

    def version(name: str) -> str:
        if name not in installed:
            raise PackageNotFoundError(name)
        return installed[name]

    monkeypatch.setattr(scored_run, "version", version)
    assert scored_run.package_versions() == installed


def test_clipped_intervals_are_counted(bench: Bench) -> None:
    done = bench.here("steady", "--reach", "30", "-o", "run")
    found = json.loads((bench.folder / "run" / "manifest.json").read_bytes())
    clipped = sum(fold["intervals_clipped"] for fold in found["folds"])
    assert clipped > 1
    assert f"{clipped} intervals clipped to the video." in done.err


@pytest.mark.usefixtures("installed")
def test_each_video_is_prepared_once(four: Path, tmp_path: Path) -> None:
    for name, jobs in (("first", 2), ("second", 1)):
        carried_out("prepared", four, tmp_path / name, jobs=jobs, store=tmp_path / "kept")
    logs = {
        name: b"".join(one.read_bytes() for one in (tmp_path / name / "logs").iterdir())
        for name in ("first", "second")
    }
    assert (logs["first"].count(b"made"), logs["first"].count(b"found")) == (8, 0)
    assert (logs["second"].count(b"made"), logs["second"].count(b"found")) == (0, 8)
    assert submission(tmp_path / "first") == submission(tmp_path / "second")


def test_the_size_is_printed_before_the_run(bench: Bench) -> None:
    done = bench.here("prepared", "--folds", "0-1", "-o", "run", "--store", "kept")
    size = "2 folds of 4, 8 videos, 400 frames, 392 frame pairs, 3.2 MB of prepared arrays"
    assert f"prepared on trials under trials@1: {size}; " in done.err
    assert "2 of 4 folds are done; the process that finishes the last fold writes" in done.err


@pytest.mark.usefixtures("installed")
def test_samples_of_all_folds_are_merged(tmp_path: Path) -> None:
    data = write(tmp_path / "data", samples(3), RECOGNITION)
    carried_out("steady", data, tmp_path / "run")
    document = json.loads(submission(tmp_path / "run"))
    assert len(document["samples"]) == 9
    assert "videos" not in document


@pytest.mark.skipif(
    not Path("/proc/self").exists(), reason="/proc is a folder without write access"
)
@pytest.mark.usefixtures("installed")
def test_a_folder_that_cannot_be_written(four: Path, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for folder in (Path("/proc/run"), tmp_path / "file", tmp_path / "file" / "run"):
        with pytest.raises(MebenchError, match="cannot-write"):
            carried_out("steady", four, folder)


@pytest.mark.skipif(os.name != "posix", reason="the limit is one of POSIX shells")
@pytest.mark.parametrize("kilobytes", [0, 2])
def test_a_full_disk(bench: Bench, kilobytes: int) -> None:
    """A file that cannot be written completely does not exist."""
    arguments = ("--count", "60", "--jobs", "1", "-o", "run")
    command = " ".join(f"'{one}'" for one in bench.command("steady", *arguments))
    done = finished(bench.start(["bash", "-c", f"ulimit -f {kilobytes}; {command}"]))
    assert done.status == 2
    assert "error [cannot-write]" in done.err
    left = [file for file in (bench.folder / "run").rglob("*") if file.suffix == ".json"]
    assert [file.name for file in left] == (["plan.json"] if kilobytes else [])
    assert all(json.loads(file.read_bytes()) for file in left)
    assert not list((bench.folder / "run").rglob(".mebench-*"))
    assert bench.here("steady", *arguments, "--resume").status == 0


def test_a_run_without_finished_folds_can_start_again(bench: Bench) -> None:
    options = ("-o", "run", "--jobs", "1")
    failed = bench.here("steady", *options, "--scheduler", "tcp://127.0.0.1")
    assert "[scheduler-unreachable]" in failed.err
    assert bench.here("steady", *options).status == 0
    assert "[run-exists]" in bench.here("steady", *options).err


@pytest.mark.parametrize("root", ["nowhere", "generic=nowhere"])
@pytest.mark.usefixtures("installed")
def test_a_root_that_no_data_set_needs(root: str) -> None:
    with pytest.raises(UsageError) as caught:
        dataset_locations(["synthetic"], [root])
    assert [one.code for one in caught.value.diagnostics] == ["bad-root"]


def test_a_bare_root_is_that_of_the_only_data_set(tmp_path: Path) -> None:
    for text in (str(tmp_path), f"generic={tmp_path}"):
        [location] = dataset_locations(["generic"], [text])
        assert location == DatasetLocation("generic", str(tmp_path))
    with pytest.raises(UsageError, match="bad-root"):
        dataset_locations(["generic"], [str(tmp_path), f"generic={tmp_path}"])
    with pytest.raises(UsageError, match="bad-root"):
        dataset_locations(["generic", "synthetic"], [str(tmp_path)])
