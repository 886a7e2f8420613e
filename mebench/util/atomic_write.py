"""Write files atomically, so that a reader never sees an incomplete file.

A killed process leaves its incomplete file. The next process that writes into the folder removes it
if it is stale: nobody wrote to it for ten minutes, and the process that created it has ended.
"""

from __future__ import annotations

import errno
import io
import json
import os
import re
import stat
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from secrets import token_hex
from typing import Any

from mebench.diagnostics import Place, UsageError
from mebench.diagnostics.escaping import escape_json
from mebench.util.regular_file import IrregularFileError, check_regular

PREFIX = ".mebench-"
"""Names of incomplete files start with it, followed by the id of the process."""

STALE_SECONDS = 600

_OWNER = re.compile(re.escape(PREFIX) + r"([0-9]{1,10})-")
_searched: set[Path] = set()
"""Folders in which this process already looked for stale files."""

_FULL_DISK = {getattr(errno, name, None) for name in ("ENOSPC", "EDQUOT", "EFBIG")}


def write_text(path: str | Path, text: str, *, follow_links: bool = False) -> None:
    """Write a UTF-8 file as :func:`write_bytes` does."""
    try:
        content = text.encode("utf-8")
    except ValueError as error:
        raise cannot_write(Path(path), error) from None
    write_bytes(path, content, follow_links=follow_links)


def write_bytes(
    path: str | Path,
    content: bytes,
    *,
    with_folder: bool = False,
    durable: bool = True,
    follow_links: bool = False,
) -> None:
    """Write a file atomically.

    Parameters
    ----------
    path, content : path-like, bytes
        The file and its new content.
    with_folder : bool
        Create a missing folder.
    durable : bool
        Wait until the disk has the content, which is slow for many files.
    follow_links : bool
        Only for a file that the user names: write to the target of a link, to a device or to a
        pipe, and do not replace them.

    Raises
    ------
    UsageError
        ``cannot-write``; ``irregular-file`` for a link, device or pipe that is not followed.
    """
    path = Path(path)
    try:
        if with_folder:
            path.parent.mkdir(parents=True, exist_ok=True)
        if not follow_links:
            check_regular(path)
        elif path.exists() and not path.is_file():
            path.write_bytes(content)
            return
        else:
            path = path.resolve()
        with incomplete_file(path) as temporary, temporary.open("xb") as stream:
            stream.write(content)
            stream.flush()
            if durable:
                os.fsync(stream.fileno())
    except (OSError, ValueError, RuntimeError) as error:
        raise cannot_write(path, error) from None


@contextmanager
def incomplete_file(path: Path, suffix: str = "") -> Iterator[Path]:
    """Yield a path for a new file, which replaces ``path`` if the block succeeds."""
    if path.parent not in _searched:
        _searched.add(path.parent)
        remove_stale_files(path.parent)
    temporary = path.with_name(f"{PREFIX}{os.getpid()}-{token_hex(8)}{suffix}")
    try:
        yield temporary
        temporary.replace(path)
    finally:
        remove_file(temporary)


def remove_stale_files(folder: Path) -> None:
    """Remove the incomplete files of processes that have ended from a folder."""
    for path in folder.glob(f"{PREFIX}*"):
        if _is_stale(path):
            remove_file(path)


def _is_stale(path: Path) -> bool:
    try:
        status = path.lstat()
    except OSError:
        return False
    if not stat.S_ISREG(status.st_mode) or time.time() - status.st_mtime < STALE_SECONDS:
        return False
    owner = _OWNER.match(path.name)
    return owner is None or not _is_running(int(owner[1]))


def _is_running(process: int) -> bool:
    """Return whether a process runs on this machine; on Windows, only the age counts."""
    if sys.platform == "win32" or process == 0:
        return False
    try:
        os.kill(process, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except OSError:  # a process of another user
        return True
    return True


def remove_incomplete_files(folder: Path) -> None:
    """Remove all incomplete files from a folder into which no other process writes."""
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
    if isinstance(error, IrregularFileError):
        return UsageError([error.as_diagnostic(problem)])
    number = error.errno if isinstance(error, OSError) else None
    if number in _FULL_DISK:
        remedy = "Is the disk full?"
    elif number == errno.ENOENT and not remedy:
        remedy = f"Create the folder {str(path.parent)!r} first, or correct the path."
    return UsageError.of("cannot-write", f"{problem}: {reason}.", remedy, Place(file=str(path)))


def to_json_text(content: Any) -> str:
    """Return indented JSON, as in all files that mebench writes."""
    buffer = io.StringIO()  # `json.dumps` would keep each number as a text of its own
    for piece in json.JSONEncoder(indent=2, ensure_ascii=False, allow_nan=False).iterencode(
        content
    ):
        buffer.write(piece)
    return escape_json(buffer.getvalue()) + "\n"
