"""The features of MEAN by one worker process and by two: seconds, and how many times faster.

``python -m benchmarks.extraction [--people 4 --seconds 6]`` renders people into a folder first, so
that what is timed reads files: decoding, faces, optical flow, the store. One worker and two take
turns, both warmed, and every repetition begins with an empty store. The goal is 1.6. It needs
mebench-mean.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from mebench.datasets.generic.writer import write_dataset
from mebench.protocols.loader import load_protocol
from mebench.runner.jobs import JobFactory
from mebench.runner.processes.local_executor import LocalExecutor
from mebench.runner.processes.tasks import Task
from mebench.runner.run_data import DatasetLocation, RunData, load_run_data, open_datasets
from mebench_mean.baseline import Mean
from mebench_mean.options import MeanOptions
from mebench_synthetic.dataset import SyntheticDataset
from mebench_synthetic.recipe import Recipe

RUNS = 5
GOAL = 1.6
WORKERS = (1, 2)


@dataclass(frozen=True)
class Rendered:
    """People in a folder, and what their protocol sees of them."""

    dataset_locations: DatasetLocation
    run_data: RunData

    def setting(self, store: Path, options: dict[str, Any] | None = None) -> JobFactory:
        """Return what all jobs on them share."""
        protocol = self.run_data.protocol
        return JobFactory("mean", options or {}, protocol, [self.dataset_locations], store)

    def preparations(self, store: Path) -> list[Task]:
        """Return the tasks of preparing every video."""
        setting = self.setting(store)
        videos = self.run_data.distinct_videos
        return [Task(f"{one.subject}/{one.id}", setting.preparation(one)) for one in videos]


def rendered(
    folder: Path, people: int, videos: int, seconds: float, layout: str = "png"
) -> Rendered:
    """Render people into a folder."""
    recipe = Recipe.custom(
        subjects=people,
        videos=videos,
        fps=30,
        seconds=seconds,
        intensity=(0.3, 0.6),
        noise=1.5,
        seed=1,
    )
    write_dataset(
        SyntheticDataset(recipe),
        folder,
        image_format="jpg" if layout == "jpg" else "png",
        jobs=2,
        title="For timing",
        licence="CC0 1.0",
    )
    dataset_locations = DatasetLocation("generic", str(folder))
    return Rendered(
        dataset_locations,
        load_run_data(load_protocol(folder / "protocol.toml"), open_datasets([dataset_locations])),
    )


@contextmanager
def executors(logs: Path) -> Iterator[dict[int, LocalExecutor]]:
    """Give one worker process and two; they wait while the others work."""
    logs.mkdir()
    found = {jobs: LocalExecutor(jobs, logs) for jobs in WORKERS}
    try:
        yield found
    finally:
        for executor in found.values():
            executor.close()


def seconds_of(executor: LocalExecutor, tasks: list[Task]) -> float:
    """Carry out tasks, and return how long they took together."""
    begin = time.perf_counter()
    for outcome in executor.run(tasks, lambda task, share, what: None):
        if outcome.failure is not None:
            raise SystemExit(f"{outcome.task.name}: {outcome.failure}")
    return time.perf_counter() - begin


def compare(times: dict[int, list[float]], what: str) -> int:
    """Print medians and their ratio; return 1 if the goal is missed."""
    one, two = (median(times[jobs]) for jobs in WORKERS)
    for jobs, spent in times.items():
        told = " ".join(f"{seconds:.1f}" for seconds in spent)
        print(f"{jobs} worker{'s' * (jobs > 1)}: median {median(spent):6.2f} s   ({told})")
    print(f"{what}: two workers are {one / two:.2f} times faster (goal {GOAL})")
    return 0 if one / two >= GOAL else 1


def main() -> int:
    """Print the figures; 1 if the goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=4)
    parser.add_argument("--seconds", type=float, default=6)
    given = parser.parse_args()
    Mean(MeanOptions()).warm_up()
    times: dict[int, list[float]] = {jobs: [] for jobs in WORKERS}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        people = rendered(folder / "people", given.people, 1, given.seconds)
        frames = sum(video.n_frames for video in people.run_data.videos)
        print(f"{len(people.run_data.videos)} videos, {frames} frames")
        with executors(folder / "logs") as workers:
            for number in range(-1, RUNS):  # the first warms them
                for jobs, executor in workers.items():
                    store = folder / f"store-{number}-{jobs}"
                    spent = seconds_of(executor, people.preparations(store))
                    if number >= 0:
                        times[jobs].append(spent)
    return compare(times, "extraction")


if __name__ == "__main__":
    sys.exit(main())
