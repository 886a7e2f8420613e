"""Baselines that raise, hang, die or print: one task after the other, in real processes."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from mebench.diagnostics import MebenchError
from mebench.protocols.loader import load_protocol
from mebench.runner import Baseline, BaselineOptions, Fold, Size, VideoPrediction
from mebench.runner.jobs import JobFactory
from mebench.runner.processes.local_executor import LocalExecutor
from mebench.runner.processes.tasks import Outcome, Task
from mebench.runner.run_baseline import forecast
from mebench.runner.run_data import (
    DatasetLocation,
    leave_one_subject_out,
    load_run_data,
    open_datasets,
)
from tests.runner.running import Bench, carried_out

pytestmark = pytest.mark.usefixtures("installed")

CODES = {
    "raise": "baseline-raised",
    "raise-base": "baseline-raised",
    "unspeakable": "worker-died",
    "quit": "worker-died",
    "killed": "worker-died",
    "fork-and-quit": "worker-died",
    "sleep": "fold-timeout",
    "busy": "fold-timeout",
    "start-child-and-hang": "fold-timeout",
    "shout": None,
    "start-child": None,
    "flood": None,
    "none": None,
}


def outcomes(faults: list[str], data: Path, logs: Path) -> dict[str, Outcome]:
    """Run the first fold in one worker, with one fault after the other."""
    protocol = load_protocol(data / "protocol.toml")
    dataset_locations = [DatasetLocation("trials", str(data))]
    run_data = load_run_data(protocol, open_datasets(dataset_locations))
    fold = leave_one_subject_out(run_data, 0)[0]
    tasks = [
        Task(
            fault,
            JobFactory(
                "faulty", {"fault": fault, "on": "s0"}, protocol, dataset_locations, logs / "store"
            ).fold(fold, run_data, with_truth=False),
            1.0 if CODES.get(fault) == "fold-timeout" else 60,
        )
        for fault in faults
    ]
    logs.mkdir(exist_ok=True)
    with closing(LocalExecutor(1, logs)) as executor:
        return {one.task.name: one for one in executor.run(tasks, lambda *_: None)}


def test_each_fault_ends_its_own_task_alone(
    four: Path, bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After every fault the next task runs, and no process is left."""
    monkeypatch.setenv("MEBENCH_TRIAL", bench.mark)
    found = outcomes(list(CODES), four, bench.folder)
    assert {
        name: None if one.failure is None else one.failure.code for name, one in found.items()
    } == CODES
    ends = {name: one.failure.message for name, one in found.items() if one.failure is not None}
    assert ends["quit"] == "quit: the worker process ended with exit status 3."
    assert ends["fork-and-quit"].endswith("with exit status 3.")
    assert "SIGKILL" in ends["killed"]
    assert "SystemExit: no more" in ends["raise-base"]
    assert ends["busy"] == "busy: stopped at the time limit of 1 s."
    printed = b"".join(file.read_bytes() for file in bench.folder.glob("worker-*.txt"))
    for words in (b"to the log", b"raw bytes \xff\x00 too", b"and complaints", b"from a shell"):
        assert words in printed


@pytest.mark.parametrize("fault", ["raise", "raise-coded", "several"])
def test_a_fold_that_fails_is_named_and_the_others_are_kept(
    four: Path, tmp_path: Path, fault: str
) -> None:
    folder = tmp_path / "run"
    with pytest.raises(MebenchError) as caught:
        carried_out("faulty", four, folder, {"fault": fault, "on": "s1"}, jobs=2)
    diagnostics = caught.value.diagnostics
    assert all("fold 1 (s1)" in one.message for one in diagnostics)
    expected = {"raise": "baseline-raised", "raise-coded": "missing-frames"}
    assert {one.code for one in diagnostics} == {expected.get(fault, "baseline-answer")}
    if fault == "several":
        assert len(diagnostics) == 5
        assert [one.place.video for one in diagnostics] == ["v0", "v0", "v1", "v1", "v0"]
    if fault == "raise":
        log = Path(diagnostics[0].place.file or "")
        assert log.parent == folder / "logs"
        assert "the \\udc80 sky" in log.read_text(encoding="utf-8")
    assert sorted(one.name for one in (folder / "folds").iterdir()) == [
        "000.json",
        "002.json",
        "003.json",
    ]
    assert not (folder / "predictions.json").exists()


def test_two_hundred_thousand_intervals(four: Path, tmp_path: Path) -> None:
    """Results that are much larger than the buffer of a pipe arrive complete."""
    carried_out("faulty", four, tmp_path / "run", {"fault": "huge", "on": "s2"})
    fold = json.loads((tmp_path / "run" / "folds" / "002.json").read_bytes())
    assert [len(video["intervals"]) for video in fold["head"]["videos"]] == [200_000, 0]


def test_the_command_reports_a_failed_fold(bench: Bench) -> None:
    options = ("--fault", "sleep", "--on", "s3", "--fold-timeout", "3", "--jobs", "2")
    done = bench.run("faulty", *options, "-o", "run")
    assert done.status == 1
    assert "error [fold-timeout] fold 3 (s3): stopped at the time limit of 3 s." in done.err
    assert len(list((bench.folder / "run" / "folds").iterdir())) == 3
    assert done.out == ""


BROKEN: list[tuple[str, str, str]] = [
    ("no-start", "baseline-raised", "RuntimeError: never"),
    ("no-size", "baseline-raised", "RuntimeError: immeasurable"),
    ("none-size", "baseline-raised", "'NoneType'"),
    ("abstract", "plugin-broken", "no method predict"),
    ("odd-version", "plugin-broken", "The version of the baseline 'odd-version' is 2"),
    ("odd-authors", "plugin-broken", "`authors`"),
    ("odd-options", "plugin-broken", "not a subclass of BaselineOptions"),
    ("misnamed", "plugin-broken", "'something-else'"),
    ("no-baseline", "plugin-broken", "not a subclass of Baseline"),
    ("no-attribute", "plugin-broken", "NotThere"),
    ("unimportable", "plugin-broken", "this_is_not_there"),
]


@pytest.mark.parametrize(("name", "code", "word"), BROKEN, ids=[one[0] for one in BROKEN])
def test_a_broken_baseline_is_refused_before_the_run(
    four: Path, tmp_path: Path, name: str, code: str, word: str
) -> None:
    from mebench.runner.run_baseline import Run
    from tests.runner.running import request

    with pytest.raises(MebenchError) as caught:
        Run(request(name, four, tmp_path / "run")).forecast()
    [one] = caught.value.diagnostics
    assert one.code == code
    assert word in one.message
    assert not (tmp_path / "run").exists()


def test_progress_is_reported_to_the_callback(four: Path, tmp_path: Path) -> None:
    reported: list[tuple[str, float, str]] = []
    protocol = load_protocol(four / "protocol.toml")
    dataset_locations = [DatasetLocation("trials", str(four))]
    run_data = load_run_data(protocol, open_datasets(dataset_locations))
    job_factory = JobFactory("steady", {"pause": 0.15}, protocol, dataset_locations, tmp_path)
    fold = leave_one_subject_out(run_data, 0)[0]
    job: dict[str, Any] = job_factory.fold(fold, run_data, with_truth=False)
    with closing(LocalExecutor(1)) as executor:
        tasks = [Task("one", job)]
        list(executor.run(tasks, lambda task, *values: reported.append((task.name, *values))))
    assert reported == [("one", 0.0, "looking"), ("one", 0.5, "looking")]


def test_a_preparation_that_hangs_is_stopped_and_named(bench: Bench, tmp_path: Path) -> None:
    done = bench.run("faulty-preparation", "-o", "run", "--fold-timeout", "2", "--jobs", "2")
    assert done.status == 1
    assert "error [fold-timeout] s2/" in done.err
    assert "stopped at the time limit of 2 s." in done.err
    assert not (tmp_path / "run" / "predictions.json").exists()


def test_errors_in_the_data_are_not_reported_as_errors_of_the_baseline() -> None:
    """An error with its own code stays unchanged when ``size`` raises it."""

    class Particular(Baseline):
        name = "particular"

        def predict(self, fold: Fold) -> list[VideoPrediction]:
            return []

        def size(self, videos: object) -> Size:
            raise MebenchError.of("frame-rate-missing", "It has none.", "Write it down.")

    protocol = SimpleNamespace(protocol=None)
    run_data: Any = SimpleNamespace(distinct_videos=[], protocol=protocol)
    with pytest.raises(MebenchError, match="frame-rate-missing"):
        forecast(Particular, BaselineOptions(), run_data, 1)
