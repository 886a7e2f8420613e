"""A video stored as a video file, decoded from its beginning.

The frame count in a container is often wrong, and seeking by frame number is not exact in most
formats. So frames are counted by decoding where the exact number matters, and frame N is reached by
decoding all frames before it. Reading in order is fast; reading a single late frame is slow.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from mebench.datasets.contract import Video
from mebench.datasets.frames.file_storage import hash_ends
from mebench.datasets.frames.frame_folder import FolderVideo
from mebench.datasets.frames.images import (
    MAX_PIXELS,
    silence_opencv,
    to_rgb,
    unreadable_video,
)
from mebench.diagnostics import Findings, MebenchError, Place
from mebench.models.base import FRAME_LIMIT
from mebench.util.extras import require_package
from mebench.util.hashing import digest
from mebench.util.regular_file import check_regular

if TYPE_CHECKING:
    import cv2

    from mebench.datasets.contract import Image


_MP4_BOXES = frozenset({b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip"})


def is_container(head: bytes) -> bool:
    """Return whether a file that begins with these 12 bytes is an AVI, MP4, MOV or Matroska file.

    FFmpeg chooses the reader by the content, whatever the name: a file with the text ``ffconcat``
    or ``#EXTM3U`` is a list of other files or addresses, which it would open. Containers hold all
    their frames.
    """
    return (
        (head[:4] == b"RIFF" and head[8:12] == b"AVI ")
        or head[4:8] in _MP4_BOXES
        or head[:4] == b"\x1aE\xdf\xa3"
    )


_FFMPEG_OPTIONS = {
    "OPENCV_FFMPEG_CAPTURE_OPTIONS": "protocol_whitelist;file|format_whitelist;avi,mov,matroska",
    "OPENCV_FFMPEG_LOGLEVEL": "-8",
}
"""What OpenCV passes to FFmpeg: only these containers, only files, no messages."""

MAX_BOXES = 10_000
"""Maximum number of top-level MP4 boxes to read; fragmented files have about one per second."""


def is_truncated_video(stream: BinaryIO) -> bool:
    """Return whether an AVI or MP4 file is shorter than its header states; others state none."""
    size = os.fstat(stream.fileno()).st_size
    head = stream.read(12)
    if head[:4] == b"RIFF" and head[8:] == b"AVI ":
        # A size of 0 passes: the program that wrote the file was stopped, or wrote a stream.
        return int.from_bytes(head[4:8], "little") + 8 > size
    if head[4:8] in _MP4_BOXES:
        return _is_truncated_mp4(stream, size)
    return False


def _is_truncated_mp4(stream: BinaryIO, size: int) -> bool:
    position = 0
    for _ in range(MAX_BOXES):
        if position == size:
            return False
        stream.seek(position)
        head = stream.read(16)
        length = int.from_bytes(head[:4], "big")
        if length == 0:  # the box extends to the end of the file
            return False
        if length == 1:
            length = int.from_bytes(head[8:16], "big")
        if len(head) < 8 or length < 8 or position + length > size:
            return True
        position += length
    return False


VIDEO_SUFFIXES = (".mp4", ".avi", ".mkv", ".mov")


def open_video(
    path: Path,
    dataset: str,
    subject: str,
    video: str,
    fps: float | None,
    origin: int | None,
    n_frames: int | None = None,
) -> Video:
    """Return a folder of frames, with the number of its first file, or a file with its length."""
    if path.is_dir():
        return FolderVideo(
            path, dataset=dataset, subject=subject, video=video, fps=fps, origin=origin
        )
    return FileVideo(
        path, dataset=dataset, subject=subject, video=video, fps=fps, n_frames=n_frames
    )


class FileVideo(Video):
    """A video file that OpenCV reads.

    By default, its frame rate and its length are those in the header of the file; if it states no
    length, the frames are counted.
    """

    reads_files = True
    decodes_in_order = True

    def __init__(
        self,
        path: Path,
        *,
        dataset: str,
        subject: str,
        video: str,
        fps: float | None = None,
        n_frames: int | None = None,
    ) -> None:
        self.path = self.location = path
        self.dataset, self.subject, self.id = dataset, subject, video
        self._given_fps, self._given_length = fps, n_frames

    @cached_property
    def fps(self) -> float | None:  # type: ignore[override]
        """Frames per second."""
        return self._header[0] if self._given_fps is None else self._given_fps

    @cached_property
    def n_frames(self) -> int:  # type: ignore[override]
        """Number of frames."""
        return self._given_length or self._header[1] or self.count()

    def frames(self, start: int = 0, stop: int | None = None) -> Iterator[Image]:
        """Decode frames, one at a time; frames before ``start`` are decoded, too."""
        for _, image in self.frames_at(range(self.n_frames)[start:stop]):
            yield image

    def frames_at(self, numbers: Sequence[int]) -> Iterator[tuple[int, Image]]:
        """Yield some frames with their numbers, in ascending order, in one pass."""
        if not numbers:
            return
        with self._open() as capture:
            position = 0
            for number in numbers:
                for skipped in range(position, number):
                    if not capture.grab():
                        raise self._ends_early(skipped)
                image = _read(capture)
                if image is None:
                    raise self._ends_early(number)
                position = number + 1
                yield number, image

    def all_frames(self) -> Iterator[Image]:
        """Decode all frames in the file, one at a time, whatever their expected number."""
        with self._open() as capture:
            while (image := _read(capture)) is not None:
                yield image

    def count(self) -> int:
        """Count the frames by decoding all of them."""
        number = 0
        with self._open() as capture:
            while capture.grab():
                number += 1
        if not number:
            raise self._unreadable("it contains no frame")
        return number

    def content_key(self) -> str:
        """Return a digest of the file's name, size, time of change, and first and last bytes."""
        try:
            state, ends = self.path.stat(), hash_ends(self.path)
        except OSError as error:
            raise unreadable_video(error, self._place()) from None
        file = [self.path.name, state.st_size, state.st_mtime_ns]
        return digest({"reader": "video file 1", "file": file, "ends": ends}, 32)

    def inspect(self, findings: Findings) -> None:
        """Check the header and the size of the file without decoding."""
        stated = self._header[1]
        with self.path.open("rb") as stream:
            if is_truncated_video(stream):
                raise self._unreadable("it is truncated")
        if self._given_length is not None and stated and stated != self._given_length:
            expected = f"the truth states {self._given_length}"
            message = f"The header of the file states {stated} frames, but {expected}."
            remedy = "Headers are often wrong: run the check with --deep to count the frames."
            findings.warning("frame-count-differs", message, remedy, self._place())

    def compare_count(self, counted: int, findings: Findings) -> None:
        """Report a number of decoded frames that differs from the expected number."""
        stated = self._header[1]
        if self._given_length is None and stated and counted != stated:
            code, remedy = "video-ends-early", f"Set n_frames to {counted} in the truth."
            expected = f"its header states {stated}"
        elif self._given_length is not None and counted != self._given_length:
            code = "frame-count-differs"
            remedy = "Check that it is the right file and that it is complete."
            expected = f"the truth states {self._given_length}"
        else:
            return
        message = f"The file contains {counted} frames, but {expected}."
        findings.error(code, message, remedy, self._place())

    @cached_property
    def _header(self) -> tuple[float | None, int]:
        """The frame rate and the number of frames; None and 0 if they are not stated."""
        with self._open() as capture:
            import cv2

            fps = capture.get(cv2.CAP_PROP_FPS)
            length = capture.get(cv2.CAP_PROP_FRAME_COUNT)
        return fps if 0 < fps < 1e6 else None, int(length) if 0 < length <= FRAME_LIMIT else 0

    @contextmanager
    def _open(self) -> Iterator[cv2.VideoCapture]:
        require_package("cv2")
        import cv2

        try:
            check_regular(self.path, follow_links=True)  # a pipe would wait forever
            with self.path.open("rb") as stream:
                head = stream.read(12)
        except OSError as error:
            raise unreadable_video(error, self._place()) from None
        if not head:
            raise self._unreadable("it is empty")
        if not is_container(head):
            raise self._unreadable("it is damaged, or not an AVI, MP4, MOV or Matroska file")
        try:
            str(self.path).encode()
        except UnicodeEncodeError:
            # OpenCV would crash the process.
            raise self._unreadable("its name is not valid UTF-8") from None
        with silence_opencv(), _environment(_FFMPEG_OPTIONS):
            # Other backends would read clip01.mp4 as the first file of an image series. A relative
            # path may look like an address, such as `concat:a.mp4|b.mp4`.
            capture = cv2.VideoCapture(str(self.path.absolute()), cv2.CAP_FFMPEG)
        try:
            if not capture.isOpened():
                raise self._unreadable("it is damaged, or in a format that OpenCV cannot read")
            sides = capture.get(cv2.CAP_PROP_FRAME_WIDTH), capture.get(cv2.CAP_PROP_FRAME_HEIGHT)
            if sides[0] * sides[1] > MAX_PIXELS:
                raise self._unreadable(f"its frames have more than {MAX_PIXELS:,} pixels")
            yield capture
        finally:
            capture.release()

    def _ends_early(self, number: int) -> MebenchError:
        message = f"Frame {number} cannot be decoded, but {self.n_frames} frames are expected."
        remedy = "Run `mebench datasets check --deep`, which counts the frames of video files."
        return MebenchError.of("video-ends-early", message, remedy, self._place())

    def _unreadable(self, reason: str) -> MebenchError:
        message = f"The video file cannot be read: {reason}."
        remedy = "Copy it again from the original data set."
        return MebenchError.of("video-unreadable", message, remedy, self._place())

    def _place(self) -> Place:
        return Place(file=str(self.path), subject=self.subject, video=self.id)


@contextmanager
def _environment(variables: Mapping[str, str]) -> Iterator[None]:
    """Set environment variables; OpenCV has no other way to pass options to FFmpeg."""
    before = {name: os.environ.get(name) for name in variables}
    os.environ.update(variables)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def _read(capture: cv2.VideoCapture) -> Image | None:
    """Return the next frame as RGB, or None after the last one."""
    decoded, image = capture.read()
    return to_rgb(image) if decoded else None
