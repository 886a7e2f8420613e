"""The timeline of a video: truth above a line, predictions below, colored by their outcome."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from mebench.models.annotation_table import FloatColumn
from mebench.plots.figure import (
    BLACK,
    BLUE,
    GRAY,
    ORANGE,
    PURPLE,
    SKY,
    SMALL,
    TWO_COLUMNS,
    VERMILION,
    WHITE,
    YELLOW,
    legend_below,
    text_width,
    truncate_text,
)
from mebench.plots.score_curves import FAR, LONG, MAX_LABEL_WIDTH, MIN_BAR_WIDTH, WIDTH, lanes_of
from mebench.plots.scored import Caption, scored_canvas

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.patches import Patch


class Style(NamedTuple):
    """How the bar of an outcome is drawn, so that it is recognized without color too."""

    face: str
    hatch: str = ""
    edge: str = BLACK


STYLES: dict[str, Style] = {
    "hit": Style(BLUE, "", BLUE),
    "localization": Style(ORANGE, "////"),
    "duplicate": Style(SKY, r"\\\\"),
    "wrong kind": Style(PURPLE, "xxxx"),
    "blink": Style(YELLOW, "...."),
    "background": Style(VERMILION, "||||"),
    "below threshold": Style(WHITE, "////", GRAY),
    "missed": Style(WHITE, "", BLACK),
}
"""The styles of outcomes, in the order of the legend."""

CONTEXT = Style("#DDDDDD", "", "none")
BLINK = Style("none", "////", "#D2D2D2")
"""The styles of annotations that are no targets: expressions of other kinds, and blinks."""

WRONG = "✗"
"""The end of the label of a prediction with a wrong emotion."""

LANE, CURVE, LABEL, SMALL_LANE, SMALL_CURVE = 0.11, 1.1, 0.13, 0.065, 0.2
"""Inches: heights of a lane, of the curve and of a row of labels; the first two of many videos."""

MAX_HEIGHT = 9.2
"""The maximum height of the rows in inches: a picture fits a page."""

VIDEOS_PER_COLUMN = 16
"""More videos are drawn in two columns."""

NAME_WIDTH = 0.85  # the maximum width of the name of a video in inches


@dataclass(frozen=True, slots=True)
class Bar:
    """An interval with its outcome and a label; ``outcome`` is empty for context."""

    onset: int
    offset: int
    outcome: str
    label: str = ""


@dataclass(frozen=True, slots=True)
class Timeline:
    """A video with the bars of its truth and predictions, and score curves if there are any.

    The last curve is drawn in color; the threshold is on its scale. Context is what is annotated
    but no target. If not ``is_complete``, the video may have more frames.
    """

    title: str
    n_frames: int
    truths: Sequence[Bar]
    predictions: Sequence[Bar]
    context: Sequence[Bar] = ()
    curves: Mapping[str, FloatColumn] = field(default_factory=dict)
    threshold: float | None = None
    fps: float | None = None
    is_complete: bool = True


def draw_timeline(path: str | Path, video: Timeline, caption: Caption) -> None:
    """Draw one video, with its frames, labels and curves."""
    with scored_canvas(path, TWO_COLUMNS, caption) as figure:
        axes = figure.subplots()
        height = _Panel(axes, video, WIDTH, detailed=True).draw()
        seconds = _label_frames(axes, video.fps)
        lines = legend_below(figure, _legend([video], detailed=True))
        figure.set_figheight(height + 0.42 + seconds + 0.16 * lines)


def draw_timelines(path: str | Path, videos: Sequence[Timeline], caption: Caption) -> None:
    """Draw several videos as rows; each has the width of the picture, whatever its length."""
    columns = 1 if len(videos) <= VIDEOS_PER_COLUMN else 2
    rows = -(-len(videos) // columns)
    width = (TWO_COLUMNS - 0.1) / columns - NAME_WIDTH - 0.55
    with scored_canvas(path, TWO_COLUMNS, caption) as figure:
        figure.set_layout_engine("constrained", h_pad=0.02, w_pad=0.03, hspace=0, wspace=0.02)
        # All panels have the same scale, so that bars have the same height everywhere.
        heights = [_Panel(None, video, width, detailed=False).height for video in videos]
        ratios = [max(heights[row::rows]) for row in range(rows)]
        panels = figure.subplots(
            rows, columns, squeeze=False, gridspec_kw={"height_ratios": ratios}
        ).T.flat
        for index, axes in enumerate(panels):
            if index < len(videos):
                panel = _Panel(axes, videos[index], width, detailed=False)
                panel.draw(ratios[index % rows])
            else:
                axes.set_axis_off()
        title = "Each row is one video: truth above the line, predictions below."
        lines = legend_below(figure, _legend(videos, detailed=False), title)
        figure.set_figheight(sum(ratios) + rows * 0.04 + 0.1 + 0.16 * lines)


def context_style(label: str) -> Style:
    """Return the style of an annotation that is no target."""
    return BLINK if label == "blink" else CONTEXT


def fitting_videos(videos: Sequence[Timeline]) -> list[Timeline]:
    """Return the first videos that one picture has space for, at least one."""
    fitting, height = 0, 0.0
    for video in videos:
        height += _Panel(None, video, 1.0, detailed=False).height + 0.04
        if fitting and height > 2 * MAX_HEIGHT:
            break
        fitting += 1
    return list(videos[:fitting])


class _Panel:
    """One video in one axes, whose vertical unit is the inch; the line between is at 0."""

    def __init__(self, axes: Axes | None, video: Timeline, width: float, *, detailed: bool) -> None:
        self.axes: Any = axes
        self.video = video
        self.detailed = detailed
        self.width = width
        self.scale = max(video.n_frames, 1) / width  # frames per inch
        self.lane = LANE if detailed else SMALL_LANE
        self.truths = sorted(video.truths, key=lambda bar: (bar.onset, bar.offset))
        self.predictions = sorted(video.predictions, key=lambda bar: (bar.onset, bar.offset))
        self.lanes = [
            lanes_of([(bar.onset, bar.offset) for bar in bars])
            for bars in (self.truths, self.predictions)
        ]
        above, below = (self.lane * (max(lanes, default=0) + 1) + 0.03 for lanes in self.lanes)
        self.curve = 0.0
        if video.curves:
            self.curve = CURVE if detailed else SMALL_CURVE
        self.labels = [
            LABEL if detailed and any(bar.label for bar in bars) else 0.0
            for bars in (self.truths, self.predictions)
        ]
        self.top = self.curve + above
        self.bottom = -below
        self.height = self.top - self.bottom + sum(self.labels) + 0.02

    def draw(self, height: float | None = None) -> float:
        """Draw the video; return its height in inches."""
        axes, video = self.axes, self.video
        extra = max(0.0, (height or self.height) - self.height)
        axes.set_xlim(-0.5, max(video.n_frames, 1) - 0.5)
        axes.set_ylim(self.bottom - self.labels[1] - extra, self.top + self.labels[0] + 0.02)
        axes.spines[:].set_visible(False)
        for bar in video.context:
            style = context_style(bar.label)
            axes.axvspan(
                bar.onset - 0.5,
                bar.offset + 0.5,
                facecolor=style.face,
                edgecolor=style.edge,
                hatch=style.hatch,
                linewidth=0,
                zorder=0.3,
            )
        ticks: list[tuple[float, str]] = []
        if video.curves:
            ticks = self._draw_curves()
        for line in {0.0, self.curve}:
            axes.axhline(line, color=GRAY, linewidth=0.5, zorder=1)
        self._draw_bars(self.truths, self.lanes[0], self.curve + 0.03, 1)
        self._draw_bars(self.predictions, self.lanes[1], -0.03, -1)
        axes.tick_params(axis="y", length=0)
        if self.detailed:
            ticks += [((self.curve + self.top) / 2, "true"), (self.bottom / 2, "spotted")]
        else:
            axes.set_xticks([])
            name = truncate_text(video.title, NAME_WIDTH, SMALL)
            ticks = [(self.curve / 2, name)]
            axes.text(
                1.01,
                self.curve / 2,
                f"{'' if video.is_complete else '≥ '}{video.n_frames}",
                size=5,
                va="center",
                color="#666666",
                transform=axes.get_yaxis_transform(),
            )
        axes.set_yticks([position for position, _ in ticks], [text for _, text in ticks])
        return self.height

    def _draw_bars(
        self, bars: Sequence[Bar], lanes: Sequence[int], start: float, side: int
    ) -> None:
        for bar, lane in zip(bars, lanes, strict=True):
            style = STYLES[bar.outcome]
            length = max(bar.offset - bar.onset + 1, MIN_BAR_WIDTH * self.scale)
            low = start + side * lane * self.lane + min(0, side) * self.lane * 0.85
            self.axes.broken_barh(
                [((bar.onset + bar.offset) / 2 - length / 2, length)],
                (low, self.lane * 0.85),
                facecolor=style.face,
                edgecolor=style.edge,
                hatch=style.hatch * (1 if self.detailed else 2),
                linewidth=0.5 if self.detailed else 0.4,
                zorder=3,
            )
        if self.detailed:
            self._draw_labels(bars, side)

    def _draw_labels(self, bars: Sequence[Bar], side: int) -> None:
        """Write the labels of bars; one that would cover the previous one is left out."""
        end = 0.0
        for bar in bars:
            label = truncate_text(bar.label, MAX_LABEL_WIDTH, SMALL)
            width = text_width(label, SMALL)
            middle = ((bar.onset + bar.offset) / 2 + 0.5) / self.scale
            left = min(max(middle - width / 2, 0.0), self.width - width)
            # A label may move to the right as long as it still touches the middle of its bar.
            left = max(left, min(end, middle))
            if not label or left < end or left + width > self.width:
                continue
            end = left + width + 0.06
            self.axes.text(
                left * self.scale - 0.5,
                self.top if side > 0 else self.bottom,
                label,
                size=SMALL,
                va="bottom" if side > 0 else "top",
            )

    def _draw_curves(self) -> list[tuple[float, str]]:
        """Draw the curves between truth and predictions; return the ticks of their scores."""
        from matplotlib.ticker import MaxNLocator

        known = {
            name: np.where(np.abs(values) < FAR, values, np.nan)
            for name, values in self.video.curves.items()
        }
        threshold = self.video.threshold
        if threshold is not None and abs(threshold) >= FAR:
            threshold = None
        numbers = np.concatenate(
            [*known.values(), [] if threshold is None else [threshold]]
        ).astype(np.float64)
        numbers = numbers[~np.isnan(numbers)]
        if not len(numbers):
            return []
        low, high = float(numbers.min()), float(numbers.max())
        margin = 0.06 * self.curve
        factor = (self.curve - 2 * margin) / ((high - low) or 1.0)

        def place(score: Any) -> Any:
            return (score - low) * factor + margin

        main = list(known)[-1]
        thin = (1 if len(known[main]) < LONG else 0.6) * (1 if self.detailed else 0.6)
        for name, values in known.items():
            self.axes.plot(
                place(values),
                color=BLACK if name == main else GRAY,
                linewidth=(0.9 if name == main else 0.5) * thin,
                zorder=2,
            )
        if threshold is not None:
            self.axes.axhline(
                place(threshold), color=VERMILION, linewidth=0.7, linestyle=(0, (4, 2)), zorder=1.5
            )
        ticks = [float(tick) for tick in MaxNLocator(4).tick_values(low, high)]
        return [(place(tick), f"{tick:g}") for tick in ticks if low <= tick <= high]


def _label_frames(axes: Axes, fps: float | None) -> float:
    """Label frames below, and seconds above; return the height of the latter in inches."""
    from matplotlib.ticker import MaxNLocator

    axes.spines["bottom"].set_visible(True)
    axes.xaxis.set_major_locator(
        MaxNLocator(nbins=11, steps=[1, 2, 5, 10], integer=True, min_n_ticks=1)
    )
    axes.set_xlabel("Frame", labelpad=1)
    if not fps:
        return 0.0
    rate = fps
    seconds = axes.secondary_xaxis(
        "top",
        functions=(lambda frame: np.divide(frame, rate), lambda time: np.multiply(time, rate)),
    )
    seconds.tick_params(length=2.5, labelsize=SMALL)
    seconds.set_xlabel("Second", labelpad=2)
    return 0.36


def _legend(videos: Sequence[Timeline], *, detailed: bool) -> list[Any]:
    """Return the handles of all outcomes that occur, with how often, and of what else is drawn."""
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    counts = Counter(bar.outcome for video in videos for bar in video.predictions)
    counts.pop("below threshold", None)
    for outcome in ("missed", "below threshold"):
        counts[outcome] = sum(bar.outcome == outcome for video in videos for bar in video.truths)
    handles: list[Any] = [_patch(name, counts[name], Patch) for name in STYLES if counts[name]]
    for label in sorted({bar.label for video in videos for bar in video.context}):
        style = context_style(label)
        handles.append(
            Patch(
                facecolor=style.face,
                edgecolor=style.edge,
                hatch=style.hatch,
                linewidth=0,
                label=f"{label} (no target)",
            )
        )
    wrong = any(bar.label.endswith(WRONG) for video in videos for bar in video.predictions)
    if wrong and detailed:
        handles.append(
            Line2D([], [], color=BLACK, marker="x", markersize=4, ls="none", label="wrong emotion")
        )
    if any(video.curves for video in videos):
        handles.append(Line2D([], [], color=BLACK, linewidth=0.9, label="score"))
        if any(video.threshold is not None for video in videos):
            handles.append(
                Line2D(
                    [], [], color=VERMILION, linewidth=0.7, linestyle=(0, (4, 2)), label="threshold"
                )
            )
    return handles


def _patch(name: str, count: int, patch: type[Patch]) -> Patch:
    style = STYLES[name]
    return patch(
        facecolor=style.face,
        edgecolor=style.edge,
        hatch=style.hatch,
        linewidth=0.5,
        label=f"{name} ({count})",
    )
