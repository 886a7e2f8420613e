"""Decode every frame of every video; report unreadable, frozen and duplicate content.

Threads share the work, because OpenCV and hashing run in parallel; each holds one frame. Results
are cached per video, so that a second check, or one that resumes after an interruption, decodes
only what is new.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING

from mebench.datasets.checking import frame_hashes
from mebench.datasets.checking.frame_hashes import FrameHash, HashCache, remove_partial_caches
from mebench.datasets.contract import Video
from mebench.datasets.frames.frame_folder import FolderVideo, file_states
from mebench.datasets.frames.images import silence_opencv, unreadable_frame
from mebench.datasets.frames.video_file import FileVideo
from mebench.diagnostics import Findings, MebenchError, Place
from mebench.util.text import format_ranges, pluralize

if TYPE_CHECKING:
    from mebench.datasets.contract import Image


Frames = Mapping[int, FrameHash]
"""By frame, in ascending order."""


def frozen_runs(frames: Frames) -> list[tuple[int, int]]:
    """Return the runs of frames, both ends included, that are the same as the frame before them.

    Parameters
    ----------
    frames : mapping of int to FrameHash
        Of one video.
    """
    runs: list[tuple[int, int]] = []
    for (before, earlier), (number, later) in pairwise(frames.items()):
        if later.digest is None or later.digest != earlier.digest or number != before + 1:
            continue
        if runs and runs[-1][1] == number - 1:
            runs[-1] = (runs[-1][0], number)
        else:
            runs.append((number, number))
    return runs


def report_frozen_frames(video: Video, frames: Frames, findings: Findings) -> int:
    """Report the frozen frames of a video, in one finding; return how many there are."""
    runs = frozen_runs(frames)
    number = sum(last - first + 1 for first, last in runs)
    if runs:
        findings.warning(
            "frames-frozen",
            f"{pluralize(number, 'frame')} of {len(frames)} "
            f"{'is' if number == 1 else 'are'} the same, pixel by pixel, as the one before: "
            f"{format_ranges(runs)}.",
            "Was it recorded so, or were files copied twice? Nothing moves in them.",
            place_of_video(video),
        )
    return number


def report_duplicate_videos(
    videos: Sequence[tuple[Video, Frames]], findings: Findings
) -> list[list[Video]]:
    """Report the videos that are the same, frame by frame; return them, group by group."""
    groups: dict[tuple[str, ...], list[Video]] = {}
    for video, frames in videos:
        digests = tuple(one.digest for one in frames.values() if one.digest is not None)
        if digests and len(digests) == len(frames):
            groups.setdefault(digests, []).append(video)
    doubled = [group for group in groups.values() if len(group) > 1]
    for first, other in _pairs(doubled):
        findings.error(
            "video-doubled",
            f"The video is the same, frame by frame, as {first.subject}/{first.id}.",
            "One of the two lies under the other's name.",
            place_of_video(other),
        )
    return doubled


def _pairs(groups: list[list[Video]]) -> Iterator[tuple[Video, Video]]:
    for group in groups:
        yield from ((group[0], other) for other in group[1:])


def place_of_video(video: Video) -> Place:
    """Return what a finding says of a video as a whole."""
    file = video.location
    return Place(
        file=None if file is None else str(file),
        dataset=None if file is not None else video.dataset,
        subject=video.subject,
        video=video.id,
    )


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
            found = known[0] if known else frame_hashes.of_file(video.folder / name)
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
                found.append(frame_hashes.of_image(image))
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
