"""Speed of extracting the features of MEAN with one and with two worker processes.

``python -m benchmarks.extraction [--people 4 --seconds 6]`` first renders people into a folder, so
the timed part reads files: decoding, faces, optical flow, the store. One worker and two workers
run in turn after a warm-up, and every repetition starts with an empty store. The goal is that two
workers are 1.6 times as fast. The script needs mebench-mean.
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
from mebench.runner import Store, UnseenVideo
from mebench.runner.locations import DatasetLocation, open_datasets
from mebench.runner.processes.local_executor import LocalExecutor
from mebench.runner.processes.messages import Failure
from mebench.runner.run_data import RunData, load_run_data
from mebench.runner.tasks import PrepareTask, Task
from mebench_mean.baseline import Mean
from mebench_mean.options import MeanOptions
from mebench_synthetic.dataset import SyntheticDataset
from mebench_synthetic.recipe import Recipe

RUNS = 5
GOAL = 1.6
WORKERS = (1, 2)


@dataclass(frozen=True)
class Rendered:
    """Rendered people in a folder, and their data for a run."""

    location: DatasetLocation
    run_data: RunData

    def common(self, **options: Any) -> dict[str, Any]:
        """Return what all tasks on these people have in common."""
        return {
            "baseline": Mean,
            "options": MeanOptions(**options),
            "protocol": self.run_data.protocol,
            "datasets": (self.location,),
        }

    def preparations(self, store: Path) -> list[Task]:
        """Return the tasks that prepare every video."""
        return [
            PrepareTask(
                name=f"{video.subject}/{video.id}",
                video=UnseenVideo(video),
                store=Store(store),
                **self.common(),
            )
            for video in self.run_data.distinct_videos
        ]


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
    location = DatasetLocation("generic", str(folder))
    return Rendered(
        location,
        load_run_data(load_protocol(folder / "protocol.toml"), open_datasets([location])),
    )


@contextmanager
def executors(logs: Path) -> Iterator[dict[int, LocalExecutor]]:
    """Yield executors with one and with two worker processes; only one of them works at a time."""
    logs.mkdir()
    by_workers = {jobs: LocalExecutor(jobs, logs) for jobs in WORKERS}
    try:
        yield by_workers
    finally:
        for executor in by_workers.values():
            executor.close()


def seconds_of(executor: LocalExecutor, tasks: list[Task]) -> float:
    """Run tasks, and return the total time."""
    begin = time.perf_counter()
    for outcome in executor.run(tasks, lambda task, share, step: None):
        if isinstance(outcome.result, Failure):
            raise SystemExit(f"{outcome.task.name}: {outcome.result}")
    return time.perf_counter() - begin


def compare(times: dict[int, list[float]], title: str) -> int:
    """Print medians and their ratio; return 1 if the goal is missed."""
    one, two = (median(times[jobs]) for jobs in WORKERS)
    for jobs, seconds in times.items():
        values = " ".join(f"{second:.1f}" for second in seconds)
        print(f"{jobs} worker{'s' * (jobs > 1)}: median {median(seconds):6.2f} s   ({values})")
    print(f"{title}: two workers are {one / two:.2f} times faster (goal {GOAL})")
    return 0 if one / two >= GOAL else 1


def main() -> int:
    """Print the times; return 1 if the goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=4)
    parser.add_argument("--seconds", type=float, default=6)
    arguments = parser.parse_args()
    Mean(MeanOptions()).warm_up()
    times: dict[int, list[float]] = {jobs: [] for jobs in WORKERS}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        people = rendered(folder / "people", arguments.people, 1, arguments.seconds)
        frames = sum(video.n_frames for video in people.run_data.videos)
        print(f"{len(people.run_data.videos)} videos, {frames} frames")
        with executors(folder / "logs") as workers:
            for number in range(-1, RUNS):  # the first one is the warm-up
                for jobs, executor in workers.items():
                    store = folder / f"store-{number}-{jobs}"
                    seconds = seconds_of(executor, people.preparations(store))
                    if number >= 0:
                        times[jobs].append(seconds)
    return compare(times, "extraction")


if __name__ == "__main__":
    sys.exit(main())
