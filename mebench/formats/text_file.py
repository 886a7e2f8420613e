"""Read a text file: size limit, encoding, line numbers."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from mebench.diagnostics import MebenchError, Place, UsageError

SIZE_LIMIT = 1 << 30
"""Files above this many bytes are refused; a million intervals take about 100 MB."""


_LINE = re.compile(r"([^\r\n]*)(?:\r\n|\r|\n|\Z)")


@dataclass(frozen=True)
class TextFile:
    """A text file that has been read.

    Attributes
    ----------
    name : str
        The path as the user gave it.
    text : str
        The content, without a byte order mark.
    """

    name: str
    text: str

    @cached_property
    def _begin(self) -> int:
        return next((at for at, one in enumerate(self.text) if not one.isspace()), 0)

    @property
    def first_line(self) -> str:
        """The first line that is not blank, stripped; at most 100,000 characters of it."""
        begin = self._begin
        line = _LINE.match(self.text[begin : begin + 100_000])
        return line[1].strip() if line else ""

    @property
    def first_line_number(self) -> int:
        """Where that line stands, 1-based."""
        return self.place(self._begin).line or 1

    @cached_property
    def _line_starts(self) -> list[int]:
        if "\r" in self.text:
            return [line.start() for line in _LINE.finditer(self.text)]
        starts = [0]
        position = self.text.find("\n")
        while position >= 0:
            starts.append(position + 1)
            position = self.text.find("\n", position + 1)
        return starts

    def lines(self) -> Iterator[tuple[int, str]]:
        """Yield the lines that are not blank with their numbers, counted as editors count them.

        A line ends with LF, CR LF or CR, and with nothing else that Unicode calls a line end.
        """
        for number, line in enumerate(_LINE.finditer(self.text), start=1):
            if not line[1].isspace() and line[1]:
                yield number, line[1]

    def place(self, offset: int, pointer: str | None = None) -> Place:
        """Return the line and column (1-based) of a character."""
        from bisect import bisect_right

        line = bisect_right(self._line_starts, offset)
        return Place(self.name, line, offset - self._line_starts[line - 1] + 1, pointer)


def read_text(path: str | Path) -> TextFile:
    """Read a UTF-8 text file.

    Parameters
    ----------
    path : str or Path
        The file.

    Raises
    ------
    UsageError
        ``file-unreadable``: there is no such file, or it cannot be opened.
    MebenchError
        ``file-too-large``, ``file-empty`` or ``not-utf8``.
    """
    name = str(path)
    here = Place(file=name)
    try:
        path = Path(path)
        size = path.stat().st_size
        if path.is_dir():
            raise UsageError.of("file-unreadable", "This is a folder.", "Give a file.", here)
        if size > SIZE_LIMIT:
            raise _too_large(size, here)
        with path.open("rb") as stream:
            # A device or pipe has no size: it is read until it ends, or the limit is passed.
            content = stream.read() if path.is_file() else stream.read(SIZE_LIMIT + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise UsageError.of(
            "file-unreadable", f"The file cannot be read: {reason}.", "Check the path.", here
        ) from None
    if len(content) > SIZE_LIMIT:
        raise _too_large(len(content), here)
    return TextFile(name, _decode(content, name))


def _too_large(size: int, place: Place) -> MebenchError:
    return MebenchError.of(
        "file-too-large",
        f"The file has {size / 1e9:.1f} GB; the limit is {SIZE_LIMIT / 1e9:.1f} GB.",
        "A prediction file of a million intervals has about 0.1 GB: is this the right one?",
        place,
    )


def _decode(content: bytes, name: str) -> str:
    start = Place(file=name, line=1, column=1)
    content = content.removeprefix(codecs.BOM_UTF8)
    if not content.strip():
        raise MebenchError.of(
            "file-empty",
            "The file is empty.",
            "`mebench template` writes a submission to fill in.",
            Place(file=name),
        )
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise MebenchError.of(
            "not-utf8",
            "The file is UTF-16 or UTF-32, as some Windows programs save text.",
            "Save it again as UTF-8 (in Excel: CSV UTF-8).",
            start,
        )
    remedy = "Save the file again as UTF-8; if it is a binary file, it is the wrong one."
    zero = content.find(b"\0")
    if zero >= 0:
        raise MebenchError.of(
            "not-utf8",
            "The file holds zero bytes: it is a binary file, or UTF-16.",
            remedy,
            _place_of_byte(content, zero, name),
        )
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        raise MebenchError.of(
            "not-utf8",
            f"Byte 0x{content[error.start]:02x} is not UTF-8.",
            remedy,
            _place_of_byte(content, error.start, name),
        ) from None


def _place_of_byte(content: bytes, offset: int, name: str) -> Place:
    """Return line and column of a byte; what comes before it in its line is valid UTF-8."""
    begin = content.rfind(b"\n", 0, offset) + 1
    before = content[begin:offset].decode(errors="replace")
    return Place(file=name, line=content.count(b"\n", 0, offset) + 1, column=len(before) + 1)
