"""A strip of intervals along the frames of a video, labeled with emotions where there is space."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mebench.plots.figure import BLACK, GRAY, POINTS, SMALL, mix_colors, palette_color
from mebench.plots.text_layout import text_width, truncate_text

if TYPE_CHECKING:
    from matplotlib.axes import Axes


LANE_HEIGHT = 0.1
"""Height of a lane in inches."""

MAX_LANES = 3
"""Maximum number of lanes; further overlapping bars share the last lane and cover each other."""

LABEL_HEIGHT = 0.13
"""Height of the row of labels in inches."""

MAX_LABEL_WIDTH = 1.2
"""Maximum width of a label in inches."""

MIN_BAR_WIDTH = 1.5 / POINTS
"""Minimum width of a bar in inches, so that short expressions in long videos remain visible."""


@dataclass(frozen=True, slots=True)
class Interval:
    """A predicted or true expression; frames are counted from 0, onset and offset included.

    Attributes
    ----------
    onset, offset : int
        The first and the last frame.
    apex : int, optional
        The strongest frame.
    score : float, optional
        Confidence of a prediction: higher is more confident.
    emotion : str, optional
        The emotion's name.
    """

    onset: int
    offset: int
    apex: int | None = None
    score: float | None = None
    emotion: str | None = None


@dataclass(frozen=True, slots=True)
class _Label:
    """An emotion label and its position, in inches from the left end."""

    text: str
    emotion: str
    left: float
    fits: bool


class IntervalStrip:
    """Intervals as bars in lanes; overlapping intervals are drawn in different lanes."""

    def __init__(self, label: str, intervals: Sequence[Interval]) -> None:
        self.label = label
        self.intervals = sorted(intervals, key=lambda interval: (interval.onset, interval.offset))
        self._lane_of_interval: list[int] = []
        ends: list[int] = []
        for interval in self.intervals:
            free = next((lane for lane, end in enumerate(ends) if end < interval.onset), len(ends))
            lane = min(free, MAX_LANES - 1)
            if lane == len(ends):
                ends.append(interval.offset)
            ends[lane] = max(interval.offset, ends[lane])
            self._lane_of_interval.append(lane)
        self.n_lanes = max(len(ends), 1)
        self.has_labels = any(interval.emotion for interval in self.intervals)

    @property
    def height(self) -> float:
        """The height of the strip in inches."""
        return LANE_HEIGHT * (self.n_lanes + 0.4) + (LABEL_HEIGHT if self.has_labels else 0.0)

    def place_labels(self, n_frames: int, strip_width: float) -> list[_Label]:
        """Return the labels; one that overlaps another or exceeds the strip does not fit."""
        labels = []
        end = 0.0
        for interval in self.intervals:
            if not interval.emotion:
                continue
            text = truncate_text(interval.emotion, MAX_LABEL_WIDTH, SMALL)
            width = text_width(text, SMALL)
            middle = strip_width * ((interval.onset + interval.offset) / 2 + 0.5) / max(n_frames, 1)
            left = min(max(middle - width / 2, 0.0), strip_width - width)
            # A label may move to the right as long as it still touches the middle of its bar.
            left = max(left, min(end, middle))
            fits = left >= end and left + width <= strip_width
            labels.append(_Label(text, interval.emotion, left, fits))
            if fits:
                end = left + width + 0.06
        return labels

    def draw(
        self, axes: Axes, n_frames: int, width: float, colors: Mapping[str | None, str]
    ) -> None:
        """Draw the strip into axes of a width in inches; the x-axis is in frames."""
        scale = max(n_frames, 1) / width
        for interval, lane in zip(self.intervals, self._lane_of_interval, strict=True):
            length = max(interval.offset - interval.onset + 1, MIN_BAR_WIDTH * scale)
            middle = (interval.onset + interval.offset) / 2
            axes.broken_barh(
                [(middle - length / 2, length)],
                (lane + 0.2, 0.8),
                facecolor=colors[interval.emotion],
                edgecolor="white",
                linewidth=0.2,
            )
            if interval.apex is not None and length > 8 * MIN_BAR_WIDTH * scale:
                axes.plot([interval.apex] * 2, [lane + 0.2, lane + 1], color="white", linewidth=0.8)
        for label in self.place_labels(n_frames, width):
            if label.fits:
                axes.text(
                    label.left * scale - 0.5,
                    self.n_lanes + 0.35,
                    label.text,
                    ha="left",
                    va="bottom",
                    size=SMALL,
                    color=mix_colors(colors[label.emotion], BLACK, 0.3),
                )
        axes.set_ylim(0, self.height / LANE_HEIGHT)
        axes.set_yticks([self.n_lanes / 2 + 0.1], [self.label])
        axes.tick_params(axis="y", length=0)
        axes.spines["left"].set_visible(False)


def emotion_colors(strips: Sequence[IntervalStrip]) -> dict[str | None, str]:
    """Assign a color to each emotion in the strips, in alphabetical order."""
    emotions = {
        interval.emotion for strip in strips for interval in strip.intervals if interval.emotion
    }
    colors: dict[str | None, str] = {
        name: palette_color(index) for index, name in enumerate(sorted(emotions))
    }
    return colors | {None: GRAY, "": GRAY}


def emotions_for_legend(strips: Sequence[IntervalStrip], n_frames: int, width: float) -> list[str]:
    """Return the emotions for a legend: none if all labels fit, else all."""
    labels = [label for strip in strips for label in strip.place_labels(n_frames, width)]
    if all(label.fits for label in labels):
        return []
    return sorted({label.emotion for label in labels})
