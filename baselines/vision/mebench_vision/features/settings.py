"""The settings of the features, and the keys under which features are stored."""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass
from typing import Any

from mebench.datasets import Video
from mebench_vision.errors import video_error
from mebench_vision.faces.crops import FaceSettings
from mebench_vision.faces.landmarks import landmark_model_hash
from mebench_vision.features.pair import ChannelScaling
from mebench_vision.features.regions import RegionName
from mebench_vision.flow import FlowName, flow_version

FEATURES_VERSION = 1
"""Raised with every change of what is extracted from given faces, and of how these are cut out."""

SHARE = 0.1
"""Of a second: how far apart the two frames of a pair are."""


def k_from_fps(fps: float, share: float = SHARE) -> int:
    """Return how many frames the two of a pair are apart (Liong et al. 2023, Section 3.1).

    Parameters
    ----------
    fps : float
        Frames a second.
    share : float
        Of a second.
    """
    return max(1, math.floor(fps * share + 0.5))


@dataclass(frozen=True, slots=True)
class FeatureSettings(FaceSettings):
    """How features are extracted, from the faces on; the defaults are those of the released code.

    Attributes
    ----------
    flow : {"numba", "opencv"}
        Which implementation of TV-L1.
    share : float
        How far the frames of a pair are apart, in seconds.
    k : int or None
        The same in frames, where it is given.
    roi : {"released", "paper"}
        Which parts of the face.
    normalisation : {"face", "regions", "fixed"}
        How the channels of a pair are scaled.
    """

    flow: FlowName = "numba"
    share: float = SHARE
    k: int | None = None
    roi: RegionName = "released"
    normalisation: ChannelScaling = "face"

    def k_for(self, video: Video) -> int:
        """Return how many frames the two of a pair are apart in a video.

        Raises
        ------
        MebenchError
            ``frame-rate-missing``.
        """
        if self.k is not None:
            return self.k
        if video.fps is None:
            raise video_error(
                "frame-rate-missing",
                "Its frame rate is not known.",
                "Write fps into the truth, or say how many frames a pair is apart (--k).",
                video,
            )
        return k_from_fps(video.fps, self.share)

    def dependencies(self) -> dict[str, str]:
        """Return what features depend on beside the settings' names: versions, files' content.

        Raises
        ------
        MebenchError
            ``landmarks-missing``.
        """
        found = {
            "flow": f"{self.flow} {flow_version(self.flow)}",
            "landmark_model": landmark_model_hash(self.landmark_model),
        }
        if self.boxes is not None:
            found["boxes"] = hashlib.sha256(repr(self.boxes.boxes).encode()).hexdigest()
        return found

    def key(self, video: Video) -> dict[str, Any]:
        """Return all that the features of a video depend on, as plain data.

        Raises
        ------
        MebenchError
            ``frame-rate-missing``, ``landmarks-missing``.
        """
        return self.features_key(video) | {"what": "video", "k": self.k_for(video)}

    def pairs_key(self, video: Video, pairs: tuple[tuple[int, int], ...]) -> dict[str, Any]:
        """Return all that the features of some pairs of frames depend on, as plain data."""
        return self.features_key(video) | {"what": "pairs", "pairs": [list(pair) for pair in pairs]}

    def features_key(self, video: Video) -> dict[str, Any]:
        """Return all that any feature of a video depends on, whichever frames are compared."""
        return {
            "kind": "mean-features",
            "version": FEATURES_VERSION,
            **self.crop_key(video),
            "flow": [self.flow, flow_version(self.flow)],
            "roi": self.roi,
            "normalisation": self.normalisation,
        }
