"""MEAN killed while it trains; damaged faces and features in the store.

The commands are real processes with their own data, and they are killed with SIGKILL.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.mean.runs import UNDISTURBED, finished_run, run_arguments
from tests.runner.running import Bench, bench_in, finished, kill, needs_proc, submission

VIDEOS = 2
PREPARED = 2 * VIDEOS
"""Files in the store when every video has its faces and its features."""

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
def test_killed_and_damaged_it_ends_the_same(bench: Bench) -> None:
    """Killed after training one network; then faces and features in its store are damaged.

    ``benchmarks/kills.py`` kills it at random moments.
    """
    folder = bench.folder / "run"
    killed_when(bench, run("run", "--jobs", "1"), lambda: len(stored(bench, "run")) > PREPARED)
    assert not list((folder / "folds").glob("*.json"))
    damage(bench.folder / "run-store")
    # The undisturbed run has been computed without workers.
    done(bench, run("run", "--jobs", "1", "--resume"))
    assert submission(folder) == submission(bench.folder / UNDISTURBED)
    for name in ("curves.npz", "report.json"):
        before = bench.folder / UNDISTURBED / name
        assert (folder / name).read_bytes() == before.read_bytes()
    # Faces, features, networks and their outputs too.
    assert stored(bench, "run") == stored(bench, UNDISTURBED)


def damage(store: Path) -> None:
    """Truncate one file of the faces and one of the features, and change a bit in the others."""
    files = sorted(store.rglob("*.npz"), key=lambda file: file.stat().st_size)[-PREPARED:]
    kinds = [b"features.npy"] * VIDEOS + [b"crops.npy"] * VIDEOS
    assert all(kind in file.read_bytes() for kind, file in zip(kinds, files, strict=True))
    for number, file in enumerate(files):
        content = bytearray(file.read_bytes())
        if number % 2:
            content[len(content) // 2] ^= 1
        else:
            del content[len(content) // 2 :]
        file.write_bytes(content)
