"""Two rendered people on disk and a run of MEAN with one epoch, made once for all tests.

A process that uses MEAN starts TensorFlow, which takes seconds, so runs are computed in the process
of the tests unless processes are what is tested.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path
from unittest.mock import patch

from mebench.runner.processes.local_executor import LocalExecutor
from mebench.runner.processes.outcomes import Outcome, TaskProgressCallback, attempt
from mebench.runner.tasks import Task
from mebench_synthetic.recipe import STANDARD
from tests.cli.running import FINE, Run, mebench
from tests.sharing import compile_flow, shared_folder

RECIPE = (
    *("--subjects", "2", "--videos", "1", "--fps", "20", "--seconds", "1.5", "--format", "jpg"),
    *("--intensity", "0.4", "0.6", "--noise", "0.5", "--seed", str(STANDARD.seed)),
)
FRAMES = 30
UNDISTURBED = "undisturbed"
"""The folder of the run; ``undisturbed-store`` is its store."""


def run_arguments(name: str, *more: str, baseline: str = "mean") -> list[str]:
    """Return the arguments of ``mebench`` that run a baseline on both people."""
    short = ("--spotting-epochs", "1", "--recognition-epochs", "1") if baseline == "mean" else ()
    dataset = ("--dataset", "generic", "--root", "people", "-o", name)
    return ["run-baseline", baseline, *dataset, *short, *more]


def execute_here(
    _: LocalExecutor, tasks: Iterable[Task], progress: TaskProgressCallback
) -> Iterator[Outcome]:
    """Execute tasks one after another in this process."""
    for task in tasks:
        yield Outcome(task, attempt(task, partial(progress, task)), 0.0)


def mebench_here(folder: Path, *arguments: str | Path, **variables: str) -> Run:
    """Run a command; it starts no workers."""
    with patch.object(LocalExecutor, "run", execute_here):
        return mebench(folder, *arguments, **variables)


def typed(folder: Path, *arguments: str) -> Run:
    """Run a command that must succeed, without workers; its cache is in the folder."""
    done = mebench_here(folder, *arguments, MEBENCH_CACHE=str(folder / "cache"))
    assert done.status == FINE, done.err
    return done


def finished_run(folder: Path) -> Path:
    """Copy the people, the run and its store into a folder."""

    def make(made: Path) -> None:
        compile_flow()
        typed(made, "synth", *RECIPE, "--jobs", "1", "-o", "people")
        typed(made, *run_arguments(UNDISTURBED, "--store", f"{UNDISTURBED}-store"))

    return Path(shutil.copytree(shared_folder("mean-run", make), folder, dirs_exist_ok=True))
