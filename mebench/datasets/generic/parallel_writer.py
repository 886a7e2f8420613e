"""Write frames with several processes: ranges of frames as tasks, and their results.

Processes are spawned, because the threads of OpenCV do not survive a fork. They end when their
parent ends, whatever the reason.
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
from mebench.datasets.frames.video_file import FileVideo
from mebench.diagnostics import Diagnostic, MebenchError, UsageError

FRAMES_PER_TASK = 32
"""So many frames a process is given at once."""


@dataclass(frozen=True)
class FrameRange:
    """Neighbouring frames of a video, to be written into a folder."""

    video: Video
    place: int
    folder: Path
    start: int
    stop: int
    suffix: str


@dataclass(frozen=True)
class WriteResult:
    """What became of a piece: the hashes of its files, or what is wrong."""

    place: int
    start: int
    hashes: tuple[str, ...]
    usage: bool = False
    diagnostics: tuple[Diagnostic, ...] = ()


def frame_file_name(number: int, suffix: str) -> str:
    """Return the file name of a frame."""
    return f"img{number:06d}{suffix}"


def split_into_ranges(video: Video, place: int, folder: Path, suffix: str) -> Iterator[FrameRange]:
    """Cut a video into pieces; a video file stays whole, since it is decoded from its beginning."""
    size = video.n_frames if isinstance(video, FileVideo) else FRAMES_PER_TASK
    for start in range(0, video.n_frames, size):
        yield FrameRange(video, place, folder, start, min(start + size, video.n_frames), suffix)


def write_range(piece: FrameRange) -> WriteResult:
    """Write the frames of a piece; findings are returned, since they cross processes."""
    hashes = []
    try:
        for number, image in enumerate(piece.video.frames(piece.start, piece.stop), piece.start):
            content = encode(image, piece.suffix)
            store(piece.folder / frame_file_name(number, piece.suffix), content)
            hashes.append(sha256(content).hexdigest())
    except MebenchError as error:
        usage = isinstance(error, UsageError)
        return WriteResult(piece.place, piece.start, (), usage, error.diagnostics)
    return WriteResult(piece.place, piece.start, tuple(hashes))


def write_ranges(pieces: Sequence[FrameRange], jobs: int) -> Iterator[WriteResult]:
    """Write pieces, in this process or in several; yield them as they get done.

    Raises
    ------
    MebenchError
        What went wrong in a piece; pieces that are under way are finished first.
    """
    if jobs == 1 or len(pieces) < 2 or not _is_picklable(pieces[0].video):
        for piece in pieces:
            yield _raise_failure(write_range(piece))
        return
    yield from _in_processes(pieces, jobs)


def _in_processes(pieces: Sequence[FrameRange], jobs: int) -> Iterator[WriteResult]:
    from concurrent.futures.process import BrokenProcessPool
    from multiprocessing import get_context

    pool = ProcessPoolExecutor(
        min(jobs, len(pieces)), mp_context=get_context("spawn"), initializer=_prepare_process
    )
    try:
        with _interrupts_ignored():
            futures: list[Future[WriteResult]] = [
                pool.submit(write_range, piece) for piece in pieces
            ]
        for future in as_completed(futures):
            yield _raise_failure(future.result())
    except BrokenProcessPool:
        raise UsageError.of(
            "worker-lost",
            "A process that wrote frames ended unexpectedly.",
            "Run again with --resume, and fewer --jobs if memory was short.",
        ) from None
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _raise_failure(written: WriteResult) -> WriteResult:
    if written.diagnostics:
        raise (UsageError if written.usage else MebenchError)(written.diagnostics)
    return written


def _is_picklable(video: Video) -> bool:
    import pickle

    try:
        pickle.dumps(video)
    except (pickle.PicklingError, TypeError, AttributeError):
        return False
    return True


@contextmanager
def _interrupts_ignored() -> Iterator[None]:
    """Ignore Ctrl-C for a moment: processes that are started in it ignore it for good."""
    if current_thread() is not main_thread():
        yield  # only the main thread may say what a signal does
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _prepare_process() -> None:
    """Prepare a process: Ctrl-C is the parent's matter, and without a parent there is no work."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    import os
    from multiprocessing import parent_process

    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
