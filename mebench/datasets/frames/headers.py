"""What the first bytes of an image file say of it: its size, and how it will be converted.

Reading them costs nothing beside decoding, which a first look at a data set does without.
"""

from __future__ import annotations

from dataclasses import dataclass

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
