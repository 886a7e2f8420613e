"""The containers of video files: which are opened, recognized by content, and whether one is cut.

FFmpeg chooses the reader by the content, whatever the name: a file with the text ``ffconcat`` or
``#EXTM3U`` is a list of other files or addresses, which it would open. Containers hold all their
frames.
"""

from __future__ import annotations

import os
from typing import BinaryIO

VIDEO_SUFFIXES = (
    *(".mp4", ".m4v", ".mov", ".3gp", ".3g2"),
    *(".avi", ".mkv", ".webm", ".wmv", ".asf", ".flv", ".ogv"),
    *(".mpg", ".mpeg", ".vob", ".ts", ".mts", ".m2ts"),
)
"""The endings of files that are looked for; the content decides how they are read."""

NAMES = "AVI, MP4, MOV, Matroska, WebM, WMV, FLV, Ogg or MPEG"
"""The containers, for messages."""

FFMPEG_NAMES = "avi,mov,matroska,asf,flv,ogg,mpeg,mpegts"
"""The same as FFmpeg calls them; all variants of a container have one reader."""

HEAD = 400
"""Number of bytes from which a container is recognized: three packets of a transport stream."""

_MP4_BOXES = frozenset({b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip"})
_BEGINNINGS = (
    b"\x1aE\xdf\xa3",  # Matroska and WebM
    b"0&\xb2u\x8ef\xcf\x11\xa6\xd9\x00\xaa",  # ASF
    b"FLV\x01",
    b"OggS",
    b"\x00\x00\x01\xba",  # MPEG program stream
)


def is_container(head: bytes) -> bool:
    """Return whether a file that begins with these ``HEAD`` bytes is a container."""
    return (
        states_length(head) or head.startswith(_BEGINNINGS) or _is_transport_stream(head, 188, 0)
        # In .m2ts files, each packet has a time of four bytes before it.
        or _is_transport_stream(head, 192, 4)
    )  # fmt: skip


def _is_transport_stream(head: bytes, packet: int, first: int) -> bool:
    return head[first : first + 2 * packet + 1 : packet] == b"GGG"


def states_length(head: bytes) -> bool:
    """Return whether the container states its number of frames: AVI, MP4 and MOV do."""
    return is_avi(head) or head[4:8] in _MP4_BOXES


def is_avi(head: bytes) -> bool:
    """Return whether a file that begins with these bytes is an AVI file."""
    return head[:4] == b"RIFF" and head[8:12] == b"AVI "


MAX_BOXES = 10_000
"""Maximum number of top-level MP4 boxes to read; fragmented files have about one per second."""


def is_truncated_video(stream: BinaryIO) -> bool:
    """Return whether an AVI or MP4 file is shorter than its header states; others state none."""
    size = os.fstat(stream.fileno()).st_size
    head = stream.read(12)
    if is_avi(head):
        # A size of 0 passes: the program that wrote the file was stopped, or wrote a stream.
        return int.from_bytes(head[4:8], "little") + 8 > size
    if head[4:8] in _MP4_BOXES:
        return _is_truncated_mp4(stream, size)
    return False


def _is_truncated_mp4(stream: BinaryIO, size: int) -> bool:
    position = 0
    for _ in range(MAX_BOXES):
        if position == size:
            return False
        stream.seek(position)
        head = stream.read(16)
        length = int.from_bytes(head[:4], "big")
        if length == 0:  # the box extends to the end of the file
            return False
        if length == 1:
            length = int.from_bytes(head[8:16], "big")
        if len(head) < 8 or length < 8 or position + length > size:
            return True
        position += length
    return False
