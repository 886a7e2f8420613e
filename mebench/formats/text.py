"""From a path to text: size, encoding, and nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from mebench.diagnostics import MebenchError, Place, UsageError

SIZE_LIMIT = 1 << 30
"""Files above this many bytes are refused; a million intervals take about 100 MB."""


@dataclass(frozen=True)
class Source:
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
    def first_line(self) -> str:
        """The first line that is not blank, stripped; at most 100,000 characters of it."""
        start = next((at for at, one in enumerate(self.text) if not one.isspace()), None)
        return "" if start is None else self.text[start : start + 100_000].splitlines()[0].strip()

    @cached_property
    def _line_starts(self) -> list[int]:
        starts = [0]
        position = self.text.find("\n")
        while position >= 0:
            starts.append(position + 1)
            position = self.text.find("\n", position + 1)
        return starts

    def place(self, offset: int, pointer: str | None = None) -> Place:
        """Return the line and column (1-based) of a character."""
        from bisect import bisect_right

        line = bisect_right(self._line_starts, offset)
        return Place(self.name, line, offset - self._line_starts[line - 1] + 1, pointer)


def read_text(path: str | Path) -> Source:
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
            raise MebenchError.of(
                "file-too-large",
                f"The file has {size / 1e9:.1f} GB; the limit is {SIZE_LIMIT / 1e9:.1f} GB.",
                "A prediction file of a million intervals has about 0.1 GB: is this the right one?",
                here,
            )
        content = path.read_bytes()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise UsageError.of(
            "file-unreadable", f"The file cannot be read: {reason}.", "Check the path.", here
        ) from None
    return Source(name, _decoded(content, name))


def _decoded(content: bytes, name: str) -> str:
    if not content.strip():
        raise MebenchError.of(
            "file-empty",
            "The file is empty.",
            "`mebench template` writes one to fill in.",
            Place(file=name),
        )
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise MebenchError.of(
            "not-utf8",
            "The file is UTF-16, as some Windows programs save text.",
            "Save it again as UTF-8 (in Excel: CSV UTF-8).",
            Place(file=name, line=1, column=1),
        )
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        column = error.start - content.rfind(b"\n", 0, error.start)
        raise MebenchError.of(
            "not-utf8",
            f"Byte 0x{content[error.start]:02x} is not UTF-8.",
            "Save the file again as UTF-8; if it is a binary file, it is the wrong one.",
            Place(file=name, line=line, column=column),
        ) from None
