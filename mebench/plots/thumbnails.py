"""Frames of a video in a row below its curve."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mebench.plots.figure import GRAY, SMALL, TWO_COLUMNS, axes_at, text_at
from mebench.plots.text import truncate_text

if TYPE_CHECKING:
    import numpy as np
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

THUMBNAIL = 0.85
"""Inches: the height of a picture."""

LINE, THUMBNAIL_GAP = 0.17, 0.06
"""Inches: of a line of text, and between pictures."""


@dataclass(frozen=True, slots=True)
class Thumbnail:
    """A frame of the video, shown below the curve.

    Attributes
    ----------
    frame : int
        Its number.
    image : uint8 array of shape (height, width) or (height, width, 3)
        The picture; RGB.
    caption : str
        What stands below it, after the frame's number.
    """

    frame: int
    image: NDArray[np.uint8]
    caption: str = ""


def draw_thumbnails(
    figure: Figure, axes: Axes, thumbnails: Sequence[Thumbnail], base: float
) -> None:
    """Show frames in a row, each with a line up to its place on the axis.

    Parameters
    ----------
    figure : Figure
        The picture.
    axes : Axes
        Whose lower edge counts the frames.
    thumbnails : sequence of Thumbnail
        From left to right.
    base : float
        Inches from the figure's lower edge to the row's.
    """
    from matplotlib.lines import Line2D

    width, height = (float(one) for one in figure.get_size_inches())
    room = (TWO_COLUMNS - 2 * THUMBNAIL_GAP) / len(thumbnails)
    place_of = axes.get_position()
    axis, begin, end = place_of.y0, place_of.x0, place_of.x1
    first, last = axes.get_xlim()
    for place, one in enumerate(thumbnails):
        middle = THUMBNAIL_GAP + (place + 0.5) * room
        size = min(THUMBNAIL, room - THUMBNAIL_GAP)
        picture = axes_at(figure, middle - size / 2, base, size, THUMBNAIL)
        picture.imshow(one.image, cmap="gray", vmin=0, vmax=255)
        picture.set_axis_off()
        for line, text in enumerate((f"frame {one.frame}", one.caption)):
            shown = truncate_text(text, room - THUMBNAIL_GAP, SMALL)
            text_at(
                figure, middle, base - line * LINE - 0.02, shown, ha="center", va="top", size=SMALL
            )
        at = begin + (end - begin) * (one.frame - first) / (last - first)
        figure.add_artist(
            Line2D(
                [at, middle / width],
                [axis, (base + THUMBNAIL) / height],
                color=GRAY,
                linewidth=0.5,
                zorder=-1,
            )
        )
