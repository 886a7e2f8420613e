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
from statistics import median
from threading import Lock
from typing import TYPE_CHECKING

from mebench.datasets.contract import Video
from mebench.datasets.frames.file_storage import hash_ends
from mebench.datasets.frames.frame_folder import FrameFolder
from mebench.datasets.frames.frame_times import FrameTimes
from mebench.datasets.frames.images import (
    MAX_PIXELS,
    silence_opencv,
    to_rgb,
    unreadable_video,
)
from mebench.datasets.frames.video_container import (
    FFMPEG_NAMES,
    HEAD,
    NAMES,
    is_avi,
    is_container,
    is_truncated_video,
    states_length,
)
from mebench.datasets.frames.video_container import VIDEO_SUFFIXES as VIDEO_SUFFIXES
from mebench.diagnostics import Findings, MebenchError, Place
from mebench.models.base import FRAME_LIMIT
from mebench.util.extras import require_package
from mebench.util.hashing import digest
from mebench.util.regular_file import check_regular

if TYPE_CHECKING:
    import cv2

    from mebench.datasets.contract import Image


_FFMPEG_OPTIONS = {
    "OPENCV_FFMPEG_CAPTURE_OPTIONS": f"protocol_whitelist;file|format_whitelist;{FFMPEG_NAMES}",
    "OPENCV_FFMPEG_LOGLEVEL": "-8",
}
"""What OpenCV passes to FFmpeg: only these containers, only files, no messages."""

_OPENING = Lock()
"""Held while the environment of this process has these options."""


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
        return FrameFolder(
            path, dataset=dataset, subject=subject, video=video, fps=fps, origin=origin
        )
    return VideoFile(
        path, dataset=dataset, subject=subject, video=video, fps=fps, n_frames=n_frames
    )


class VideoFile(Video):
    """A video stored as a video file, which OpenCV decodes.

    Frame N is the N-th decoded frame, counted from 0: reading in order is fast, and a late frame
    needs all frames before it. The file is opened when frames, rate or length are first requested.

    Parameters
    ----------
    path : str or Path
        The file: AVI, MP4, MOV, Matroska, WebM, WMV, FLV, Ogg or MPEG.
    dataset, subject, video : str
        The ids in the truth.
    fps : float, optional
        Frames per second; by default that in the header of the file.
    n_frames : int, optional
        The number of frames that the truth states; by default that in the header of the file. If
        its container states none, the frames are counted.

    Raises
    ------
    MebenchError
        ``video-unreadable`` when the file is opened; ``video-ends-early`` when a frame is read that
        it does not have.
    """

    reads_files = True
    decodes_in_order = True

    def __init__(
        self,
        path: str | Path,
        *,
        dataset: str,
        subject: str,
        video: str,
        fps: float | None = None,
        n_frames: int | None = None,
    ) -> None:
        self.path = self.location = Path(path)
        self.dataset, self.subject, self.id = dataset, subject, video
        self._given_fps, self._given_length = fps, n_frames

    @cached_property
    def fps(self) -> float | None:  # type: ignore[override]
        """Frames per second."""
        return self._header[0] if self._given_fps is None else self._given_fps

    @cached_property
    def n_frames(self) -> int:  # type: ignore[override]
        """Number of frames."""
        return self._given_length or self._quick_length or self.count()

    def frames(self, start: int = 0, stop: int | None = None) -> Iterator[Image]:
        """Decode the frames from ``start`` up to, not including, ``stop``, one at a time.

        Frames before ``start`` are decoded, too.
        """
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

    @cached_property
    def _quick_length(self) -> int:
        """The number of frames in the header, or of packets; 0 if neither is that of the frames."""
        return self._header[1] or (self._packet_times.frames if self._packets_are_frames else 0)

    @cached_property
    def _packet_times(self) -> FrameTimes:
        """The times of the packets, which are read but not decoded; none if that fails."""
        try:
            with self._open(decoding=False) as capture:
                return FrameTimes.of(_times(capture))
        except MebenchError:  # some formats cannot be read without decoding
            return FrameTimes.of(())

    @property
    def _packets_are_frames(self) -> bool:
        """Whether the packets are as regular as the header states.

        Otherwise some may have no frame, or half a frame.
        """
        times, fps = self._packet_times, self._header[0]
        return bool(times.times) and not times.irregular and (fps is None or times.fits(fps))

    @cached_property
    def frame_times(self) -> FrameTimes:
        """The times of the frames, which an AVI file does not have.

        Frames are decoded only if there is doubt that each is a packet, as in MP4 and MOV files.
        """
        head = self._head()
        if is_avi(head):
            return FrameTimes.of(())
        if states_length(head) or self._packets_are_frames:
            return self._packet_times
        with self._open() as capture:
            return FrameTimes.of(_times(capture))

    def check_rate(self, findings: Findings) -> None:
        """Report a frame rate that varies, or that is not the stated one."""
        times, place = self.frame_times, self._place()
        if times.rate is None:
            return
        if times.irregular:
            distances = times.distances
            message = (
                f"The frame rate varies: {times.irregular} of {len(distances)} distances between "
                "frames differ from the median by more than a tenth. The median is "
                f"{median(distances):.1f} ms, the smallest {min(distances):.1f} ms and the largest "
                f"{max(distances):.1f} ms."
            )
            remedy = (
                "Times in seconds, the frame rate and half lengths are approximate. Record at a "
                "constant rate, or convert the file before it is annotated: to a constant rate, or "
                "to images."
            )
            findings.warning("frame-rate-variable", message, remedy, place)
        if self.fps is not None and not times.fits(self.fps):
            who = "header of the file states" if self._given_fps is None else "data set states"
            message = (
                f"The {who} {self.fps:g} frames per second, but the frames are shown at a mean "
                f"rate of {times.rate:.4g}."
            )
            rate = f"fps = {times.rate:.4g}"
            remedy = f"If the file is right, write {rate} into the truth or into dataset.toml."
            findings.warning("frame-rate-differs", message, remedy, place)

    def content_key(self) -> str:
        """Return a digest of the file's name, size, time of change, and first and last bytes."""
        try:
            state, ends = self.path.stat(), hash_ends(self.path)
        except OSError as error:
            raise unreadable_video(error, self._place()) from None
        file = [self.path.name, state.st_size, state.st_mtime_ns]
        return digest({"reader": "video file 1", "file": file, "ends": ends}, 32)

    def inspect(self, findings: Findings) -> None:
        """Check the header, the size and the frame rate of the file."""
        stated = self._quick_length
        with self.path.open("rb") as stream:
            if is_truncated_video(stream):
                raise self._unreadable("it is truncated")
        if self._given_length is not None and stated and stated != self._given_length:
            source = "header of the file states" if self._header[1] else "file has packets of"
            expected = f"the truth states {self._given_length}"
            message = f"The {source} {stated} frames, but {expected}."
            remedy = "This number is often wrong: run the check with --deep to count the frames."
            findings.warning("frame-count-differs", message, remedy, self._place())
        self.check_rate(findings)

    def compare_count(self, counted: int, findings: Findings) -> None:
        """Report a number of decoded frames that differs from the expected number."""
        if self._given_length is None and counted != self.n_frames:
            code, remedy = "video-ends-early", f"Set n_frames to {counted} in the truth."
            expected = f"its header states {self.n_frames}"
            if not self._header[1]:
                expected = f"it has {self.n_frames} packets"
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
        # For other containers, OpenCV guesses a length from the duration.
        is_stated = states_length(self._head()) and 0 < length <= FRAME_LIMIT
        return fps if 0 < fps < 1e6 else None, int(length) if is_stated else 0

    def _head(self) -> bytes:
        """Return the beginning of the file."""
        try:
            check_regular(self.path, follow_links=True)  # a pipe would wait forever
            with self.path.open("rb") as stream:
                return stream.read(HEAD)
        except OSError as error:
            raise unreadable_video(error, self._place()) from None

    @contextmanager
    def _open(self, *, decoding: bool = True) -> Iterator[cv2.VideoCapture]:
        require_package("cv2")
        import cv2

        head = self._head()
        if not head:
            raise self._unreadable("it is empty")
        if not is_container(head):
            raise self._unreadable(f"it is damaged, or not a file of the type {NAMES}")
        try:
            str(self.path).encode()
        except UnicodeEncodeError:
            # OpenCV would crash the process.
            raise self._unreadable("its name is not valid UTF-8") from None
        packets = [] if decoding else [cv2.CAP_PROP_FORMAT, -1]
        with _OPENING, silence_opencv(), _environment(_FFMPEG_OPTIONS):
            # Other backends would read clip01.mp4 as the first file of an image series. A relative
            # path may look like an address, such as `concat:a.mp4|b.mp4`.
            capture = cv2.VideoCapture(str(self.path.absolute()), cv2.CAP_FFMPEG, packets)
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


def _times(capture: cv2.VideoCapture) -> Iterator[float]:
    """Yield the times of all frames, or packets, in milliseconds."""
    import cv2

    while capture.grab():
        yield capture.get(cv2.CAP_PROP_POS_MSEC)
