"""Write frames with several processes: each task writes a range of frames.

Processes are spawned, because the threads of OpenCV do not survive a fork. They end when the
parent process ends, whatever the reason.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context, parent_process
from pathlib import Path
from threading import Thread

from mebench.datasets.contract import Video
from mebench.datasets.frames.file_storage import store_image
from mebench.datasets.frames.images import encode
from mebench.diagnostics import UsageError

FRAMES_PER_TASK = 32


@dataclass(frozen=True)
class FrameRange:
    """Consecutive frames of a video, to be written into a folder."""

    video: Video
    folder: Path
    suffix: str
    start: int
    stop: int


def split_into_ranges(video: Video, folder: Path, suffix: str) -> Iterator[FrameRange]:
    """Split a video into tasks; a video file is one task, since it is decoded from its start."""
    size = video.n_frames if video.decodes_in_order else FRAMES_PER_TASK
    for start in range(0, video.n_frames, size):
        yield FrameRange(video, folder, suffix, start, min(start + size, video.n_frames))


def write_range(task: FrameRange) -> dict[str, str]:
    """Write the frames of a task; return their hashes by file name."""
    hashes = {}
    for number, image in enumerate(task.video.frames(task.start, task.stop), task.start):
        name = f"img{number:06d}{task.suffix}"
        hashes[name] = store_image(task.folder / name, encode(image, task.suffix))
    return hashes


def write_ranges(tasks: Sequence[FrameRange], jobs: int) -> Iterator[dict[str, str]]:
    """Run tasks in this process or in several; yield their results in order.

    The error of a failed task is raised after running tasks are completed.
    """
    if jobs == 1 or len(tasks) < 2:
        yield from map(write_range, tasks)
        return
    pool = ProcessPoolExecutor(
        min(jobs, len(tasks)), mp_context=get_context("spawn"), initializer=_prepare_process
    )
    try:
        with _ignore_interrupts():
            results = pool.map(write_range, tasks)
        yield from results
    except BrokenProcessPool:
        raise UsageError.of(
            "worker-lost",
            "A process that wrote frames ended unexpectedly.",
            "Run the command again with --resume. If memory was exhausted, reduce --jobs.",
        ) from None
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


@contextmanager
def _ignore_interrupts() -> Iterator[None]:
    """Ignore Ctrl-C, which the parent handles; processes started meanwhile always ignore it."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _prepare_process() -> None:
    """Make a worker process ignore Ctrl-C, and end with its parent."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
