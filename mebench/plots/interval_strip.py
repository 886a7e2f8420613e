"""A strip of intervals along the frames of a video, with the names of the emotions that fit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mebench.plots.figure import BLACK, GRAY, POINTS, SMALL, mix_colors, palette_color
from mebench.plots.text_layout import text_width, truncate_text

if TYPE_CHECKING:
    from matplotlib.axes import Axes


LANE = 0.1
"""Inches of a row of bars."""

LANES = 3
"""Rows of bars at most; what overlaps still more is drawn over each other."""

NAMES = 0.13
"""Inches of the row of names."""

NAME = 1.2
"""Inches at most of a name."""

THIN = 1.5 / POINTS
"""Inches; no bar is thinner, so that a short expression in a long video is still seen."""


@dataclass(frozen=True, slots=True)
class Interval:
    """An expression, predicted or true; frames are counted from 0, both ends belong to it.

    Attributes
    ----------
    onset, offset : int
        The first and the last frame.
    apex : int, optional
        The strongest frame.
    score : float, optional
        Of a prediction: higher is surer.
    emotion : str, optional
        Its name.
    """

    onset: int
    offset: int
    apex: int | None = None
    score: float | None = None
    emotion: str | None = None


@dataclass(frozen=True, slots=True)
class _Name:
    """A name and where it stands, in inches from the left end."""

    text: str
    emotion: str
    left: float
    fits: bool


class IntervalStrip:
    """Intervals as bars in lanes, so that those that overlap are seen apart."""

    def __init__(self, label: str, intervals: Sequence[Interval]) -> None:
        self.label = label
        self.intervals = sorted(intervals, key=lambda one: (one.onset, one.offset))
        self._lanes: list[int] = []
        ends: list[int] = []
        for one in self.intervals:
            free = next((lane for lane, end in enumerate(ends) if end < one.onset), len(ends))
            lane = min(free, LANES - 1)
            if lane == len(ends):
                ends.append(one.offset)
            ends[lane] = max(one.offset, ends[lane])
            self._lanes.append(lane)
        self.lanes = max(len(ends), 1)
        self.is_named = any(one.emotion for one in self.intervals)

    @property
    def height(self) -> float:
        """Inches."""
        return LANE * (self.lanes + 0.4) + (NAMES if self.is_named else 0.0)

    def names(self, n_frames: int, across: float) -> list[_Name]:
        """Return the names and which of them fit: none stands over another, or beyond an end."""
        found = []
        end = 0.0
        for one in self.intervals:
            if not one.emotion:
                continue
            text = truncate_text(one.emotion, NAME, SMALL)
            width = text_width(text, SMALL)
            middle = across * ((one.onset + one.offset) / 2 + 0.5) / max(n_frames, 1)
            left = min(max(middle - width / 2, 0.0), across - width)
            # A name may be moved aside a little, as long as it still touches its place.
            left = max(left, min(end, middle))
            fits = left >= end and left + width <= across
            found.append(_Name(text, one.emotion, left, fits))
            if fits:
                end = left + width + 0.06
        return found

    def draw(
        self, axes: Axes, n_frames: int, across: float, colours: Mapping[str | None, str]
    ) -> None:
        """Draw the strip into axes of so many inches; x is in frames."""
        scale = max(n_frames, 1) / across
        for one, lane in zip(self.intervals, self._lanes, strict=True):
            length = max(one.offset - one.onset + 1, THIN * scale)
            middle = (one.onset + one.offset) / 2
            axes.broken_barh(
                [(middle - length / 2, length)],
                (lane + 0.2, 0.8),
                facecolor=colours[one.emotion],
                edgecolor="white",
                linewidth=0.2,
            )
            if one.apex is not None and length > 8 * THIN * scale:
                axes.plot([one.apex] * 2, [lane + 0.2, lane + 1], color="white", linewidth=0.8)
        for name in self.names(n_frames, across):
            if name.fits:
                axes.text(
                    name.left * scale - 0.5,
                    self.lanes + 0.35,
                    name.text,
                    ha="left",
                    va="bottom",
                    size=SMALL,
                    color=mix_colors(colours[name.emotion], BLACK, 0.3),
                )
        axes.set_ylim(0, self.height / LANE)
        axes.set_yticks([self.lanes / 2 + 0.1], [self.label])
        axes.tick_params(axis="y", length=0)
        axes.spines["left"].set_visible(False)


def emotion_colors(strips: Sequence[IntervalStrip]) -> dict[str | None, str]:
    """Give each emotion of all strips a colour, in the order of the names."""
    emotions = {one.emotion for strip in strips for one in strip.intervals if one.emotion}
    colours: dict[str | None, str] = {
        name: palette_color(place) for place, name in enumerate(sorted(emotions))
    }
    return colours | {None: GRAY, "": GRAY}


def unnamed_emotions(strips: Sequence[IntervalStrip], n_frames: int, across: float) -> list[str]:
    """Return the emotions that a legend has to name: all, where some name did not fit."""
    names = [name for strip in strips for name in strip.names(n_frames, across)]
    return [] if all(name.fits for name in names) else sorted({name.emotion for name in names})
