"""The input of SOFTNet: flow and strain relative to the nose, without the eyes, in two regions.

Feature extraction and pre-processing of the paper, with the sizes of the authors' code.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mebench_vision.features.pair_features import strain
from mebench_vision.features.regions import (
    FEATURE_SHAPE,
    cut_regions,
    eye_mask,
    face_regions,
    nose_region,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

NOSE_LANDMARK = 28


class PairDescriber:
    """Computes the features of pairs of a video from their flow.

    Parameters
    ----------
    landmarks : int32 array of shape (68, 2)
        On the 128 x 128 face; the same for the complete video.
    """

    def __init__(self, landmarks: NDArray[np.int32]) -> None:
        self._nose = nose_region(landmarks, NOSE_LANDMARK)
        self._eyes = eye_mask(landmarks)
        self._regions = face_regions(landmarks, "released")

    def describe(self, flow: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return the features of a pair, of shape (42, 42, 3), in pixels.

        Parameters
        ----------
        flow : float32 array of shape (128, 128, 2)
            Motion to the right and down, in pixels.

        Returns
        -------
        float32 array of shape (42, 42, 3)
            Distance of the horizontal and of the vertical motion from that of the nose, and strain
            less that of the nose: eyes and brows above the mouth.
        """
        maps = np.dstack((flow, strain(flow)))
        maps -= maps[self._nose].mean(axis=(0, 1))
        np.abs(maps[..., :2], out=maps[..., :2])
        maps[self._eyes] = 0
        return cut_regions(maps, self._regions)


def scale_channels(features: NDArray[np.floating]) -> NDArray[np.float32]:
    """Scale each channel of each pair (n, 42, 42, 3) to 0 to 1; a constant one becomes 0."""
    maps = features.astype(np.float32)
    minimum = maps.min(axis=(1, 2), keepdims=True)
    extent = maps.max(axis=(1, 2), keepdims=True) - minimum
    scaled: NDArray[np.float32] = (maps - minimum) / np.where(extent > 0, extent, 1)
    return scaled


NOISE = 0.1
"""Standard deviation of the noise of augmented pairs, in pixels."""

BLUR = 7
"""Size of the Gaussian window that blurs augmented pairs, in pixels."""


def augmented(
    features: NDArray[np.floating], generator: np.random.Generator
) -> NDArray[np.float16]:
    """Return three variants of pairs (n, 42, 42, 3): mirrored, blurred, and with noise.

    As in the authors' code, values with noise are limited to -1 (or 0, if a pair has no negative
    value) to 1.
    """
    import cv2

    if len(features) == 0:
        return np.zeros((0, *FEATURE_SHAPE), np.float16)
    maps = features.astype(np.float32)
    blurred = np.stack([cv2.GaussianBlur(one, (BLUR, BLUR), 0) for one in maps])
    lowest = np.where(maps.min(axis=(1, 2, 3), keepdims=True) < 0, -1, 0)
    noise = generator.normal(0, NOISE, maps.shape)
    noisy = np.clip(maps + noise, lowest, 1)
    return np.concatenate([maps[:, :, ::-1], blurred, noisy]).astype(np.float16)
