"""Write any data set as a folder in the generic layout; an interrupted run can be resumed.

A video is complete when its folder contains the hashes of its frames. ``writing.json`` states
which data set the folder is a copy of; nothing else is ever written into that folder.

Several processes can share the work: each task writes a range of frames. Processes are spawned,
because the threads of OpenCV do not survive a fork. They end when the parent process ends,
whatever the reason.
"""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context, parent_process
from pathlib import Path
from threading import Thread
from typing import Literal

from mebench.datasets.contract import Dataset, Video
from mebench.datasets.frames.file_storage import (
    HASHES_FILE,
    read_hashes,
    read_verified,
    store_image,
    write_hashes,
)
from mebench.datasets.frames.images import encode
from mebench.datasets.generic.adapter import FRAMES, report_invalid_ids
from mebench.datasets.generic.metadata_files import metadata_texts
from mebench.diagnostics import Findings, Place, UsageError
from mebench.models.truth import TruthManifest
from mebench.util.atomic_write import (
    cannot_write,
    make_folder,
    remove_file,
    remove_incomplete_files,
    to_json_text,
    write_text,
)
from mebench.util.hashing import digest
from mebench.util.regular_file import read_regular

ImageFormat = Literal["png", "jpg"]
"""The format of the frames: lossless, or small."""

STATE_FILE = "writing.json"
LOCK_FILE = ".writing.lock"
WRITER = 1
"""Version of the output: increase it when the same data set would produce other files."""


def write_dataset(
    dataset: Dataset,
    directory: Path,
    *,
    image_format: ImageFormat = "png",
    jobs: int = 1,
    resume: bool = False,
    progress: Callable[[int], None] = lambda _: None,
    title: str = "",
    licence: str = "",
) -> None:
    """Write a data set as a folder in the generic layout.

    The result does not depend on the number of processes, nor on interruptions. The folder must be
    empty or not exist, unless an interrupted run is to ``resume``; ``progress`` gets the number of
    frames done since the last call; ``title`` and ``licence`` are written to ``dataset.toml``.
    """
    from filelock import FileLock, Timeout

    truth, key = _plan(dataset, image_format)
    _check_occupancy(directory, key, resume)
    make_folder(directory)
    lock = FileLock(directory / LOCK_FILE, timeout=0)
    try:
        lock.acquire()
    except Timeout:
        message, place = "Another process is writing into the folder.", Place(file=str(directory))
        raise UsageError.of("folder-locked", message, "Wait until it has ended.", place) from None
    except OSError as error:
        raise cannot_write(directory, error) from None
    try:
        _check_occupancy(directory, key, resume)
        state = {"format": "mebench-writing/1", "dataset": dataset.id, "key": key}
        write_text(directory / STATE_FILE, to_json_text(state | {"complete": False}))
        _write_frames(dataset.videos(), directory, f".{image_format}", jobs, progress)
        for name, text in metadata_texts(truth, dataset.id, title, licence).items():
            write_text(directory / name, text)
        remove_incomplete_files(directory)
        write_text(directory / STATE_FILE, to_json_text(state | {"complete": True}))
    finally:
        lock.release()
        remove_file(directory / LOCK_FILE)


def check_folder(
    dataset: Dataset, directory: Path, *, image_format: ImageFormat = "png", resume: bool = False
) -> None:
    """Raise ``folder-occupied`` or ``cannot-write`` if :func:`write_dataset` cannot start."""
    _, key = _plan(dataset, image_format)
    _check_occupancy(directory, key, resume)


def _plan(dataset: Dataset, image_format: ImageFormat) -> tuple[TruthManifest, str]:
    """Return the truth with the length of every video, and a digest that identifies the copy."""
    videos, truth = dataset.videos(), dataset.truth()
    findings = Findings()
    ids = (name for video in videos for name in (video.subject, video.id))
    remedy = "The data set cannot be written in the generic layout."
    report_invalid_ids(ids, remedy, None, findings)
    known = {(video.subject, video.id): video for video in videos}
    filled = []
    for row in truth.videos:
        video = known.get((row.subject, row.video))
        if video is None:
            message = "The truth lists a video that the data set does not contain."
            place = Place(dataset=dataset.id, subject=row.subject, video=row.video)
            findings.error("video-without-frames", message, "", place)
            continue
        update = {"dataset": None, "n_frames": video.n_frames, "fps": row.fps or video.fps}
        filled.append(row.model_copy(update=update))
    findings.raise_errors()
    truth = truth.model_copy(update={"dataset": dataset.id, "videos": filled, "samples": []})
    content = {
        "writer": WRITER,
        "format": image_format,
        "truth": truth.to_json(),
        "videos": [video.content_key() for video in videos],
    }
    return truth, digest(content, 32)


def _check_occupancy(directory: Path, key: str, resume: bool) -> None:
    """Check that the folder is empty, or contains an interrupted run of the same copy."""
    state = _state(directory)
    if state is None:
        try:
            if all(path.name == LOCK_FILE for path in directory.iterdir()):
                return
        except FileNotFoundError:
            return
        except OSError as error:
            raise cannot_write(directory, error) from None
        message, remedy = "The folder is not empty.", "Use a new or empty folder."
    elif state.get("key") != key:
        message = (
            "The folder contains another data set, or was written with other options or versions."
        )
        remedy = "Use a new folder, or repeat the command that created this one."
    elif not resume:
        but = "" if state.get("complete") is True else ", but incomplete"
        message = f"The folder already contains the data set{but}."
        remedy = "Pass --resume to check it and write what is missing."
    else:
        return
    raise UsageError.of("folder-occupied", message, remedy, Place(file=str(directory)))


def _state(directory: Path) -> dict[str, object] | None:
    try:
        content = json.loads(read_regular(directory / STATE_FILE))
    except (OSError, ValueError):
        return None
    return content if isinstance(content, dict) else None


def _write_frames(
    videos: Sequence[Video],
    directory: Path,
    suffix: str,
    jobs: int,
    progress: Callable[[int], None],
) -> None:
    """Write the frames of every incomplete video; the hashes of a video are written last."""
    tasks: list[FrameRange] = []
    for video in videos:
        folder = directory / FRAMES / video.subject / video.id
        stored = read_hashes(folder)
        if stored and all(read_verified(folder, name, stored) for name in stored):
            progress(video.n_frames)
            continue
        make_folder(folder)
        remove_incomplete_files(folder)
        remove_file(folder / HASHES_FILE)
        tasks += split_into_ranges(video, folder, suffix)
    video_hashes: dict[str, str] = {}
    for task, hashes in zip(tasks, write_ranges(tasks, jobs), strict=True):
        progress(len(hashes))
        video_hashes |= hashes
        if task.stop == task.video.n_frames:
            write_hashes(task.folder, video_hashes)
            video_hashes = {}


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
    """Run tasks in this process or in several; yield their results in order."""
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
        message = "A process that wrote frames ended unexpectedly."
        remedy = "Run the command again with --resume. If memory was exhausted, reduce --jobs."
        raise UsageError.of("worker-lost", message, remedy) from None
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
