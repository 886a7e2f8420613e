"""The clip: a video, or one expression of it, with a bar that shows which expression is on."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from mebench.datasets.contract import Video
from mebench.datasets.frames.file import FileVideo
from mebench.datasets.frames.storing import remove
from mebench.datasets.preview.drawing import (
    KINDS,
    canvas,
    expression_label,
    kind_of,
    resized,
    timeline,
    write,
)
from mebench.diagnostics import MebenchError, Place, UsageError
from mebench.records.truth import TruthInterval

if TYPE_CHECKING:
    from collections.abc import Callable

    from mebench.datasets.contract import Image

FOOTER = 56
NARROWEST = 480
ASSUMED_FPS = 25.0


def write_clip(
    video: Video,
    whole: list[TruthInterval],
    span: tuple[int, int],
    path: Path,
    progress: Callable[[int], None],
) -> None:
    """Write an MP4 file of frames with captions, all of it or nothing.

    Parameters
    ----------
    video : Video
        Gives the frames.
    whole : list
        Its expressions.
    span : (int, int)
        The first frame, and the one after the last.
    path : Path
        The file.
    progress : callable
        Told how many frames got done.

    Raises
    ------
    UsageError
        ``cannot-write``.
    MebenchError
        If a frame cannot be read.
    """
    part = path.with_name(f".{path.stem}.{os.getpid()}.part.mp4")
    try:
        _write(video, whole, span, part, progress)
        if _length(part) != span[1] - span[0]:
            raise _cannot_write(path, "the file on disk is not whole, as on a full disk")
        part.replace(path)
    except OSError as error:
        raise _cannot_write(path, error.strerror or str(error)) from None
    finally:
        remove(part)


def with_caption(image: Image, number: int, video: Video, whole: list[TruthInterval]) -> Image:
    """Return a frame above a caption and a bar; width and height are even, as codecs want it."""
    if image.shape[1] < NARROWEST:
        image = resized(image, NARROWEST)
    height, width = image.shape[0] // 2 * 2, image.shape[1] // 2 * 2
    picture = canvas(width, height + FOOTER)
    picture[:height] = image[:height, :width]
    seconds = f"  {number / video.fps:.2f} s" if video.fps else ""
    write(picture, f"{video.subject}/{video.id}  frame {number}{seconds}", (8, height + 20))
    on = [one for one in whole if one["onset"] <= number <= one["offset"]]
    for place, one in enumerate(sorted(on, key=kind_of, reverse=True)[:2]):
        at = (width // 2 + place * width // 4, height + 20)
        write(picture, expression_label(one), at, KINDS[kind_of(one)])
    box = (8, height + 32, width - 8, height + 46)
    timeline(picture, whole, video.n_frames, box, now=number)
    return picture


def _write(
    video: Video,
    whole: list[TruthInterval],
    span: tuple[int, int],
    part: Path,
    progress: Callable[[int], None],
) -> None:
    import cv2

    part.touch()  # says why, where the writer would only say no
    writer: cv2.VideoWriter | None = None
    try:
        for number, image in enumerate(video.frames(*span), span[0]):
            picture = with_caption(image, number, video, whole)
            if writer is None:
                size = (picture.shape[1], picture.shape[0])
                code = cv2.VideoWriter.fourcc(*"mp4v")
                writer = cv2.VideoWriter(str(part), code, video.fps or ASSUMED_FPS, size)
            writer.write(cv2.cvtColor(picture, cv2.COLOR_RGB2BGR))
            progress(1)
    finally:
        if writer is not None:
            writer.release()


def _length(part: Path) -> int:
    """Return how many frames a written file gives back."""
    try:
        return FileVideo(part, dataset="", subject="", video="").count()
    except MebenchError:
        return 0


def _cannot_write(path: Path, reason: str) -> UsageError:
    return UsageError.of(
        "cannot-write", f"The file cannot be written: {reason}.", "", Place(file=str(path))
    )
