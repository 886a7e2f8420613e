"""Small data sets for the tests: frames that show their own number, in memory and on disk."""

from __future__ import annotations

import resource
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from mebench.datasets.contract import Dataset, Video
from mebench.datasets.frames.images import encode
from mebench.models.truth import TRUTH_FORMAT, TruthManifest, TruthVideo

if TYPE_CHECKING:
    from mebench.datasets.contract import Image

HEIGHT, WIDTH = 48, 64
TRUTH_CSV = """\
subject,video,onset,apex,offset,kind,emotion
s1,v1,5,9,14,micro,happiness
s1,v1,20,,28,macro,happiness
s1,v2,,,,,
s2,v1,10,14,19,micro,disgust
"""
LENGTHS = {("s1", "v1"): 30, ("s1", "v2"): 12, ("s2", "v1"): 25}


def picture(number: int, height: int = HEIGHT, width: int = WIDTH) -> Image:
    """Return a frame in which 16 blocks, black or white, spell its number in binary."""
    image = np.full((height, width, 3), 128, np.uint8)
    for bit in range(16):
        block = slice(bit // 8 * 24, bit // 8 * 24 + 24), slice(bit % 8 * 8, bit % 8 * 8 + 8)
        image[block] = 230 if number >> bit & 1 else 20
    return image


def number_in(image: Image) -> int:
    """Return the number that a frame shows."""
    centers = [image[bit // 8 * 24 + 12, bit % 8 * 8 + 4].mean() for bit in range(16)]
    return sum(1 << bit for bit, gray in enumerate(centers) if gray > 128)


class NumberedVideo(Video):
    """A video whose frames show their number."""

    def __init__(self, subject: str, video: str, n_frames: int, version: int = 1) -> None:
        self.dataset, self.subject, self.id = "numbered", subject, video
        self.fps, self.n_frames, self.version = 25.0, n_frames, version
        self.pause = 0.0

    def frames(self, start: int = 0, stop: int | None = None) -> Iterator[Image]:
        for number in range(self.n_frames)[start:stop]:
            time.sleep(self.pause)
            yield picture(number)

    def content_key(self) -> str:
        return f"numbered {self.n_frames} {self.version}"


class NumberedDataset(Dataset):
    """A data set of such videos."""

    def __init__(self, n_frames: int = 40, version: int = 1, subjects: int = 2) -> None:
        self.id = "numbered"
        self._videos = [
            NumberedVideo(f"s{subject}", f"v{number}", n_frames, version)
            for subject in range(1, subjects + 1)
            for number in (1, 2)
        ]

    def truth(self) -> TruthManifest:
        return TruthManifest(
            format=TRUTH_FORMAT,
            dataset=self.id,
            videos=[
                TruthVideo(
                    subject=one.subject,
                    video=one.id,
                    intervals=[
                        {"onset": 3, "apex": 5, "offset": 9, "kind": "micro", "emotion": "positive"}
                    ],
                )
                for one in self._videos
            ],
        )

    def videos(self) -> Sequence[Video]:
        return self._videos


@cache
def encoded(number: int, suffix: str) -> bytes:
    """Return the file of a frame."""
    return encode(picture(number), suffix)


def frame_folder(
    folder: Path, numbers: Sequence[int], *, first: int = 0, name: str = "img{}.png"
) -> Path:
    """Write image files whose number is that of the frame they show, plus an origin."""
    folder.mkdir(parents=True, exist_ok=True)
    for number in numbers:
        path = folder / name.format(number + first)
        path.write_bytes(encoded(number, path.suffix))
    return folder


def generic_folder(folder: Path, truth: str = TRUTH_CSV) -> Path:
    """Write a small data set in the generic layout, its files counted from 1."""
    for (subject, video), length in LENGTHS.items():
        frame_folder(folder / "frames" / subject / video, range(length), first=1)
    (folder / "truth.csv").write_text(truth)
    (folder / "dataset.toml").write_text('id = "own"\nfps = 25\nfirst_frame = 1\n')
    return folder


CODECS = {
    **dict.fromkeys([".avi"], "MJPG"),
    **dict.fromkeys([".webm", ".ogv"], "VP80"),
    **dict.fromkeys([".wmv", ".asf"], "WMV2"),
    **dict.fromkeys([".flv"], "FLV1"),
    **dict.fromkeys([".mpg", ".mpeg", ".vob", ".ts", ".mts", ".m2ts"], "MPG2"),
}
"""Codecs of containers that do not hold MPEG-4."""


def video_file(path: Path, n_frames: int, fps: float = 25.0, codec: str | None = None) -> Path:
    """Write a video file, its suffix deciding the container, with predicted frames in it."""
    import cv2
    import pytest

    path.parent.mkdir(parents=True, exist_ok=True)
    name = codec or CODECS.get(path.suffix.lower(), "mp4v")
    code = cv2.VideoWriter.fourcc(*name)
    writer = cv2.VideoWriter(str(path), cv2.CAP_FFMPEG, code, fps, (WIDTH, HEIGHT))
    if not writer.isOpened():
        pytest.skip(f"the OpenCV that is installed here does not write {name} to {path.suffix}")
    for number in range(n_frames):
        writer.write(picture(number)[:, :, ::-1].copy())
    writer.release()
    return path


@contextmanager
def small_files(most: int) -> Iterator[None]:
    """Let this process and those that it starts write no file with more bytes: a full disk."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def tree(folder: Path) -> dict[str, bytes]:
    """Return every file below a folder with its content; locks apart."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.suffix != ".lock"
    }


def codes(diagnostics: Sequence[Any]) -> list[str]:
    """Return the codes of findings, in their order."""
    return [one.code for one in diagnostics]
