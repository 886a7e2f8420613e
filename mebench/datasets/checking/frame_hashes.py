"""Hashes of decoded frames, and the cache of these hashes per video.

The cache is in the user's cache folder. An entry is valid while the size and the modification
time of its file are unchanged; a cache file is valid while its own hash matches. Damaged cache
files are ignored and written again.
"""

from __future__ import annotations

import json
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any, NamedTuple

from mebench.datasets.frames.images import BadImageError, load_image
from mebench.diagnostics import UsageError
from mebench.util.atomic_write import write_bytes
from mebench.util.hashing import digest
from mebench.util.system import cache_folder

if TYPE_CHECKING:
    from mebench.datasets.contract import Image


DIGITS = 32


class FrameHash(NamedTuple):
    """The hash of a frame's pixels and its size, or the reason why it cannot be read.

    Only a result that depends on the file alone is cacheable: a missing permission is not.
    """

    digest: str | None
    width: int = 0
    height: int = 0
    problem: str | None = None
    cacheable: bool = True


def of_image(image: Image) -> FrameHash:
    """Return the hash of a decoded frame."""
    import numpy as np

    height, width = image.shape[:2]
    return FrameHash(sha256(np.ascontiguousarray(image).data).hexdigest()[:DIGITS], width, height)


def of_file(path: Path) -> FrameHash:
    """Read, decode and hash an image file; return the problem if that fails."""
    try:
        return of_image(load_image(path))
    except BadImageError as error:
        return FrameHash(None, problem=str(error))
    except OSError as error:
        return FrameHash(None, problem=error.strerror or str(error), cacheable=False)


FORMAT = "mebench-fingerprints/1"

STORED_EVERY = 2.0
"""Seconds between two writes: a killed check repeats at most this much work."""


def hash_cache_folder() -> Path:
    """Return the folder of all caches of frame hashes."""
    return cache_folder() / "checked"


class HashCache:
    """The cached frame hashes of one video, which is named by its path or its ids."""

    def __init__(self, name: str) -> None:
        import cv2

        decoder = f"opencv {cv2.__version__}"  # another version can change the pixels
        self.path = hash_cache_folder() / f"{digest([name, decoder], 32)}.json"
        self._entries = read_hash_cache(self.path)
        self._stored, self._is_new = monotonic(), False

    def get(self, name: str, state: list[int | str]) -> list[FrameHash] | None:
        """Return the cached frames of a file; None if there are none or the file has changed.

        The name is that of the image file, or empty for all frames of a video; the state is its
        size and modification time, or its content key.
        """
        known = self._entries.get(name)
        if known is None or known[0] != state:
            return None
        return [FrameHash(*row) for row in known[1]]

    def put(self, name: str, state: list[int | str], frames: list[FrameHash]) -> list[FrameHash]:
        """Add frames to the cache, which is written to disk at intervals, and return them."""
        if all(frame.cacheable for frame in frames):
            self._entries[name] = [state, [frame[:4] for frame in frames]]
            self._is_new = True
            if monotonic() - self._stored > STORED_EVERY:
                self.store()
        return frames

    def store(self) -> None:
        """Write the cache atomically; if that fails, as on a full disk, the check goes on."""
        if not self._is_new:
            return
        body = json.dumps(self._entries).encode("ascii")
        head = f"{FORMAT} {sha256(body).hexdigest()}\n".encode("ascii")
        with suppress(UsageError):
            write_bytes(self.path, head + body, with_folder=True, durable=False)
            self._is_new = False
        self._stored = monotonic()


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
