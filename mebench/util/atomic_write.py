"""Write files atomically: a reader never sees an incomplete file."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from mebench.diagnostics import Place, UsageError


def write_text(path: str | Path, text: str) -> None:
    """Write a UTF-8 file atomically: all of it under its name, or nothing.

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
    """Write a file atomically: all of it under its name, or nothing.

    Parameters
    ----------
    path : str or Path
        Where to.
    content : bytes
        What.
    with_folder : bool
        Make the folder if it is not there.

    Raises
    ------
    UsageError
        ``cannot-write``.
    """
    named = Path(path)
    try:
        if with_folder:
            named.parent.mkdir(parents=True, exist_ok=True)
        # A link keeps pointing where it points; a device or pipe is written to, never replaced.
        if named.exists() and not named.is_file():
            named.write_bytes(content)
        else:
            _replace(named.resolve(), content)
    except (OSError, ValueError, RuntimeError) as error:
        raise _cannot_write(named, error) from None


def make_folder(path: Path) -> None:
    """Make a folder, and those above it, unless it is there.

    Raises
    ------
    UsageError
        ``cannot-write``.
    """
    try:
        path.mkdir(parents=True, exist_ok=True)
    except (OSError, ValueError) as error:
        raise _cannot_write(path, error, "The folder cannot be made") from None


def _cannot_write(
    path: Path, error: Exception, what: str = "The file cannot be written"
) -> UsageError:
    reason = getattr(error, "strerror", None) or str(error)
    return UsageError.of("cannot-write", f"{what}: {reason}.", "", Place(file=str(path)))


def _replace(path: Path, content: bytes) -> None:
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
    """Return indented JSON as files hold it."""
    return json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
