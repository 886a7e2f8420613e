"""Regular files in folders that mebench reads or writes as a whole.

A folder of boards or of a run can come from somebody else. A link in it could name any file of the
user, and reading a pipe could wait forever. So neither is opened, and what is refused is named by
its kind. Only a file that the user names in the command may be a link, a pipe or a device.
"""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

from mebench.diagnostics import Diagnostic, MebenchError, Place

_KINDS = (
    (stat.S_ISLNK, "a symbolic link"),
    (stat.S_ISDIR, "a folder"),
    (stat.S_ISFIFO, "a named pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)

_OPEN_FLAGS = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0)
_NO_LINK = getattr(os, "O_NOFOLLOW", 0)


class IrregularFileError(OSError):
    """A path is a link, pipe, socket, device or folder; ``strerror`` says which."""

    def __init__(self, path: Path, kind: str, expected: str = "a regular file") -> None:
        super().__init__(errno.EINVAL, f"it is {kind}, not {expected}", str(path))

    def as_diagnostic(self, problem: str = "The file cannot be read") -> Diagnostic:
        """Return the finding ``irregular-file``."""
        return Diagnostic(
            "irregular-file",
            "error",
            f"{problem}: {self.strerror}.",
            "Remove it, or name another file or folder.",
            Place(file=self.filename),
        )


def check_regular(path: Path, *, follow_links: bool = False) -> bool:
    """Return whether a file exists; raise an error if it is not a regular file."""
    return _check(path, follow_links=follow_links, folder=False)


def require_regular(path: Path) -> None:
    """Raise the finding ``irregular-file`` if a file exists and is not a regular file."""
    try:
        check_regular(path)
    except IrregularFileError as error:
        raise MebenchError([error.as_diagnostic()]) from None


def check_folder(path: Path) -> bool:
    """Return whether a folder exists; raise an error if it is a link or no folder."""
    return _check(path, follow_links=False, folder=True)


def read_regular(path: Path, *, follow_links: bool = False) -> bytes:
    """Return the content of a regular file; never wait for a pipe.

    Raises
    ------
    OSError
        The file cannot be read; :class:`IrregularFileError` if it is not a regular file.
    """
    # Checked before opening, since opening a device can already change its state, and afterwards,
    # since the file may have been replaced in between.
    check_regular(path, follow_links=follow_links)
    descriptor = os.open(path, _OPEN_FLAGS | (0 if follow_links else _NO_LINK))
    with os.fdopen(descriptor, "rb") as stream:
        kind = _kind(os.fstat(stream.fileno()).st_mode)
        if kind is not None:
            raise IrregularFileError(path, kind)
        return stream.read()


def _check(path: Path, *, follow_links: bool, folder: bool) -> bool:
    try:
        mode = (path.stat() if follow_links else path.lstat()).st_mode
    except (FileNotFoundError, NotADirectoryError):
        return False
    if folder and not stat.S_ISDIR(mode):
        raise IrregularFileError(path, _kind(mode) or "a file", "a folder")
    kind = None if folder else _kind(mode)
    if kind is not None:
        raise IrregularFileError(path, kind)
    return True


def _kind(mode: int) -> str | None:
    """Return the kind of a file that is not regular."""
    return next((kind for is_kind, kind in _KINDS if is_kind(mode)), None)
