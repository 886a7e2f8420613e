"""A video that lies on disk as a folder of images, one a frame."""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mebench.canonical import digest
from mebench.datasets.contract import Video
from mebench.datasets.frames.images import read_image
from mebench.datasets.frames.looking import check_frame_files
from mebench.datasets.frames.numbers import NumberedFiles, number_files
from mebench.diagnostics import Findings, MebenchError, Place
from mebench.records.base import FRAME_LIMIT

if TYPE_CHECKING:
    from mebench.datasets.contract import Image

END_BYTES = 4096
"""So many bytes of the first and the last file are part of what a video is known by."""


class FolderVideo(Video):
    """A folder of PNG, JPEG or BMP files.

    A frame's number is its file's number less the origin, so that a file that is missing moves no
    other. The folder is listed when the first frame is asked for, or the number of frames.

    Parameters
    ----------
    folder : Path
        The folder.
    dataset, subject, video : str
        Ids.
    fps : float, optional
        Frames a second.
    origin : int, optional
        The file number of frame 0; left out, that of the first file.
    """

    def __init__(
        self,
        folder: Path,
        *,
        dataset: str,
        subject: str,
        video: str,
        fps: float | None = None,
        origin: int | None = None,
    ) -> None:
        self.folder = folder
        self.dataset, self.subject, self.id, self.fps = dataset, subject, video, fps
        self._given_origin = origin
        self._seen: tuple[int, tuple[int, ...]] | None = None

    @cached_property
    def files(self) -> NumberedFiles:
        """The folder's images, by their number."""
        try:
            with os.scandir(self.folder) as entries:
                found = number_files(entry.name for entry in entries)
        except OSError as error:
            raise unreadable_video(error, self.place()) from None
        if not found.by_number:
            raise MebenchError.of(
                "frames-none",
                "The folder holds no numbered image.",
                "Frames are PNG, JPEG or BMP files with a number in their name.",
                self.place(),
            )
        return found

    @cached_property
    def origin(self) -> int:
        """The file number of frame 0."""
        return (
            next(iter(self.files.by_number)) if self._given_origin is None else self._given_origin
        )

    @cached_property
    def n_frames(self) -> int:  # type: ignore[override]
        """From the origin to the last file, those included that are missing."""
        last = next(reversed(self.files.by_number))
        length = last - self.origin + 1
        if not 0 < length <= FRAME_LIMIT:
            raise MebenchError.of(
                "frame-before-first" if length <= 0 else "frames-scattered",
                f"The last file has the number {last}, and frame 0 would be number {self.origin}.",
                "The last digits of a name are taken for the frame's number: are they?",
                self.place(self.files.by_number[last]),
            )
        return length

    def frames(self, start: int = 0, stop: int | None = None) -> Iterator[Image]:
        """Read frames, one at a time."""
        for number in range(self.n_frames)[start:stop]:
            yield self._read(number)

    def content_key(self) -> str:
        """Return a digest of names, sizes, times of change, and the ends of two files."""
        names = self.files.by_number
        paths = [self.folder / name for name in names.values()]
        try:
            states = [path.stat() for path in paths]
            ends = [hash_ends(path) for path in (paths[0], paths[-1])]
        except OSError as error:
            raise unreadable_video(error, self.place()) from None
        files = [
            [name, state.st_size, state.st_mtime_ns]
            for name, state in zip(names.values(), states, strict=True)
        ]
        return content_key_of(
            {"reader": "frame folder 1", "origin": self.origin, "files": files, "ends": ends}
        )

    def inspect(self, findings: Findings) -> None:
        """Look for what is wrong with the folder, decoding nothing.

        Parameters
        ----------
        findings : Findings
            Takes it in.
        """
        check_frame_files(self, findings)

    def size_differs(
        self, number: int, size: tuple[int, int], first: int, expected: tuple[int, int]
    ) -> MebenchError:
        """Return the finding on a frame of another width and height than an earlier one."""
        return MebenchError.of(
            "frame-size-differs",
            f"Frame {number} is {size[0]}×{size[1]}, and frame {first} "
            f"{expected[0]}×{expected[1]}.",
            "All frames of a video have one size.",
            self.place(self.files.by_number[number + self.origin]),
        )

    def place(self, name: str | None = None) -> Place:
        """Return what a finding says of the folder, or of a file in it."""
        return Place(
            file=str(self.folder if name is None else self.folder / name),
            subject=self.subject,
            video=self.id,
        )

    def _read(self, number: int) -> Image:
        name = self.files.by_number.get(number + self.origin)
        if name is None:
            raise MebenchError.of(
                "frame-file-missing",
                f"Frame {number} is missing: no file has the number {number + self.origin}.",
                "Copy the missing files; no other frame is taken for them.",
                self.place(),
            )
        place = self.place(name)
        image = read_image(self.folder / name, place, number)
        first, shape = self._seen = self._seen or (number, image.shape)
        if image.shape != shape:
            size, expected = (image.shape[1], image.shape[0]), (shape[1], shape[0])
            raise self.size_differs(number, size, first, expected)
        return image


def unreadable_video(error: OSError, place: Place) -> MebenchError:
    """Return the finding on a folder or file that the system does not let us read."""
    return MebenchError.of(
        "video-unreadable",
        f"The video cannot be read: {error.strerror or error}.",
        "Check that it is there, and that you may read it.",
        place,
    )


def content_key_of(content: Any) -> str:
    """Return a content key: 32 hex digits that stand for some plain data."""
    return digest(content, 32)


def hash_ends(path: Path) -> str:
    """Return a digest of the first and the last bytes of a file."""
    from hashlib import sha256

    with path.open("rb") as stream:
        content = stream.read(END_BYTES)
        stream.seek(max(0, path.stat().st_size - END_BYTES))
        content += stream.read(END_BYTES)
    return sha256(content).hexdigest()
