"""One image file: from bytes to RGB, and from RGB to bytes.

Files are read whole and decoded from memory, so that names may hold any character, and a file that
was cut off is noticed before a decoder paints the rest grey.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from mebench.diagnostics import MebenchError, Place

if TYPE_CHECKING:
    from mebench.datasets.contract import Image

PNG_FAST = 1
"""The PNG compression level of the cache: noise does not get smaller by more work."""

JPEG_QUALITY = 95

PNG_END = b"IEND\xaeB`\x82"
"""The last chunk of every PNG file, with its checksum."""


def read_image(path: Path, place: Place, frame: int) -> Image:
    """Read an image as RGB, ``uint8``.

    Grey images get three equal channels, 16 bits a channel are cut to the upper 8, transparency is
    dropped.

    Parameters
    ----------
    path : Path
        The file.
    place : Place
        What a finding says of it.
    frame : int
        Which frame of the video it is, for the message.

    Raises
    ------
    MebenchError
        ``frame-unreadable``.
    """
    content = read_content(path, place, frame)
    image = decode(content)
    if image is None:
        raise unreadable_frame(frame, "it is damaged, or no image", place)
    return image


def read_content(path: Path, place: Place, frame: int) -> bytes:
    """Return a file's bytes, having seen that they are all there."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise unreadable_frame(frame, error.strerror or str(error), place) from None
    if not content:
        raise unreadable_frame(frame, "the file is empty", place)
    if is_truncated_image(content):
        raise unreadable_frame(frame, "the file is cut off", place)
    return content


def unreadable_frame(frame: int, reason: str, place: Place) -> MebenchError:
    """Return the finding on a frame that cannot be read."""
    return MebenchError.of(
        "frame-unreadable",
        f"Frame {frame} cannot be read: {reason}.",
        "Copy the file again from where the data set came from.",
        place,
    )


def is_truncated_image(content: bytes) -> bool:
    """Tell whether an image file lacks its end."""
    if content.startswith(b"\x89PNG"):
        return PNG_END not in content[-64:]
    if content.startswith(b"\xff\xd8"):
        # Markers within the coded picture are escaped: an end marker after its start is the end.
        return content.rfind(b"\xff\xd9") < max(content.rfind(b"\xff\xda"), 2)
    if content.startswith(b"BM"):
        return len(content) < int.from_bytes(content[2:6], "little")
    return False


def decode(content: bytes) -> Image | None:
    """Return the picture of an image file as RGB, or None if it is none."""
    import cv2
    import numpy as np

    try:
        with silence_opencv():
            image = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_COLOR)
    except cv2.error:  # an absurd size, most often
        return None
    return None if image is None else _rgb(image)


def encode(image: Image, suffix: str) -> bytes:
    """Return an RGB image as a file of a format: ``.png`` without loss, or ``.jpg``."""
    import cv2

    settings = (
        [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY]
        if suffix == ".jpg"
        else [cv2.IMWRITE_PNG_COMPRESSION, PNG_FAST]
    )
    _, content = cv2.imencode(suffix, cv2.cvtColor(image, cv2.COLOR_RGB2BGR), settings)
    return content.tobytes()


class silence_opencv:  # noqa: N801 - used like a function
    """A context in which OpenCV does not print about what becomes a finding."""

    def __enter__(self) -> None:
        from cv2.utils import logging

        self._level = logging.getLogLevel()
        logging.setLogLevel(logging.LOG_LEVEL_SILENT)

    def __exit__(self, *_: object) -> None:
        from cv2.utils import logging

        logging.setLogLevel(self._level)


def _rgb(image: object) -> Image:
    import cv2

    converted: Image = cv2.cvtColor(image, cv2.COLOR_BGR2RGB)  # type: ignore[call-overload]
    return converted
