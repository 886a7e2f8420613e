"""Baselines that raise, hang, die or print: one task after the other, in real processes."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from mebench.diagnostics import MebenchError
from mebench.protocols.loader import load_protocol
from mebench.runner import Baseline, BaselineOptions, Fold, Size, Store, VideoPrediction
from mebench.runner.fold_planning import cross_validation_folds
from mebench.runner.locations import open_datasets
from mebench.runner.processes.local_executor import LocalExecutor
from mebench.runner.processes.messages import Failure
from mebench.runner.processes.outcomes import Outcome
from mebench.runner.registry import estimate_size
from mebench.runner.run_data import load_run_data
from mebench.runner.tasks import FoldTask, predict_fold
from tests.runner.running import Bench, carried_out, request

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


def tasks(
    baseline: str, data: Path, folder: Path, options: dict[str, Any], **more: Any
) -> Iterator[FoldTask]:
    """Yield the task of each fold of a test baseline."""
    config = request(baseline, data, folder, options)
    locations = config.dataset_locations
    run_data = load_run_data(config.protocol, open_datasets(locations))
    for fold in cross_validation_folds(run_data, 0, Store(folder / "store")):
        yield FoldTask(
            baseline=config.baseline,
            options=config.options,
            protocol=config.protocol,
            datasets=locations,
            fold=fold,
            function=predict_fold,
            **{"name": fold.name, **more},
        )


def outcomes(faults: list[str], data: Path, logs: Path) -> dict[str, Outcome]:
    """Run the first fold in one worker, with one fault after the other."""
    first = [
        next(
            tasks(
                "faulty",
                data,
                logs,
                {"fault": fault, "on": "s0"},
                name=fault,
                timeout=1.0 if CODES.get(fault) == "fold-timeout" else 60,
            )
        )
        for fault in faults
    ]
    logs.mkdir(exist_ok=True)
    with closing(LocalExecutor(1, logs)) as executor:
        return {one.task.name: one for one in executor.run(first, lambda *_: None)}


def test_each_fault_ends_its_own_task_alone(
    four: Path, bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After every fault the next task runs, and no process is left."""
    monkeypatch.setenv("MEBENCH_TRIAL", bench.mark)
    found = outcomes(list(CODES), four, bench.folder)
    ends = {
        name: outcome.result.diagnostics[0]
        for name, outcome in found.items()
        if isinstance(outcome.result, Failure)
    }
    assert {name: ends[name].code if name in ends else None for name in found} == CODES
    assert ends["quit"].message == "the worker process ended with exit status 3."
    assert ends["fork-and-quit"].message.endswith("with exit status 3.")
    assert "SIGKILL" in ends["killed"].message
    assert "SystemExit: no more" in ends["raise-base"].message
    assert ends["busy"].message == "stopped at the time limit of 1 s."
    printed = b"".join(file.read_bytes() for file in bench.folder.glob("worker-*.txt"))
    for words in (b"to the log", b"raw bytes \xff\x00 too", b"and complaints", b"from a shell"):
        assert words in printed


@pytest.mark.parametrize("fault", ["raise", "raise-coded", "several"])
def test_a_fold_that_fails_is_named_and_the_others_are_kept(
    four: Path, tmp_path: Path, fault: str
) -> None:
    folder = tmp_path / "run"
    with pytest.raises(MebenchError) as caught:
        carried_out("faulty", four, folder, {"fault": fault, "on": "s1"})
    diagnostics = caught.value.diagnostics
    assert all("fold 1 (s1)" in one.message for one in diagnostics)
    expected = {"raise": "baseline-raised", "raise-coded": "missing-frames"}
    assert {one.code for one in diagnostics} == {expected.get(fault, "baseline-answer")}
    if fault == "several":
        assert len(diagnostics) == 5
        assert [one.place.video for one in diagnostics] == ["v0", "v0", "v1", "v1", "v0"]
    if fault == "raise":
        [one] = diagnostics
        file = Path(one.place.file or "")
        line = file.read_text(encoding="utf-8").splitlines()[(one.place.line or 0) - 1]
        assert (file.name, line.strip()[:16]) == ("faults.py", "raise ValueError")
        log = folder / "logs" / "fold-1--s1.txt"
        assert one.remedy == f"The traceback is in {log}."
        assert "the \\udc80 sky" in log.read_text(encoding="utf-8")
    assert sorted(one.name for one in (folder / "folds").iterdir()) == [
        "000.json",
        "002.json",
        "003.json",
    ]
    assert not (folder / "predictions.json").exists()


def test_twenty_thousand_intervals(four: Path, tmp_path: Path) -> None:
    """Results that are much larger than the 64 kB of a pipe arrive complete."""
    carried_out("faulty", four, tmp_path / "run", {"fault": "huge", "on": "s2"})
    content = (tmp_path / "run" / "folds" / "002.json").read_bytes()
    assert len(content) > 10 * 2**16
    videos = json.loads(content)["data"]["videos"]
    assert [len(video["intervals"]) for video in videos] == [20_000, 0]


def test_the_command_reports_a_failed_fold(bench: Bench) -> None:
    options = ("--fault", "sleep", "--on", "s3", "--fold-timeout", "3")
    done = bench.here("faulty", *options, "-o", "run")
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
    with pytest.raises(MebenchError) as caught:
        carried_out(name, four, tmp_path / "run")
    [one] = caught.value.diagnostics
    assert one.code == code
    assert word in one.message
    assert not (tmp_path / "run").exists()


def test_progress_is_reported_to_the_callback(four: Path, tmp_path: Path) -> None:
    reported: list[tuple[str, float, str]] = []
    first = next(tasks("steady", four, tmp_path, {"pause": 0.15}, name="one"))
    with closing(LocalExecutor(1)) as executor:
        list(executor.run([first], lambda task, *values: reported.append((task.name, *values))))
    assert reported == [("one", 0.0, "looking"), ("one", 0.5, "looking")]


def test_a_preparation_that_hangs_is_stopped_and_named(bench: Bench, tmp_path: Path) -> None:
    done = bench.here("faulty-preparation", "-o", "run", "--fold-timeout", "2")
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

    with pytest.raises(MebenchError, match="frame-rate-missing"):
        estimate_size(Particular, BaselineOptions(), load_protocol("synthetic-str"), [])


def test_modules_that_are_not_installed_are_named_before_the_run(bench: Bench) -> None:
    done = bench.here("demanding", "-o", "run")
    assert done.status == 2
    assert "error [package-missing] The baseline demanding needs no_such_module" in done.err
    assert "python -m pip install no-such-package" in done.err
    assert "preparing" not in done.err and "folds 1" not in done.err


def test_a_store_that_cannot_be_written_is_named_before_the_run(bench: Bench) -> None:
    (bench.folder / "file").touch()
    done = bench.here("prepared", "-o", "run", "--store", "file/below")
    assert done.status == 2
    assert "file/below: error [cannot-write]" in done.err
    assert "--store" in done.err and "MEBENCH_CACHE" in done.err
    assert "preparing" not in done.err


def test_debugging_runs_one_fold_in_this_process(bench: Bench) -> None:
    done = bench.here("steady", "--debug", "--folds", "2", "-o", "run")
    assert done.status == 0, done.err
    assert "fold 2 (s2)" in done.err
    rows = json.loads(done.out)["videos"]
    assert [row["subject"] for row in rows] == ["s2", "s2"]
    assert not (bench.folder / "run").exists()
    assert bench.here("steady", "-o", "run").status == 0
    stored = json.loads((bench.folder / "run" / "folds" / "002.json").read_bytes())
    assert stored["data"]["videos"] == rows


def test_debugging_shows_the_whole_traceback(bench: Bench) -> None:
    command = bench.command("faulty", "--fault", "raise", "--debug", "--folds", "1")
    process = bench.start(command)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 1
    assert b"Traceback (most recent call last)" in err and b"in _raise\n" in err
    assert b"ValueError: the" in err


def test_debugging_stops_at_breakpoints(bench: Bench) -> None:
    command = bench.command("faulty", "--fault", "breakpoint", "--debug", "--on", "s0")
    process = bench.start(command, stdin=subprocess.PIPE)
    out, err = process.communicate(b"p fold.name\nc\n", timeout=60)
    assert process.returncode == 0, err
    assert b"(Pdb) 's0'" in out
