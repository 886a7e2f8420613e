"""MEAN killed while it trains; damaged features in the store.

The commands are real processes with workers, and they are killed with SIGKILL.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from mebench_vision.networks.import_keras import UNUSED
from tests.mean.runs import finished_run, run_arguments
from tests.runner.running import Bench, bench_in, finished, kill, needs_proc, submission

WHOLE = "whole"
"""The name of the run that nothing disturbs."""

PATIENCE = 300.0
"""Seconds; the machine may be busy."""


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    """Two people with one short video each, and an undisturbed run."""
    folder = finished_run(tmp_path_factory.mktemp("killed"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MEBENCH_CACHE", str(folder / "cache"))
        yield bench_in(folder, folder, folder / "people")


def run(name: str, *more: str) -> list[str]:
    """Return the command of a run with its own store."""
    storage = ("--store", f"{name}-store")
    return [sys.executable, "-P", "-m", "mebench", *run_arguments(name, *storage, *more)]


def done(bench: Bench, command: list[str]) -> None:
    ended = finished(bench.start(command), PATIENCE)
    assert ended.status == 0, ended.err


def stored(bench: Bench, name: str) -> dict[str, bytes]:
    """Return the files of a store; all are complete, since a finished file is renamed."""
    files = (bench.folder / f"{name}-store").rglob("*.npz")
    return {file.name: file.read_bytes() for file in files}


def prepared(bench: Bench, name: str) -> list[Path]:
    """Give a run the faces and the features of the whole run; return these files."""
    store = bench.folder / f"{WHOLE}-store"
    files = sorted(store.rglob("*.npz"), key=lambda file: file.stat().st_size)[-4:]
    kinds = [b"features.npy"] * 2 + [b"crops.npy"] * 2
    assert all(kind in file.read_bytes() for kind, file in zip(kinds, files, strict=True))
    copies = [bench.folder / f"{name}-store" / file.relative_to(store) for file in files]
    for file, copy in zip(files, copies, strict=True):
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, copy)
    return copies


def killed_when(bench: Bench, command: list[str], reached: Callable[[], bool]) -> None:
    """Start a command, and kill it as soon as a state is reached."""
    process = bench.start(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + PATIENCE
    while not reached():
        assert process.poll() is None, "the command ended too early"
        assert time.monotonic() < deadline
        time.sleep(0.005)
    kill(process)
    assert process.returncode < 0
    assert bench.nothing_left() == []


@needs_proc
def test_killed_and_damaged_it_ends_the_same(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """Killed after training one network; then features in its store are damaged.

    ``benchmarks/kills.py`` kills it at random moments.
    """
    # Computed in workers as well: in a process of the tests, others have used the libraries.
    done(bench, run(WHOLE, "--jobs", "1"))
    folder, command = bench.folder / "run", run("run", "--jobs", "1", "--resume")
    files = prepared(bench, "run")
    killed_when(bench, command, lambda: len(stored(bench, "run")) > len(files))
    assert not list((folder / "folds").glob("*.json"))
    features = files[0]
    features.write_bytes(features.read_bytes()[: features.stat().st_size // 2])
    monkeypatch.setenv("PYTHONPROFILEIMPORTTIME", "1")
    done(bench, command)
    counts = imported(folder)  # an attempt to import a package that is hidden counts as a module
    assert counts["keras"] > 100 and max(counts[name] for name in UNUSED) < 10
    assert submission(folder) == submission(bench.folder / WHOLE)
    for name in ("curves.npz", "report.json"):
        before = bench.folder / WHOLE / name
        assert (folder / name).read_bytes() == before.read_bytes()
    # Faces, features, networks and their outputs too.
    assert stored(bench, "run") == stored(bench, WHOLE)


def imported(folder: Path) -> Counter[str]:
    """Return how many modules of each package the workers of a run have imported, by its logs."""
    lines = "".join(file.read_text() for file in (folder / "logs").iterdir()).splitlines()
    names = [line.split()[-1] for line in lines if line.startswith("import time:")]
    return Counter(name.partition(".")[0] for name in names)
