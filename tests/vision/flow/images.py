"""Images to compute flow between: rendered faces, and smooth random textures."""

from __future__ import annotations

from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray

from mebench.datasets import open_dataset

Gray = NDArray[np.uint8]
Pair = tuple[Gray, Gray]

SIZES = [(128, 128), (97, 61), (50, 75)]
"""Heights and widths; the last has fewer levels in its pyramid."""


@cache
def frames(*numbers: int) -> tuple[Gray, ...]:
    """Return frames of a rendered person, 128 x 128."""
    video = open_dataset("synthetic").videos()[0]
    images = (image for _, image in video.frames_at(numbers))
    return tuple(
        np.asarray(cv2.resize(gray[100:420, 160:480], (128, 128)), np.uint8)
        for gray in (cv2.cvtColor(image, cv2.COLOR_RGB2GRAY) for image in images)
    )


def faces() -> tuple[Pair, ...]:
    """Return pairs of frames, three apart, in which a rendered person raises the brows."""
    found = frames(*range(50, 68))
    return tuple(zip(found[:-3:2], found[3::2], strict=False))


def lively_faces() -> tuple[Pair, ...]:
    """Return pairs of frames with several times as much motion."""
    first, *later = frames(196, 204, 207, 210, 213)
    return tuple((first, image) for image in later)


def texture(seed: int, height: int, width: int) -> NDArray[np.float32]:
    """Return a smooth texture of gray levels from 0 to 255."""
    noise = np.random.default_rng(seed).standard_normal((height, width)).astype(np.float32)
    smooth = cv2.GaussianBlur(noise, (0, 0), 2.5)
    scaled = (smooth - smooth.min()) / (smooth.max() - smooth.min()) * 255
    return np.asarray(scaled, np.float32)


def moved(height: int, width: int, right: float = 0.75, down: float = -0.5) -> Pair:
    """Return a texture, and the same texture shifted."""
    large = texture(1, height + 20, width + 20)
    y, x = np.mgrid[10 : height + 10, 10 : width + 10].astype(np.float32)
    second = cv2.remap(large, x - np.float32(right), y - np.float32(down), cv2.INTER_LINEAR)
    first = large[10 : height + 10, 10 : width + 10]
    return np.rint(first).astype(np.uint8), np.rint(second).astype(np.uint8)


def flow_distance(first: NDArray[np.float32], second: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the distance between two flows at each pixel."""
    distances: NDArray[np.float32] = np.linalg.norm(first - second, axis=2)
    return distances
