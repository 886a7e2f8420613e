"""Heatmaps over faces: the regions that a network relied on [Fig. 7 of the MEAN paper]."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mebench.plots.figure import ONE_COLUMN, SMALL, TWO_COLUMNS, axes_at, canvas, text_at
from mebench.plots.text_layout import replace_missing_glyphs, text_width, truncate_text, wrap_text

if TYPE_CHECKING:
    import numpy as np
    from matplotlib.axes import Axes
    from numpy.typing import NDArray


FEW_COLUMNS = 3
"""Images per row; a figure with more takes the width of a page."""

OPACITY = 0.6
"""Opacity of a heatmap; the face remains visible below it."""

COLORMAP = "inferno"
"""Brightness increases evenly from 0 to 1, so it is readable in gray and when color-blind."""

MAX_SIZE = 1.3
"""Maximum size of an image in inches."""

LINE, GAP, BAR = 0.15, 0.06, 0.55
"""Height of a line of text, distance between elements, width of the color scale, in inches."""


@dataclass(frozen=True, slots=True)
class Overlay:
    """A face and the heatmaps to draw over it.

    Attributes
    ----------
    title : str
        Title above the row, such as video and emotion.
    face : uint8 array of shape (height, width) or (height, width, 3)
        The face; RGB.
    maps : dict of str to float array
        Importance of each position, from 0 to 1; NaN shows nothing. A map whose size differs from
        the face is stretched over it.
    """

    title: str
    face: NDArray[np.uint8]
    maps: Mapping[str, NDArray[np.floating[Any]]]


def draw_overlays(path: str | Path, overlays: Sequence[Overlay], *, title: str = "") -> None:
    """Draw one row per overlay: the face, then the face below each of its heatmaps.

    Parameters
    ----------
    path : path
        The file to write.
    overlays : sequence of Overlay
        From top to bottom.
    title : str
        Title above all rows.

    Raises
    ------
    UsageError
        ``unknown-ending`` or ``cannot-write``.
    """
    names = list(dict.fromkeys(name for overlay in overlays for name in overlay.maps))
    columns = 1 + len(names)
    width = ONE_COLUMN if columns <= FEW_COLUMNS else TWO_COLUMNS
    size = min(MAX_SIZE, (width - BAR - GAP) / columns - GAP)
    left = (width - BAR - GAP - columns * (size + GAP)) / 2 + GAP
    wrapped = any(text_width(replace_missing_glyphs(name), SMALL) > size for name in names)
    above = LINE * (1 + wrapped) + GAP + (LINE + GAP if title else 0)
    row = LINE + GAP + size + GAP
    height = above + row * len(overlays) + GAP
    with canvas(path, width, height) as figure:
        if title:
            line = truncate_text(title, width - 2 * GAP)
            text_at(figure, width / 2, height - GAP, line, ha="center", va="top")
        for column, name in enumerate(["face", *names]):
            middle = left + column * (size + GAP) + size / 2
            heading = wrap_text(name, size, 2, SMALL)
            text_at(figure, middle, height - above, heading, ha="center", va="bottom", size=SMALL)
        for index, overlay in enumerate(overlays):
            bottom = height - above - (index + 1) * row + GAP
            heading = truncate_text(overlay.title, width - left - BAR - GAP, SMALL)
            text_at(figure, left, bottom + size + GAP / 2, heading, va="bottom", size=SMALL)
            _draw_face(axes_at(figure, left, bottom, size, size), overlay.face, None)
            for column, name in enumerate(names, 1):
                if name in overlay.maps:
                    axes = axes_at(figure, left + column * (size + GAP), bottom, size, size)
                    _draw_face(axes, overlay.face, overlay.maps[name])
        if names:
            bar = axes_at(figure, width - BAR, 3 * GAP, 0.1, max(height - above - 5 * GAP, size))
            _draw_color_scale(bar)


def _draw_face(
    axes: Axes, face: NDArray[np.uint8], heatmap: NDArray[np.floating[Any]] | None
) -> None:
    import numpy as np
    from matplotlib import colormaps

    height, width = face.shape[:2]
    extent = (0, width, height, 0)
    axes.set_axis_off()
    axes.set_anchor("N")
    axes.imshow(face, cmap="gray", vmin=0, vmax=255, extent=extent)
    if heatmap is None:
        return
    # Values that are not finite are masked, so they show only the face.
    values = np.ma.masked_invalid(np.asarray(heatmap, np.float32))
    axes.imshow(
        values,
        cmap=colormaps[COLORMAP],
        vmin=0,
        vmax=1,
        alpha=OPACITY,
        extent=extent,
        interpolation="nearest" if values.shape == face.shape[:2] else "bilinear",
    )


def _draw_color_scale(axes: Axes) -> None:
    """Draw the colors from 0 to 1 as they appear over medium gray."""
    import numpy as np
    from matplotlib import colormaps

    axes.set_facecolor("0.5")
    axes.imshow(
        np.linspace(1, 0, 128)[:, None],
        cmap=colormaps[COLORMAP],
        alpha=OPACITY,
        aspect="auto",
        extent=(0, 1, 0, 1),
    )
    axes.set_xticks([])
    axes.yaxis.tick_right()
    axes.set_yticks([0, 0.5, 1])
