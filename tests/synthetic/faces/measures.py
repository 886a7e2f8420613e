"""Measurements for the tests of the faces."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from mebench_synthetic.faces.pose import Pose
from mebench_synthetic.faces.rig import Rig

Floats = NDArray[np.float32]


def both(**units: float) -> dict[str, float]:
    """Give both sides of action units the same intensity."""
    return {f"{name}{side}": value for name, value in units.items() for side in "LR"}


def psnr(image: Floats, other: Floats, mask: NDArray[np.bool_]) -> float:
    """Return the peak signal-to-noise ratio over a mask, in decibels."""
    error = np.mean((image[mask].astype(np.float64) - other[mask]) ** 2)
    return float(10 * np.log10(255.0**2 / max(float(error), 1e-9)))


def to_gray(image: Floats) -> NDArray[np.uint8]:
    return np.asarray(cv2.cvtColor((image + 0.5).astype(np.uint8), cv2.COLOR_RGB2GRAY), np.uint8)


def flow_at(rig: Rig, pose: Pose, name: str, half: int = 9) -> tuple[float, float]:
    """Return the optical flow from rest to a pose around a landmark, right and down."""
    before, after = (rig.frame(each) for each in (Pose(), pose))
    start = np.zeros((*before.shape[:2], 2), np.float32)
    flow = cv2.calcOpticalFlowFarneback(
        to_gray(before), to_gray(after), start, 0.5, 4, 15, 3, 7, 1.5, 0
    )
    x, y = (round(part) for part in rig.landmarks(Pose())[name])
    around = flow[y - half : y + half + 1, x - half : x + half + 1].reshape(-1, 2)
    right, down = np.median(around, axis=0)
    return float(right), float(down)


def moved_by(rig: Rig, pose: Pose, name: str) -> tuple[float, float]:
    """Return how far a landmark moves from rest to a pose, right and down."""
    (x, y), (moved_x, moved_y) = rig.landmarks(Pose())[name], rig.landmarks(pose)[name]
    return moved_x - x, moved_y - y


def eye_window(rig: Rig, side: str) -> tuple[slice, slice]:
    """Return the rows and columns of an eye at rest."""
    x, y = (round(part) for part in rig.landmarks(Pose())[f"eye {side}"])
    return slice(y - 9, y + 10), slice(x - 19, x + 20)
