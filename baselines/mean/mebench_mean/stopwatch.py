"""A stopwatch for the steps of a computation, and videos whose reading it measures."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from time import perf_counter
from typing import TYPE_CHECKING

from mebench.baselines import UnseenVideo

if TYPE_CHECKING:
    from mebench.datasets.contract import Image


class Stopwatch:
    """Adds up seconds by step. A step within a step stops the outer one's clock.

    Parameters
    ----------
    steps : iterable of str
        In the order in which they are told.
    """

    def __init__(self, steps: Iterable[str]) -> None:
        self.seconds = dict.fromkeys(steps, 0.0)
        self._running: list[str] = []
        self._since = 0.0

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Measure what happens inside."""
        self._read()
        self._running.append(name)
        try:
            yield
        finally:
            self._read()
            self._running.pop()

    def _read(self) -> None:
        now = perf_counter()
        if self._running:
            self.seconds[self._running[-1]] += now - self._since
        self._since = now


class MeasuredVideo(UnseenVideo):
    """A video; reading its frames counts as the step ``frames``."""

    def __init__(self, video: UnseenVideo, watch: Stopwatch) -> None:
        super().__init__(video)
        self._watch = watch

    def frames(self, start: int = 0, stop: int | None = None) -> Iterator[Image]:
        """Give the frames, one at a time."""
        frames = super().frames(start, stop)
        while True:
            with self._watch.step("frames"):
                image = next(frames, None)
            if image is None:
                return
            yield image
