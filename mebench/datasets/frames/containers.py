"""Whether a video file lacks its end, by the sizes that its container states."""

from __future__ import annotations

import os
from typing import BinaryIO

MOST_BOXES = 10_000
"""So many top-level boxes of an MP4 are looked at; fragmented files have one a second or so."""


def is_truncated_video(stream: BinaryIO) -> bool:
    """Tell whether an AVI or MP4 file is shorter than it says; of others that cannot be told.

    Parameters
    ----------
    stream : binary file
        At its beginning.
    """
    size = os.fstat(stream.fileno()).st_size
    head = stream.read(12)
    if head[:4] == b"RIFF" and head[8:] == b"AVI ":
        # A size of 0 was never filled in: the program that wrote the file was stopped, or streamed.
        return int.from_bytes(head[4:8], "little") + 8 > size
    if head[4:8] in {b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip"}:
        return _lacks_boxes(stream, size)
    return False


def _lacks_boxes(stream: BinaryIO, size: int) -> bool:
    at = 0
    for _ in range(MOST_BOXES):
        if at == size:
            return False
        stream.seek(at)
        head = stream.read(16)
        length = int.from_bytes(head[:4], "big")
        if length == 0:  # to the end of the file
            return False
        if length == 1:
            length = int.from_bytes(head[8:16], "big")
        if len(head) < 8 or length < 8 or at + length > size:
            return True
        at += length
    return False
