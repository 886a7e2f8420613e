"""The canvas that every picture is drawn on, and how it is saved.

A picture is the same bytes for the same data: the style is ours and no user's, the fonts come with
matplotlib, and no date, version or random number gets into the file.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mebench.diagnostics import Place, UsageError
from mebench.util.atomic_write import write_bytes

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

ONE_COLUMN = 3.4
"""Inches: as wide as a column of a paper with two of them."""

TWO_COLUMNS = 7.0
"""Inches: as wide as its page."""

TEXT = 8.0
"""The size of the text in points."""

SMALL = 6.5
"""Of text inside the picture, in points."""

DOTS = 200
"""Dots an inch of a PNG."""

POINTS = 72
"""Points an inch."""

BLUE, VERMILION, GREEN, ORANGE = "#0072B2", "#D55E00", "#009E73", "#E69F00"
PURPLE, SKY, YELLOW = "#CC79A7", "#56B4E9", "#F0E442"
BLACK, GRAY, WHITE = "#000000", "#9A9A9A", "#FFFFFF"

PALETTE = (BLUE, VERMILION, GREEN, ORANGE, PURPLE, SKY, YELLOW)
"""Okabe and Ito's colours (Color Universal Design, 2008), which those who confuse red and green
tell apart."""

METADATA: dict[str, dict[str, Any]] = {
    "png": {"Software": None},
    "pdf": {"Creator": None, "Producer": None, "CreationDate": None},
    "svg": {"Creator": None, "Date": None},
}
"""By ending: what matplotlib would write beside the picture, left out."""

STYLE: dict[str, Any] = {
    "font.family": "DejaVu Sans",
    "font.size": TEXT,
    "axes.titlesize": TEXT,
    "axes.labelsize": TEXT,
    "xtick.labelsize": SMALL,
    "ytick.labelsize": SMALL,
    "legend.fontsize": SMALL,
    "legend.frameon": False,
    "legend.handlelength": 1.6,
    "figure.titlesize": TEXT,
    "figure.facecolor": "white",
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
    # A dollar sign in a name is a dollar sign.
    "text.parse_math": False,
    "axes.unicode_minus": True,
    # Letters as wide on the screen as in print, and as they were measured.
    "text.hinting": "none",
    # Text stays text: it can be searched, and a publisher's tool finds no Type 3 fonts.
    "pdf.fonttype": 42,
    "svg.fonttype": "none",
    "svg.hashsalt": "mebench",
    # A curve of many thousand frames is more than Agg draws at a time.
    "agg.path.chunksize": 10_000,
}


def palette_color(place: int) -> str:
    """Return the colour of the place-th thing of a kind; paler ones once the palette is used up."""
    times, place = divmod(place, len(PALETTE))
    return mix_colors(PALETTE[place], WHITE, min(times * 0.45, 0.8))


def mix_colors(colour: str, other: str, share: float) -> str:
    """Return a colour with a share of another in it."""
    channels = (
        int(colour[at : at + 2], 16) * (1 - share) + int(other[at : at + 2], 16) * share
        for at in (1, 3, 5)
    )
    return "#" + "".join(f"{round(one):02X}" for one in channels)


def picture_format(path: str | Path) -> str:
    """Return ``png``, ``pdf`` or ``svg``, as the name of a picture ends.

    Raises
    ------
    UsageError
        ``unknown-ending``.
    """
    ending = Path(path).suffix.lower().removeprefix(".")
    if ending not in METADATA:
        raise UsageError.of(
            "unknown-ending",
            f"A picture cannot be written as {Path(path).suffix[:20]!r}."
            if ending
            else "The picture's name has no ending, which would choose its format.",
            "End its name in .png, .pdf or .svg.",
            Place(file=str(path)),
        )
    return ending


@contextmanager
def canvas(path: str | Path, width: float, height: float) -> Iterator[Figure]:
    """Give an empty figure, and save it once it is drawn.

    Parameters
    ----------
    path : path
        Where to; its ending chooses the format.
    width, height : float
        Inches.

    Raises
    ------
    UsageError
        ``unknown-ending`` or ``cannot-write``.
    """
    ending = picture_format(path)
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    with plot_style():
        figure = Figure(figsize=(width, height), dpi=DOTS)
        FigureCanvasAgg(figure)
        yield figure
        content = io.BytesIO()
        figure.savefig(content, format=ending, dpi=DOTS, metadata=METADATA[ending])
    write_bytes(path, content.getvalue())


@contextmanager
def plot_style() -> Iterator[None]:
    """Draw and measure text as we do, whatever the user's own settings of matplotlib are."""
    import matplotlib
    import matplotlib.style

    with matplotlib.rc_context():
        matplotlib.style.use(["default", STYLE])
        yield


def axes_at(figure: Figure, left: float, bottom: float, width: float, height: float) -> Axes:
    """Add axes at a place in inches from the figure's lower left corner."""
    across, up = figure.get_size_inches()
    return figure.add_axes((left / across, bottom / up, width / across, height / up))


def text_at(figure: Figure, left: float, bottom: float, text: str, **options: Any) -> None:
    """Write at a place in inches from the figure's lower left corner."""
    across, up = figure.get_size_inches()
    figure.text(left / across, bottom / up, text, **options)
