"""Every frame of every video: read, decoded, hashed, and compared with its neighbours.

Threads share the work, since OpenCV and hashing run beside one another; each holds one frame. What
was found is kept in ledgers, so that a second check, or one that goes on after it was stopped,
decodes only what is new.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING

from mebench.datasets.checking import fingerprints
from mebench.datasets.checking.duplicates import (
    Frames,
    place_of_video,
    report_duplicate_videos,
    report_frozen_frames,
)
from mebench.datasets.checking.fingerprints import FrameHash
from mebench.datasets.checking.ledger import HashCache, remove_partial_caches
from mebench.datasets.contract import Video
from mebench.datasets.frames.file import FileVideo
from mebench.datasets.frames.folder import FolderVideo
from mebench.datasets.frames.images import silence_opencv, unreadable_frame
from mebench.datasets.frames.looking import file_states
from mebench.diagnostics import Findings, MebenchError

if TYPE_CHECKING:
    from mebench.datasets.contract import Image

Advance = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class DecodeResult:
    """What a deep check saw.

    Attributes
    ----------
    frames : int
        Frames that came out.
    frozen : int
        Those that are the same as the one before them.
    doubled : list of list of Video
        Videos that are the same, group by group.
    """

    frames: int
    frozen: int
    doubled: list[list[Video]]


def decode_all_frames(
    videos: Sequence[Video], findings: Findings, jobs: int, progress: Advance
) -> DecodeResult:
    """Read, decode and hash all frames.

    Parameters
    ----------
    videos : sequence of Video
        Those that can be read.
    findings : Findings
        Takes in what is wrong and was not said before.
    jobs : int
        How many videos are read at a time.
    progress : callable
        Told how many frames got done.
    """
    remove_partial_caches()
    stop = Event()
    seen: list[tuple[Video, Frames]] = []
    frozen = 0
    known = {(one.severity, one.code, one.place.file) for one in findings.kept}
    # One context around all: within it, those of single frames change nothing between threads.
    with silence_opencv(), ThreadPoolExecutor(jobs) as pool:
        try:
            tasks = [pool.submit(_decode_video, video, progress, stop) for video in videos]
            for video, task in zip(videos, tasks, strict=True):
                frames, apart = task.result()
                for one in apart.kept:
                    if (one.severity, one.code, one.place.file) not in known:
                        findings.add(one)
                frozen += report_frozen_frames(video, frames, findings)
                seen.append((video, frames))
        except BaseException:
            stop.set()
            pool.shutdown(cancel_futures=True)
            raise
    total = sum(one.digest is not None for _, frames in seen for one in frames.values())
    return DecodeResult(total, frozen, report_duplicate_videos(seen, findings))


def _decode_video(video: Video, progress: Advance, stop: Event) -> tuple[Frames, Findings]:
    apart = Findings()
    if isinstance(video, FolderVideo):
        return _decode_folder(video, apart, progress, stop), apart
    return _decode_sequence(video, apart, progress, stop), apart


def _decode_folder(
    video: FolderVideo, findings: Findings, progress: Advance, stop: Event
) -> Frames:
    """Look at the files of a folder, each on its own."""
    ledger = HashCache(f"folder {video.folder.absolute()}")
    states = file_states(video.folder)
    frames: dict[int, FrameHash] = {}
    try:
        for number, name in video.files.by_number.items():
            state = states.get(name)
            if number < video.origin or state is None or isinstance(state, str):
                continue  # said at the first look
            if stop.is_set():
                break
            key: list[int | str] = [state.st_size, state.st_mtime_ns]
            known = ledger.get(name, key)
            found = known[0] if known else fingerprints.of_file(video.folder / name)
            if known is None:
                ledger.put(name, key, [found])
            frames[number - video.origin] = found
            progress(1)
    finally:
        ledger.store()
    _report_files(video, frames, findings)
    return frames


def _report_files(video: FolderVideo, frames: Frames, findings: Findings) -> None:
    first: tuple[int, tuple[int, int]] | None = None
    for number, one in frames.items():
        if one.problem is not None:
            place = video.place(video.files.by_number[number + video.origin])
            findings.extend_from(unreadable_frame(number, one.problem, place))
            continue
        size = (one.width, one.height)
        first = first or (number, size)
        if size != first[1]:
            findings.extend_from(video.size_differs(number, size, *first))


def _decode_sequence(video: Video, findings: Findings, progress: Advance, stop: Event) -> Frames:
    """Look at what has to be decoded in order, from the beginning: a video file, or rendered."""
    if isinstance(video, FileVideo):
        ledger, key = HashCache(f"file {video.path.absolute()}"), _state(video.path)
    else:
        ledger, key = (
            HashCache(f"{video.dataset}/{video.subject}/{video.id}"),
            [video.content_key()],
        )
    known = ledger.get("", key)
    found = known or []
    if known is not None:
        progress(len(known))
    else:
        try:
            for image in _images(video):
                if stop.is_set():
                    return {}
                found.append(fingerprints.of_image(image))
                progress(1)
        except MebenchError as error:
            findings.extend_from(error)
            return dict(enumerate(found))
        ledger.put("", key, found)
        ledger.store()
    if isinstance(video, FileVideo):
        try:
            video.compare_count(len(found), findings)
        except MebenchError as error:
            findings.extend_from(error)
    _report_sizes(video, found, findings)
    return dict(enumerate(found))


def _images(video: Video) -> Iterator[Image]:
    return video.all_frames() if isinstance(video, FileVideo) else video.frames()


def _state(path: Path) -> list[int | str]:
    try:
        state = path.stat()
    except OSError:
        return ["gone"]
    return [state.st_size, state.st_mtime_ns]


def _report_sizes(video: Video, found: Sequence[FrameHash], findings: Findings) -> None:
    for number, one in enumerate(found):
        if (one.width, one.height) != (found[0].width, found[0].height):
            findings.error(
                "frame-size-differs",
                f"Frame {number} is {one.width}×{one.height}, and frame 0 "
                f"{found[0].width}×{found[0].height}.",
                "All frames of a video have one size.",
                place_of_video(video),
            )
            return
