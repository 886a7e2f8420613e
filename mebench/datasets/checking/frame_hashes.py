"""Hashes of decoded frames, and the cache of these hashes per video.

The cache is in the user's cache folder. An entry is valid while the size and the modification
time of its file are unchanged; a cache file is valid while its own hash matches. Damaged cache
files are ignored and written again.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any

from mebench.datasets.frames.images import decode, read_content
from mebench.diagnostics import MebenchError, Place, UsageError
from mebench.util.atomic_write import write_bytes
from mebench.util.hashing import digest
from mebench.util.system import cache_folder

if TYPE_CHECKING:
    from mebench.datasets.contract import Image


DIGITS = 32


@dataclass(frozen=True, slots=True)
class FrameHash:
    """The hash of a frame, or the reason why it cannot be read.

    Attributes
    ----------
    digest : str or None
        Hash of the pixels; None if the frame cannot be read.
    width, height : int
        Size in pixels.
    problem : str or None
        Why the frame cannot be read.
    cacheable : bool
        Whether the result depends on the file alone; a missing permission, for example, does not.
    """

    digest: str | None
    width: int = 0
    height: int = 0
    problem: str | None = None
    cacheable: bool = True

    def as_row(self) -> list[Any]:
        """Return a row of the cache."""
        return [self.digest, self.width, self.height, self.problem]

    @classmethod
    def of_row(cls, row: list[Any]) -> FrameHash:
        """Read a row of the cache.

        Raises
        ------
        ValueError
            If the row is invalid.
        """
        digest, width, height, problem = row
        if not isinstance(width, int) or not isinstance(height, int):
            raise ValueError("width and height are not integers")
        if not all(text is None or isinstance(text, str) for text in (digest, problem)):
            raise ValueError("digest or problem is not a text")
        return cls(digest, width, height, problem)


def of_image(image: Image) -> FrameHash:
    """Return the hash of a decoded frame."""
    import numpy as np

    height, width = image.shape[:2]
    return FrameHash(sha256(np.ascontiguousarray(image).data).hexdigest()[:DIGITS], width, height)


def of_file(path: Path) -> FrameHash:
    """Read, decode and hash an image file; return the problem if that fails."""
    try:
        content = read_content(path, Place(), 0)
    except MebenchError as error:
        message = error.diagnostics[0].message
        problem = message.removeprefix("Frame 0 cannot be read: ").removesuffix(".")
        return FrameHash(None, problem=problem, cacheable=problem.startswith("the file is"))
    image = decode(content)
    if image is None:
        return FrameHash(None, problem="it is damaged, or no image")
    return of_image(image)


FORMAT = "mebench-fingerprints/1"

STORED_EVERY = 2.0
"""Seconds between two writes: a killed check repeats at most this much work."""


def hash_cache_folder() -> Path:
    """Return the folder of all caches of frame hashes."""
    return cache_folder() / "checked"


class HashCache:
    """The cached frame hashes of one video.

    Parameters
    ----------
    name : str
        Name of the video: its path, or its ids.
    """

    def __init__(self, name: str) -> None:
        self.path = hash_cache_folder() / f"{digest([name, _decoder()], 32)}.json"
        self._entries = read_hash_cache(self.path)
        self._stored, self._is_new = monotonic(), False

    def get(self, name: str, state: list[int | str]) -> list[FrameHash] | None:
        """Return the cached frames of a file; None if there are none or the file has changed.

        Parameters
        ----------
        name : str
            The image file; empty for all frames of a video.
        state : list
            Its size and modification time, or its content key.
        """
        known = self._entries.get(name)
        if known is None or known[0] != state:
            return None
        return [FrameHash.of_row(row) for row in known[1]]

    def put(self, name: str, state: list[int | str], frames: list[FrameHash]) -> None:
        """Add frames to the cache, which is written to disk at intervals."""
        if not all(frame.cacheable for frame in frames):
            return
        self._entries[name] = [state, [frame.as_row() for frame in frames]]
        self._is_new = True
        if monotonic() - self._stored > STORED_EVERY:
            self.store()

    def store(self) -> None:
        """Write the cache atomically; if that fails, as on a full disk, the check goes on."""
        if not self._is_new:
            return
        try:
            body = json.dumps(self._entries).encode("ascii")
            head = f"{FORMAT} {sha256(body).hexdigest()}\n".encode("ascii")
            write_bytes(self.path, head + body, with_folder=True, durable=False)
        except UsageError:
            return
        finally:
            self._stored = monotonic()
        self._is_new = False


def read_hash_cache(path: Path) -> dict[str, Any]:
    """Return the entries of a cache file; none if it is missing or damaged."""
    try:
        head, _, body = path.read_bytes().partition(b"\n")
    except OSError:
        return {}
    if head.decode("ascii", "replace") != f"{FORMAT} {sha256(body).hexdigest()}":
        return {}
    entries: dict[str, Any] = json.loads(body)
    return entries


def _decoder() -> str:
    """Return the decoder and its version, which can change the pixels."""
    import cv2

    return f"opencv {cv2.__version__}"
