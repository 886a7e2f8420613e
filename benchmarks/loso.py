"""Speed of the folds of MEAN with one and with two worker processes.

``python -m benchmarks.loso [--people 4 --spotting-epochs 4 --recognition-epochs 40]`` renders
people, prepares their videos, and then runs all leave-one-subject-out folds with one worker and
with two workers in turn, after a warm-up. Every repetition starts with only the features in its
store, so each fold trains. The goal is that two workers are 1.6 times as fast. The script needs
mebench-mean.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
from pathlib import Path

from benchmarks.extraction import (
    RUNS,
    WORKERS,
    Rendered,
    compare,
    executors,
    rendered,
    seconds_of,
)
from mebench.runner import Store
from mebench.runner.fold_planning import cross_validation_folds
from mebench.runner.tasks import FoldTask, Task, predict_fold
from mebench_mean.baseline import Mean
from mebench_mean.options import MeanOptions


def folds(people: Rendered, store: Path, epochs: tuple[int, int]) -> list[Task]:
    """Return the tasks of all folds."""
    common = people.common(spotting_epochs=epochs[0], recognition_epochs=epochs[1])
    return [
        FoldTask(name=fold.name, fold=fold, function=predict_fold, **common)
        for fold in cross_validation_folds(people.run_data, 0, Store(store))
    ]


def main() -> int:
    """Print the times; return 1 if the goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=4)
    parser.add_argument("--seconds", type=float, default=8)
    parser.add_argument("--spotting-epochs", type=int, default=4)
    parser.add_argument("--recognition-epochs", type=int, default=40)
    arguments = parser.parse_args()
    Mean(MeanOptions()).warm_up()
    times: dict[int, list[float]] = {jobs: [] for jobs in WORKERS}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        people = rendered(folder / "people", arguments.people, 2, arguments.seconds)
        print(f"{arguments.people} folds, {len(people.run_data.videos)} videos")
        with executors(folder / "logs") as workers:
            seconds_of(workers[2], people.preparations(folder / "features"))
            for number in range(-1, RUNS):  # the first one is the warm-up
                for jobs, executor in workers.items():
                    # Files of a store are replaced, never changed, so links work like copies.
                    store = folder / f"store-{number}-{jobs}"
                    shutil.copytree(folder / "features", store, copy_function=os.link)
                    epochs = (arguments.spotting_epochs, arguments.recognition_epochs)
                    tasks = folds(people, store, epochs if number >= 0 else (1, 1))
                    seconds = seconds_of(executor, tasks)
                    if number >= 0:
                        times[jobs].append(seconds)
    return compare(times, "training and prediction")


if __name__ == "__main__":
    sys.exit(main())
