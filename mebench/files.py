"""Writing files so that a reader never sees half of one."""

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
    named = Path(path)
    try:
        # A link keeps pointing where it points; a device or pipe is written to, never replaced.
        if named.exists() and not named.is_file():
            named.write_text(text, encoding="utf-8", newline="")
        else:
            _replace(named.resolve(), text)
    except (OSError, ValueError, RuntimeError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise UsageError.of(
            "cannot-write", f"The file cannot be written: {reason}.", "", Place(file=str(named))
        ) from None


def _replace(path: Path, text: str) -> None:
    import tempfile

    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".mebench-")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as stream:
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
        Path(temporary).chmod(0o666 & ~_umask())
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def as_json(content: Any) -> str:
    """Return indented JSON as files hold it."""
    return json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
