"""A legend above a picture: names beside their colours, in as many rows as they need."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from mebench.plots.figure import SMALL, palette_color, text_at
from mebench.plots.text import text_width, truncate_text

if TYPE_CHECKING:
    from matplotlib.figure import Figure

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
    """Draw rows of names downwards from a height in inches, by default in the colors of the palette."""
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
