"""Settings of the features, and the keys of stored features."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from mebench.datasets import Video
from mebench_vision.errors import video_error
from mebench_vision.faces.crops import FaceSettings
from mebench_vision.features.pair_features import ChannelScaling
from mebench_vision.features.regions import RegionName
from mebench_vision.flow import FlowName, flow_version

FEATURES_VERSION = 2
"""Increased when the extraction of features or of faces changes."""

ApexCriterion: TypeAlias = Literal["features", "difference"]

DEFAULT_SHARE = 0.1
"""Default distance between the two frames of a pair, in seconds."""


def k_from_fps(fps: float, share: float = DEFAULT_SHARE) -> int:
    """Return k, the distance of a pair in frames, from ``share`` in seconds.

    Liong, See and Chan 2023, Section 4.3.
    """
    return max(1, math.floor(fps * share + 0.5))


def frame_rate(video: Video, remedy: str) -> float:
    """Return the frame rate of a video.

    Parameters
    ----------
    video : Video
        The video.
    remedy : str
        What the user can do instead of writing the rate into the truth: ``or give ...``.

    Raises
    ------
    MebenchError
        ``frame-rate-missing``.
    """
    if video.fps is None:
        raise video_error(
            "frame-rate-missing",
            "The frame rate is not known.",
            f"Write fps into the truth, {remedy}.",
            video,
        )
    return video.fps


@dataclass(frozen=True, slots=True)
class FeatureSettings(FaceSettings):
    """How features are extracted from a video; the defaults are those of the authors' code.

    Attributes
    ----------
    flow : {"numba", "opencv"}
        Implementation of TV-L1.
    share : float
        Distance between the frames of a pair, in seconds.
    k : int or None
        The same distance in frames; replaces ``share``.
    roi : {"released", "paper"}
        Which parts of the face to use.
    normalisation : {"face", "regions", "fixed"}
        How to scale the channels of a pair.
    apex : {"features", "difference"}
        How an apex that is not annotated is searched: the frame with the largest sum of features
        relative to the onset, or with the largest mean difference of gray levels from it.
    """

    flow: FlowName = "numba"
    share: float = DEFAULT_SHARE
    k: int | None = None
    roi: RegionName = "released"
    normalisation: ChannelScaling = "face"
    apex: ApexCriterion = "features"

    def k_for(self, video: Video) -> int:
        """Return the distance between the frames of a pair in a video, in frames.

        Raises
        ------
        MebenchError
            ``frame-rate-missing``.
        """
        if self.k is not None:
            return self.k
        remedy = "or give the distance of a pair in frames (--k)"
        return k_from_fps(frame_rate(video, remedy), self.share)

    def requirements(self) -> dict[str, str]:
        """Return the modules that these features need, with the packages that install them."""
        modules = FaceSettings.requirements(self)
        return modules | ({"numba": "numba"} if self.flow == "numba" else {})

    def dependencies(self) -> dict[str, str]:
        """Return what features depend on besides the settings: versions and contents of files.

        Raises
        ------
        MebenchError
            ``landmarks-missing``.
        """
        flow = {"flow": f"{self.flow} {flow_version(self.flow)}"}
        return flow | FaceSettings.dependencies(self)

    def key(self, video: Video) -> dict[str, Any]:
        """Return the store key of the features of a video, as plain data."""
        return self.features_key(video) | {"what": "video", "k": self.k_for(video)}

    def pairs_key(self, video: Video, pairs: tuple[tuple[int, int], ...]) -> dict[str, Any]:
        """Return the store key of the features of given pairs of frames."""
        return self.features_key(video) | {"what": "pairs", "pairs": [list(pair) for pair in pairs]}

    def flow_key(self, video: Video, pair: tuple[int, int]) -> dict[str, Any]:
        """Return the store key of the optical flow of the face between two frames."""
        return {
            "kind": "pair-flow",
            "version": FEATURES_VERSION,
            **self.crop_key(video),
            "flow": [self.flow, flow_version(self.flow)],
            "pair": list(pair),
        }

    def features_key(self, video: Video) -> dict[str, Any]:
        """Return the part of a store key that does not depend on which frames are compared."""
        return {
            "kind": "mean-features",
            "version": FEATURES_VERSION,
            **self.crop_key(video),
            "flow": [self.flow, flow_version(self.flow)],
            "roi": self.roi,
            "normalisation": self.normalisation,
        }
