"""Two rendered people on disk and a run of MEAN with one epoch, made once for all tests."""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.cli.running import FINE, Run, mebench
from tests.sharing import compile_flow, shared_folder

RECIPE = (
    *("--subjects", "2", "--videos", "1", "--seconds", "2", "--intensity", "0.4", "0.6"),
    *("--noise", "0.5", "--seed", "11"),
)
FRAMES = 60
UNDISTURBED = "undisturbed"
"""The folder of the run; ``undisturbed-store`` is its store."""


def run_arguments(name: str, *more: str, baseline: str = "mean") -> list[str]:
    """Return the arguments of ``mebench`` that run a baseline on both people."""
    short = ("--spotting-epochs", "1", "--recognition-epochs", "1") if baseline == "mean" else ()
    dataset = ("--dataset", "generic", "--root", "people", "-o", name)
    return ["run-baseline", baseline, *dataset, *short, *more]


def typed(folder: Path, *arguments: str) -> Run:
    """Run a command that must succeed; its cache is in the folder."""
    done = mebench(folder, *arguments, MEBENCH_CACHE=str(folder / "cache"))
    assert done.status == FINE, done.err
    return done


def finished_run(folder: Path) -> Path:
    """Copy the people, the run and its store into a folder."""

    def make(made: Path) -> None:
        compile_flow()
        typed(made, "synth", *RECIPE, "--jobs", "1", "-o", "people")
        storage = ("--store", f"{UNDISTURBED}-store")
        # Both folds in one process; the killed run has each in a process of its own.
        typed(made, *run_arguments(UNDISTURBED, "--jobs", "1", *storage))

    return Path(shutil.copytree(shared_folder("mean-run", make), folder, dirs_exist_ok=True))
