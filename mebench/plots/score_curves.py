"""The scores of one video over its frames, with its intervals and thumbnails."""

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
from mebench.plots.interval_strip import Interval, IntervalStrip, emotion_colors, unnamed_emotions
from mebench.plots.text_layout import draw_legend, legend_rows, truncate_text

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


CURVE = 1.5
"""Inches: the height of the curve."""

LEFT, ACROSS = 0.62, 6.25
"""Inches: where the frames begin, and the width that they take."""

GAP, AXIS, SECONDS, ROOM = 0.06, 0.36, 0.32, 0.2
"""Inches: between things, of the numbers below and above, around pictures."""

MOST_THUMBNAILS = 6

MANY = 100
"""Dots; more are smaller."""

LONG = 3000
"""Frames; longer curves are thinner."""

FAR = 1e30
"""Scores beyond are as good as infinite, and would leave a picture of nothing else."""


@dataclass(frozen=True, slots=True)
class ScoredVideo:
    """A video and all that is said of it.

    Attributes
    ----------
    title : str
        What stands above.
    n_frames : int
        How many frames it has.
    predictions : sequence of Interval
        What was spotted; where the scores of some are below the threshold, those are candidates.
    truths : sequence of Interval, optional
        What is annotated; None where nobody knows.
    curves : dict of str to float array of shape (n_frames,)
        Scores a frame, NaN where there is none. The last is drawn in colour, those before it thin
        and grey.
    threshold : float, optional
        The operating point, on the scale of the last curve.
    fps : float, optional
        Frames a second.
    thumbnails : sequence of Thumbnail
        Six at most are shown.
    """

    title: str
    n_frames: int
    predictions: Sequence[Interval]
    truths: Sequence[Interval] | None = None
    curves: Mapping[str, NDArray[np.floating[Any]]] = field(default_factory=dict)
    threshold: float | None = None
    fps: float | None = None
    thumbnails: Sequence[Thumbnail] = ()

    def is_spotted(self, one: Interval) -> bool:
        """Tell whether a prediction counts, or is only a candidate."""
        return self.threshold is None or one.score is None or one.score >= self.threshold


def draw_curves(path: str | Path, video: ScoredVideo) -> None:
    """Draw the curves of a video, the true intervals above and the predicted ones below.

    Parameters
    ----------
    path : path
        The picture to write.
    video : ScoredVideo
        What to draw; without curves, only the intervals.

    Raises
    ------
    UsageError
        ``unknown-ending`` or ``cannot-write``.
    """
    spotted = [one for one in video.predictions if video.is_spotted(one)]
    strips = [IntervalStrip("spotted", spotted)]
    if video.truths is not None:
        strips.insert(0, IntervalStrip("true", video.truths))
    colours = emotion_colors(strips)
    thumbnails = sorted(video.thumbnails, key=lambda one: one.frame)[:MOST_THUMBNAILS]
    unnamed = unnamed_emotions(strips, video.n_frames, ACROSS)
    legend = legend_rows(unnamed, TWO_COLUMNS)

    heights = [strip.height for strip in strips]
    curve = CURVE if video.curves else 0.0
    above = LINE + GAP + (SECONDS if video.fps else 0.0)
    captions = 1 + any(one.caption for one in thumbnails)
    pictures = ROOM + THUMBNAIL + captions * LINE + GAP if thumbnails else 0.0
    below = GAP + AXIS + (LINE if video.curves else 0.0) + LINE * len(legend) + pictures
    height = above + sum(heights) + curve + GAP * len(strips) + below
    with canvas(path, TWO_COLUMNS, height) as figure:
        title = truncate_text(video.title, TWO_COLUMNS - 2 * GAP)
        text_at(figure, TWO_COLUMNS / 2, height - GAP / 2, title, ha="center", va="top")
        top = height - above
        # The truth stands above the curve, what was spotted below it.
        rows: list[Axes] = []
        for strip in strips:
            if strip is strips[-1] and curve:
                axes = axes_at(figure, LEFT, top - curve, ACROSS, curve)
                _curve(axes, video, spotted, colours)
                rows.append(axes)
                top -= curve + GAP
            axes = axes_at(figure, LEFT, top - strip.height, ACROSS, strip.height)
            strip.draw(axes, video.n_frames, ACROSS, colours)
            rows.append(axes)
            top -= strip.height + GAP
        for axes in rows:
            axes.set_xlim(-0.5, max(video.n_frames, 1) - 0.5)
        _frames(rows, video.fps)
        top -= AXIS - GAP
        if thumbnails:
            draw_thumbnails(figure, rows[-1], thumbnails, top - ROOM - THUMBNAIL)
            top -= pictures
        if video.curves:
            _explain(figure, video, top)
            top -= LINE
        draw_legend(figure, legend, top, [colours[name] for name in unnamed])


def _curve(
    axes: Axes, video: ScoredVideo, spotted: Sequence[Interval], colours: Mapping[str | None, str]
) -> None:
    import numpy as np

    for one in spotted:
        axes.axvspan(
            one.onset - 0.5,
            one.offset + 0.5,
            facecolor=mix_colors(colours[one.emotion], WHITE, 0.8),
            edgecolor="none",
            zorder=0.4,
        )
    seen: list[float] = []
    for place, values in enumerate(video.curves.values()):
        known = np.asarray(values, np.float64)
        known = np.where(np.abs(known) < FAR, known, np.nan)
        finite = known[np.isfinite(known)]
        seen += [float(finite.min()), float(finite.max())] if finite.size else []
        last = place == len(video.curves) - 1
        axes.plot(
            np.arange(len(known)),
            known,
            color=BLUE if last else GRAY,
            linewidth=(1.2 if last else 0.5) * (1 if len(known) < LONG else 0.6),
            zorder=3 if last else 2,
        )
    if video.threshold is not None and abs(video.threshold) < FAR:
        axes.axhline(video.threshold, color=BLACK, linestyle="--", linewidth=0.7, zorder=2.5)
        seen.append(video.threshold)
    for filled in (False, True):
        peaks = [one for one in video.predictions if video.is_spotted(one) is filled]
        places, scores = _peaks(peaks)
        seen += scores
        axes.plot(
            places,
            scores,
            linestyle="none",
            marker="o",
            markersize=3 if len(peaks) < MANY else 1.6,
            color=BLUE,
            markerfacecolor=BLUE if filled else "white",
            markeredgewidth=0.7 if len(peaks) < MANY else 0.4,
            zorder=4,
        )
    low, high = (min(seen), max(seen)) if seen else (0.0, 1.0)
    margin = 0.06 * (high - low) or max(abs(high), 1.0) * 0.06
    axes.set_ylim(low - margin, high + margin)
    axes.set_ylabel("Score")
    axes.grid(axis="y")


def _peaks(predictions: Sequence[Interval]) -> tuple[list[float], list[float]]:
    """Return where predictions are strongest, and their scores."""
    places, scores = [], []
    for one in predictions:
        if one.score is not None and abs(one.score) < FAR:
            places.append((one.onset + one.offset) / 2 if one.apex is None else float(one.apex))
            scores.append(one.score)
    return places, scores


def _frames(rows: Sequence[Axes], fps: float | None) -> None:
    """Write frames below the lowest axes, and seconds above the highest."""
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


def _explain(figure: Figure, video: ScoredVideo, top: float) -> None:
    """Say which line is which."""
    from matplotlib.lines import Line2D

    names = list(video.curves)
    grey = ", ".join(names[:-1])
    handles = (
        [Line2D([], [], color=GRAY, linewidth=0.5, label=truncate_text(grey, 2.0))] if grey else []
    )
    handles.append(Line2D([], [], color=BLUE, linewidth=1.2, label=truncate_text(names[-1], 2.0)))
    if video.threshold is not None:
        handles.append(
            Line2D([], [], color=BLACK, linestyle="--", linewidth=0.7, label="threshold")
        )
    dots = {video.is_spotted(one) for one in video.predictions if one.score is not None}
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
