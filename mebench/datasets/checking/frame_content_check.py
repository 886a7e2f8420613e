"""Decode every frame of every video; report unreadable, frozen and duplicate content.

Threads share the work, because OpenCV and hashing run in parallel; each thread holds one frame in
memory. The hashes of the frames are cached per video, so that a second check, or one after an
interruption, decodes new files only.

An entry of the cache is valid while the size and the modification time of its file are unchanged; a
cache file is valid while its own hash matches. Damaged cache files are ignored and written again.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from threading import Event
from time import monotonic
from typing import TYPE_CHECKING, Any, NamedTuple

from mebench.datasets.contract import Video
from mebench.datasets.frames.frame_folder import FrameFolder, file_states
from mebench.datasets.frames.images import (
    BadImageError,
    load_image,
    silence_opencv,
    size_differs,
    unreadable_frame,
)
from mebench.datasets.frames.video_file import VideoFile
from mebench.diagnostics import Findings, MebenchError, Place, UsageError
from mebench.util.atomic_write import remove_stale_files, write_bytes
from mebench.util.hashing import digest
from mebench.util.regular_file import read_regular
from mebench.util.system import cache_folder
from mebench.util.text import format_ranges, pluralize

if TYPE_CHECKING:
    from mebench.datasets.contract import Image

DIGITS = 32


class FrameHash(NamedTuple):
    """The hash of a frame's pixels and its size, or the reason why it cannot be read.

    Only a result that depends on the file alone is cacheable: a missing permission is not.
    """

    digest: str | None
    width: int = 0
    height: int = 0
    problem: str | None = None
    cacheable: bool = True


def of_image(image: Image) -> FrameHash:
    """Return the hash of a decoded frame."""
    import numpy as np

    height, width = image.shape[:2]
    return FrameHash(sha256(np.ascontiguousarray(image).data).hexdigest()[:DIGITS], width, height)


def of_file(path: Path) -> FrameHash:
    """Read, decode and hash an image file; return the problem if that fails."""
    try:
        return of_image(load_image(path))
    except BadImageError as error:
        return FrameHash(None, problem=str(error))
    except OSError as error:
        return FrameHash(None, problem=error.strerror or str(error), cacheable=False)


FORMAT = "mebench-fingerprints/1"

STORED_EVERY = 2.0
"""Seconds between two writes: a killed check repeats at most this much work."""


def hash_cache_folder() -> Path:
    """Return the folder of all caches of frame hashes."""
    return cache_folder() / "checked"


class HashCache:
    """The cached frame hashes of one video, which is named by its path or its ids."""

    def __init__(self, name: str) -> None:
        import cv2

        decoder = f"opencv {cv2.__version__}"  # another version can change the pixels
        self.path = hash_cache_folder() / f"{digest([name, decoder], 32)}.json"
        self._entries = read_hash_cache(self.path)
        self._stored, self._is_new = monotonic(), False

    def get(self, name: str, state: list[int | str]) -> list[FrameHash] | None:
        """Return what is cached for an image file, or without name for a video, in this state."""
        known = self._entries.get(name)
        if known is None or known[0] != state:
            return None
        return [FrameHash(*row) for row in known[1]]

    def put(self, name: str, state: list[int | str], frames: list[FrameHash]) -> list[FrameHash]:
        """Add frames to the cache, which is written to disk at intervals, and return them."""
        if all(frame.cacheable for frame in frames):
            self._entries[name] = [state, [frame[:4] for frame in frames]]
            self._is_new = True
            if monotonic() - self._stored > STORED_EVERY:
                self.store()
        return frames

    def store(self) -> None:
        """Write the cache atomically; if that fails, as on a full disk, the check goes on."""
        if not self._is_new:
            return
        body = json.dumps(self._entries).encode("ascii")
        head = f"{FORMAT} {sha256(body).hexdigest()}\n".encode("ascii")
        with suppress(UsageError):
            write_bytes(self.path, head + body, with_folder=True, durable=False)
            self._is_new = False
        self._stored = monotonic()


def read_hash_cache(path: Path) -> dict[str, Any]:
    """Return the entries of a cache file; none if it is missing or damaged."""
    try:
        head, _, body = read_regular(path).partition(b"\n")
    except OSError:
        return {}
    if head.decode("ascii", "replace") != f"{FORMAT} {sha256(body).hexdigest()}":
        return {}
    entries: dict[str, Any] = json.loads(body)
    return entries


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
    """Decode and hash all frames, ``jobs`` videos at the same time; report new problems."""
    remove_stale_files(hash_cache_folder())
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
    if isinstance(video, FrameFolder):
        return _decode_folder(video, findings, progress, stop), findings
    return dict(enumerate(_decode_sequence(video, findings, progress, stop))), findings


def _decode_folder(
    video: FrameFolder, findings: Findings, progress: Advance, stop: Event
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
                name, key, [of_file(video.folder / name)]
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
) -> list[FrameHash]:
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
            for image in video.all_frames() if isinstance(video, VideoFile) else video.frames():
                if stop.is_set():
                    return []
                frames.append(of_image(image))
                progress(1)
            cache.put("", key, frames)
            cache.store()
        if isinstance(video, VideoFile):
            video.compare_count(len(frames), findings)
    except MebenchError as error:
        findings.extend_from(error)
        return frames
    sizes = [(frame.width, frame.height) for frame in frames]
    for number, size in enumerate(sizes):
        if size != sizes[0]:
            place = place_of_video(video)
            findings.extend_from(size_differs(number, size, 0, sizes[0], place))
            break
    return frames


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
        verb = "is" if len(frozen) == 1 else "are"
        message = (
            f"{pluralize(len(frozen), 'frame')} of {len(frames)} {verb} identical to the frame "
            f"before, in all pixels: {format_ranges(runs)}."
        )
        remedy = "Check whether it was recorded like this, or files were copied twice."
        findings.warning("frames-frozen", message, remedy, place_of_video(video))
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
    remedy = "One of the two was stored under the wrong name: copy it again."
    for first, *others in duplicates:
        original = f"{first.subject}/{first.id}"
        message = f"All frames of the video are identical to those of {original}."
        for other in others:
            findings.error("video-doubled", message, remedy, place_of_video(other))
    return duplicates


def place_of_video(video: Video) -> Place:
    """Return the location of a video, for findings."""
    if video.location is None:
        return Place(dataset=video.dataset, subject=video.subject, video=video.id)
    return Place(file=str(video.location), subject=video.subject, video=video.id)
