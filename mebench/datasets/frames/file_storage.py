"""Write many binary files atomically; estimate and check disk space; compute content keys."""

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
"""The suffix of a file that is being written; a killed run may leave such files."""

FULL = {getattr(errno, name, None) for name in ("ENOSPC", "EDQUOT", "EFBIG")} - {None}
"""The error numbers of a full disk or an exceeded quota."""


def store(path: Path, content: bytes) -> None:
    """Write a file atomically, without ``fsync``, which would be slow for many files.

    Parameters
    ----------
    path : Path
        The file; its folder exists.
    content : bytes
        Its content.

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
    """Remove the incomplete files that a killed run left in a folder."""
    for part in folder.glob(f".*{PART}"):
        remove(part)


def remove(path: Path) -> None:
    """Remove a file; do nothing if it does not exist or cannot be removed."""
    try:
        path.unlink(missing_ok=True)
    except OSError:
        return


def cannot_write(path: Path, error: OSError) -> UsageError:
    """Return the error for a file or folder that cannot be written."""
    return UsageError.of(
        "cannot-write",
        f"The file cannot be written: {error.strerror or error}.",
        "Is the disk full?" if error.errno in FULL else "",
        Place(file=str(path)),
    )


def free_space(path: Path) -> int:
    """Return the number of free bytes on the disk of a path, which need not exist yet."""
    import shutil

    absolute = path.absolute()
    existing = next(folder for folder in (absolute, *absolute.parents) if folder.exists())
    return shutil.disk_usage(existing).free


def size_on_disk(folder: Path) -> int:
    """Return the total size of the files below a folder in bytes; 0 if it does not exist."""
    size = 0
    for path in folder.rglob("*"):
        with suppress(OSError):  # another process may remove its own files meanwhile
            size += path.stat().st_size if path.is_file() else 0
    return size


def check_space(path: Path, needed: float) -> None:
    """Check that a disk has enough free space.

    Raises
    ------
    UsageError
        ``disk-too-small``.
    """
    free = free_space(path)
    if needed > free:
        raise UsageError.of(
            "disk-too-small",
            f"About {format_bytes(needed)} are needed, but only {format_bytes(free)} are free.",
            "Free disk space, or write to another disk.",
            Place(file=str(path)),
        )


SAMPLED_VIDEOS = 4
"""Number of videos whose frames are measured, evenly spread over the data set."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """Estimated size and time of writing frames.

    Attributes
    ----------
    videos, frames : int
        Number of videos and frames.
    size : float
        Bytes.
    seconds : float
        Time with one process.
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
    """Estimate size and time by measuring frames from the middle of a few videos.

    Parameters
    ----------
    videos : sequence of Video
        The videos to write.
    suffix : {".png", ".jpg"}
        Image format.
    """
    frames = sum(video.n_frames for video in videos)
    sampled = videos[:: max(1, -(-len(videos) // SAMPLED_VIDEOS))]
    sizes, first, others = [0], [0.0], [0.0]
    for video in sampled:
        begin = perf_counter()
        images = video.frames(video.n_frames // 2)
        image = next(images)
        first.append(perf_counter() - begin)
        begin = perf_counter()
        image = next(images, image)
        sizes.append(len(encode(image, suffix)))
        others.append(perf_counter() - begin)
    count = max(1, len(sampled))
    return Estimate(
        len(videos),
        frames,
        frames * sum(sizes) / count,
        # The first frame of a video includes the time to open or prepare it.
        (len(videos) * sum(first) + frames * sum(others)) / count,
    )


END_BYTES = 4096
"""Number of bytes hashed at the beginning and at the end of a file."""


def content_key_of(content: Any) -> str:
    """Return a content key: a digest of plain data, 32 hexadecimal digits."""
    return digest(content, 32)


def hash_ends(path: Path) -> str:
    """Return a digest of the first and last ``END_BYTES`` bytes of a file."""
    from hashlib import sha256

    with path.open("rb") as stream:
        content = stream.read(END_BYTES)
        stream.seek(max(0, path.stat().st_size - END_BYTES))
        content += stream.read(END_BYTES)
    return sha256(content).hexdigest()
