"""Write frames with several processes: each task writes a range of frames.

Processes are spawned, because the threads of OpenCV do not survive a fork. They end when the
parent process ends, whatever the reason.
"""

from __future__ import annotations

import signal
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from threading import Thread, current_thread, main_thread

from mebench.datasets.contract import Video
from mebench.datasets.frames.file_storage import store
from mebench.datasets.frames.images import encode
from mebench.diagnostics import Diagnostic, MebenchError, UsageError

FRAMES_PER_TASK = 32
"""Number of frames per task."""


@dataclass(frozen=True)
class FrameRange:
    """Consecutive frames of a video to write into a folder."""

    video: Video
    video_index: int
    folder: Path
    start: int
    stop: int
    suffix: str


@dataclass(frozen=True)
class WriteResult:
    """The result of a task: the hashes of the written files, or what went wrong."""

    video_index: int
    start: int
    hashes: tuple[str, ...]
    is_usage_error: bool = False
    diagnostics: tuple[Diagnostic, ...] = ()


def frame_file_name(number: int, suffix: str) -> str:
    """Return the file name of a frame."""
    return f"img{number:06d}{suffix}"


def split_into_ranges(
    video: Video, video_index: int, folder: Path, suffix: str
) -> Iterator[FrameRange]:
    """Split a video into tasks; a video file is one task, since it is decoded from its start."""
    size = video.n_frames if video.decodes_in_order else FRAMES_PER_TASK
    for start in range(0, video.n_frames, size):
        stop = min(start + size, video.n_frames)
        yield FrameRange(video, video_index, folder, start, stop, suffix)


def write_range(task: FrameRange) -> WriteResult:
    """Write the frames of a task; errors are returned, since they are raised in the parent."""
    hashes = []
    try:
        for number, image in enumerate(task.video.frames(task.start, task.stop), task.start):
            content = encode(image, task.suffix)
            store(task.folder / frame_file_name(number, task.suffix), content)
            hashes.append(sha256(content).hexdigest())
    except MebenchError as error:
        is_usage_error = isinstance(error, UsageError)
        return WriteResult(task.video_index, task.start, (), is_usage_error, error.diagnostics)
    return WriteResult(task.video_index, task.start, tuple(hashes))


def write_ranges(tasks: Sequence[FrameRange], jobs: int) -> Iterator[WriteResult]:
    """Run tasks in this process or in several; yield results as they are completed.

    Raises
    ------
    MebenchError
        The error of a failed task, after running tasks are completed.
    """
    if jobs == 1 or len(tasks) < 2 or not _is_picklable(tasks[0].video):
        for task in tasks:
            yield _raise_failure(write_range(task))
        return
    yield from _run_in_processes(tasks, jobs)


def _run_in_processes(tasks: Sequence[FrameRange], jobs: int) -> Iterator[WriteResult]:
    from concurrent.futures.process import BrokenProcessPool
    from multiprocessing import get_context

    pool = ProcessPoolExecutor(
        min(jobs, len(tasks)), mp_context=get_context("spawn"), initializer=_prepare_process
    )
    try:
        with _ignore_interrupts():
            futures: list[Future[WriteResult]] = [pool.submit(write_range, task) for task in tasks]
        for future in as_completed(futures):
            yield _raise_failure(future.result())
    except BrokenProcessPool:
        raise UsageError.of(
            "worker-lost",
            "A process that wrote frames ended unexpectedly.",
            "Run the command again with --resume. If memory was exhausted, reduce --jobs.",
        ) from None
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _raise_failure(result: WriteResult) -> WriteResult:
    if result.diagnostics:
        raise (UsageError if result.is_usage_error else MebenchError)(result.diagnostics)
    return result


def _is_picklable(video: Video) -> bool:
    import pickle

    try:
        pickle.dumps(video)
    except (pickle.PicklingError, TypeError, AttributeError):
        return False
    return True


@contextmanager
def _ignore_interrupts() -> Iterator[None]:
    """Ignore Ctrl-C in this block; processes started within it always ignore it."""
    if current_thread() is not main_thread():
        yield  # only the main thread may set signal handlers
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _prepare_process() -> None:
    """Make a worker process ignore Ctrl-C, which the parent handles, and end with its parent."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    import os
    from multiprocessing import parent_process

    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
