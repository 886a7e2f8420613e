"""Pens and colours: what the contact sheet and the clip draw with. Pictures are RGB."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mebench.records.truth import TruthInterval

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
