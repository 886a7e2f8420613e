"""The contact sheet: a row an expression, from onset over apex to offset, and the whole video."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mebench.datasets.contract import Video
from mebench.datasets.frames.file import frames_at
from mebench.datasets.preview.drawing import (
    KINDS,
    MARKS,
    canvas,
    fill,
    kind_of,
    resized,
    timeline,
    write,
)
from mebench.records.truth import TruthInterval

if TYPE_CHECKING:
    from mebench.datasets.contract import Image

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
