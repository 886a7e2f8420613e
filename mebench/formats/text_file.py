"""Read a text file, also one in a .gz: size limit, encoding, line numbers."""

from __future__ import annotations

import codecs
import re
import zlib
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from mebench.diagnostics import MebenchError, Place, UsageError

SIZE_LIMIT = 1 << 30
"""The maximum size in bytes; a file with a million intervals has about 100 MB."""

_LINE_END = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True)
class TextFile:
    """The content of a text file, without a byte order mark; the path as the user gave it.

    ``delimiter`` is the one that a first line such as ``sep=;`` states, which is then blank in
    ``text``. Lines of text from a sheet are its rows; its places have the number of the cell.
    """

    name: str
    text: str
    delimiter: str | None = None
    is_sheet: bool = False

    @cached_property
    def _begin(self) -> int:
        return next((i for i, character in enumerate(self.text) if not character.isspace()), 0)

    @property
    def first_line(self) -> str:
        """The first line that is not blank, stripped and cut to 100,000 characters."""
        return next(iter(self.first_lines(1)), "")

    def first_lines(self, count: int) -> list[str]:
        """Return the first lines that are not blank, stripped, of at most 100,000 characters."""
        text = self.text[self._begin : self._begin + 100_000]
        lines = (line.strip() for line in _LINE_END.split(text, maxsplit=2 * count)[: 2 * count])
        return [line for line in lines if line][:count]

    @property
    def first_line_number(self) -> int:
        """The number of the first line that is not blank, 1-based."""
        return self.place(self._begin).line or 1

    @cached_property
    def _line_starts(self) -> list[int]:
        return [0, *(end.end() for end in _LINE_END.finditer(self.text))]

    def lines(self) -> Iterator[tuple[int, str]]:
        """Yield number (1-based) and text of the lines that are not blank.

        Lines end with LF, CR LF or CR, as in editors; other Unicode line ends are ignored.
        """
        for number, line in enumerate(_LINE_END.split(self.text), start=1):
            if line.strip():
                yield number, line

    def raw_lines(self) -> Iterator[str]:
        """Yield all lines, also blank ones, with their line ends."""
        begin = 0
        for end in _LINE_END.finditer(self.text):
            yield self.text[begin : end.end()]
            begin = end.end()
        if begin < len(self.text):
            yield self.text[begin:]

    def place(self, offset: int, pointer: str | None = None) -> Place:
        """Return the position (line and column, 1-based) of a character."""
        line = bisect_right(self._line_starts, offset)
        return Place(self.name, line, offset - self._line_starts[line - 1] + 1, pointer)


def read_text(path: str | Path) -> TextFile:
    """Read a UTF-8 text file; raise an error if it is unreadable, empty or too large."""
    return to_text(read_bytes(path), str(path))


def read_bytes(path: str | Path) -> bytes:
    """Return the content of a file, unpacked if it is a .gz."""
    name = str(path)
    place = Place(file=name)
    try:
        path = Path(path)
        size = path.stat().st_size
        if path.is_dir():
            raise UsageError.of(
                "file-unreadable", "This is a folder, not a file.", "Pass a file.", place
            )
        content = b""
        if size <= SIZE_LIMIT:
            with path.open("rb") as stream:
                # The size of a device or pipe is unknown: read until its end, or up to the limit.
                content = stream.read() if path.is_file() else stream.read(SIZE_LIMIT + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise UsageError.of(
            "file-unreadable", f"The file cannot be read: {reason}.", "Check the path.", place
        ) from None
    size = max(size, len(content))
    if size > SIZE_LIMIT:
        raise _too_large(f"has {size / 1e9:.1f} GB", place)
    return _unpacked(content, place) if content.startswith(_GZIP) else content


_GZIP = b"\x1f\x8b"
_SEP_LINE = re.compile(r"sep=([,;\t|])[ \t]*(?=\r\n|\r|\n)", re.IGNORECASE)


def _unpacked(content: bytes, place: Place) -> bytes:
    """Return the content of a .gz; its size is counted while unpacking."""
    pieces, left = [], SIZE_LIMIT
    try:
        while content:
            unpacking = zlib.decompressobj(wbits=31)
            pieces.append(unpacking.decompress(content, left + 1))
            left -= len(pieces[-1])
            if left < 0:
                raise _too_large("unpacks to more than the limit", place)
            if not unpacking.eof:
                raise zlib.error("it ends early")
            content = unpacking.unused_data.lstrip(b"\0")
    except zlib.error as error:
        raise MebenchError.of(
            "archive-unreadable",
            f"The .gz cannot be unpacked: {str(error).rpartition(': ')[2]}.",
            "Pack the file again.",
            place,
        ) from None
    return b"".join(pieces)


def _too_large(what: str, place: Place) -> MebenchError:
    return MebenchError.of(
        "file-too-large",
        f"The file {what}; the limit is {SIZE_LIMIT / 1e9:.1f} GB.",
        "Check the path; a prediction file with a million intervals has about 0.1 GB.",
        place,
    )


def to_text(content: bytes, name: str) -> TextFile:
    """Return the text of a file; a first line ``sep=;``, as Excel reads it, becomes blank."""
    text = _decode(content, name)
    stated = _SEP_LINE.match(text)
    if stated is None:
        return TextFile(name, text)
    return TextFile(name, text[stated.end() :], stated[1])


def _decode(content: bytes, name: str) -> str:
    content = content.removeprefix(codecs.BOM_UTF8)
    if not content.strip():
        raise MebenchError.of(
            "file-empty",
            "The file is empty.",
            "Write a submission to fill in with `mebench template`.",
            Place(file=name),
        )
    remedy = "Save the file as UTF-8, or check the path if this is a binary file."
    zero = content.find(b"\0")
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        offset, message = 0, "The encoding is UTF-16 or UTF-32, but must be UTF-8."
        remedy = "Save the file as UTF-8 (in Excel: CSV UTF-8)."
    elif zero >= 0:
        offset, message = zero, "The file contains zero bytes: it is a binary file, or UTF-16."
    else:
        try:
            return content.decode()
        except UnicodeDecodeError as error:
            offset = error.start
            message = f"The byte 0x{content[offset]:02x} is not valid UTF-8."
    # The part of the line before the byte is valid UTF-8.
    column = len(content[content.rfind(b"\n", 0, offset) + 1 : offset].decode(errors="replace")) + 1
    place = Place(file=name, line=content.count(b"\n", 0, offset) + 1, column=column)
    raise MebenchError.of("not-utf8", message, remedy, place)
