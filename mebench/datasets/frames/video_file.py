"""A video stored as a video file, decoded from its beginning.

The frame count in a container is often wrong, and seeking by frame number is not exact in most
formats. So frames are counted by decoding where it matters, and frame N is reached by decoding
all frames before it: reading in order costs nothing extra, reading one late frame does.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from mebench.datasets.contract import Video
from mebench.datasets.frames.file_storage import content_key_of, hash_ends
from mebench.datasets.frames.images import silence_opencv, unreadable_video
from mebench.diagnostics import Findings, MebenchError, Place

if TYPE_CHECKING:
    import cv2

    from mebench.datasets.contract import Image


MOST_BOXES = 10_000
"""So many top-level boxes of an MP4 are looked at; fragmented files have one a second or so."""


def is_truncated_video(stream: BinaryIO) -> bool:
    """Tell whether an AVI or MP4 file is shorter than it says; of others that cannot be told.

    Parameters
    ----------
    stream : binary file
        At its beginning.
    """
    size = os.fstat(stream.fileno()).st_size
    head = stream.read(12)
    if head[:4] == b"RIFF" and head[8:] == b"AVI ":
        # A size of 0 was never filled in: the program that wrote the file was stopped, or streamed.
        return int.from_bytes(head[4:8], "little") + 8 > size
    if head[4:8] in {b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip"}:
        return _lacks_boxes(stream, size)
    return False


def _lacks_boxes(stream: BinaryIO, size: int) -> bool:
    at = 0
    for _ in range(MOST_BOXES):
        if at == size:
            return False
        stream.seek(at)
        head = stream.read(16)
        length = int.from_bytes(head[:4], "big")
        if length == 0:  # to the end of the file
            return False
        if length == 1:
            length = int.from_bytes(head[8:16], "big")
        if len(head) < 8 or length < 8 or at + length > size:
            return True
        at += length
    return False


VIDEO_SUFFIXES = (".mp4", ".avi", ".mkv", ".mov")


class FileVideo(Video):
    """A video file that OpenCV reads.

    Parameters
    ----------
    path : Path
        The file.
    dataset, subject, video : str
        Ids.
    fps : float, optional
        Frames a second; left out, what the file's header says.
    n_frames : int, optional
        Number of frames; left out, what the header says, or a count where it says nothing.
    """

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
        self.path = path
        self.dataset, self.subject, self.id = dataset, subject, video
        self._given_fps, self._given_length = fps, n_frames

    @cached_property
    def fps(self) -> float | None:  # type: ignore[override]
        """Frames a second."""
        return self._header[0] if self._given_fps is None else self._given_fps

    @cached_property
    def n_frames(self) -> int:  # type: ignore[override]
        """Number of frames."""
        return self._given_length or self._header[1] or self.count()

    def frames(self, start: int = 0, stop: int | None = None) -> Iterator[Image]:
        """Decode frames, one at a time; those before ``start`` are decoded and thrown away."""
        for _, image in self.frames_at(range(self.n_frames)[start:stop]):
            yield image

    def frames_at(self, numbers: Sequence[int]) -> Iterator[tuple[int, Image]]:
        """Give some frames with their numbers, in one pass.

        Parameters
        ----------
        numbers : sequence of int
            In ascending order.
        """
        import cv2

        if not numbers:
            return
        capture = self._open()
        try:
            at = 0
            for wanted in numbers:
                while at < wanted:
                    self._grab(capture, at)
                    at += 1
                self._grab(capture, at)
                good, image = capture.retrieve()
                if not good:
                    raise self._ends_early(at)
                at += 1
                picture: Image = cv2.cvtColor(image, cv2.COLOR_BGR2RGB)  # type: ignore[assignment]
                yield wanted, picture
        finally:
            capture.release()

    def all_frames(self) -> Iterator[Image]:
        """Decode every frame that comes out, however many are expected, one at a time."""
        import cv2

        capture = self._open()
        try:
            while True:
                good, image = capture.read()
                if not good:
                    return
                picture: Image = cv2.cvtColor(image, cv2.COLOR_BGR2RGB)  # type: ignore[assignment]
                yield picture
        finally:
            capture.release()

    def count(self) -> int:
        """Count the frames by decoding all of them."""
        capture, number = self._open(), 0
        try:
            while capture.grab():
                number += 1
        finally:
            capture.release()
        if not number:
            raise self._unreadable("it holds no frame")
        return number

    def content_key(self) -> str:
        """Return a digest of the file's name, size, time of change, and ends."""
        try:
            state, ends = self.path.stat(), hash_ends(self.path)
        except OSError as error:
            raise unreadable_video(error, self._place()) from None
        file = [self.path.name, state.st_size, state.st_mtime_ns]
        return content_key_of({"reader": "video file 1", "file": file, "ends": ends})

    def inspect(self, findings: Findings) -> None:
        """Look at the file's header and its size; nothing is decoded.

        Parameters
        ----------
        findings : Findings
            Takes in what is wrong.
        """
        said = self._header[1]
        with self.path.open("rb") as stream:
            if is_truncated_video(stream):
                raise self._unreadable("it is cut off")
        if self._given_length is not None and said and said != self._given_length:
            findings.warning(
                "frame-count-differs",
                f"The file's header says {said} frames, and the truth {self._given_length}.",
                "Headers are often wrong: --deep counts.",
                self._place(),
            )

    def compare_count(self, counted: int, findings: Findings) -> None:
        """Compare the number of frames that came out with what is known of the file.

        Parameters
        ----------
        counted : int
            Frames that came out.
        findings : Findings
            Takes in that it is another.
        """
        if self._given_length is None and self._header[1] and counted != self._header[1]:
            findings.error(
                "video-ends-early",
                f"The file holds {counted} frames, and its header says {self._header[1]}.",
                f"Write the length, n_frames = {counted}, into the truth.",
                self._place(),
            )
        elif self._given_length is not None and counted != self._given_length:
            findings.error(
                "frame-count-differs",
                f"The file holds {counted} frames, and the truth says {self._given_length}.",
                "Is it the right file, and is it whole?",
                self._place(),
            )

    @cached_property
    def _header(self) -> tuple[float | None, int]:
        import cv2

        capture = self._open()
        try:
            fps = capture.get(cv2.CAP_PROP_FPS)
            length = capture.get(cv2.CAP_PROP_FRAME_COUNT)
        finally:
            capture.release()
        return fps if 0 < fps < 1e6 else None, max(0, int(length))

    def _open(self) -> cv2.VideoCapture:
        import cv2

        try:
            with self.path.open("rb") as stream:
                empty = not stream.read(1)
        except OSError as error:
            raise unreadable_video(error, self._place()) from None
        if empty:
            raise self._unreadable("it is empty")
        try:
            str(self.path).encode()
        except UnicodeEncodeError:
            # OpenCV would take the whole process with it.
            raise self._unreadable("its name is not written in UTF-8") from None
        with silence_opencv():
            # Named, since the others take clip01.mp4 for the first of a series of images.
            capture = cv2.VideoCapture(str(self.path), cv2.CAP_FFMPEG)
        if not capture.isOpened():
            raise self._unreadable("it is damaged, or in a format that OpenCV does not read")
        return capture

    def _grab(self, capture: cv2.VideoCapture, number: int) -> None:
        if not capture.grab():
            raise self._ends_early(number)

    def _ends_early(self, number: int) -> MebenchError:
        return MebenchError.of(
            "video-ends-early",
            f"Frame {number} cannot be decoded, and {self.n_frames} frames are expected.",
            "`mebench datasets check --deep` counts the frames of video files.",
            self._place(),
        )

    def _unreadable(self, reason: str) -> MebenchError:
        return MebenchError.of(
            "video-unreadable",
            f"The video file cannot be read: {reason}.",
            "Copy it again from where the data set came from.",
            self._place(),
        )

    def _place(self) -> Place:
        return Place(file=str(self.path), subject=self.subject, video=self.id)


def frames_at(video: Video, numbers: Sequence[int]) -> Iterator[tuple[int, Image]]:
    """Give some frames of any video with their numbers, in ascending order and without waste.

    Parameters
    ----------
    video : Video
        The video.
    numbers : sequence of int
        In ascending order.
    """
    if isinstance(video, FileVideo):
        yield from video.frames_at(numbers)
    else:
        for number in numbers:
            yield number, video.frame(number)
