"""A strip of intervals along the frames of a video, labeled with emotions where there is space."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mebench.plots.figure import BLACK, GRAY, POINTS, SMALL, mix_colors, palette_color
from mebench.plots.text_layout import text_width, truncate_text

if TYPE_CHECKING:
    from matplotlib.axes import Axes


LANE_HEIGHT, LABEL_HEIGHT = 0.1, 0.13
"""Height of a lane and of the row of labels in inches."""

MAX_LANES = 3
"""Maximum number of lanes; further overlapping bars share the last lane and cover each other."""

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

    @property
    def middle(self) -> float:
        """The middle frame."""
        return (self.onset + self.offset) / 2


class IntervalStrip:
    """Intervals as bars in lanes; overlapping intervals are drawn in different lanes."""

    def __init__(self, label: str, intervals: Sequence[Interval]) -> None:
        self.label = label
        self.intervals = sorted(intervals, key=lambda interval: (interval.onset, interval.offset))
        self.lanes: list[int] = []
        ends: list[int] = []
        for interval in self.intervals:
            free = next((lane for lane, end in enumerate(ends) if end < interval.onset), len(ends))
            lane = min(free, MAX_LANES - 1)
            if lane == len(ends):
                ends.append(interval.offset)
            ends[lane] = max(interval.offset, ends[lane])
            self.lanes.append(lane)
        self.emotions = {interval.emotion for interval in intervals if interval.emotion}
        self.n_lanes = max(len(ends), 1)
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
