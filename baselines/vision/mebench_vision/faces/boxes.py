"""Face boxes, and the CSV file of boxes for videos in which the detector fails."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from mebench import MebenchError
from mebench.datasets import Video
from mebench_vision.errors import file_error, video_error

CODE = "box-file"
COLUMNS = ("subject", "video", "left", "top", "right", "bottom")
EXAMPLE = "A line of it: s01,v1,210,138,425,353. The first line names the columns: " + ",".join(
    COLUMNS
)


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle of an image, in whole pixels counted from 0.

    Attributes
    ----------
    left, top : int
        Its first column and row.
    right, bottom : int
        The column and row after its last.
    """

    left: int
    top: int
    right: int
    bottom: int

    @property
    def area(self) -> int:
        """Number of pixels; 0 if it has none."""
        return max(0, self.right - self.left) * max(0, self.bottom - self.top)

    def clipped(self, height: int, width: int) -> Box:
        """Return the part of it that lies in an image."""
        return Box(
            max(self.left, 0), max(self.top, 0), min(self.right, width), min(self.bottom, height)
        )

    def as_list(self) -> list[int]:
        """Return left, top, right, bottom."""
        return [self.left, self.top, self.right, self.bottom]


@dataclass(frozen=True, slots=True)
class BoxFile:
    """The boxes of a file; a video that is not in it is left to the detector.

    Attributes
    ----------
    name : str
        The file, for messages.
    boxes : tuple of ((subject, video), Box)
        In the order of the file.
    """

    name: str
    boxes: tuple[tuple[tuple[str, str], Box], ...]

    def of(self, video: Video) -> Box | None:
        """Return the box of a video; None if the file has none."""
        return dict(self.boxes).get((video.subject, video.id))

    def within(self, video: Video, height: int, width: int) -> Box | None:
        """Return the box of a video, clipped to its images.

        Raises
        ------
        MebenchError
            ``box-file``, if nothing of it lies in them.
        """
        given = self.of(video)
        if given is None:
            return None
        box = given.clipped(height, width)
        if box.area:
            return box
        raise video_error(
            CODE,
            f"The box {given.as_list()} of {self.name} lies outside the images, which are {width} "
            f"pixels wide and {height} high.",
            "Pixels count from 0, from the left and the top.",
            video,
        )


def read_boxes(path: Path) -> BoxFile:
    """Read a CSV file with the columns subject, video, left, top, right, bottom.

    Raises
    ------
    MebenchError
        ``box-file``, with the line that is wrong.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            rows = list(csv.reader(stream, strict=True))
    except OSError as error:
        raise _wrong(path, f"The file cannot be opened: {error.strerror}.") from None
    except (UnicodeDecodeError, csv.Error) as error:
        raise _wrong(path, f"The file is no CSV file in UTF-8: {error}.") from None
    return BoxFile(str(path), tuple(_boxes(path, rows)))


def _boxes(path: Path, rows: list[list[str]]) -> Iterator[tuple[tuple[str, str], Box]]:
    header = [name.strip().lower() for name in rows[0]] if rows else []
    if not set(COLUMNS) <= set(header):
        missing = [name for name in COLUMNS if name not in header]
        raise _wrong(path, f"The first line lacks the columns {', '.join(missing)}.", 1)
    seen = set()
    for line, row in enumerate(rows[1:], 2):
        if not any(cell.strip() for cell in row):
            continue
        if len(row) != len(header):
            raise _wrong(path, f"There are {len(row)} cells under {len(header)} columns.", line)
        cells = dict(zip(header, (cell.strip() for cell in row), strict=True))
        key = (cells["subject"], cells["video"])
        if key in seen:
            raise _wrong(path, f"The video {key[1]!r} of {key[0]!r} stands here twice.", line)
        seen.add(key)
        yield key, _box(path, cells, line)


def _box(path: Path, cells: dict[str, str], line: int) -> Box:
    try:
        box = Box(*(int(cells[name]) for name in COLUMNS[2:]))
    except ValueError:
        given = ",".join(cells[name] for name in COLUMNS[2:])
        raise _wrong(path, f"{given!r} are not four whole numbers.", line) from None
    if not box.area:
        raise _wrong(path, f"The box {box.as_list()} is empty.", line)
    return box


def _wrong(path: Path, message: str, line: int | None = None) -> MebenchError:
    return file_error(str(path), CODE, message, EXAMPLE, line)
