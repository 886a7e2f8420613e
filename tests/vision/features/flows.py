"""Flows and landmarks for tests of features."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def random_flow(seed: int = 0) -> NDArray[np.float32]:
    """Return a flow of random vectors."""
    return np.random.default_rng(seed).standard_normal((128, 128, 2)).astype(np.float32)


def face_landmarks() -> NDArray[np.int32]:
    """Return landmarks at typical positions of a face."""
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
