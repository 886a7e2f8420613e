"""From the flow of a pair of frames to what is kept of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mebench_mean.features.normalisation import ChannelScaling, scale_to_unit, subtract_nose_flow
from mebench_mean.features.regions import RegionName, cut_regions, face_regions, nose_region
from mebench_mean.features.strain import strain

PERCENTILE = 80
"""Of the motion on a face: that of its liveliest fifth, without the few pixels that went wrong."""


@dataclass(frozen=True, slots=True)
class PairFeatures:
    """What is kept of a pair.

    Attributes
    ----------
    maps : float32 array of shape (42, 42, 3)
        Flow to the right, down, and strain, normalised, around eyes and mouth.
    nose : float32 array of shape (2,)
        Mean flow on the bridge of the nose, in pixels of the 128 x 128 face.
    magnitude : float
        The 80th percentile of the length of the flow relative to the nose's, in such pixels.
    """

    maps: NDArray[np.float32]
    nose: NDArray[np.float32]
    magnitude: float


class PairDescriber:
    """Describes pairs of a video by their flow.

    Parameters
    ----------
    landmarks : int32 array of shape (68, 2)
        On the 128 x 128 face; they hold for the whole video.
    regions : {"released", "paper"}
        Which parts of the face.
    normalisation : {"face", "regions", "fixed"}
        How the channels are scaled.
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
        """Return what is kept of a pair.

        Parameters
        ----------
        flow : float32 array of shape (128, 128, 2)
            To the right and down, in pixels.
        """
        nose = np.asarray(flow[self._nose].mean(axis=(0, 1)), np.float32)
        maps = np.dstack((flow, strain(flow)))
        return PairFeatures(self._input_maps(maps, nose), nose, magnitude(flow, nose))

    def _input_maps(
        self, maps: NDArray[np.float32], nose: NDArray[np.float32]
    ) -> NDArray[np.float32]:
        if self._normalisation == "face":
            return cut_regions(scale_to_unit(maps), self._regions)
        if self._normalisation == "regions":
            return scale_to_unit(cut_regions(maps, self._regions))
        return cut_regions(subtract_nose_flow(maps, nose), self._regions)


def magnitude(flow: NDArray[np.float32], nose: NDArray[np.float32]) -> float:
    """Return the 80th percentile of |flow - nose flow|, in pixels."""
    across, down = flow[..., 0] - nose[0], flow[..., 1] - nose[1]
    # The root keeps the order, so one value of it is enough.
    return float(np.sqrt(np.percentile(across * across + down * down, PERCENTILE, method="lower")))
