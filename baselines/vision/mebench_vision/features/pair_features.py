"""Features of a frame pair from its optical flow: strain, scaling, regions, magnitude."""

from __future__ import annotations

from typing import Literal, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from mebench_vision.features.regions import RegionName, cut_regions, face_regions, nose_region


def strain(flow: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the magnitude of the strain, from backward differences.

    sqrt(u_x² + v_y² + ½ (u_y + v_x)²), after Shreve et al., "Macro- and micro-expression spotting
    in long videos using spatio-temporal strain" (FG 2011).

    Parameters
    ----------
    flow : float32 array of shape (height, width, 2)
        Motion to the right and down, in pixels.

    Returns
    -------
    float32 array of shape (height, width)
        In pixels per pixel. Differences across the first row or column are 0 (authors' code).
    """
    down, across = np.zeros_like(flow), np.zeros_like(flow)
    np.subtract(flow[1:], flow[:-1], out=down[1:])
    np.subtract(flow[:, 1:], flow[:, :-1], out=across[:, 1:])
    shear = down[..., 0] + across[..., 1]
    total: NDArray[np.float32] = across[..., 0] ** 2 + down[..., 1] ** 2
    total += np.float32(0.5) * shear**2
    return np.sqrt(total, out=total)


ChannelScaling: TypeAlias = Literal["face", "regions", "fixed"]
"""``face``: each channel of a pair is scaled to [0, 1] over the complete face, as published;
``regions``: scaled to [0, 1] over the regions; ``fixed``: pixels, relative to the nose's flow."""


def scale_to_unit(maps: NDArray[np.float32]) -> NDArray[np.float32]:
    """Scale each channel of (height, width, channels) to 0 to 1; a constant one becomes 0."""
    height, width, channels = maps.shape
    # Reducing an axis of 3 channels is slow; reducing rows takes a twentieth of the time.
    rows = maps.reshape(height, width * channels)
    minimum = rows.min(axis=0).reshape(width, channels).min(axis=0)
    extent = rows.max(axis=0).reshape(width, channels).max(axis=0) - minimum
    factors = np.divide(1, extent, out=np.zeros_like(extent), where=extent > 0)
    scaled: NDArray[np.float32] = (rows - np.tile(minimum, width)) * np.tile(factors, width)
    return scaled.reshape(maps.shape)


PERCENTILE = 80
"""Percentile of the motion: robust against the few face pixels with a wrong flow."""


class PairFeatures(NamedTuple):
    """The features of a pair.

    Attributes
    ----------
    maps : float32 array of shape (42, 42, 3)
        Horizontal flow, vertical flow and strain, normalized, around the eyes and the mouth.
    nose : float32 array of shape (2,)
        Mean flow on the bridge of the nose, in pixels of the 128 x 128 face.
    magnitude : float
        The 80th percentile of the length of the flow relative to the nose, in the same pixels.
    """

    maps: NDArray[np.float32]
    nose: NDArray[np.float32]
    magnitude: float


class PairDescriber:
    """Computes the features of pairs of a video from their flow.

    Parameters
    ----------
    landmarks : int32 array of shape (68, 2)
        On the 128 x 128 face; the same for the complete video.
    regions : {"released", "paper"}
        Which parts of the face to use.
    normalisation : {"face", "regions", "fixed"}
        How to scale the channels.
    """

    def __init__(
        self,
        landmarks: NDArray[np.int32],
        regions: RegionName = "released",
        normalisation: ChannelScaling = "face",
    ) -> None:
        self._regions = face_regions(landmarks, regions)
        self._nose = nose_region(landmarks)
        self._normalisation = normalisation

    def describe(self, flow: NDArray[np.float32]) -> PairFeatures:
        """Return the features of a pair from its flow, of shape (128, 128, 2), in pixels."""
        nose = np.asarray(flow[self._nose].mean(axis=(0, 1)), np.float32)
        maps = np.dstack((flow, strain(flow)))
        if self._normalisation == "face":
            maps = cut_regions(scale_to_unit(maps), self._regions)
        elif self._normalisation == "regions":
            maps = scale_to_unit(cut_regions(maps, self._regions))
        else:
            maps = cut_regions(maps - np.append(nose, np.float32(0)), self._regions)
        return PairFeatures(maps, nose, magnitude(flow, nose))


def magnitude(flow: NDArray[np.float32], nose: NDArray[np.float32]) -> float:
    """Return the 80th percentile of |flow - nose flow|, in pixels."""
    across, down = flow[..., 0] - nose[0], flow[..., 1] - nose[1]
    # The root is monotonic, so it is only needed for the percentile.
    return float(np.sqrt(np.percentile(across * across + down * down, PERCENTILE, method="lower")))
