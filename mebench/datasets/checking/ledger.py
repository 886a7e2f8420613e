"""The ledger of a video: what is known of its frames since they were decoded.

It lies in the user's cache folder. Each line is worth as long as the file that it speaks of keeps
its size and its time of change, and the whole as long as its own hash is right: what is damaged is
made anew.
"""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path
from time import monotonic
from typing import Any

from mebench.canonical import digest
from mebench.datasets.checking.fingerprints import FrameHash
from mebench.datasets.frames.storing import remove_partial_files, store
from mebench.diagnostics import UsageError
from mebench.files import make_folder
from mebench.machine import cache_folder

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
