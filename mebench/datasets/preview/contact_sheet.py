"""The contact sheet: one row per expression, from onset to offset, and a timeline of the video.

The drawing functions are shared with the video clip. Pictures are RGB.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mebench.datasets.contract import Video
from mebench.datasets.frames.video_file import frames_at
from mebench.models.truth import TruthInterval

if TYPE_CHECKING:
    from mebench.datasets.contract import Image


Color = tuple[int, int, int]

PAPER: Color = (250, 250, 248)
INK: Color = (35, 38, 42)
FAINT: Color = (205, 207, 208)
KINDS: dict[str, Color] = {"micro": (208, 58, 52), "macro": (52, 110, 180)}
MARKS: dict[str, Color] = {
    "onset": (46, 150, 84),
    "apex": (238, 178, 24),
    "offset": (140, 70, 160),
    "": FAINT,
}


def canvas(width: int, height: int) -> Image:
    """Return an empty picture."""
    import numpy as np

    return np.full((height, width, 3), PAPER, np.uint8)


def write(picture: Image, text: str, at: tuple[int, int], color: Color = INK) -> None:
    """Write a line of text; the font has ASCII only, and other characters become ``?``.

    Parameters
    ----------
    picture : array
        Is drawn on.
    text : str
        The line.
    at : (int, int)
        Left and bottom.
    colour : (int, int, int)
        RGB.
    """
    import cv2

    shown = text.encode("ascii", "replace").decode()
    cv2.putText(picture, shown, at, cv2.FONT_HERSHEY_SIMPLEX, 0.42, color, 1, cv2.LINE_AA)


def fill(picture: Image, left: int, top: int, right: int, bottom: int, color: Color) -> None:
    """Fill a rectangle, its right and bottom excluded."""
    picture[max(0, top) : bottom, max(0, left) : right] = color


def resized(image: Image, width: int) -> Image:
    """Return a picture in another width, its proportions kept."""
    import cv2

    height = max(1, round(image.shape[0] * width / image.shape[1]))
    way = cv2.INTER_AREA if width < image.shape[1] else cv2.INTER_NEAREST
    found: Image = cv2.resize(image, (width, height), interpolation=way)  # type: ignore[assignment]
    return found


def timeline(
    picture: Image,
    expressions: list[TruthInterval],
    n_frames: int,
    box: tuple[int, int, int, int],
    now: int | None = None,
) -> None:
    """Draw a bar of a whole video with its expressions, micro ones higher than macro ones.

    Parameters
    ----------
    picture : array
        Is drawn on.
    expressions : list
        What the bar shows.
    n_frames : int
        What it is the bar of.
    box : (int, int, int, int)
        Left, top, right and bottom.
    now : int, optional
        A frame that is marked.
    """
    left, top, right, bottom = box
    per_frame = (right - left) / max(1, n_frames)
    fill(picture, left, top, right, bottom, FAINT)
    for one in sorted(expressions, key=kind_of):
        first, last = (left + round(per_frame * at) for at in (one["onset"], one["offset"] + 1))
        high = (bottom - top) // 4 if kind_of(one) == "macro" else 0
        fill(picture, first, top + high, max(first + 2, last), bottom - high, KINDS[kind_of(one)])
        apex = one.get("apex")
        if apex is not None:
            middle = left + round(per_frame * (apex + 0.5))
            fill(picture, middle, top + high, middle + 1, bottom - high, MARKS["apex"])
    if now is not None:
        middle = left + round(per_frame * (now + 0.5))
        fill(picture, middle - 1, top - 3, middle + 2, bottom + 3, INK)


def kind_of(one: TruthInterval) -> str:
    """Return an expression's kind; one without is micro."""
    return one.get("kind") or "micro"


def expression_label(one: TruthInterval) -> str:
    """Return an expression's kind and emotion."""
    return f"{kind_of(one)} {one.get('emotion') or ''}".strip()


COLUMNS = 7
THUMBNAIL = 200
BORDER, GAP = 4, 8
LABELS = 170
CAPTION = 20
TITLE = 34
FOOTER = 64


def sheet(video: Video, expressions: list[TruthInterval], whole: list[TruthInterval]) -> Image:
    """Return the contact sheet of a video.

    Parameters
    ----------
    video : Video
        Gives the frames.
    expressions : list
        A row each; without any there is one row of frames from the whole video.
    whole : list
        All of the video's, in order of time: what the bar at the bottom shows.

    Raises
    ------
    MebenchError
        If a frame cannot be read.
    """
    rows = [frame_positions(one) for one in expressions] or [_spread(0, video.n_frames - 1)]
    rows = [[(at, mark) for at, mark in row if 0 <= at < video.n_frames] for row in rows]
    wanted = sorted({at for row in rows for at, _ in row})
    thumbnails = {at: resized(image, THUMBNAIL) for at, image in frames_at(video, wanted)}
    height = max((one.shape[0] for one in thumbnails.values()), default=THUMBNAIL)
    step = height + 2 * BORDER + CAPTION + GAP
    cell = THUMBNAIL + 2 * BORDER + GAP
    picture = canvas(LABELS + COLUMNS * cell, TITLE + len(rows) * step + FOOTER)
    _write_title(picture, video, whole)
    for number, row in enumerate(rows):
        top = TITLE + number * step
        if expressions:
            one = expressions[number]
            # Its place in the video, which `--expression` counts, also where it is shown alone.
            _write_label(picture, whole.index(one) + 1, one, video, top)
        else:
            write(picture, "no expressions", (GAP, top + 20))
        for column, (at, mark) in enumerate(row):
            left = LABELS + column * cell
            _place(picture, thumbnails[at], left, top, mark)
            caption = f"{at} {mark}".strip()
            write(picture, caption, (left + BORDER, top + height + 2 * BORDER + 14))
    _write_footer(picture, video, whole)
    return picture


def frame_positions(one: TruthInterval) -> list[tuple[int, str]]:
    """Return the frames that are shown of an expression, each with its mark."""
    onset, offset, apex = one["onset"], one["offset"], one.get("apex")
    if apex is None or not onset <= apex <= offset:
        marks = {offset: "offset", onset: "onset"}
        return [(at, marks.get(at, "")) for at, _ in _spread(onset, offset)]
    marks = {offset: "offset", onset: "onset", apex: "apex"}
    half = COLUMNS // 2 + 1
    shown = {at for at, _ in _spread(onset, apex, half)} | {
        at for at, _ in _spread(apex, offset, half)
    }
    return [(at, marks.get(at, "")) for at in sorted(shown)]


def _spread(first: int, last: int, number: int = COLUMNS) -> list[tuple[int, str]]:
    places = {first + round(step * (last - first) / (number - 1)) for step in range(number)}
    return [(at, "") for at in sorted(places)]


def _place(picture: Image, thumbnail: Image, left: int, top: int, mark: str) -> None:
    height, width = thumbnail.shape[:2]
    fill(picture, left, top, left + width + 2 * BORDER, top + height + 2 * BORDER, MARKS[mark])
    picture[top + BORDER : top + BORDER + height, left + BORDER : left + BORDER + width] = thumbnail


def _write_title(picture: Image, video: Video, whole: list[TruthInterval]) -> None:
    number = {kind: sum(kind_of(one) == kind for one in whole) for kind in KINDS}
    rate = f" at {video.fps:g} fps, {video.n_frames / video.fps:.1f} s" if video.fps else ""
    text = (
        f"{video.dataset}  {video.subject}/{video.id}   {video.n_frames} frames{rate}   "
        f"{number['micro']} micro, {number['macro']} macro"
    )
    write(picture, text, (GAP, 21))


def _write_label(picture: Image, number: int, one: TruthInterval, video: Video, top: int) -> None:
    length = one["offset"] - one["onset"] + 1
    lines = [
        f"{number}  {kind_of(one)}",
        one.get("emotion") or "",
        f"{one['onset']} to {one['offset']}",
        f"{length} frames" + (f", {length / video.fps:.2f} s" if video.fps else ""),
    ]
    fill(picture, GAP, top, GAP + 5, top + 4 * 20, KINDS[kind_of(one)])
    for place, line in enumerate(lines):
        write(picture, line, (GAP + 14, top + 14 + 20 * place))


def _write_footer(picture: Image, video: Video, whole: list[TruthInterval]) -> None:
    height, width = picture.shape[:2]
    top = height - FOOTER + 14
    timeline(picture, whole, video.n_frames, (LABELS, top, width - GAP, top + 20))
    write(picture, "whole video", (GAP, top + 15))
    write(picture, "0", (LABELS, top + 38))
    last = str(video.n_frames - 1)
    write(picture, last, (width - GAP - 9 * len(last), top + 38))
    left = LABELS + 60
    for name, color in (*KINDS.items(), *((one, MARKS[one]) for one in MARKS if one)):
        fill(picture, left, top + 28, left + 12, top + 40, color)
        write(picture, name, (left + 18, top + 38))
        left += 90
