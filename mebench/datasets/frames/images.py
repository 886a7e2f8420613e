"""Read image files: headers, and conversion between bytes and RGB.

Files are read completely and decoded from memory. So a file name may contain any character, and
a truncated file is detected before a decoder fills the missing part with gray.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from struct import unpack_from
from typing import TYPE_CHECKING

from mebench.diagnostics import MebenchError, Place
from mebench.util.extras import require_package
from mebench.util.regular_file import check_regular

if TYPE_CHECKING:
    from cv2.typing import MatLike

    from mebench.datasets.contract import Image

PNG, JPEG, BMP = b"\x89PNG", b"\xff\xd8", b"BM"

# JPEG start-of-frame markers, which hold the size; C4, C8 and CC are tables.
_JPEG_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_JPEG_WITHOUT_LENGTH = frozenset({0x01, *range(0xD0, 0xD9)})
_PNG_GRAY, _PNG_WITH_ALPHA = frozenset({0, 4}), frozenset({4, 6})


@dataclass(frozen=True, slots=True)
class ImageHeader:
    """Size in pixels, bits per channel and kind of channels, from the header of an image file."""

    width: int
    height: int
    bits: int = 8
    is_gray: bool = False
    has_alpha: bool = False

    @property
    def conversion(self) -> str:
        """Description of the conversion to 8-bit RGB; empty if none is needed."""
        steps = {
            f"{self.bits} bits per channel cut to 8": self.bits > 8,
            "gray to RGB": self.is_gray,
            "transparency dropped": self.has_alpha,
        }
        return ", ".join(step for step, is_needed in steps.items() if is_needed)


MAX_PIXELS = 40_000_000
"""Images with more pixels are not decoded: a few bytes can state any size, and the decoder would
allocate it. A frame of an 8K video has 33 million."""

MAX_IMAGE_BYTES = 2**29
"""More than the largest allowed image without compression."""

MAX_SCANS = 50
"""A progressive JPEG has about 10 scans; each costs a pass over all pixels."""


class BadImageError(OSError):
    """An image file that is empty, damaged, or no image; the text is the reason."""


def parse_image_header(content: bytes) -> ImageHeader:
    """Return the header of a PNG, JPEG or BMP file; raise BadImageError for any other content."""
    header = None
    if content.startswith(PNG) and content[12:16] == b"IHDR" and len(content) >= 26:
        width, height, bits, color = unpack_from(">IIBB", content, 16)
        header = ImageHeader(width, height, bits, color in _PNG_GRAY, color in _PNG_WITH_ALPHA)
        _check_png_chunks(content)
    elif content.startswith(JPEG):
        header = _parse_jpeg(content)
    elif content.startswith(BMP) and len(content) >= 30:
        # The oldest of the headers has 16 bits per side.
        sides = "<hhHH" if content[14:18] == b"\x0c\0\0\0" else "<iiHH"
        width, height, _, bits = unpack_from(sides, content, 18)
        is_gray = bits == 8 and _has_gray_palette(content)
        header = ImageHeader(abs(width), abs(height), is_gray=is_gray)
    if header is None:
        raise BadImageError("it is damaged, or not a PNG, JPEG or BMP image")
    if header.width * header.height > MAX_PIXELS:
        size = f"{header.width}×{header.height}"
        raise BadImageError(f"it is {size}, but the limit is {MAX_PIXELS // 10**6} million pixels")
    return header


def _check_png_chunks(content: bytes) -> None:
    """Refuse a chunk longer than the file: OpenCV allocates its length before it reads it."""
    position = 8
    while position + 8 <= len(content) and content[position + 4 : position + 8] != b"IEND":
        position += 12 + int.from_bytes(content[position : position + 4], "big")
        if position > len(content):
            raise BadImageError("a part of it is longer than the file")


def _parse_jpeg(content: bytes) -> ImageHeader | None:
    position = 2
    while position + 9 < len(content) and content[position] == 0xFF:
        marker = content[position + 1]
        if marker == 0xFF:  # padding
            position += 1
        elif marker in _JPEG_WITHOUT_LENGTH:
            position += 2
        elif marker in _JPEG_FRAMES:
            bits, height, width, channels = unpack_from(">BHHB", content, position + 4)
            return ImageHeader(width, height, bits, channels == 1)
        else:
            position += 2 + int.from_bytes(content[position + 2 : position + 4], "big")
    return None


def _has_gray_palette(content: bytes) -> bool:
    begin = 14 + int.from_bytes(content[14:18], "little")
    palette = content[begin : int.from_bytes(content[10:14], "little")]
    return bool(palette) and palette[0::4] == palette[1::4] == palette[2::4]


PNG_FAST = 1
"""The PNG compression level of the cache; a higher one hardly makes noisy images smaller."""

JPEG_QUALITY = 95

PNG_END = b"IEND\xaeB`\x82"
"""The last chunk of every PNG file, with its checksum."""


def load_image(path: Path) -> Image:
    """Read an image as RGB, ``uint8``; raise BadImageError if it is not a complete image.

    Gray images get three equal channels, of 16 bits per channel the upper 8 are kept, and
    transparency is dropped.
    """
    content = read_content(path)
    parse_image_header(content)
    image = decode(content)
    if image is None:
        raise BadImageError("it is damaged")
    return image


def read_content(path: Path) -> bytes:
    """Return the bytes of an image file after checking that it is not empty or truncated."""
    check_regular(path, follow_links=True)  # a pipe would wait forever
    if path.stat().st_size > MAX_IMAGE_BYTES:
        raise BadImageError(f"the file is larger than {MAX_IMAGE_BYTES >> 20} MiB")
    content = path.read_bytes()
    if not content:
        raise BadImageError("the file is empty")
    if is_truncated_image(content):
        raise BadImageError("the file is truncated")
    return content


def unreadable_frame(frame: int, reason: OSError | str, place: Place) -> MebenchError:
    """Return the error for a frame that cannot be read."""
    if isinstance(reason, OSError):
        reason = reason.strerror or str(reason)
    message = f"Frame {frame} cannot be read: {reason}."
    remedy = "Copy the file again from the original data set."
    return MebenchError.of("frame-unreadable", message, remedy, place)


def size_differs(
    frame: int, size: tuple[int, int], first: int, expected: tuple[int, int], place: Place
) -> MebenchError:
    """Return the error for a frame whose width or height differs from an earlier one."""
    earlier = f"frame {first} is {expected[0]}×{expected[1]}"
    message = f"Frame {frame} is {size[0]}×{size[1]}, but {earlier}."
    remedy = "All frames of a video must have the same size."
    return MebenchError.of("frame-size-differs", message, remedy, place)


def is_truncated_image(content: bytes) -> bool:
    """Return whether the end of an image file is missing."""
    if content.startswith(PNG):
        return PNG_END not in content[-64:]
    if content.startswith(JPEG):
        # Image data escapes the end marker: after the start of scan, it marks the real end.
        return content.rfind(b"\xff\xd9") < max(content.rfind(b"\xff\xda"), 2)
    return content.startswith(BMP) and len(content) < int.from_bytes(content[2:6], "little")


def decode(content: bytes) -> Image | None:
    """Return the image in a file's bytes as RGB, or None if they are not a readable image.

    OpenCV reads other formats too, but only the size of these three is known before.
    """
    require_package("cv2")
    import cv2
    import numpy as np

    try:
        parse_image_header(content)
        if content.startswith(JPEG) and content.count(b"\xff\xda") > MAX_SCANS:
            return None
        with silence_opencv():
            image = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_COLOR)
    except (BadImageError, cv2.error):
        return None
    return None if image is None else to_rgb(image)


def to_rgb(image: MatLike) -> Image:
    """Return an image of OpenCV, which is BGR, as RGB."""
    import cv2

    rgb: Image = cv2.cvtColor(image, cv2.COLOR_BGR2RGB)  # type: ignore[assignment]
    return rgb


def encode(image: Image, suffix: str) -> bytes:
    """Return an RGB image as the bytes of a ``.png`` (lossless) or ``.jpg`` file."""
    require_package("cv2")
    import cv2

    settings = [cv2.IMWRITE_PNG_COMPRESSION, PNG_FAST]
    if suffix == ".jpg":
        settings = [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY]
    _, content = cv2.imencode(suffix, cv2.cvtColor(image, cv2.COLOR_RGB2BGR), settings)
    return content.tobytes()


@contextmanager
def silence_opencv() -> Iterator[None]:
    """Keep OpenCV from printing messages: the problems become findings."""
    from cv2.utils import logging

    level = logging.getLogLevel()
    logging.setLogLevel(logging.LOG_LEVEL_SILENT)
    try:
        yield
    finally:
        logging.setLogLevel(level)


def unreadable_video(error: OSError, place: Place) -> MebenchError:
    """Return the error for a video folder or file that the system cannot read."""
    message = f"The video cannot be read: {error.strerror or error}."
    remedy = "Check that it exists and that you have permission to read it."
    return MebenchError.of("video-unreadable", message, remedy, place)
