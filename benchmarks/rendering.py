"""Renders the whole default synthetic set in two processes: seconds, and memory a process.

Run: ``python -m benchmarks.rendering``. The goal is under 75 s and 1 GiB on two cores.
"""

from __future__ import annotations

import argparse
import multiprocessing
import resource
import time

from mebench.datasets.registry import open_dataset


def render(task: tuple[str, str]) -> tuple[str, int, float, float]:
    """Render the videos of a subject; return its name, frames, seconds and peak MiB."""
    import cv2

    cv2.setNumThreads(1)
    name, subject = task
    began, frames = time.perf_counter(), 0
    for video in open_dataset(name).videos():
        if video.subject == subject:
            frames += sum(1 for _ in video.frames())
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return subject, frames, time.perf_counter() - began, peak


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--dataset", default="synthetic")
    parser.add_argument("--jobs", type=int, default=2)
    arguments = parser.parse_args()
    subjects = list(dict.fromkeys(one.subject for one in open_dataset(arguments.dataset).videos()))
    began, total, most = time.perf_counter(), 0, 0.0
    # Spawned, not forked: OpenCV deadlocks in a fork.
    with multiprocessing.get_context("spawn").Pool(arguments.jobs) as pool:
        tasks = [(arguments.dataset, subject) for subject in subjects]
        for subject, frames, seconds, peak in pool.imap(render, tasks):
            total, most = total + frames, max(most, peak)
            print(f"{subject}: {frames} frames in {seconds:.1f} s, peak {peak:.0f} MiB")
    seconds = time.perf_counter() - began
    print(
        f"{arguments.dataset}: {total} frames in {seconds:.1f} s with {arguments.jobs} processes "
        f"({1000 * seconds * arguments.jobs / total:.1f} ms a frame and core), "
        f"at most {most:.0f} MiB a process"
    )


if __name__ == "__main__":
    main()
