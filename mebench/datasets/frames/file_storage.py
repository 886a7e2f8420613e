"""Write many binary files, each completely or not at all; estimate and check the disk space.

Also the digests by which stored results recognize a file.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

from mebench.datasets.contract import Video
from mebench.datasets.frames.images import encode
from mebench.diagnostics import Place, UsageError
from mebench.util.hashing import digest
from mebench.util.text import format_bytes, pluralize

PART = ".part"
"""The end of a file's name while it is written; a killed run may leave one."""

FULL = {getattr(errno, name, None) for name in ("ENOSPC", "EDQUOT", "EFBIG")} - {None}
"""How the system says that a disk, or a user's share of it, is full."""


def store(path: Path, content: bytes) -> None:
    """Write a file: all of it under its name, or nothing; for many files, which no sync slows.

    Parameters
    ----------
    path : Path
        The file; its folder exists.
    content : bytes
        What is in it.

    Raises
    ------
    UsageError
        ``cannot-write``.
    """
    part = path.with_name(f".{path.name}.{os.getpid()}{PART}")
    try:
        part.write_bytes(content)
        part.replace(path)
    except OSError as error:
        remove(part)
        raise cannot_write(path, error) from None


def remove_partial_files(folder: Path) -> None:
    """Remove what a killed run left half-written in a folder."""
    for part in folder.glob(f".*{PART}"):
        remove(part)


def remove(path: Path) -> None:
    """Remove a file if it is there and may be removed."""
    try:
        path.unlink(missing_ok=True)
    except OSError:
        return


def cannot_write(path: Path, error: OSError) -> UsageError:
    """Return the finding on a file or folder that cannot be written."""
    return UsageError.of(
        "cannot-write",
        f"The file cannot be written: {error.strerror or error}.",
        "Is the disk full?" if error.errno in FULL else "",
        Place(file=str(path)),
    )


def free_space(path: Path) -> int:
    """Return how many bytes are free on the disk of a path, which need not exist yet."""
    import shutil

    existing = next(one for one in (path.absolute(), *path.absolute().parents) if one.exists())
    return shutil.disk_usage(existing).free


def size_on_disk(folder: Path) -> int:
    """Return how many bytes the files below a folder have; one that is not there has none."""
    size = 0
    for path in folder.rglob("*"):
        with suppress(OSError):  # another process may remove what it is writing
            size += path.stat().st_size if path.is_file() else 0
    return size


def check_space(path: Path, needed: float) -> None:
    """See that a disk has room.

    Raises
    ------
    UsageError
        ``disk-too-small``.
    """
    free = free_space(path)
    if needed > free:
        raise UsageError.of(
            "disk-too-small",
            f"About {format_bytes(needed)} are needed, and {format_bytes(free)} are free.",
            "Make room, or write elsewhere.",
            Place(file=str(path)),
        )


MEASURED = 4
"""So many videos are measured, spread over all of them."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """What writing frames will take.

    Attributes
    ----------
    videos, frames : int
        How many.
    size : float
        Bytes.
    seconds : float
        Time of one process.
    """

    videos: int
    frames: int
    size: float
    seconds: float

    def to_text(self, jobs: int = 1) -> str:
        """Return ``2 videos, 600 frames, about 240 MB and 1 minute``."""
        minutes = round(self.seconds / jobs / 60)
        time = f"{pluralize(minutes, 'minute')}" if minutes else "less than a minute"
        return (
            f"{pluralize(self.videos, 'video')}, {pluralize(self.frames, 'frame')}, "
            f"about {format_bytes(self.size)} and {time}"
        )


def estimate(videos: Sequence[Video], suffix: str = ".png") -> Estimate:
    """Measure a frame from the middle of some videos.

    Parameters
    ----------
    videos : sequence of Video
        What is to be written.
    suffix : {".png", ".jpg"}
        As what.
    """
    frames = sum(video.n_frames for video in videos)
    some = videos[:: max(1, -(-len(videos) // MEASURED))]
    sizes, first, others = [0], [0.0], [0.0]
    for video in some:
        begin = perf_counter()
        frames_of = video.frames(video.n_frames // 2)
        image = next(frames_of)
        first.append(perf_counter() - begin)
        begin = perf_counter()
        image = next(frames_of, image)
        sizes.append(len(encode(image, suffix)))
        others.append(perf_counter() - begin)
    each = max(1, len(some))
    return Estimate(
        len(videos),
        frames,
        frames * sum(sizes) / each,
        # The first frame of a video pays for what is prepared once.
        (len(videos) * sum(first) + frames * sum(others)) / each,
    )


END_BYTES = 4096
"""So many bytes of the first and the last file are part of what a video is known by."""


def content_key_of(content: Any) -> str:
    """Return a content key: 32 hex digits that stand for some plain data."""
    return digest(content, 32)


def hash_ends(path: Path) -> str:
    """Return a digest of the first and the last bytes of a file."""
    from hashlib import sha256

    with path.open("rb") as stream:
        content = stream.read(END_BYTES)
        stream.seek(max(0, path.stat().st_size - END_BYTES))
        content += stream.read(END_BYTES)
    return sha256(content).hexdigest()
