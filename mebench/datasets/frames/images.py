"""One image file: its header, and the conversion between bytes and RGB.

Files are read completely and decoded from memory. So a file name may hold any character, and a
truncated file is found before a decoder paints the rest gray.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from mebench.diagnostics import MebenchError, Place

if TYPE_CHECKING:
    from mebench.datasets.contract import Image


# Markers of a JPEG's frame, which hold its size; C4, C8 and CC are tables.
_JPEG_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_JPEG_ALONE = frozenset({0x01, *range(0xD0, 0xD9)})
_PNG_GREY, _PNG_WITH_ALPHA = frozenset({0, 4}), frozenset({4, 6})


@dataclass(frozen=True, slots=True)
class ImageHeader:
    """What an image file says of itself.

    Attributes
    ----------
    width, height : int
        In pixels.
    bits : int
        A channel.
    is_grey, has_alpha : bool
        What its channels are.
    """

    width: int
    height: int
    bits: int = 8
    is_grey: bool = False
    has_alpha: bool = False

    @property
    def conversion(self) -> str | None:
        """How it is converted when it is read, in words; None where it is RGB of 8 bits."""
        said = []
        if self.bits > 8:
            said.append(f"{self.bits} bits a channel cut to 8")
        if self.is_grey:
            said.append("grey to RGB")
        if self.has_alpha:
            said.append("transparency dropped")
        return ", ".join(said) or None


def parse_image_header(content: bytes) -> ImageHeader | None:
    """Return what an image file says of itself, or None if it is none that is known.

    Parameters
    ----------
    content : bytes
        The file, or its beginning.
    """
    if content.startswith(b"\x89PNG") and len(content) >= 26:
        return _png(content)
    if content.startswith(b"\xff\xd8"):
        return _jpeg(content)
    if content.startswith(b"BM") and len(content) >= 30:
        return _bmp(content)
    return None


def _png(content: bytes) -> ImageHeader:
    width, height = (int.from_bytes(content[at : at + 4], "big") for at in (16, 20))
    bits, colours = content[24], content[25]
    return ImageHeader(width, height, bits, colours in _PNG_GREY, colours in _PNG_WITH_ALPHA)


def _jpeg(content: bytes) -> ImageHeader | None:
    at = 2
    while at + 9 < len(content):
        if content[at] != 0xFF:
            return None
        marker = content[at + 1]
        if marker == 0xFF or marker in _JPEG_ALONE:  # filling, or a marker without a length
            at += 1 if marker == 0xFF else 2
            continue
        if marker in _JPEG_FRAMES:
            height, width = (int.from_bytes(content[at + of : at + of + 2], "big") for of in (5, 7))
            return ImageHeader(width, height, content[at + 4], content[at + 9] == 1)
        at += 2 + int.from_bytes(content[at + 2 : at + 4], "big")
    return None


def _bmp(content: bytes) -> ImageHeader:
    width, height = (
        abs(int.from_bytes(content[at : at + 4], "little", signed=True)) for at in (18, 22)
    )
    bits = int.from_bytes(content[28:30], "little")
    return ImageHeader(width, height, is_grey=bits == 8 and _has_grey_palette(content))


def _has_grey_palette(content: bytes) -> bool:
    begin = 14 + int.from_bytes(content[14:18], "little")
    palette = content[begin : int.from_bytes(content[10:14], "little")]
    return bool(palette) and palette[0::4] == palette[1::4] == palette[2::4]


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


def unreadable_video(error: OSError, place: Place) -> MebenchError:
    """Return the finding on a folder or file that the system does not let us read."""
    return MebenchError.of(
        "video-unreadable",
        f"The video cannot be read: {error.strerror or error}.",
        "Check that it is there, and that you may read it.",
        place,
    )
