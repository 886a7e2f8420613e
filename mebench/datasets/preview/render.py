"""Render a preview of a video: a contact sheet (PNG) or a clip with captions and timeline (MP4)."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from mebench.datasets.contract import Dataset, Video
from mebench.datasets.frames.cache import read_through_cache
from mebench.datasets.frames.file_storage import remove
from mebench.datasets.frames.images import encode
from mebench.datasets.frames.video_file import FileVideo
from mebench.datasets.preview.contact_sheet import (
    KINDS,
    canvas,
    expression_label,
    kind_of,
    resized,
    sheet,
    timeline,
    write,
)
from mebench.diagnostics import MebenchError, Place, UsageError
from mebench.models.truth import TruthInterval
from mebench.util.atomic_write import write_bytes
from mebench.util.progress import show_progress
from mebench.util.text import did_you_mean, pluralize

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


AROUND = 0.5
"""Seconds shown before and after a single expression."""


def find_video(dataset: Dataset, subject: str, video: str) -> Video:
    """Return a video of a data set by its ids.

    Raises
    ------
    UsageError
        ``unknown-subject`` or ``unknown-video``.
    """
    of_subject: dict[str, dict[str, Video]] = {}
    for one in dataset.videos():
        of_subject.setdefault(one.subject, {})[one.id] = one
    if subject not in of_subject:
        raise UsageError.of(
            "unknown-subject",
            f"{dataset.id} has no subject {subject[:80]!r}.{did_you_mean(subject, of_subject)}",
            f"The first are {', '.join(list(of_subject)[:8])}.",
        )
    if video not in of_subject[subject]:
        raise UsageError.of(
            "unknown-video",
            f"Subject {subject!r} of {dataset.id} has no video {video[:80]!r}."
            + did_you_mean(video, of_subject[subject]),
            f"The first are {', '.join(list(of_subject[subject])[:8])}.",
        )
    return of_subject[subject][video]


def make_preview(
    dataset: Dataset, subject: str, video: str, path: Path, number: int | None = None
) -> None:
    """Write a contact sheet (``.png``) or a clip (``.mp4``) of a video.

    Parameters
    ----------
    dataset : Dataset
        The data set.
    subject, video : str
        Ids.
    path : Path
        The file.
    number : int, optional
        Only this expression of the video, counted from 1 in order of time.

    Raises
    ------
    UsageError
        ``unknown-subject``, ``unknown-video``, ``unknown-expression`` or ``cannot-write``.
    MebenchError
        If a frame cannot be read.
    """
    one = find_video(read_through_cache(dataset), subject, video)
    rows = [row for row in dataset.truth().videos if (row.subject, row.video) == (subject, video)]
    whole = [item for row in rows for item in row.intervals or []]
    whole.sort(key=lambda item: (item["onset"], item["offset"]))
    chosen = whole if number is None else _only(whole, number)
    if path.suffix.lower() == ".png":
        write_bytes(path, encode(sheet(one, chosen, whole), ".png"))
        return
    span = (0, one.n_frames) if number is None else _around(chosen[0], one)
    with show_progress("Writing frames", span[1] - span[0]) as advance:
        write_clip(one, whole, span, path, advance)


def _only(whole: list[TruthInterval], number: int) -> list[TruthInterval]:
    if not 0 < number <= len(whole):
        raise UsageError.of(
            "unknown-expression",
            f"There is no expression {number}: the video has "
            f"{pluralize(len(whole), 'expression')}.",
            "They are counted from 1, in order of time.",
        )
    return [whole[number - 1]]


def _around(one: TruthInterval, video: Video) -> tuple[int, int]:
    margin = round(AROUND * (video.fps or ASSUMED_FPS))
    return max(0, one["onset"] - margin), min(video.n_frames, one["offset"] + 1 + margin)
