"""Write files atomically, so that a reader never sees an incomplete file."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from mebench.diagnostics import Place, UsageError


def write_text(path: str | Path, text: str) -> None:
    """Write a UTF-8 file atomically: either completely or not at all.

    Raises
    ------
    UsageError
        ``cannot-write``.
    """
    try:
        content = text.encode("utf-8")
    except ValueError as error:
        raise _cannot_write(Path(path), error) from None
    write_bytes(path, content)


def write_bytes(path: str | Path, content: bytes, *, with_folder: bool = False) -> None:
    """Write a file atomically: either completely or not at all.

    Parameters
    ----------
    path : str or Path
        The file.
    content : bytes
        Its new content.
    with_folder : bool
        Whether to create the folder if it does not exist.

    Raises
    ------
    UsageError
        ``cannot-write``.
    """
    path = Path(path)
    try:
        if with_folder:
            path.parent.mkdir(parents=True, exist_ok=True)
        # Links keep their target; devices and pipes are written to, never replaced.
        if path.exists() and not path.is_file():
            path.write_bytes(content)
        else:
            _replace(path.resolve(), content)
    except (OSError, ValueError, RuntimeError) as error:
        raise _cannot_write(path, error) from None


def make_folder(path: Path) -> None:
    """Create a folder and its parents if they do not exist.

    Raises
    ------
    UsageError
        ``cannot-write``.
    """
    try:
        path.mkdir(parents=True, exist_ok=True)
    except (OSError, ValueError) as error:
        raise _cannot_write(path, error, "The folder cannot be created") from None


def _cannot_write(
    path: Path, error: Exception, problem: str = "The file cannot be written"
) -> UsageError:
    reason = getattr(error, "strerror", None) or str(error)
    return UsageError.of("cannot-write", f"{problem}: {reason}.", "", Place(file=str(path)))


def _replace(path: Path, content: bytes) -> None:
    """Write a temporary file beside the path, and rename it."""
    import tempfile

    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".mebench-")
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        Path(temporary).chmod(0o666 & ~_umask())
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def to_json_text(content: Any) -> str:
    """Return indented JSON, as in all files that mebench writes."""
    return json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
