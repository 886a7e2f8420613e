"""Text in figures: measure, truncate and wrap it; replace missing glyphs; draw legends."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from mebench.plots.figure import POINTS, SMALL, TEXT

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.figure import Figure


MISSING_GLYPH = "□"
"""Replaces characters that the font lacks, such as Chinese characters and most emoji."""

MAX_CHARACTERS = 400
"""Longer texts are cut; no figure has space for them."""


@lru_cache(maxsize=1)
def _font_characters() -> frozenset[int]:
    from matplotlib.font_manager import findfont, get_font

    return frozenset(get_font(findfont("DejaVu Sans")).get_charmap())


def replace_missing_glyphs(text: str) -> str:
    """Return a text on one line, with replacements for characters that the font lacks."""
    line = " ".join(text[:MAX_CHARACTERS].split())
    if line.isascii() and line.isprintable():
        return line
    known = _font_characters()
    return "".join(
        char if char.isprintable() and ord(char) in known else MISSING_GLYPH for char in line
    )


@lru_cache(maxsize=4096)
def text_width(text: str, size: float = TEXT) -> float:
    """Return the width of a text in inches."""
    from matplotlib.font_manager import FontProperties
    from matplotlib.textpath import text_to_path

    # State every property, since others would come from the user's settings.
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
    """Return a text that fits a width in inches; … replaces a part that is cut off."""
    line = replace_missing_glyphs(text)
    if text_width(line, size) <= width:
        return line
    cuts = [line[:length].rstrip() + "…" for length in range(len(line))]
    fitting = bisect_right(cuts, width, key=lambda cut: text_width(cut, size))
    return cuts[max(fitting - 1, 0)]


def wrap_text(text: str, width: float, max_lines: int, size: float = TEXT) -> str:
    """Return a text wrapped to a width in inches; the last line is cut if it is too long."""
    lines: list[str] = []
    words = replace_missing_glyphs(text).split()
    while words and len(lines) < max_lines - 1:
        count = 1
        while count < len(words) and text_width(" ".join(words[: count + 1]), size) <= width:
            count += 1
        line = " ".join(words[:count])
        if text_width(line, size) > width:
            break
        lines.append(line)
        words = words[count:]
    if words:
        lines.append(truncate_text(" ".join(words), width, size))
    return "\n".join(lines)


LEGEND_HANDLE = 0.45
"""Width of a handle in a legend and of the spaces beside it, in inches."""


def legend_below(figure: Figure, handles: Sequence[Artist]) -> int:
    """Draw a legend in rows below all axes; return the number of rows."""
    if not handles:
        return 0
    widest = max(text_width(str(handle.get_label()), SMALL) for handle in handles)
    rows = -(-len(handles) // max(1, int(figure.get_figwidth() / (widest + LEGEND_HANDLE))))
    columns = -(-len(handles) // rows)
    # Matplotlib fills a legend column by column.
    by_column = [handle for start in range(columns) for handle in handles[start::columns]]
    figure.legend(handles=by_column, loc="outside lower center", ncols=columns)
    return rows
