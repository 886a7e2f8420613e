"""The canvas of all figures: style, colors, text, and saving.

The same data give the same bytes: the style does not depend on the user's settings, the font comes
with matplotlib, and the file contains no date, version or random number. Only texts with characters
that this font lacks depend on the fonts that are installed.
"""

from __future__ import annotations

import io
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mebench.diagnostics import Place, UsageError
from mebench.util.atomic_write import write_bytes
from mebench.util.extras import require_package
from mebench.util.fonts import FONT, fit_text

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.figure import Figure
    from matplotlib.transforms import Bbox

ONE_COLUMN = 3.4
"""Width of a column of a two-column paper, in inches."""
TWO_COLUMNS = 7.0
"""Width of the text of a two-column paper, in inches."""

TEXT = 8.0
"""Size of text, in points."""
SMALL = 6.5
"""Size of small text, in points."""

DOTS, POINTS = 200, 72  # dots per inch of a PNG, and points per inch

BLUE, VERMILION, GREEN, ORANGE = "#0072B2", "#D55E00", "#009E73", "#E69F00"
PURPLE, SKY, YELLOW = "#CC79A7", "#56B4E9", "#F0E442"
BLACK, GRAY, WHITE = "#000000", "#9A9A9A", "#FFFFFF"

PALETTE = (BLUE, VERMILION, GREEN, ORANGE, PURPLE, SKY, YELLOW)
"""Colors of Okabe and Ito (Color Universal Design, 2008), suitable for color-blind readers."""

METADATA: dict[str, dict[str, Any]] = {
    "png": {"Software": None},
    "pdf": {"Creator": None, "Producer": None, "CreationDate": None},
    "svg": {"Creator": None, "Date": None},
}
"""Metadata that matplotlib would write, switched off, by format."""

STYLE: dict[str, Any] = {
    "font.family": FONT,
    "font.size": TEXT,
    "axes.titlesize": TEXT,
    "axes.labelsize": TEXT,
    "xtick.labelsize": SMALL,
    "ytick.labelsize": SMALL,
    "legend.fontsize": SMALL,
    "legend.frameon": False,
    "legend.handlelength": 1.6,
    "figure.titlesize": TEXT,
    "axes.linewidth": 0.6,
    "axes.axisbelow": True,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "grid.color": "#E6E6E6",
    "grid.linewidth": 0.5,
    "lines.linewidth": 1.2,
    "patch.linewidth": 0.6,
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.6,
    "xtick.major.size": 2.5,
    "ytick.major.size": 2.5,
    "hatch.linewidth": 0.5,
    # Do not treat a dollar sign as the start of a formula.
    "text.parse_math": False,
    # Letters are as wide as measured.
    "text.hinting": "none",
    # Keep text as text: it can be searched, and publishers reject Type 3 fonts.
    "pdf.fonttype": 42,
    "svg.fonttype": "none",
    "svg.hashsalt": "mebench",
    # Agg cannot draw a curve of many thousand frames at once.
    "agg.path.chunksize": 10_000,
}


def palette_color(index: int) -> str:
    """Return the color for an index; beyond the palette, its colors repeat in paler tints."""
    repetitions, index = divmod(index, len(PALETTE))
    return mix_colors(PALETTE[index], WHITE, min(repetitions * 0.45, 0.8))


def mix_colors(color: str, other: str, share: float) -> str:
    """Return a color mixed with a share of another color."""
    channels = (
        int(color[start : start + 2], 16) * (1 - share) + int(other[start : start + 2], 16) * share
        for start in (1, 3, 5)
    )
    return "#" + "".join(f"{round(channel):02X}" for channel in channels)


def picture_format(path: str | Path) -> str:
    """Return ``png``, ``pdf`` or ``svg`` from the suffix of a file name.

    Raises ``unknown-ending``, or ``package-missing`` without matplotlib.
    """
    suffix = Path(path).suffix.lower().removeprefix(".")
    if suffix not in METADATA:
        raise UsageError.of(
            "unknown-ending",
            f"A figure cannot be written as {Path(path).suffix[:20]!r}."
            if suffix
            else "The file name has no suffix, so the format of the figure is unknown.",
            "Use a file name that ends in .png, .pdf or .svg.",
            Place(file=str(path)),
        )
    require_package("matplotlib")
    return suffix


FOOTER = 4.6
"""The size of the lines below a figure in points."""

FOOTER_LINE, FOOTER_COLOR = 0.08, "#666666"


@contextmanager
def canvas(
    path: str | Path, width: float, height: float, footer: Sequence[str] = ()
) -> Iterator[Figure]:
    """Yield an empty figure, and save it at the end of the block.

    Parameters
    ----------
    path : path
        The file to write; its suffix selects the format.
    width, height : float
        Inches.
    footer : sequence of str
        Lines in small type that are added below the figure.

    Raises
    ------
    UsageError
        ``unknown-ending`` or ``cannot-write``.
    """
    suffix = picture_format(path)
    import matplotlib
    import matplotlib.style
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    with matplotlib.rc_context():
        # Not the user's settings.
        matplotlib.style.use(["default", STYLE])
        figure = Figure(figsize=(width, height), dpi=DOTS)
        FigureCanvasAgg(figure)
        yield figure
        _choose_fonts(figure, suffix)
        _fix_layout(figure)
        saved: dict[str, Any] = {"bbox_inches": _with_footer(figure, footer)} if footer else {}
        content = io.BytesIO()
        figure.savefig(content, format=suffix, dpi=DOTS, metadata=METADATA[suffix], **saved)
    write_bytes(path, content.getvalue())


def _with_footer(figure: Figure, lines: Sequence[str]) -> Bbox:
    """Draw lines below the figure; return the area of both in inches."""
    from matplotlib.transforms import Bbox

    width, height = figure.get_size_inches().tolist()
    for number, line in enumerate(lines, 1):
        text = figure.text(
            0.5, -number * FOOTER_LINE / height, line, size=FOOTER, ha="center", color=FOOTER_COLOR
        )
        text.set_in_layout(False)
    for legend in figure.legends:
        # Below the axes, not at the lower end of what is saved.
        legend.set_bbox_to_anchor((0, 0, 1, 1), transform=figure.transFigure)
    return Bbox([[0, -FOOTER_LINE * (len(lines) + 0.5)], [width, height]])


def _choose_fonts(figure: Figure, suffix: str) -> None:
    """Draw each text that the usual font cannot draw with another one."""
    from matplotlib.patheffects import Normal
    from matplotlib.text import Text

    for text in figure.findobj(Text):
        assert isinstance(text, Text)
        fitted = fit_text(text.get_text())
        if fitted.text != text.get_text():
            text.set_text(fitted.text)
        if fitted.font is not None:
            font = text.get_fontproperties().copy()
            font.set_file(fitted.font)
            text.set_fontproperties(font)
            if suffix == "pdf":
                # As outlines: matplotlib does not embed all fonts of this kind correctly.
                text.set_path_effects([Normal()])


def _fix_layout(figure: Figure) -> None:
    """Compute the layout and round it: the last digits of the solver differ between runs."""
    engine = figure.get_layout_engine()
    if engine is not None:
        engine.execute(figure)
        figure.set_layout_engine(None)
        for axes in figure.axes:
            bounds = axes.get_position(original=True).bounds
            left, bottom, width, height = (round(number, 6) for number in bounds)
            axes.set_position((left, bottom, width, height), "original")


MAX_CHARACTERS = 400  # longer texts are cut; no figure has space for them


def replace_missing_glyphs(text: str) -> str:
    """Return a text on one line, with escapes for characters that no installed font has."""
    return fit_text(" ".join(text[:MAX_CHARACTERS].split())).text


@lru_cache(maxsize=4096)
def text_width(text: str, size: float = TEXT) -> float:
    """Return the width of a text in inches."""
    from matplotlib.font_manager import FontProperties
    from matplotlib.textpath import text_to_path

    # State style, variant, weight and stretch, since they would come from the user's settings.
    font = FontProperties(family=FONT, size=size, fname=fit_text(text).font)
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


LEGEND_HANDLE = 0.45  # width of a handle in a legend and of the spaces beside it, in inches


def legend_below(figure: Figure, handles: Sequence[Artist], title: str | None = None) -> int:
    """Draw a legend in rows below all axes; return the number of rows, and of its title."""
    if not handles:
        return 0
    widest = max(text_width(str(handle.get_label()), SMALL) for handle in handles)
    rows = -(-len(handles) // max(1, int(figure.get_figwidth() / (widest + LEGEND_HANDLE))))
    columns = -(-len(handles) // rows)
    # Matplotlib fills a legend column by column.
    by_column = [handle for start in range(columns) for handle in handles[start::columns]]
    figure.legend(
        handles=by_column,
        loc="outside lower center",
        ncols=columns,
        title=title,
        title_fontsize=SMALL,
    )
    return rows + bool(title)
