"""Hashes of stored files, and the disk space and time that writing frames needs."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from time import perf_counter

from mebench.datasets.contract import Video
from mebench.datasets.frames.images import encode
from mebench.diagnostics import Place, UsageError
from mebench.util.atomic_write import write_bytes
from mebench.util.regular_file import check_regular, read_regular
from mebench.util.text import format_bytes, pluralize

HASHES_FILE = "sha256.txt"
"""The hashes of the files in a folder, in the format of ``sha256sum``."""


def store_image(path: Path, image_bytes: bytes) -> str:
    """Write one of many files atomically, without waiting for the disk; return its hash."""
    write_bytes(path, image_bytes, durable=False)
    return sha256(image_bytes).hexdigest()


def write_hashes(folder: Path, hashes: Mapping[str, str]) -> None:
    """Write the hashes of a folder's files, by file name."""
    lines = [f"{hashes[name]}  {name}\n" for name in sorted(hashes)]
    write_bytes(folder / HASHES_FILE, "".join(lines).encode(), durable=False)


def read_hashes(folder: Path) -> dict[str, str]:
    """Return the hashes of a folder's files by name; unreadable lines are ignored."""
    try:
        lines = read_regular(folder / HASHES_FILE).decode("ascii").splitlines()
    except (OSError, ValueError):
        return {}
    pairs = [line.partition("  ") for line in lines]
    return {name: digest for digest, _, name in pairs if name}


def read_verified(folder: Path, name: str, hashes: Mapping[str, str]) -> bytes | None:
    """Return the content of a file, or None if it is missing or does not match its hash."""
    if name not in hashes:
        return None
    try:
        content = read_regular(folder / name)
    except (OSError, ValueError):
        return None
    return content if sha256(content).hexdigest() == hashes[name] else None


END_BYTES = 4096
"""Number of bytes hashed at the beginning and at the end of a file."""


def hash_ends(path: Path) -> str:
    """Return a digest of the first and last ``END_BYTES`` bytes of a file."""
    check_regular(path, follow_links=True)  # a pipe would wait forever
    with path.open("rb") as stream:
        content = stream.read(END_BYTES)
        stream.seek(max(0, path.stat().st_size - END_BYTES))
        content += stream.read(END_BYTES)
    return sha256(content).hexdigest()


def free_space(path: Path) -> int:
    """Return the number of free bytes on the disk of a path, which need not exist yet."""
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
    """Raise ``disk-too-small`` if a disk has not enough free space."""
    free = free_space(path)
    if needed > free:
        needed_text, free_text = format_bytes(needed), format_bytes(free)
        message = f"About {needed_text} are needed, but only {free_text} are free."
        remedy = "Free disk space, or write to another disk."
        raise UsageError.of("disk-too-small", message, remedy, Place(file=str(path)))


SAMPLED_VIDEOS = 4
"""Number of videos whose frames are measured, evenly spread over the data set."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """Estimated size in bytes, and time with one process, of writing frames."""

    videos: int
    frames: int
    size: float
    seconds: float

    def to_text(self, jobs: int = 1) -> str:
        """Return ``2 videos, 600 frames, about 240 MB and 1 minute``."""
        minutes = round(self.seconds / jobs / 60)
        time = pluralize(minutes, "minute") if minutes else "less than a minute"
        return (
            f"{pluralize(self.videos, 'video')}, {pluralize(self.frames, 'frame')}, "
            f"about {format_bytes(self.size)} and {time}"
        )


def estimate(videos: Sequence[Video], suffix: str = ".png") -> Estimate:
    """Estimate size and time by measuring frames from the middle of a few videos."""
    frames = sum(video.n_frames for video in videos)
    sampled = videos[:: max(1, -(-len(videos) // SAMPLED_VIDEOS))]
    size, first, others = 0, 0.0, 0.0
    for video in sampled:
        begin = perf_counter()
        images = video.frames(video.n_frames // 2)
        image = next(images)
        opened = perf_counter()
        image = next(images, image)
        size += len(encode(image, suffix))
        first += opened - begin
        others += perf_counter() - opened
    count = max(1, len(sampled))
    # The first frame of a video includes the time to open or prepare it.
    seconds = (len(videos) * first + frames * others) / count
    return Estimate(len(videos), frames, frames * size / count, seconds)
