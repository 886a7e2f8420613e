"""The scores of one video per frame, with intervals and thumbnails."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mebench.plots.figure import (
    BLACK,
    BLUE,
    GRAY,
    SMALL,
    TWO_COLUMNS,
    WHITE,
    axes_at,
    canvas,
    mix_colors,
    text_at,
)
from mebench.plots.interval_strip import (
    Interval,
    IntervalStrip,
    emotion_colors,
    emotions_for_legend,
)
from mebench.plots.text_layout import draw_legend, legend_rows, truncate_text

if TYPE_CHECKING:
    import numpy as np
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import NDArray


THUMBNAIL = 0.85
"""Height of a thumbnail in inches."""

LINE, THUMBNAIL_GAP = 0.17, 0.06
"""Height of a line of text, and distance between thumbnails, in inches."""

CURVE = 1.5
"""Height of the curves in inches."""

LEFT, WIDTH = 0.62, 6.25
"""Left edge and width of the frame axis in inches."""

GAP, AXIS, SECONDS, MARGIN = 0.06, 0.36, 0.32, 0.2
"""Inches: distance between elements, numbers below and above, distance above the thumbnails."""

MAX_THUMBNAILS = 6

MANY_DOTS = 100
"""With at least this number of dots, they are drawn smaller."""

LONG = 3000
"""Curves of at least this number of frames are drawn thinner."""

FAR = 1e30
"""Larger scores are not drawn: they would hide all others."""


@dataclass(frozen=True, slots=True)
class Thumbnail:
    """A frame of the video to show below the curves.

    Attributes
    ----------
    frame : int
        The frame number.
    image : uint8 array of shape (height, width) or (height, width, 3)
        The image; RGB.
    caption : str
        Text below the frame number.
    """

    frame: int
    image: NDArray[np.uint8]
    caption: str = ""


def draw_thumbnails(
    figure: Figure, axes: Axes, thumbnails: Sequence[Thumbnail], base: float
) -> None:
    """Draw thumbnails in a row, each connected to its position on the frame axis.

    Parameters
    ----------
    figure : Figure
        The figure.
    axes : Axes
        The axes whose lower edge shows the frames.
    thumbnails : sequence of Thumbnail
        From left to right.
    base : float
        Distance of the row from the lower edge of the figure, in inches.
    """
    from matplotlib.lines import Line2D

    width, height = (float(length) for length in figure.get_size_inches())
    spacing = (TWO_COLUMNS - 2 * THUMBNAIL_GAP) / len(thumbnails)
    box = axes.get_position()
    first, last = axes.get_xlim()
    for index, thumbnail in enumerate(thumbnails):
        middle = THUMBNAIL_GAP + (index + 0.5) * spacing
        size = min(THUMBNAIL, spacing - THUMBNAIL_GAP)
        picture = axes_at(figure, middle - size / 2, base, size, THUMBNAIL)
        picture.imshow(thumbnail.image, cmap="gray", vmin=0, vmax=255)
        picture.set_axis_off()
        for line, text in enumerate((f"frame {thumbnail.frame}", thumbnail.caption)):
            shown = truncate_text(text, spacing - THUMBNAIL_GAP, SMALL)
            text_at(
                figure, middle, base - line * LINE - 0.02, shown, ha="center", va="top", size=SMALL
            )
        x = box.x0 + (box.x1 - box.x0) * (thumbnail.frame - first) / (last - first)
        figure.add_artist(
            Line2D(
                [x, middle / width],
                [box.y0, (base + THUMBNAIL) / height],
                color=GRAY,
                linewidth=0.5,
                zorder=-1,
            )
        )


@dataclass(frozen=True, slots=True)
class ScoredVideo:
    """A video to draw: its predictions, truth and score curves.

    Attributes
    ----------
    title : str
        Title above the figure.
    n_frames : int
        Number of frames.
    predictions : sequence of Interval
        Spotted intervals; those with a score below the threshold are candidates.
    truths : sequence of Interval, optional
        Annotated intervals; None if the truth is unknown.
    curves : dict of str to float array of shape (n_frames,)
        Scores per frame, NaN where undefined. The last curve is drawn in color, the others thin
        and gray.
    threshold : float, optional
        The operating point, on the scale of the last curve.
    fps : float, optional
        Frames per second.
    thumbnails : sequence of Thumbnail
        At most six are shown.
    """

    title: str
    n_frames: int
    predictions: Sequence[Interval]
    truths: Sequence[Interval] | None = None
    curves: Mapping[str, NDArray[np.floating[Any]]] = field(default_factory=dict)
    threshold: float | None = None
    fps: float | None = None
    thumbnails: Sequence[Thumbnail] = ()

    def is_spotted(self, prediction: Interval) -> bool:
        """Return whether a prediction reaches the threshold; otherwise it is a candidate."""
        score = prediction.score
        return self.threshold is None or score is None or score >= self.threshold


def draw_curves(path: str | Path, video: ScoredVideo) -> None:
    """Draw the curves of a video, with true intervals above and spotted ones below.

    Parameters
    ----------
    path : path
        The file to write.
    video : ScoredVideo
        The video; without curves, only its intervals are drawn.

    Raises
    ------
    UsageError
        ``unknown-ending`` or ``cannot-write``.
    """
    spotted = [row for row in video.predictions if video.is_spotted(row)]
    strips = [IntervalStrip("spotted", spotted)]
    if video.truths is not None:
        strips.insert(0, IntervalStrip("true", video.truths))
    colors = emotion_colors(strips)
    thumbnails = sorted(video.thumbnails, key=lambda row: row.frame)[:MAX_THUMBNAILS]
    emotions = emotions_for_legend(strips, video.n_frames, WIDTH)
    legend = legend_rows(emotions, TWO_COLUMNS)

    heights = [strip.height for strip in strips]
    curve = CURVE if video.curves else 0.0
    above = LINE + GAP + (SECONDS if video.fps else 0.0)
    caption_lines = 1 + any(thumbnail.caption for thumbnail in thumbnails)
    thumbnail_row = MARGIN + THUMBNAIL + caption_lines * LINE + GAP if thumbnails else 0.0
    below = GAP + AXIS + (LINE if video.curves else 0.0) + LINE * len(legend) + thumbnail_row
    height = above + sum(heights) + curve + GAP * len(strips) + below
    with canvas(path, TWO_COLUMNS, height) as figure:
        title = truncate_text(video.title, TWO_COLUMNS - 2 * GAP)
        text_at(figure, TWO_COLUMNS / 2, height - GAP / 2, title, ha="center", va="top")
        top = height - above
        # The truth is above the curves, the spotted intervals are below.
        rows: list[Axes] = []
        for strip in strips:
            if strip is strips[-1] and curve:
                axes = axes_at(figure, LEFT, top - curve, WIDTH, curve)
                _draw_scores(axes, video, spotted, colors)
                rows.append(axes)
                top -= curve + GAP
            axes = axes_at(figure, LEFT, top - strip.height, WIDTH, strip.height)
            strip.draw(axes, video.n_frames, WIDTH, colors)
            rows.append(axes)
            top -= strip.height + GAP
        for axes in rows:
            axes.set_xlim(-0.5, max(video.n_frames, 1) - 0.5)
        _label_frame_axes(rows, video.fps)
        top -= AXIS - GAP
        if thumbnails:
            draw_thumbnails(figure, rows[-1], thumbnails, top - MARGIN - THUMBNAIL)
            top -= thumbnail_row
        if video.curves:
            _draw_line_legend(figure, video, top)
            top -= LINE
        draw_legend(figure, legend, top, [colors[name] for name in emotions])


def _draw_scores(
    axes: Axes, video: ScoredVideo, spotted: Sequence[Interval], colors: Mapping[str | None, str]
) -> None:
    import numpy as np

    for interval in spotted:
        axes.axvspan(
            interval.onset - 0.5,
            interval.offset + 0.5,
            facecolor=mix_colors(colors[interval.emotion], WHITE, 0.8),
            edgecolor="none",
            zorder=0.4,
        )
    drawn: list[float] = []
    for index, values in enumerate(video.curves.values()):
        known = np.asarray(values, np.float64)
        known = np.where(np.abs(known) < FAR, known, np.nan)
        finite = known[np.isfinite(known)]
        drawn += [float(finite.min()), float(finite.max())] if finite.size else []
        last = index == len(video.curves) - 1
        axes.plot(
            np.arange(len(known)),
            known,
            color=BLUE if last else GRAY,
            linewidth=(1.2 if last else 0.5) * (1 if len(known) < LONG else 0.6),
            zorder=3 if last else 2,
        )
    if video.threshold is not None and abs(video.threshold) < FAR:
        axes.axhline(video.threshold, color=BLACK, linestyle="--", linewidth=0.7, zorder=2.5)
        drawn.append(video.threshold)
    for filled in (False, True):
        peaks = [row for row in video.predictions if video.is_spotted(row) is filled]
        frames, scores = _peaks(peaks)
        drawn += scores
        axes.plot(
            frames,
            scores,
            linestyle="none",
            marker="o",
            markersize=3 if len(peaks) < MANY_DOTS else 1.6,
            color=BLUE,
            markerfacecolor=BLUE if filled else "white",
            markeredgewidth=0.7 if len(peaks) < MANY_DOTS else 0.4,
            zorder=4,
        )
    low, high = (min(drawn), max(drawn)) if drawn else (0.0, 1.0)
    margin = 0.06 * (high - low) or max(abs(high), 1.0) * 0.06
    axes.set_ylim(low - margin, high + margin)
    axes.set_ylabel("Score")
    axes.grid(axis="y")


def _peaks(predictions: Sequence[Interval]) -> tuple[list[float], list[float]]:
    """Return the apex frames of predictions, or else their middle frames, and their scores."""
    frames, scores = [], []
    for row in predictions:
        if row.score is not None and abs(row.score) < FAR:
            frames.append((row.onset + row.offset) / 2 if row.apex is None else float(row.apex))
            scores.append(row.score)
    return frames, scores


def _label_frame_axes(rows: Sequence[Axes], fps: float | None) -> None:
    """Label frames below the lowest axes, and seconds above the highest."""
    import numpy as np
    from matplotlib.ticker import MaxNLocator

    for axes in rows:
        axes.xaxis.set_major_locator(
            MaxNLocator(nbins=11, steps=[1, 2, 5, 10], integer=True, min_n_ticks=1)
        )
        if axes is not rows[-1]:
            axes.tick_params(axis="x", length=0, labelbottom=False)
    rows[-1].set_xlabel("Frame", labelpad=1)
    if fps:
        rate = fps
        seconds = rows[0].secondary_xaxis(
            "top",
            functions=(lambda frame: np.divide(frame, rate), lambda time: np.multiply(time, rate)),
        )
        seconds.tick_params(length=2.5, labelsize=SMALL)
        seconds.set_xlabel("Second", labelpad=2)


def _draw_line_legend(figure: Figure, video: ScoredVideo, top: float) -> None:
    """Draw the legend of curves, threshold and dots."""
    from matplotlib.lines import Line2D

    names = list(video.curves)
    gray = ", ".join(names[:-1])
    handles = (
        [Line2D([], [], color=GRAY, linewidth=0.5, label=truncate_text(gray, 2.0))] if gray else []
    )
    handles.append(Line2D([], [], color=BLUE, linewidth=1.2, label=truncate_text(names[-1], 2.0)))
    if video.threshold is not None:
        handles.append(
            Line2D([], [], color=BLACK, linestyle="--", linewidth=0.7, label="threshold")
        )
    dots = {video.is_spotted(row) for row in video.predictions if row.score is not None}
    for filled, label in ((True, "spotted"), (False, "candidate")):
        if filled in dots:
            handles.append(
                Line2D(
                    [],
                    [],
                    color=BLUE,
                    linestyle="none",
                    marker="o",
                    markersize=3,
                    markerfacecolor=BLUE if filled else "white",
                    label=label,
                )
            )
    height = float(figure.get_size_inches()[1])
    figure.legend(
        handles=handles,
        loc="center",
        bbox_to_anchor=(0.5, (top - LINE / 2) / height),
        ncols=len(handles),
        borderpad=0,
    )


__all__ = ["Interval", "ScoredVideo", "Thumbnail", "draw_curves"]
