"""The times of the frames of a video file: whether the rate is constant, and the stated one."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from statistics import median
from typing import NamedTuple

ROUNDING = 1.5
"""Milliseconds by which two distances differ although the rate is constant: some containers round
times to milliseconds."""

JITTER = 0.1
"""Part of the median distance by which a distance may differ from it."""

TOLERANCE = 0.01
"""Part by which a stated frame rate may differ from that of the times: 29.97 is called 30."""


class FrameTimes(NamedTuple):
    """When the frames of a video are shown.

    Attributes
    ----------
    frames : int
        The number of frames, those without a time included.
    times : tuple of float
        Milliseconds, in ascending order.
    """

    frames: int
    times: tuple[float, ...]

    @classmethod
    def of(cls, times: Iterable[float]) -> FrameTimes:
        """Return the times of frames in any order; equal ones are times that are not known."""
        listed = list(times)
        return cls(len(listed), tuple(sorted(set(listed))))

    @property
    def distances(self) -> list[float]:
        """The distances between successive frames."""
        return [later - earlier for earlier, later in pairwise(self.times)]

    @property
    def irregular(self) -> int:
        """The number of distances that differ from the median by more than a tenth."""
        distances = self.distances
        if len(distances) < 2:
            return 0
        middle = median(distances)
        limit = max(ROUNDING, JITTER * middle)
        return sum(abs(distance - middle) > limit for distance in distances)

    @property
    def rate(self) -> float | None:
        """The mean number of frames per second; None if it cannot be computed."""
        span = self.times[-1] - self.times[0] if self.times else 0.0
        return 1000 * (len(self.times) - 1) / span if span > 0 else None

    def fits(self, rate: float) -> bool:
        """Return whether a frame rate is that of the times."""
        if len(self.times) < 2:
            return True
        span = self.times[-1] - self.times[0]
        expected = 1000 * (len(self.times) - 1) / rate
        return abs(expected - span) <= max(ROUNDING, TOLERANCE * span)
