"""Writing many binary files, each whole or not at all."""

from __future__ import annotations

import errno
import os
from contextlib import suppress
from pathlib import Path

from mebench.diagnostics import Place, UsageError

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


def format_bytes(size: float) -> str:
    """Return a number of bytes for people."""
    for unit in ("kB", "MB", "GB"):
        size /= 1000
        if size < 999.5:
            return f"{size:.3g} {unit}" if size < 99.95 else f"{size:.0f} {unit}"
    return f"{size / 1000:.3g} TB"


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
