"""Videos of a few frames, and flows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mebench.datasets import Video, open_dataset

Image = NDArray[np.uint8]


class ShortVideo(Video):
    """A video of given frames, which counts how often each was asked for."""

    def __init__(self, images: Sequence[Image], fps: float | None = 30.0) -> None:
        self.dataset, self.subject, self.id = "set", "s01", "v1"
        self.fps, self.n_frames = fps, len(images)
        self.images, self.read = images, list[int]()

    def frames(self, start: int = 0, stop: int | None = None) -> Iterator[Any]:
        for number in range(self.n_frames)[start:stop]:
            self.read.append(number)
            yield self.images[number]

    def content_key(self) -> str:
        return "pixels"


@cache
def rendered() -> tuple[Image, ...]:
    """Return frames of a person who raises the brows: onset 0, apex 3."""
    return tuple(open_dataset("synthetic").videos()[0].frames(55, 61))


def random_flow(seed: int = 0) -> NDArray[np.float32]:
    """Return a flow without any order."""
    return np.random.default_rng(seed).standard_normal((128, 128, 2)).astype(np.float32)


def face_landmarks() -> NDArray[np.int32]:
    """Return landmarks about where a face has them."""
    landmarks = np.full((68, 2), 64, np.int32)
    for first, stop, x, y in (
        *((17, 22, (18, 50), (26, 20)), (22, 27, (76, 108), (20, 26))),
        *((27, 31, (63, 63), (40, 70)), (36, 42, (30, 48), (42, 46))),
        *((42, 48, (80, 98), (46, 42)), (48, 60, (44, 82), (100, 108))),
        (60, 68, (48, 78), (102, 104)),
    ):
        landmarks[first:stop, 0] = np.linspace(*x, stop - first)
        landmarks[first:stop, 1] = np.linspace(*y, stop - first)
    return landmarks
