"""Heatmaps laid over faces: where a network looked [Fig. 7 of the MEAN paper]."""

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


FEW = 3
"""Pictures a row; more take the width of a page."""

OPACITY = 0.6
"""Of a map; enough of the face shows through to tell where one is."""

COLORMAP = "inferno"
"""Evenly brighter from 0 to 1, so that it is read right in grey and by the colour-blind."""

SIZE = 1.3
"""Inches at most of a picture."""

LINE, GAP, BAR = 0.15, 0.06, 0.55


@dataclass(frozen=True, slots=True)
class Overlay:
    """A face and the maps laid over it.

    Attributes
    ----------
    title : str
        What stands above it: the video, the emotion.
    face : uint8 array of shape (height, width) or (height, width, 3)
        The picture; RGB.
    maps : dict of str to float array
        How much each place mattered, from 0 to 1; NaN where nothing is seen. A map of another size
        than the face is stretched over it.
    """

    title: str
    face: NDArray[np.uint8]
    maps: Mapping[str, NDArray[np.floating[Any]]]


def draw_overlays(path: str | Path, overlays: Sequence[Overlay], *, title: str = "") -> None:
    """Draw a row an overlay: the face, then the face under each of its maps.

    Parameters
    ----------
    path : path
        The picture to write.
    overlays : sequence of Overlay
        From top to bottom.
    title : str
        What stands above all.

    Raises
    ------
    UsageError
        ``unknown-ending`` or ``cannot-write``.
    """
    names = list(dict.fromkeys(name for one in overlays for name in one.maps))
    columns = 1 + len(names)
    width = ONE_COLUMN if columns <= FEW else TWO_COLUMNS
    size = min(SIZE, (width - BAR - GAP) / columns - GAP)
    left = (width - BAR - GAP - columns * (size + GAP)) / 2 + GAP
    twice = any(text_width(replace_missing_glyphs(name), SMALL) > size for name in names)
    above = LINE * (1 + twice) + GAP + (LINE + GAP if title else 0)
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
        for place, one in enumerate(overlays):
            bottom = height - above - (place + 1) * row + GAP
            heading = truncate_text(one.title, width - left - BAR - GAP, SMALL)
            text_at(figure, left, bottom + size + GAP / 2, heading, va="bottom", size=SMALL)
            _show_face(axes_at(figure, left, bottom, size, size), one.face, None)
            for column, name in enumerate(names, 1):
                if name in one.maps:
                    axes = axes_at(figure, left + column * (size + GAP), bottom, size, size)
                    _show_face(axes, one.face, one.maps[name])
        if names:
            bar = axes_at(figure, width - BAR, 3 * GAP, 0.1, max(height - above - 5 * GAP, size))
            _draw_color_scale(bar)


def _show_face(
    axes: Axes, face: NDArray[np.uint8], overlay: NDArray[np.floating[Any]] | None
) -> None:
    import numpy as np
    from matplotlib import colormaps

    up, across = face.shape[:2]
    extent = (0, across, up, 0)
    axes.set_axis_off()
    axes.set_anchor("N")
    axes.imshow(face, cmap="gray", vmin=0, vmax=255, extent=extent)
    if overlay is None:
        return
    # What is not finite is masked, and a masked place shows the bare face.
    values = np.ma.masked_invalid(np.asarray(overlay, np.float32))
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
    """Draw the colours from 0 to 1 as they look over a medium grey."""
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
