"""Decode every frame of every video; report unreadable, frozen and duplicate content.

Threads share the work, because OpenCV and hashing run in parallel; each thread holds one frame in
memory. Results are cached per video, so that a second check, or one after an interruption, decodes
new files only.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise
from threading import Event

from mebench.datasets.checking import frame_hashes
from mebench.datasets.checking.frame_hashes import FrameHash, HashCache, hash_cache_folder
from mebench.datasets.contract import Video
from mebench.datasets.frames.frame_folder import FolderVideo, file_states
from mebench.datasets.frames.images import silence_opencv, size_differs, unreadable_frame
from mebench.datasets.frames.video_file import FileVideo
from mebench.diagnostics import Findings, MebenchError, Place
from mebench.util.atomic_write import remove_incomplete_files
from mebench.util.text import format_ranges, pluralize

FrameHashes = Mapping[int, FrameHash]
"""The hash of each frame of a video, in ascending order of the frames."""

Advance = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class DecodeResult:
    """The number of decoded frames and of frozen ones, and the groups of identical videos."""

    frames: int
    frozen: int
    duplicates: list[list[Video]]


def decode_all_frames(
    videos: Sequence[Video], findings: Findings, jobs: int, progress: Advance
) -> DecodeResult:
    """Read, decode and hash all frames of readable videos.

    Problems that are not in ``findings`` already are added; ``jobs`` videos are read at the same
    time, and ``progress`` gets the number of frames that were just completed.
    """
    remove_incomplete_files(hash_cache_folder())
    stop = Event()
    decoded: list[tuple[Video, FrameHashes]] = []
    frozen = 0
    known = {(finding.severity, finding.code, finding.place.file) for finding in findings.kept}
    # Silence OpenCV once here: if each thread did it, one could undo another's setting.
    with silence_opencv(), ThreadPoolExecutor(jobs) as pool:
        try:
            tasks = [pool.submit(_decode_video, video, progress, stop) for video in videos]
            for video, task in zip(videos, tasks, strict=True):
                frames, video_findings = task.result()
                for finding in video_findings.kept:
                    if (finding.severity, finding.code, finding.place.file) not in known:
                        findings.add(finding)
                frozen += report_frozen_frames(video, frames, findings)
                decoded.append((video, frames))
        except BaseException:
            stop.set()
            pool.shutdown(cancel_futures=True)
            raise
    total = sum(frame.digest is not None for _, frames in decoded for frame in frames.values())
    return DecodeResult(total, frozen, report_duplicate_videos(decoded, findings))


def _decode_video(video: Video, progress: Advance, stop: Event) -> tuple[FrameHashes, Findings]:
    findings = Findings()
    if isinstance(video, FolderVideo):
        return _decode_folder(video, findings, progress, stop), findings
    return _decode_sequence(video, findings, progress, stop), findings


def _decode_folder(
    video: FolderVideo, findings: Findings, progress: Advance, stop: Event
) -> FrameHashes:
    """Decode the image files of a folder; report unreadable ones, and those of another size."""
    cache = HashCache(f"folder {video.folder.absolute()}")
    states = file_states(video.folder)
    frames: dict[int, FrameHash] = {}
    try:
        for number, name in video.files.by_number.items():
            state = states.get(name)
            if number < video.origin or state is None or isinstance(state, str):
                continue  # the quick check has reported it
            if stop.is_set():
                break
            key: list[int | str] = [state.st_size, state.st_mtime_ns]
            (frames[number - video.origin],) = cache.get(name, key) or cache.put(
                name, key, [frame_hashes.of_file(video.folder / name)]
            )
            progress(1)
    finally:
        cache.store()
    first: tuple[int, tuple[int, int]] | None = None
    for number, frame in frames.items():
        place = video.place_of_frame(number)
        if frame.problem is not None:
            findings.extend_from(unreadable_frame(number, frame.problem, place))
            continue
        size = (frame.width, frame.height)
        first = first or (number, size)
        if size != first[1]:
            findings.extend_from(size_differs(number, size, *first, place))
    return frames


def _decode_sequence(
    video: Video, findings: Findings, progress: Advance, stop: Event
) -> FrameHashes:
    """Decode or render the frames of a video in order, from the beginning."""
    ids = f"{video.dataset}/{video.subject}/{video.id}"
    cache = HashCache(ids if video.location is None else f"file {video.location.absolute()}")
    frames: list[FrameHash] = []
    try:
        key: list[int | str] = [video.content_key()]
        known = cache.get("", key)
        if known is not None:
            frames = known
            progress(len(known))
        else:
            for image in video.all_frames() if isinstance(video, FileVideo) else video.frames():
                if stop.is_set():
                    return {}
                frames.append(frame_hashes.of_image(image))
                progress(1)
            cache.put("", key, frames)
            cache.store()
        if isinstance(video, FileVideo):
            video.compare_count(len(frames), findings)
    except MebenchError as error:
        findings.extend_from(error)
        return dict(enumerate(frames))
    sizes = [(frame.width, frame.height) for frame in frames]
    for number, size in enumerate(sizes):
        if size != sizes[0]:
            place = place_of_video(video)
            findings.extend_from(size_differs(number, size, 0, sizes[0], place))
            break
    return dict(enumerate(frames))


def report_frozen_frames(video: Video, frames: FrameHashes, findings: Findings) -> int:
    """Report the frames that are identical to the frame before them; return their number."""
    frozen = [
        number
        for (before, earlier), (number, later) in pairwise(frames.items())
        if later.digest is not None and later.digest == earlier.digest and number == before + 1
    ]
    runs: list[tuple[int, int]] = []
    for number in frozen:
        continues = bool(runs) and runs[-1][1] == number - 1
        runs.append((runs.pop()[0] if continues else number, number))
    if runs:
        findings.warning(
            "frames-frozen",
            f"{pluralize(len(frozen), 'frame')} of {len(frames)} "
            f"{'is' if len(frozen) == 1 else 'are'} identical to the frame before, in all pixels: "
            f"{format_ranges(runs)}.",
            "Check whether it was recorded like this, or files were copied twice.",
            place_of_video(video),
        )
    return len(frozen)


def report_duplicate_videos(
    videos: Sequence[tuple[Video, FrameHashes]], findings: Findings
) -> list[list[Video]]:
    """Report videos with identical frames; return the groups of identical videos."""
    groups: dict[tuple[str, ...], list[Video]] = {}
    for video, frames in videos:
        digests = tuple(frame.digest for frame in frames.values() if frame.digest is not None)
        if digests and len(digests) == len(frames):
            groups.setdefault(digests, []).append(video)
    duplicates = [group for group in groups.values() if len(group) > 1]
    for first, *others in duplicates:
        for other in others:
            findings.error(
                "video-doubled",
                f"All frames of the video are identical to those of {first.subject}/{first.id}.",
                "One of the two was stored under the wrong name: copy it again.",
                place_of_video(other),
            )
    return duplicates


def place_of_video(video: Video) -> Place:
    """Return the location of a video, for findings."""
    file = video.location
    return Place(
        file=None if file is None else str(file),
        dataset=None if file is not None else video.dataset,
        subject=video.subject,
        video=video.id,
    )
