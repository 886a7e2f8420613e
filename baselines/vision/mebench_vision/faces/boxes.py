"""Face boxes, and the CSV file that gives boxes for videos in which the detector fails."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from mebench import MebenchError, Place
from mebench.datasets import Video
from mebench_vision.errors import video_error

CODE = "box-file"
COLUMNS = ("subject", "video", "left", "top", "right", "bottom")
EXAMPLE = (
    f"Write the columns {','.join(COLUMNS)} in the first line, and one line per video: "
    "s01,v1,210,138,425,353."
)


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle of an image, in integer pixels counted from 0.

    Attributes
    ----------
    left, top : int
        First column and row.
    right, bottom : int
        The column and row after the last.
    """

    left: int
    top: int
    right: int
    bottom: int

    @property
    def area(self) -> int:
        """Number of pixels."""
        return max(0, self.right - self.left) * max(0, self.bottom - self.top)

    def clipped(self, height: int, width: int) -> Box:
        """Return the part inside an image of this size."""
        return Box(
            max(self.left, 0), max(self.top, 0), min(self.right, width), min(self.bottom, height)
        )

    def as_list(self) -> list[int]:
        """Return left, top, right, bottom."""
        return [self.left, self.top, self.right, self.bottom]


@dataclass(frozen=True, slots=True)
class BoxFile:
    """The boxes of a file. The detector handles videos that are not in it.

    Attributes
    ----------
    name : str
        Name of the file, for messages.
    boxes : tuple of ((subject, video), Box)
        In the order of the file.
    """

    name: str
    boxes: tuple[tuple[tuple[str, str], Box], ...]

    def box_of(self, video: Video) -> Box | None:
        """Return the box of a video; None if the file has none."""
        return dict(self.boxes).get((video.subject, video.id))

    def clipped_box_of(self, video: Video, height: int, width: int) -> Box | None:
        """Return the box of a video, clipped to its images; None if the file has none.

        Raises
        ------
        MebenchError
            ``box-file``, if the box is outside the images.
        """
        box = self.box_of(video)
        if box is None:
            return None
        clipped = box.clipped(height, width)
        if clipped.area:
            return clipped
        raise video_error(
            CODE,
            f"The box {box.as_list()} in {self.name} is outside the images, which are {width} "
            f"pixels wide and {height} pixels high.",
            "Correct the box. Count pixels from 0, from the left and from the top.",
            video,
        )


def read_boxes(path: Path) -> BoxFile:
    """Read a CSV file with the columns subject, video, left, top, right, bottom.

    Raises
    ------
    MebenchError
        ``box-file``, with the number of the wrong line.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            rows = list(csv.reader(stream, strict=True))
    except OSError as error:
        raise _error(path, f"The file cannot be opened: {error.strerror}.") from None
    except (UnicodeDecodeError, csv.Error) as error:
        raise _error(path, f"This is not a CSV file in UTF-8: {error}.") from None
    return BoxFile(str(path), tuple(_boxes(path, rows)))


def _boxes(path: Path, rows: list[list[str]]) -> Iterator[tuple[tuple[str, str], Box]]:
    header = [name.strip().lower() for name in rows[0]] if rows else []
    if not set(COLUMNS) <= set(header):
        missing = [name for name in COLUMNS if name not in header]
        raise _error(path, f"The first line does not name the columns {', '.join(missing)}.", 1)
    seen: set[tuple[str, str]] = set()
    for line, row in enumerate(rows[1:], 2):
        if not any(cell.strip() for cell in row):
            continue
        if len(row) != len(header):
            raise _error(path, f"The line has {len(row)} cells; expected {len(header)}.", line)
        cells = dict(zip(header, (cell.strip() for cell in row), strict=True))
        key = (cells["subject"], cells["video"])
        if key in seen:
            raise _error(path, f"Subject {key[0]!r}, video {key[1]!r} is listed twice.", line)
        seen.add(key)
        yield key, _box(path, cells, line)


def _box(path: Path, cells: dict[str, str], line: int) -> Box:
    try:
        box = Box(*(int(cells[name]) for name in COLUMNS[2:]))
    except ValueError:
        values = ",".join(cells[name] for name in COLUMNS[2:])
        raise _error(path, f"{values!r} are not four integers.", line) from None
    if not box.area:
        raise _error(path, f"The box {box.as_list()} is empty.", line)
    return box


def _error(path: Path, message: str, line: int | None = None) -> MebenchError:
    return MebenchError.of(CODE, message, EXAMPLE, Place(file=str(path), line=line))
