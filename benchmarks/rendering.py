"""Time and memory for rendering the complete synthetic data set in two processes.

Run: ``python -m benchmarks.rendering``. The goal is under 75 s on two cores, and under 1 GiB per
process.
"""

from __future__ import annotations

import argparse
import multiprocessing
import resource
import time

from mebench.datasets.registry import open_dataset


def render(task: tuple[str, str]) -> tuple[str, int, float, float]:
    """Render the videos of a subject; return the subject, frames, seconds and peak MiB."""
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
    subjects = list(
        dict.fromkeys(video.subject for video in open_dataset(arguments.dataset).videos())
    )
    began, total, max_peak = time.perf_counter(), 0, 0.0
    # Spawned, because OpenCV deadlocks in a forked process.
    with multiprocessing.get_context("spawn").Pool(arguments.jobs) as pool:
        tasks = [(arguments.dataset, subject) for subject in subjects]
        for subject, frames, seconds, peak in pool.imap(render, tasks):
            total, max_peak = total + frames, max(max_peak, peak)
            print(f"{subject}: {frames} frames in {seconds:.1f} s, peak {peak:.0f} MiB")
    seconds = time.perf_counter() - began
    print(
        f"{arguments.dataset}: {total} frames in {seconds:.1f} s with {arguments.jobs} processes "
        f"({1000 * seconds * arguments.jobs / total:.1f} ms per frame and core), "
        f"at most {max_peak:.0f} MiB per process"
    )


if __name__ == "__main__":
    main()
