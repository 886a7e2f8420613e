"""Text in pictures: measured, truncated and wrapped, with glyphs that the font has; and legends."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from mebench.plots.figure import POINTS, SMALL, TEXT, palette_color, text_at

if TYPE_CHECKING:
    from matplotlib.figure import Figure


MISSING_GLYPH = "□"
"""Stands for a letter that the font lacks: those of Chinese names, most emoji."""

MAX_CHARACTERS = 400
"""No more letters of a text are looked at; none is as long that fits into a picture."""


@lru_cache(maxsize=1)
def _letters() -> frozenset[int]:
    from matplotlib.font_manager import findfont, get_font

    return frozenset(get_font(findfont("DejaVu Sans")).get_charmap())


def replace_missing_glyphs(text: str) -> str:
    """Return a text on one line in which the font has every letter."""
    line = " ".join(text[:MAX_CHARACTERS].split())
    if line.isascii() and line.isprintable():
        return line
    letters = _letters()
    return "".join(
        one if one.isprintable() and ord(one) in letters else MISSING_GLYPH for one in line
    )


@lru_cache(maxsize=4096)
def text_width(text: str, size: float = TEXT) -> float:
    """Return how wide a text is, in inches."""
    from matplotlib.font_manager import FontProperties
    from matplotlib.textpath import text_to_path

    # All of it is said, since what is not comes from the user's own settings.
    font = FontProperties(
        family="DejaVu Sans",
        style="normal",
        variant="normal",
        weight="normal",
        stretch="normal",
        size=size,
    )
    measured = text_to_path.get_text_width_height_descent(text, font, ismath=False)
    return float(measured[0]) / POINTS


def truncate_text(text: str, width: float, size: float = TEXT) -> str:
    """Return a drawable text that is at most so many inches wide; what is cut off shows as …."""
    line = replace_missing_glyphs(text)
    if text_width(line, size) <= width:
        return line
    short, long = 0, len(line)
    while long - short > 1:
        middle = (short + long) // 2
        if text_width(line[:middle].rstrip() + "…", size) <= width:
            short = middle
        else:
            long = middle
    return line[:short].rstrip() + "…"


def wrap_text(text: str, width: float, lines: int, size: float = TEXT) -> str:
    """Return a drawable text in at most so many lines of at most so many inches."""
    kept: list[str] = []
    words = replace_missing_glyphs(text).split()
    while words and len(kept) < lines - 1:
        number = 1
        while number < len(words) and text_width(" ".join(words[: number + 1]), size) <= width:
            number += 1
        line = " ".join(words[:number])
        if text_width(line, size) > width:
            break
        kept.append(line)
        words = words[number:]
    if words:
        kept.append(truncate_text(" ".join(words), width, size))
    return "\n".join(kept)


LINE, GAP = 0.15, 0.16
"""Inches: of a line, which is also the room of a coloured square, and between two names."""


def legend_rows(names: Sequence[str], width: float) -> list[list[str]]:
    """Return names, cut where they must be, in rows no wider than so many inches."""
    rows: list[list[str]] = []
    for name in names:
        shown = truncate_text(name, width - LINE - 2 * GAP, SMALL)
        if rows and sum(map(_room, [*rows[-1], shown])) <= width:
            rows[-1].append(shown)
        else:
            rows.append([shown])
    return rows


def draw_legend(
    figure: Figure,
    rows: Sequence[Sequence[str]],
    top: float,
    colours: Sequence[str] | None = None,
) -> None:
    """Draw rows of names downwards from a height in inches, by default in the palette's colors."""
    width = float(figure.get_size_inches()[0])
    place = 0
    for row in rows:
        top -= LINE
        left = (width - sum(map(_room, row)) + GAP) / 2
        for name in row:
            colour = palette_color(place) if colours is None else colours[place]
            text_at(figure, left, top, "■", size=SMALL, color=colour)
            text_at(figure, left + LINE, top, name, size=SMALL)
            left += _room(name)
            place += 1


def _room(name: str) -> float:
    return LINE + text_width(name, SMALL) + GAP
