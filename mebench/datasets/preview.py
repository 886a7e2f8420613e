"""Previews of a video and its annotations: a contact sheet (PNG) or a clip with captions (MP4).

A contact sheet has one row of frames per expression, and a timeline of the video. Images are RGB.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from mebench.datasets.contract import Dataset, Video
from mebench.datasets.frames.frame_cache import through_cache
from mebench.datasets.frames.images import encode
from mebench.datasets.frames.video_file import VideoFile
from mebench.diagnostics import MebenchError, UsageError
from mebench.models.truth import TruthInterval
from mebench.util.atomic_write import cannot_write, incomplete_file, write_bytes
from mebench.util.fonts import draw_text, fit_text
from mebench.util.terminal import show_progress
from mebench.util.text import pluralize

if TYPE_CHECKING:
    from mebench.datasets.contract import Image

Color = tuple[int, int, int]

PAPER: Color = (250, 250, 248)
INK: Color = (35, 38, 42)
FAINT: Color = (205, 207, 208)
KIND_COLORS: dict[str, Color] = {"micro": (208, 58, 52), "macro": (52, 110, 180)}
FRAME_COLORS: dict[str, Color] = {
    "onset": (46, 150, 84),
    "apex": (238, 178, 24),
    "offset": (140, 70, 160),
    "": FAINT,
}


def canvas(width: int, height: int) -> Image:
    """Return an empty image."""
    import numpy as np

    return np.full((height, width, 3), PAPER, np.uint8)


FONT_SIZE = 13
"""Height of the font in pixels for texts that OpenCV's font, which is ASCII, cannot draw."""


def write_text(picture: Image, text: str, at: tuple[int, int], color: Color = INK) -> None:
    """Write a line of text from a point on; see :func:`~mebench.util.fonts.fit_text`."""
    import cv2

    fitted = fit_text(text.replace("\n", "\\n"))
    if fitted.text.isascii():
        font = cv2.FONT_HERSHEY_SIMPLEX
        cv2.putText(picture, fitted.text, at, font, 0.42, color, 1, cv2.LINE_AA)
        return
    image, below = draw_text(fitted, FONT_SIZE)
    left, top = at[0], max(0, at[1] + below - image.shape[0])
    area = picture[top : top + image.shape[0], left : left + image.shape[1]]
    share = image[: area.shape[0], : area.shape[1], None] / 255
    area[:] = (area * (1 - share) + share * color).round()


def fill_rectangle(
    picture: Image, left: int, top: int, right: int, bottom: int, color: Color
) -> None:
    """Fill a rectangle, excluding its right and bottom edge."""
    picture[max(0, top) : bottom, max(0, left) : right] = color


def resize_to_width(image: Image, width: int) -> Image:
    """Return an image scaled to a width, with the same aspect ratio."""
    import cv2

    height = max(1, round(image.shape[0] * width / image.shape[1]))
    method = cv2.INTER_AREA if width < image.shape[1] else cv2.INTER_NEAREST
    scaled: Image = cv2.resize(image, (width, height), interpolation=method)  # type: ignore[assignment]
    return scaled


def draw_timeline(
    picture: Image,
    expressions: list[TruthInterval],
    n_frames: int,
    box: tuple[int, int, int, int],
    now: int | None = None,
) -> None:
    """Draw a bar with the expressions of a video; the box is left, top, right and bottom."""
    left, top, right, bottom = box

    def position(frame: float) -> int:
        return left + round((right - left) / max(1, n_frames) * frame)

    fill_rectangle(picture, left, top, right, bottom, FAINT)
    for expression in sorted(expressions, key=kind_of):
        first, last = position(expression["onset"]), position(expression["offset"] + 1)
        kind, apex = kind_of(expression), expression.get("apex")
        inset = (bottom - top) // 4 if kind == "macro" else 0
        upper, lower = top + inset, bottom - inset
        fill_rectangle(picture, first, upper, max(first + 2, last), lower, KIND_COLORS[kind])
        if apex is not None:
            middle = position(apex + 0.5)
            fill_rectangle(picture, middle, upper, middle + 1, lower, FRAME_COLORS["apex"])
    if now is not None:
        middle = position(now + 0.5)
        fill_rectangle(picture, middle - 1, top - 3, middle + 2, bottom + 3, INK)


def kind_of(expression: TruthInterval) -> str:
    """Return the kind of an expression; micro if none is stated."""
    return expression.get("kind") or "micro"


COLUMNS = 7
THUMBNAIL = 200
BORDER, GAP = 4, 8
LABELS = 170
CAPTION = 20
TITLE = 34
FOOTER = 64


def draw_contact_sheet(
    video: Video, expressions: list[TruthInterval], all_expressions: list[TruthInterval]
) -> Image:
    """Return the contact sheet of a video: one row per expression, and a timeline of all."""
    rows = [frame_positions(expression) for expression in expressions]
    if not rows:
        rows = [[(frame, "") for frame in sorted(_spread(0, video.n_frames - 1))]]
    rows = [[(frame, mark) for frame, mark in row if 0 <= frame < video.n_frames] for row in rows]
    needed = sorted({frame for row in rows for frame, _ in row})
    thumbnails = {
        frame: resize_to_width(image, THUMBNAIL) for frame, image in video.frames_at(needed)
    }
    height = max((image.shape[0] for image in thumbnails.values()), default=THUMBNAIL)
    step = height + 2 * BORDER + CAPTION + GAP
    cell = THUMBNAIL + 2 * BORDER + GAP
    picture = canvas(LABELS + COLUMNS * cell, TITLE + len(rows) * step + FOOTER)
    _write_title(picture, video, all_expressions)
    for index, row in enumerate(rows):
        top = TITLE + index * step
        if expressions:
            # The number within the video, as `--expression` counts, even if only one is shown.
            number = all_expressions.index(expressions[index]) + 1
            _write_label(picture, number, expressions[index], video, top)
        else:
            write_text(picture, "no expressions", (GAP, top + 20))
        for column, (frame, mark) in enumerate(row):
            left = LABELS + column * cell
            _draw_thumbnail(picture, thumbnails[frame], left, top, FRAME_COLORS[mark])
            caption = f"{frame} {mark}".strip()
            write_text(picture, caption, (left + BORDER, top + height + 2 * BORDER + 14))
    _write_footer(picture, video, all_expressions)
    return picture


def frame_positions(expression: TruthInterval) -> list[tuple[int, str]]:
    """Return the frames of an expression to show, each with its mark."""
    onset, offset, apex = expression["onset"], expression["offset"], expression.get("apex")
    marks = {offset: "offset", onset: "onset"}
    frames = _spread(onset, offset)
    if apex is not None and onset <= apex <= offset:
        marks[apex] = "apex"
        half = COLUMNS // 2 + 1
        frames = _spread(onset, apex, half) | _spread(apex, offset, half)
    return [(frame, marks.get(frame, "")) for frame in sorted(frames)]


def _spread(first: int, last: int, number: int = COLUMNS) -> set[int]:
    """Return evenly spaced frames."""
    return {first + round(step * (last - first) / (number - 1)) for step in range(number)}


def _draw_thumbnail(picture: Image, thumbnail: Image, left: int, top: int, color: Color) -> None:
    height, width = thumbnail.shape[:2]
    fill_rectangle(picture, left, top, left + width + 2 * BORDER, top + height + 2 * BORDER, color)
    left, top = left + BORDER, top + BORDER
    picture[top : top + height, left : left + width] = thumbnail


def _write_title(picture: Image, video: Video, expressions: list[TruthInterval]) -> None:
    kinds = [kind_of(expression) for expression in expressions]
    rate = f" at {video.fps:g} fps, {video.n_frames / video.fps:.1f} s" if video.fps else ""
    text = (
        f"{video.dataset}  {video.subject}/{video.id}   {video.n_frames} frames{rate}   "
        f"{kinds.count('micro')} micro, {kinds.count('macro')} macro"
    )
    write_text(picture, text, (GAP, 21))


def _write_label(
    picture: Image, number: int, expression: TruthInterval, video: Video, top: int
) -> None:
    length = expression["offset"] - expression["onset"] + 1
    lines = [
        f"{number}  {kind_of(expression)}",
        expression.get("emotion") or "",
        f"{expression['onset']} to {expression['offset']}",
        f"{length} frames" + (f", {length / video.fps:.2f} s" if video.fps else ""),
    ]
    fill_rectangle(picture, GAP, top, GAP + 5, top + 4 * 20, KIND_COLORS[kind_of(expression)])
    for index, line in enumerate(lines):
        write_text(picture, line, (GAP + 14, top + 14 + 20 * index))


def _write_footer(picture: Image, video: Video, expressions: list[TruthInterval]) -> None:
    height, width = picture.shape[:2]
    top = height - FOOTER + 14
    draw_timeline(picture, expressions, video.n_frames, (LABELS, top, width - GAP, top + 20))
    write_text(picture, "whole video", (GAP, top + 15))
    write_text(picture, "0", (LABELS, top + 38))
    last = str(video.n_frames - 1)
    write_text(picture, last, (width - GAP - 9 * len(last), top + 38))
    left = LABELS + 60
    for name, color in (KIND_COLORS | FRAME_COLORS).items():
        if name:
            fill_rectangle(picture, left, top + 28, left + 12, top + 40, color)
            write_text(picture, name, (left + 18, top + 38))
            left += 90


CLIP_FOOTER = 56
MIN_WIDTH = 480
DEFAULT_FPS = 25.0
"""The frame rate of a clip if that of the video is unknown."""

CONTEXT = 0.5
"""Seconds shown before and after a single expression."""


def write_clip(
    video: Video, expressions: list[TruthInterval], span: tuple[int, int], path: Path
) -> None:
    """Write an MP4 file of frames up to the end of a span, completely or not at all."""
    import cv2

    try:
        with (
            show_progress("Writing frames", span[1] - span[0]) as progress,
            incomplete_file(path, ".mp4") as part,
        ):
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
    picture = canvas(width, height + CLIP_FOOTER)
    picture[:height] = image[:height, :width]
    seconds = f"  {number / video.fps:.2f} s" if video.fps else ""
    write_text(picture, f"{video.subject}/{video.id}  frame {number}{seconds}", (8, height + 20))
    active = [row for row in expressions if row["onset"] <= number <= row["offset"]]
    for index, row in enumerate(sorted(active, key=kind_of, reverse=True)[:2]):
        position = (width // 2 + index * width // 4, height + 20)
        label = f"{kind_of(row)} {row.get('emotion') or ''}".strip()
        write_text(picture, label, position, KIND_COLORS[kind_of(row)])
    box = (8, height + 32, width - 8, height + 46)
    draw_timeline(picture, expressions, video.n_frames, box, now=number)
    return picture


def _count_frames(part: Path) -> int:
    """Return the number of frames that can be decoded from a written file."""
    try:
        return VideoFile(part, dataset="", subject="", video="").count()
    except MebenchError:
        return 0


def make_preview(
    dataset: Dataset, subject: str, video: str, path: Path, number: int | None = None
) -> None:
    """Write a contact sheet (``.png``) or a clip (``.mp4``) of all expressions or a single one."""
    source = through_cache(dataset.video(subject, video))
    expressions = [
        interval
        for row in dataset.truth().videos
        if (row.subject, row.video) == (subject, video)
        for interval in row.intervals or []
    ]
    expressions.sort(key=lambda interval: (interval["onset"], interval["offset"]))
    if number is not None and not 0 < number <= len(expressions):
        known = pluralize(len(expressions), "expression")
        message = f"There is no expression {number}: the video has {known}."
        remedy = "Count expressions from 1, in order of time."
        raise UsageError.of("unknown-expression", message, remedy)
    selected = expressions if number is None else [expressions[number - 1]]
    if path.suffix.lower() == ".png":
        sheet = encode(draw_contact_sheet(source, selected, expressions), ".png")
        write_bytes(path, sheet, follow_links=True)
        return
    span = (0, source.n_frames)
    if number is not None:
        margin = round(CONTEXT * (source.fps or DEFAULT_FPS))
        first, last = selected[0]["onset"] - margin, selected[0]["offset"] + margin
        span = (max(0, first), min(source.n_frames, last + 1))
    write_clip(source, expressions, span, path)
