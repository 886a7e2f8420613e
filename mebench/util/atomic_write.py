"""Write files atomically, so that a reader never sees an incomplete file."""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from secrets import token_hex
from typing import Any

from mebench.diagnostics import Place, UsageError

PREFIX = ".mebench-"
"""Names of incomplete files start with it; a killed process may leave such files."""

_FULL_DISK = {getattr(errno, name, None) for name in ("ENOSPC", "EDQUOT", "EFBIG")}


def write_text(path: str | Path, text: str) -> None:
    """Write a UTF-8 file atomically, or raise the error ``cannot-write``."""
    try:
        content = text.encode("utf-8")
    except ValueError as error:
        raise cannot_write(Path(path), error) from None
    write_bytes(path, content)


def write_bytes(
    path: str | Path, content: bytes, *, with_folder: bool = False, durable: bool = True
) -> None:
    """Write a file atomically, or raise the error ``cannot-write``.

    ``with_folder`` creates a missing folder. ``durable`` waits until the disk has the content,
    which is slow for many files.
    """
    path = Path(path)
    try:
        if with_folder:
            path.parent.mkdir(parents=True, exist_ok=True)
        # Links keep their target; devices and pipes are written to, never replaced.
        if path.exists() and not path.is_file():
            path.write_bytes(content)
            return
        with incomplete_file(path.resolve()) as temporary, temporary.open("xb") as stream:
            stream.write(content)
            stream.flush()
            if durable:
                os.fsync(stream.fileno())
    except (OSError, ValueError, RuntimeError) as error:
        raise cannot_write(path, error) from None


@contextmanager
def incomplete_file(path: Path, suffix: str = "") -> Iterator[Path]:
    """Yield a path for a new file, which replaces ``path`` if the block succeeds."""
    temporary = path.with_name(f"{PREFIX}{token_hex(8)}{suffix}")
    try:
        yield temporary
        temporary.replace(path)
    finally:
        remove_file(temporary)


def remove_incomplete_files(folder: Path) -> None:
    """Remove the incomplete files that a killed process left in a folder."""
    for path in folder.glob(f"{PREFIX}*"):
        remove_file(path)


def remove_file(path: Path) -> None:
    """Remove a file; do nothing if it does not exist or cannot be removed."""
    with suppress(OSError):
        path.unlink()


def make_folder(path: Path, remedy: str = "") -> None:
    """Create a folder and its parents if they do not exist."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except (OSError, ValueError) as error:
        raise cannot_write(path, error, "The folder cannot be created", remedy) from None


def cannot_write(
    path: Path,
    error: Exception,
    problem: str = "The file cannot be written",
    remedy: str = "",
) -> UsageError:
    """Return the error for a file or folder that cannot be written."""
    reason = getattr(error, "strerror", None) or str(error)
    is_full = isinstance(error, OSError) and error.errno in _FULL_DISK
    remedy = "Is the disk full?" if is_full else remedy
    return UsageError.of("cannot-write", f"{problem}: {reason}.", remedy, Place(file=str(path)))


def to_json_text(content: Any) -> str:
    """Return indented JSON, as in all files that mebench writes."""
    return json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False) + "\n"
