"""Read image files: headers, and conversion between bytes and RGB.

Files are read completely and decoded from memory. So a file name may contain any character, and
a truncated file is detected before a decoder fills the missing part with gray.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from mebench.diagnostics import MebenchError, Place
from mebench.util.extras import require_package

if TYPE_CHECKING:
    from mebench.datasets.contract import Image


# JPEG start-of-frame markers, which hold the size; C4, C8 and CC are tables.
_JPEG_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_JPEG_WITHOUT_LENGTH = frozenset({0x01, *range(0xD0, 0xD9)})
_PNG_GRAY, _PNG_WITH_ALPHA = frozenset({0, 4}), frozenset({4, 6})


@dataclass(frozen=True, slots=True)
class ImageHeader:
    """Size and pixel format from the header of an image file.

    Attributes
    ----------
    width, height : int
        In pixels.
    bits : int
        Per channel.
    is_gray, has_alpha : bool
        Whether there is a single gray channel, and an alpha channel.
    """

    width: int
    height: int
    bits: int = 8
    is_gray: bool = False
    has_alpha: bool = False

    @property
    def conversion(self) -> str | None:
        """Description of the conversion to 8-bit RGB; None if none is needed."""
        steps = []
        if self.bits > 8:
            steps.append(f"{self.bits} bits per channel cut to 8")
        if self.is_gray:
            steps.append("gray to RGB")
        if self.has_alpha:
            steps.append("transparency dropped")
        return ", ".join(steps) or None


def parse_image_header(content: bytes) -> ImageHeader | None:
    """Return the header of a PNG, JPEG or BMP file, or None for any other content.

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
    bits, color_type = content[24], content[25]
    is_gray, has_alpha = color_type in _PNG_GRAY, color_type in _PNG_WITH_ALPHA
    return ImageHeader(width, height, bits, is_gray, has_alpha)


def _jpeg(content: bytes) -> ImageHeader | None:
    position = 2
    while position + 9 < len(content):
        if content[position] != 0xFF:
            return None
        marker = content[position + 1]
        if (
            marker == 0xFF or marker in _JPEG_WITHOUT_LENGTH
        ):  # padding, or a marker without a length
            position += 1 if marker == 0xFF else 2
            continue
        if marker in _JPEG_FRAMES:
            height, width = (
                int.from_bytes(content[position + shift : position + shift + 2], "big")
                for shift in (5, 7)
            )
            return ImageHeader(width, height, content[position + 4], content[position + 9] == 1)
        position += 2 + int.from_bytes(content[position + 2 : position + 4], "big")
    return None


def _bmp(content: bytes) -> ImageHeader:
    width, height = (
        abs(int.from_bytes(content[at : at + 4], "little", signed=True)) for at in (18, 22)
    )
    bits = int.from_bytes(content[28:30], "little")
    return ImageHeader(width, height, is_gray=bits == 8 and _has_gray_palette(content))


def _has_gray_palette(content: bytes) -> bool:
    begin = 14 + int.from_bytes(content[14:18], "little")
    palette = content[begin : int.from_bytes(content[10:14], "little")]
    return bool(palette) and palette[0::4] == palette[1::4] == palette[2::4]


PNG_FAST = 1
"""The PNG compression level of the cache; a higher one hardly makes noisy images smaller."""

JPEG_QUALITY = 95

PNG_END = b"IEND\xaeB`\x82"
"""The last chunk of every PNG file, with its checksum."""


def read_image(path: Path, place: Place, frame: int) -> Image:
    """Read an image as RGB, ``uint8``.

    Gray images get three equal channels, of 16 bits per channel the upper 8 are kept, and
    transparency is dropped.

    Parameters
    ----------
    path : Path
        The file.
    place : Place
        Its location, for the error.
    frame : int
        The frame number, for the error message.

    Raises
    ------
    MebenchError
        ``frame-unreadable``.
    """
    content = read_content(path, place, frame)
    image = decode(content)
    if image is None:
        raise unreadable_frame(frame, "it is damaged, or not an image", place)
    return image


def read_content(path: Path, place: Place, frame: int) -> bytes:
    """Return the bytes of an image file after checking that it is not empty or truncated."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise unreadable_frame(frame, error.strerror or str(error), place) from None
    if not content:
        raise unreadable_frame(frame, "the file is empty", place)
    if is_truncated_image(content):
        raise unreadable_frame(frame, "the file is truncated", place)
    return content


def unreadable_frame(frame: int, reason: str, place: Place) -> MebenchError:
    """Return the error for a frame that cannot be read."""
    return MebenchError.of(
        "frame-unreadable",
        f"Frame {frame} cannot be read: {reason}.",
        "Copy the file again from the original data set.",
        place,
    )


def is_truncated_image(content: bytes) -> bool:
    """Return whether the end of an image file is missing."""
    if content.startswith(b"\x89PNG"):
        return PNG_END not in content[-64:]
    if content.startswith(b"\xff\xd8"):
        # Image data escapes the end marker: after the start of scan, it marks the real end.
        return content.rfind(b"\xff\xd9") < max(content.rfind(b"\xff\xda"), 2)
    if content.startswith(b"BM"):
        return len(content) < int.from_bytes(content[2:6], "little")
    return False


def decode(content: bytes) -> Image | None:
    """Return the image in a file's bytes as RGB, or None if they are not a readable image."""
    require_package("cv2")
    import cv2
    import numpy as np

    try:
        with silence_opencv():
            image = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_COLOR)
    except cv2.error:  # for example, the header states an impossible size
        return None
    if image is None:
        return None
    rgb: Image = cv2.cvtColor(image, cv2.COLOR_BGR2RGB)  # type: ignore[assignment]
    return rgb


def encode(image: Image, suffix: str) -> bytes:
    """Return an RGB image as the bytes of a ``.png`` (lossless) or ``.jpg`` file."""
    require_package("cv2")
    import cv2

    settings = (
        [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY]
        if suffix == ".jpg"
        else [cv2.IMWRITE_PNG_COMPRESSION, PNG_FAST]
    )
    _, content = cv2.imencode(suffix, cv2.cvtColor(image, cv2.COLOR_RGB2BGR), settings)
    return content.tobytes()


class silence_opencv:  # noqa: N801 - used like a function
    """A context in which OpenCV prints no messages: the problems become findings."""

    def __enter__(self) -> None:
        from cv2.utils import logging

        self._level = logging.getLogLevel()
        logging.setLogLevel(logging.LOG_LEVEL_SILENT)

    def __exit__(self, *_: object) -> None:
        from cv2.utils import logging

        logging.setLogLevel(self._level)


def unreadable_video(error: OSError, place: Place) -> MebenchError:
    """Return the error for a video folder or file that the system cannot read."""
    return MebenchError.of(
        "video-unreadable",
        f"The video cannot be read: {error.strerror or error}.",
        "Check that it exists and that you have permission to read it.",
        place,
    )
