"""A video stored as a folder of images, one per frame, and the quick check of such a folder.

The quick check decodes no image. Names and sizes of all files come from one pass over the folder;
only the first and the last file are read, because an interrupted copy damages these.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from mebench.datasets.contract import Video
from mebench.datasets.frames.file_storage import hash_ends
from mebench.datasets.frames.images import (
    load_image,
    parse_image_header,
    read_content,
    size_differs,
    unreadable_frame,
    unreadable_video,
)
from mebench.datasets.frames.scan_directory import NumberedFiles, is_image, number_files
from mebench.diagnostics import Findings, MebenchError, Place
from mebench.models.base import FRAME_LIMIT
from mebench.util.hashing import digest
from mebench.util.text import format_ranges, pluralize

if TYPE_CHECKING:
    from mebench.datasets.contract import Image


MISSING_REMEDY = "Copy the missing files; no other frame is used in their place."


class FrameFolder(Video):
    """A video stored as a folder of PNG, JPEG or BMP files, one per frame.

    A frame's number is the number in its file name minus the origin, so a missing file does not
    shift other frames. The folder is listed when frames or their number are first requested; gray
    and 16-bit images are converted.

    Parameters
    ----------
    folder : str or Path
        The folder of the images.
    dataset, subject, video : str
        The ids in the truth.
    fps : float, optional
        Frames per second, if known.
    origin : int, optional
        The file number of frame 0, such as 1 for ``img001.jpg``; by default that of the first file.

    Raises
    ------
    MebenchError
        ``frames-none``, ``video-unreadable``, ``frame-before-first`` or ``frames-scattered`` when
        the folder is listed; ``frame-file-missing``, ``frame-unreadable`` or ``frame-size-differs``
        when a frame is read.
    """

    reads_files = True

    def __init__(
        self,
        folder: str | Path,
        *,
        dataset: str,
        subject: str,
        video: str,
        fps: float | None = None,
        origin: int | None = None,
    ) -> None:
        self.folder = self.location = Path(folder)
        self.dataset, self.subject, self.id, self.fps = dataset, subject, video, fps
        self._given_origin = origin
        self._first_size: tuple[int, tuple[int, int]] | None = None

    @cached_property
    def files(self) -> NumberedFiles:
        """The image files of the folder by number."""
        try:
            with os.scandir(self.folder) as entries:
                files = number_files(entry.name for entry in entries)
        except OSError as error:
            raise unreadable_video(error, self.place()) from None
        if not files.by_number:
            message = "The folder contains no numbered image."
            remedy = "Frames are PNG, JPEG or BMP files with a number in their name."
            raise MebenchError.of("frames-none", message, remedy, self.place())
        return files

    @cached_property
    def origin(self) -> int:
        """The file number of frame 0."""
        given = self._given_origin
        return next(iter(self.files.by_number)) if given is None else given

    @cached_property
    def n_frames(self) -> int:  # type: ignore[override]
        """Number of frames from the origin to the last file, missing ones included."""
        last = next(reversed(self.files.by_number))
        length = last - self.origin + 1
        if not 0 < length <= FRAME_LIMIT:
            code = "frame-before-first" if length <= 0 else "frames-scattered"
            zero = f"frame 0 has the number {self.origin}"
            message = f"The last file has the number {last}, but {zero}."
            remedy = "The frame number is the last group of digits in a file name: check the names."
            raise MebenchError.of(code, message, remedy, self.place(self.files.by_number[last]))
        return length

    def frames(self, start: int = 0, stop: int | None = None) -> Iterator[Image]:
        """Read the frames from ``start`` up to, not including, ``stop``, one at a time."""
        for number in range(self.n_frames)[start:stop]:
            yield self._read(number)

    def content_key(self) -> str:
        """Return a digest of names, sizes and times of change, and of the first and last file."""
        paths = [self.folder / name for name in self.files.by_number.values()]
        try:
            states = [path.stat() for path in paths]
            ends = [hash_ends(path) for path in (paths[0], paths[-1])]
        except OSError as error:
            raise unreadable_video(error, self.place()) from None
        files = [
            [path.name, state.st_size, state.st_mtime_ns]
            for path, state in zip(paths, states, strict=True)
        ]
        content = {"reader": "frame folder 1", "origin": self.origin, "files": files, "ends": ends}
        return digest(content, 32)

    def inspect(self, findings: Findings) -> None:
        """Check the folder without decoding an image."""
        _ = self.n_frames  # raises an error if the file numbers are not plausible
        self._report_numbers(findings)
        readable = self._nonempty_files(findings)
        sizes: dict[int, tuple[int, int]] = {}
        for frame in dict.fromkeys((*readable[:1], *readable[-1:])):
            place = self.place_of_frame(frame)
            try:
                name = self.files.by_number[frame + self.origin]
                header = parse_image_header(read_content(self.folder / name))
            except OSError as error:
                findings.extend_from(unreadable_frame(frame, error, place))
                continue
            if header.conversion and not sizes:
                message = f"Frames are converted: {header.conversion}."
                findings.note("frames-converted", message, "", place)
            sizes[frame] = (header.width, header.height)
        if len(set(sizes.values())) > 1:
            (first, size), (last, other) = sizes.items()
            place = self.place_of_frame(last)
            findings.extend_from(size_differs(last, other, first, size, place))

    def place(self, name: str | None = None) -> Place:
        """Return the location of the folder, or of a file in it, for findings."""
        path = self.folder if name is None else self.folder / name
        return Place(file=str(path), subject=self.subject, video=self.id)

    def place_of_frame(self, number: int) -> Place:
        """Return the location of a frame that exists, for findings."""
        return self.place(self.files.by_number[number + self.origin])

    def _read(self, number: int) -> Image:
        name = self.files.by_number.get(number + self.origin)
        if name is None:
            message = f"Frame {number} is missing: no file has the number {number + self.origin}."
            raise MebenchError.of("frame-file-missing", message, MISSING_REMEDY, self.place())
        try:
            image = load_image(self.folder / name)
        except OSError as error:
            raise unreadable_frame(number, error, self.place(name)) from None
        size = (image.shape[1], image.shape[0])
        first, expected = self._first_size = self._first_size or (number, size)
        if size != expected:
            raise size_differs(number, size, first, expected, self.place(name))
        return image

    def _report_numbers(self, findings: Findings) -> None:
        """Report file names without a number, or with an unexpected or missing one."""
        files, place = self.files, self.place()
        if files.unnumbered:
            images = pluralize(len(files.unnumbered), "image")
            example = f"such as {files.unnumbered[0]!r}"
            message = f"{images} without a number in the name, {example}, were ignored."
            findings.warning("frame-unnumbered", message, "", place)
        if files.duplicates:
            first, second = files.duplicates[0]
            others = len(files.duplicates) - 1
            more = f", and so have {pluralize(others, 'more pair')}" if others else ""
            message = f"{first!r} and {second!r} have the same number{more}."
            remedy = "Check whether the folder contains two series of frames."
            findings.error("frame-numbers-collide", message, remedy, place)
        early = [name for number, name in files.by_number.items() if number < self.origin]
        if early:
            more = f"; so do {pluralize(len(early) - 1, 'more file')}" if early[1:] else ""
            message = (
                f"{early[0]!r} comes before frame 0, which has the number {self.origin}{more}."
            )
            remedy = (
                "Rename the files; in a folder of your own, correct first_frame in dataset.toml."
            )
            findings.error("frame-before-first", message, remedy, place)
        gaps = list(files.gaps(self.origin))
        if gaps:
            missing = sum(last - first + 1 for first, last in gaps)
            missing_files = f"{missing} of {self.n_frames} files are missing"
            message = f"{missing_files}: number {format_ranges(gaps)}."
            findings.error("frame-file-missing", message, MISSING_REMEDY, place)

    def _nonempty_files(self, findings: Findings) -> list[int]:
        """Return the frames whose files are not empty; report the others."""
        states = file_states(self.folder)
        nonempty: list[int] = []
        for number, name in self.files.by_number.items():
            frame = number - self.origin
            state = states.get(name, "it was removed during the check")
            if isinstance(state, str) or not state.st_size:
                reason = state if isinstance(state, str) else "the file is empty"
                findings.extend_from(unreadable_frame(frame, reason, self.place(name)))
            elif frame >= 0:
                nonempty.append(frame)
        return nonempty


def file_states(folder: Path) -> dict[str, os.stat_result | str]:
    """Return the state of each image file of a folder by name, or the reason why it has none."""
    try:
        with os.scandir(folder) as entries:
            return {entry.name: _state(entry) for entry in entries if is_image(entry.name)}
    except OSError:
        return {}  # the caller listed the folder before, and reports its files as removed


def _state(entry: os.DirEntry[str]) -> os.stat_result | str:
    try:
        state = entry.stat()
    except OSError as error:
        if error.errno == errno.ELOOP:
            return "the link points to itself"
        if entry.is_symlink():
            return "the target of the link does not exist"
        return (error.strerror or str(error)).lower()
    if stat.S_ISREG(state.st_mode):
        return state
    return "it is a folder" if stat.S_ISDIR(state.st_mode) else "it is not a regular file"
