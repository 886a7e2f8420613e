"""The scores of one video per frame, with strips of intervals and thumbnails."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mebench.plots.figure import (
    BLACK,
    BLUE,
    GRAY,
    POINTS,
    SMALL,
    TWO_COLUMNS,
    WHITE,
    canvas,
    legend_below,
    mix_colors,
    palette_color,
    text_width,
    truncate_text,
)

if TYPE_CHECKING:
    import numpy as np
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.gridspec import SubplotSpec
    from numpy.typing import NDArray


THUMBNAIL, CURVE = 0.85, 1.5  # height of a thumbnail and of the curves in inches

LINE, AXIS, GAP = 0.17, 0.36, 0.1
"""Inches: height of a line of text, of the numbers of an axis, distance between axes."""

WIDTH = 6.2  # minimum width of the frame axis in inches
LANE_HEIGHT, LABEL_HEIGHT = 0.1, 0.13  # height of a lane and of the row of labels in inches

MAX_LANES = 3
"""Maximum number of lanes; further overlapping bars share the last lane and cover each other."""

MAX_LABEL_WIDTH = 1.2  # maximum width of a label in inches

MIN_BAR_WIDTH = 1.5 / POINTS
"""Minimum width of a bar in inches, so that short expressions in long videos remain visible."""

MAX_THUMBNAILS = 6

MANY_DOTS = 100  # with at least this number of dots, they are drawn smaller
LONG = 3000  # curves of at least this number of frames are drawn thinner
FAR = 1e30  # larger scores are not drawn: they would hide all others


@dataclass(frozen=True, slots=True)
class Interval:
    """A predicted or true expression; frames are counted from 0, onset and offset included.

    ``apex`` is the strongest frame, and ``score`` the confidence of a prediction.
    """

    onset: int
    offset: int
    apex: int | None = None
    score: float | None = None
    emotion: str | None = None

    @property
    def middle(self) -> float:
        """The middle frame."""
        return (self.onset + self.offset) / 2


def lanes_of(spans: Sequence[tuple[int, int]]) -> list[int]:
    """Return the lane of each interval, sorted by onset, so that few overlap in one lane."""
    lanes: list[int] = []
    ends: list[int] = []
    for onset, offset in spans:
        free = next((lane for lane, end in enumerate(ends) if end < onset), len(ends))
        lane = min(free, MAX_LANES - 1)
        if lane == len(ends):
            ends.append(offset)
        ends[lane] = max(offset, ends[lane])
        lanes.append(lane)
    return lanes


class IntervalStrip:
    """Intervals as bars in lanes; overlapping intervals are drawn in different lanes."""

    def __init__(self, label: str, intervals: Sequence[Interval]) -> None:
        self.label = label
        self.intervals = sorted(intervals, key=lambda interval: (interval.onset, interval.offset))
        self.lanes = lanes_of([(interval.onset, interval.offset) for interval in self.intervals])
        self.emotions = {interval.emotion for interval in intervals if interval.emotion}
        self.n_lanes = max(self.lanes, default=0) + 1
        self.height = LANE_HEIGHT * (self.n_lanes + 0.4) + LABEL_HEIGHT * bool(self.emotions)
        """The height of the strip in inches."""

    def draw(
        self, axes: Axes, n_frames: int, width: float, colors: Mapping[str | None, str]
    ) -> bool:
        """Draw the strip into axes of about a width in inches; return whether all labels fit."""
        scale = max(n_frames, 1) / width
        all_fit, end = True, 0.0
        for interval, lane in zip(self.intervals, self.lanes, strict=True):
            length = max(interval.offset - interval.onset + 1, MIN_BAR_WIDTH * scale)
            axes.broken_barh(
                [(interval.middle - length / 2, length)],
                (lane + 0.2, 0.8),
                facecolor=colors[interval.emotion],
                edgecolor="white",
                linewidth=0.2,
            )
            if interval.apex is not None and length > 8 * MIN_BAR_WIDTH * scale:
                axes.plot([interval.apex] * 2, [lane + 0.2, lane + 1], color="white", linewidth=0.8)
            if not interval.emotion:
                continue
            label = truncate_text(interval.emotion, MAX_LABEL_WIDTH, SMALL)
            label_width = text_width(label, SMALL)
            middle = (interval.middle + 0.5) / scale
            # A label may move to the right as long as it still touches the middle of its bar.
            left = min(max(middle - label_width / 2, 0.0), width - label_width)
            left = max(left, min(end, middle))
            if left < end or left + label_width > width:
                all_fit = False
                continue
            end = left + label_width + 0.06
            color = mix_colors(colors[interval.emotion], BLACK, 0.3)
            top = self.n_lanes + 0.35
            axes.text(left * scale - 0.5, top, label, size=SMALL, va="bottom", color=color)
        axes.set_ylim(0, self.height / LANE_HEIGHT)
        axes.set_yticks([self.n_lanes / 2 + 0.1], [self.label])
        axes.tick_params(axis="y", length=0)
        axes.spines["left"].set_visible(False)
        return all_fit


def emotion_colors(strips: Sequence[IntervalStrip]) -> dict[str | None, str]:
    """Assign a color to each emotion in the strips, in alphabetical order."""
    emotions = sorted(set().union(*(strip.emotions for strip in strips)))
    colors: dict[str | None, str] = {
        name: palette_color(index) for index, name in enumerate(emotions)
    }
    return colors | {None: GRAY, "": GRAY}


@dataclass(frozen=True, slots=True)
class Thumbnail:
    """A frame of the video to show below the curves, with a text below its number.

    The image has the shape (height, width), or (height, width, 3) for RGB.
    """

    frame: int
    image: NDArray[np.uint8]
    caption: str = ""


@dataclass(frozen=True, slots=True)
class ScoredVideo:
    """A video to draw: its predictions, truth (None if unknown) and score curves.

    Curves have one score per frame, NaN where undefined. The last curve is drawn in color, the
    others thin and gray. The threshold is the operating point, on the scale of the last curve.
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

    Without curves, only the intervals are drawn. The suffix of the path selects the format.
    """
    spotted = [row for row in video.predictions if video.is_spotted(row)]
    strips = [IntervalStrip("spotted", spotted)]
    if video.truths is not None:
        strips.insert(0, IntervalStrip("true", video.truths))
    colors = emotion_colors(strips)
    thumbnails = sorted(video.thumbnails, key=lambda row: row.frame)[:MAX_THUMBNAILS]
    # The truth is above the curves (None), the spotted intervals are below.
    layers = [*strips[:-1], *([None] if video.curves else []), strips[-1]]
    heights = [CURVE if strip is None else strip.height for strip in layers]
    heights += [THUMBNAIL] if thumbnails else []
    with canvas(path, TWO_COLUMNS, 1.0) as figure:
        from matplotlib.patches import Patch

        figure.set_layout_engine("constrained", hspace=0, h_pad=GAP / 2)
        figure.suptitle(truncate_text(video.title, TWO_COLUMNS - 0.2))
        grid = figure.add_gridspec(len(heights), 1, height_ratios=heights)
        rows = [figure.add_subplot(grid[index]) for index in range(len(layers))]
        all_fit = True
        for axes, strip in zip(rows, layers, strict=True):
            axes.set_xlim(-0.5, max(video.n_frames, 1) - 0.5)
            if strip is None:
                _draw_scores(axes, video, spotted, colors)
            else:
                all_fit &= strip.draw(axes, video.n_frames, WIDTH, colors)
        _label_frame_axes(rows, video.fps)
        if thumbnails:
            _draw_thumbnails(figure, grid[len(layers)], rows[-1], thumbnails)
        handles = [handle for axes in rows for handle in axes.get_legend_handles_labels()[0]]
        if not all_fit:
            handles += [
                Patch(color=color, label=truncate_text(name, 2.0))
                for name, color in colors.items()
                if name
            ]
        lines = 1 + legend_below(figure, handles) + any(row.caption for row in thumbnails)
        margins = (
            GAP * len(heights) + AXIS * (1 + bool(video.fps)) + LINE * (lines + bool(thumbnails))
        )
        figure.set_figheight(sum(heights) + margins)


def _draw_thumbnails(
    figure: Figure, place: SubplotSpec, strip: Axes, thumbnails: Sequence[Thumbnail]
) -> None:
    """Draw thumbnails in a row, each connected to its position on the frame axis."""
    from matplotlib.patches import ConnectionPatch

    grid = place.subgridspec(1, len(thumbnails))
    for index, thumbnail in enumerate(thumbnails):
        axes = figure.add_subplot(grid[index])
        axes.imshow(thumbnail.image, cmap="gray", vmin=0, vmax=255)
        axes.set(xticks=[], yticks=[])
        axes.spines[:].set_visible(False)
        width = TWO_COLUMNS / len(thumbnails) - 0.1
        texts = filter(None, (f"frame {thumbnail.frame}", thumbnail.caption))
        axes.set_xlabel("\n".join(truncate_text(text, width, SMALL) for text in texts), size=SMALL)
        line = ConnectionPatch(
            (thumbnail.frame, 0),
            (0.5, 1),
            strip.get_xaxis_transform(),
            axes.transAxes,
            color=GRAY,
            linewidth=0.5,
            zorder=-1,
        )
        line.set_in_layout(False)
        figure.add_artist(line)


def _draw_scores(
    axes: Axes, video: ScoredVideo, spotted: Sequence[Interval], colors: Mapping[str | None, str]
) -> None:
    """Draw curves, threshold and peaks, with labels for a legend."""
    import numpy as np

    for interval in spotted:
        axes.axvspan(
            interval.onset - 0.5,
            interval.offset + 0.5,
            facecolor=mix_colors(colors[interval.emotion], WHITE, 0.8),
            edgecolor="none",
            zorder=0.4,
        )
    *others, main = video.curves
    # The first gray curve represents all of them in the legend.
    labels = {main: main} | {name: ", ".join(others) for name in others[:1]}
    for name, values in video.curves.items():
        known = np.asarray(values, np.float64)
        thin = 1 if len(known) < LONG else 0.6
        axes.plot(
            np.where(np.abs(known) < FAR, known, np.nan),
            color=BLUE if name == main else GRAY,
            linewidth=(1.2 if name == main else 0.5) * thin,
            zorder=3 if name == main else 2,
            label=truncate_text(labels.get(name, ""), 2.0),
        )
    if video.threshold is not None and abs(video.threshold) < FAR:
        axes.axhline(
            video.threshold, color=BLACK, ls="--", linewidth=0.7, zorder=2.5, label="threshold"
        )
    peaks = [
        (row.middle if row.apex is None else row.apex, row.score, video.is_spotted(row))
        for row in video.predictions
        if row.score is not None and abs(row.score) < FAR
    ]
    for label, is_filled in (("spotted", True), ("candidate", False)):
        shown = [(frame, score) for frame, score, reached in peaks if reached is is_filled]
        few = len(shown) < MANY_DOTS
        if shown:
            axes.plot(
                *zip(*shown, strict=True),
                linestyle="none",
                marker="o",
                markersize=3 if few else 1.6,
                color=BLUE,
                markerfacecolor=BLUE if is_filled else "white",
                markeredgewidth=0.7 if few else 0.4,
                zorder=4,
                label=label,
            )
    axes.margins(y=0.06)
    if not np.isfinite(axes.dataLim.intervaly).all():
        axes.set_ylim(0, 1)
    axes.set_ylabel("Score")
    axes.grid(axis="y")


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
