"""Render a preview of a video: a contact sheet (PNG) or a clip with captions and timeline (MP4)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from mebench.datasets.contract import Dataset, Video
from mebench.datasets.frames.frame_cache import read_through_cache
from mebench.datasets.frames.images import encode
from mebench.datasets.frames.video_file import FileVideo
from mebench.datasets.preview.contact_sheet import (
    KIND_COLORS,
    canvas,
    draw_contact_sheet,
    draw_timeline,
    expression_label,
    kind_of,
    resize_to_width,
    write_text,
)
from mebench.diagnostics import MebenchError, UsageError
from mebench.models.truth import TruthInterval
from mebench.util.atomic_write import cannot_write, incomplete_file, write_bytes
from mebench.util.terminal import show_progress
from mebench.util.text import did_you_mean, pluralize

if TYPE_CHECKING:
    from mebench.datasets.contract import Image

T = TypeVar("T")

FOOTER = 56
MIN_WIDTH = 480
DEFAULT_FPS = 25.0
"""The frame rate of a clip if that of the video is unknown."""

CONTEXT = 0.5
"""Seconds shown before and after a single expression."""


def write_clip(
    video: Video,
    expressions: list[TruthInterval],
    span: tuple[int, int],
    path: Path,
    progress: Callable[[int], None],
) -> None:
    """Write an MP4 file of frames with captions, completely or not at all.

    The span is the first frame and the frame after the last; ``progress`` gets the number of frames
    done since the last call.
    """
    import cv2

    try:
        with incomplete_file(path, ".mp4") as part:
            part.touch()  # raises an error with a reason, which the video writer would not give
            writer = cv2.VideoWriter()
            try:
                for number, image in enumerate(video.frames(*span), span[0]):
                    picture = draw_captioned_frame(image, number, video, expressions)
                    if number == span[0]:
                        size = (picture.shape[1], picture.shape[0])
                        code = cv2.VideoWriter.fourcc(*"mp4v")
                        writer.open(str(part), code, video.fps or DEFAULT_FPS, size)
                    writer.write(cv2.cvtColor(picture, cv2.COLOR_RGB2BGR))
                    progress(1)
            finally:
                writer.release()
            if _count_frames(part) != span[1] - span[0]:
                raise OSError("the written file is incomplete; check that the disk is not full")
    except OSError as error:
        raise cannot_write(path, error) from None


def draw_captioned_frame(
    image: Image, number: int, video: Video, expressions: list[TruthInterval]
) -> Image:
    """Return a frame with caption and timeline; codecs require an even width and height."""
    if image.shape[1] < MIN_WIDTH:
        image = resize_to_width(image, MIN_WIDTH)
    height, width = image.shape[0] // 2 * 2, image.shape[1] // 2 * 2
    picture = canvas(width, height + FOOTER)
    picture[:height] = image[:height, :width]
    seconds = f"  {number / video.fps:.2f} s" if video.fps else ""
    write_text(picture, f"{video.subject}/{video.id}  frame {number}{seconds}", (8, height + 20))
    active = [row for row in expressions if row["onset"] <= number <= row["offset"]]
    for index, row in enumerate(sorted(active, key=kind_of, reverse=True)[:2]):
        position = (width // 2 + index * width // 4, height + 20)
        write_text(picture, expression_label(row), position, KIND_COLORS[kind_of(row)])
    box = (8, height + 32, width - 8, height + 46)
    draw_timeline(picture, expressions, video.n_frames, box, now=number)
    return picture


def _count_frames(part: Path) -> int:
    """Return the number of frames that can be decoded from a written file."""
    try:
        return FileVideo(part, dataset="", subject="", video="").count()
    except MebenchError:
        return 0


def find_video(dataset: Dataset, subject: str, video: str) -> Video:
    """Return a video of a data set by its ids; raise ``unknown-subject`` or ``unknown-video``."""
    by_subject: dict[str, dict[str, Video]] = {}
    for candidate in dataset.videos():
        by_subject.setdefault(candidate.subject, {})[candidate.id] = candidate
    videos = _find("subject", subject, by_subject, dataset.id)
    return _find("video", video, videos, f"Subject {subject!r} of {dataset.id}")


def _find(kind: str, name: str, known: Mapping[str, T], owner: str) -> T:
    if name not in known:
        raise UsageError.of(
            f"unknown-{kind}",
            f"{owner} has no {kind} {name[:80]!r}.{did_you_mean(name, known)}",
            f"The first {kind}s are {', '.join(list(known)[:8])}.",
        )
    return known[name]


def make_preview(
    dataset: Dataset, subject: str, video: str, path: Path, number: int | None = None
) -> None:
    """Write a contact sheet (``.png``) or a clip (``.mp4``) of a video.

    If a number is given, only this expression is shown; they count from 1 in order of time.
    """
    source = find_video(read_through_cache(dataset), subject, video)
    expressions = [
        interval
        for row in dataset.truth().videos
        if (row.subject, row.video) == (subject, video)
        for interval in row.intervals or []
    ]
    expressions.sort(key=lambda interval: (interval["onset"], interval["offset"]))
    if number is not None and not 0 < number <= len(expressions):
        raise UsageError.of(
            "unknown-expression",
            f"There is no expression {number}: the video has "
            f"{pluralize(len(expressions), 'expression')}.",
            "Count expressions from 1, in order of time.",
        )
    selected = expressions if number is None else [expressions[number - 1]]
    if path.suffix.lower() == ".png":
        write_bytes(path, encode(draw_contact_sheet(source, selected, expressions), ".png"))
        return
    span = (0, source.n_frames) if number is None else _with_context(selected[0], source)
    with show_progress("Writing frames", span[1] - span[0]) as advance:
        write_clip(source, expressions, span, path, advance)


def _with_context(expression: TruthInterval, video: Video) -> tuple[int, int]:
    margin = round(CONTEXT * (video.fps or DEFAULT_FPS))
    first, last = expression["onset"] - margin, expression["offset"] + margin
    return max(0, first), min(video.n_frames, last + 1)
