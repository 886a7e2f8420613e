"""Hashes of decoded frames, and the cache of these hashes per video.

The cache is in the user's cache folder. An entry is valid as long as the size and the
modification time of its file are unchanged; the cache file is valid as long as its own hash
matches. Damaged caches are written again.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any

from mebench.datasets.frames.file_storage import remove_partial_files, store
from mebench.datasets.frames.images import decode, read_content
from mebench.diagnostics import MebenchError, Place, UsageError
from mebench.util.atomic_write import make_folder
from mebench.util.hashing import digest
from mebench.util.system import cache_folder

if TYPE_CHECKING:
    from mebench.datasets.contract import Image


DIGITS = 32


@dataclass(frozen=True, slots=True)
class FrameHash:
    """A frame.

    Attributes
    ----------
    digest : str or None
        Stands for its pixels; None where there are none.
    width, height : int
        In pixels.
    problem : str or None
        Why it cannot be read, in words.
    lasting : bool
        Whether the problem is in the file itself, and so is worth keeping.
    """

    digest: str | None
    width: int = 0
    height: int = 0
    problem: str | None = None
    lasting: bool = True

    def as_row(self) -> list[Any]:
        """Return it as the ledger keeps it."""
        return [self.digest, self.width, self.height, self.problem]

    @classmethod
    def of_row(cls, row: list[Any]) -> FrameHash:
        """Read what :meth:`as_row` wrote.

        Raises
        ------
        ValueError
            If it is none.
        """
        digest, width, height, problem = row
        if not isinstance(width, int) or not isinstance(height, int):
            raise ValueError("no size")
        if not all(one is None or isinstance(one, str) for one in (digest, problem)):
            raise ValueError("no digest")
        return cls(digest, width, height, problem)


def of_image(image: Image) -> FrameHash:
    """Return the fingerprint of a decoded frame."""
    import numpy as np

    height, width = image.shape[:2]
    return FrameHash(sha256(np.ascontiguousarray(image).data).hexdigest()[:DIGITS], width, height)


def of_file(path: Path) -> FrameHash:
    """Read, decode and hash an image file; what is wrong with it is kept as well."""
    try:
        content = read_content(path, Place(), 0)
    except MebenchError as error:
        message = error.diagnostics[0].message
        problem = message.removeprefix("Frame 0 cannot be read: ").removesuffix(".")
        return FrameHash(None, problem=problem, lasting=problem.startswith("the file is"))
    image = decode(content)
    if image is None:
        return FrameHash(None, problem="it is damaged, or no image")
    return of_image(image)


FORMAT = "mebench-fingerprints/1"

STORED_EVERY = 2.0
"""Seconds: a killed check has no more than these to do again."""


def hash_cache_folder() -> Path:
    """Return the folder of all ledgers."""
    return cache_folder() / "checked"


class HashCache:
    """What is known of the frames of one video.

    Parameters
    ----------
    name : str
        What the video is known by: its path, or a key of its content.
    """

    def __init__(self, name: str) -> None:
        self.path = hash_cache_folder() / f"{digest([name, _decoder()], 32)}.json"
        self._entries = read_hash_cache(self.path)
        self._stored, self._is_new = monotonic(), False

    def get(self, name: str, state: list[int | str]) -> list[FrameHash] | None:
        """Return what is known of a file as it is now: one frame, or all of a video's.

        Parameters
        ----------
        name : str
            The file.
        state : list
            Its size and time of change, or what else says that it is the same.
        """
        known = self._entries.get(name)
        if known is None or known[0] != state:
            return None
        return [FrameHash.of_row(row) for row in known[1]]

    def put(self, name: str, state: list[int | str], found: list[FrameHash]) -> None:
        """Keep what was found; now and then it is written to disk."""
        if not all(one.lasting for one in found):
            return
        self._entries[name] = [state, [one.as_row() for one in found]]
        self._is_new = True
        if monotonic() - self._stored > STORED_EVERY:
            self.store()

    def store(self) -> None:
        """Write it: all of it, or nothing. A full disk makes the next check slow, and no other."""
        if not self._is_new:
            return
        try:
            make_folder(self.path.parent)
            body = json.dumps(self._entries).encode("ascii")
            head = f"{FORMAT} {sha256(body).hexdigest()}\n".encode("ascii")
            store(self.path, head + body)
        except UsageError:
            return
        finally:
            self._stored = monotonic()
        self._is_new = False


def read_hash_cache(path: Path) -> dict[str, Any]:
    """Return what a ledger holds: nothing, if it is not there or not as it was written."""
    try:
        head, _, body = path.read_bytes().partition(b"\n")
    except OSError:
        return {}
    if head.decode("ascii", "replace") != f"{FORMAT} {sha256(body).hexdigest()}":
        return {}
    entries: dict[str, Any] = json.loads(body)
    return entries


def remove_partial_caches() -> None:
    """Remove what a killed check left half-written."""
    remove_partial_files(hash_cache_folder())


def _decoder() -> str:
    """Return what turns files into pixels; another one may give others."""
    import cv2

    return f"opencv {cv2.__version__}"
