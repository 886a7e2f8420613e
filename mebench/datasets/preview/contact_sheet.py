"""The contact sheet: one row of frames per expression, and a timeline of the video.

The drawing functions are shared with the video clip. Images are RGB.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mebench.datasets.contract import Video
from mebench.models.truth import TruthInterval

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


def write_text(picture: Image, text: str, at: tuple[int, int], color: Color = INK) -> None:
    """Write a line of text, its left and bottom at a point.

    Characters outside ASCII, which the font lacks, become ``?``.
    """
    import cv2

    plain = text.encode("ascii", "replace").decode()
    cv2.putText(picture, plain, at, cv2.FONT_HERSHEY_SIMPLEX, 0.42, color, 1, cv2.LINE_AA)


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
    """Draw a bar with the expressions of a video, and mark the frame ``now``.

    The box is left, top, right and bottom; micro-expressions are taller than macro ones.
    """
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


def expression_label(expression: TruthInterval) -> str:
    """Return the kind and emotion of an expression."""
    return f"{kind_of(expression)} {expression.get('emotion') or ''}".strip()


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
    """Return the contact sheet of a video: one row per expression, and a timeline of all of them.

    Without expressions, one row shows frames from the entire video.
    """
    rows = [frame_positions(expression) for expression in expressions] or [
        _spread(0, video.n_frames - 1)
    ]
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
    if apex is None or not onset <= apex <= offset:
        marks = {offset: "offset", onset: "onset"}
        return [(frame, marks.get(frame, "")) for frame, _ in _spread(onset, offset)]
    marks = {offset: "offset", onset: "onset", apex: "apex"}
    half = COLUMNS // 2 + 1
    frames = {*_spread(onset, apex, half), *_spread(apex, offset, half)}
    return [(frame, marks.get(frame, "")) for frame, _ in sorted(frames)]


def _spread(first: int, last: int, number: int = COLUMNS) -> list[tuple[int, str]]:
    """Return evenly spaced frames, without a mark."""
    frames = {first + round(step * (last - first) / (number - 1)) for step in range(number)}
    return [(frame, "") for frame in sorted(frames)]


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
