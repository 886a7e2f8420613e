"""Videos of a few frames."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mebench.datasets import Video, open_dataset
from mebench_vision.faces.boxes import Box
from mebench_vision.faces.detector import find_face

Image = NDArray[np.uint8]


class ShortVideo(Video):
    """A video of given frames.

    Attributes
    ----------
    read : list of int
        The frames that were asked for.
    """

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


@cache
def rendered_face() -> Box:
    """Return the face of the first rendered frame."""
    box = find_face(rendered()[0])
    assert box is not None
    return box


def blank() -> Image:
    """Return a frame without a face."""
    return np.full((480, 640, 3), 90, np.uint8)


def with_second_face(image: Image) -> Image:
    """Return a frame with a smaller copy of itself at its left."""
    both = np.zeros((480, 960, 3), np.uint8)
    both[:240, :320], both[:, 320:] = image[::2, ::2], image
    return both
