"""MDMD: main directional maximal difference of optical flow, the baseline of MEGC2020.

S.-J. Wang, S. Wu, X. Qian, J. Li, X. Fu, "A main directional maximal difference analysis for
spotting facial movements from long-term videos", Neurocomputing 2017, for the feature; Y. He,
S.-J. Wang, J. Li, M. H. Yap, "Spotting macro- and micro-expression intervals in long video
sequences", FG 2020, for intervals. Values that the texts leave open are those of the authors' code.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from pydantic import Field

from mebench.runner import BaselineOptions, DetectedInterval, Fold, Size, UnseenVideo
from mebench_classics.farneback import farneback, farneback_version
from mebench_classics.spotter import Kind, Spotted, Spotter
from mebench_vision.faces.options import FaceOptions
from mebench_vision.features.settings import frame_rate, k_from_fps
from mebench_vision.spotting.smoothing import to_frames

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mebench.datasets import Video
    from mebench.runner import ProgressCallback
    from mebench_vision.faces.crops import Faces

DIRECTIONS = 4
LARGEST = 1 / 3
"""Share of the pixels of a block, and of the blocks of a face, that is averaged."""

SECONDS: dict[Kind, float] = {"micro": 0.4, "macro": 1.3}
"""k: 12 and 39 frames at 30 frames per second, 80 and 260 at 200."""

SHORTEST_MICRO, LONGEST_MICRO = 0.235, 0.525
"""Length of micro-expressions in seconds: 7 to 16 frames at 30 frames per second, 47 to 105 at 200.
Longer intervals are macro-expressions."""

NO_REMEDY = "which the lengths of expressions need"

DEVIATIONS = (
    "Faces are cut out by the box of the first frame as in MEAN; the authors align them by "
    "landmarks.",
    "The optical flow is Farnebäck's, by OpenCV; the authors use RLOF, from a compiled library for "
    "Matlab.",
    "The main direction is one of four quadrants, as in the papers; in the authors' code the angle "
    "is an arctangent of a quotient, so that opposite directions count as one.",
    "All frames with a relative difference are judged; the authors' code leaves out 2k more at the "
    "end of a video.",
    "Frame counts at other rates than 30 and 200 frames per second are the same times, rounded.",
    "The score of an interval, of which the papers have none, is its largest relative difference.",
)


class MdmdOptions(FaceOptions):
    """The options."""

    blocks: int = Field(6, ge=1, le=32, description="Rows and columns of blocks of the face.")
    threshold: float = Field(
        0.01, ge=0, le=1, description="Threshold, from mean (0) to maximum (1)."
    )
    micro_share: float = Field(
        SECONDS["micro"], gt=0, le=10, description="k of micro-expressions, in seconds."
    )
    macro_share: float = Field(
        SECONDS["macro"], gt=0, le=60, description="k of macro-expressions, in seconds."
    )


class Mdmd(Spotter):
    """Micro- and macro-expressions as differences of motion in the main direction."""

    name = "mdmd"
    title = "Main directional maximal difference of optical flow; nothing is trained"
    authors = ("Ying He", "Su-Jing Wang", "Jingting Li", "Moi Hoon Yap")
    paper = (
        "Spotting macro- and micro-expression intervals in long video sequences. IEEE "
        "International Conference on Automatic Face and Gesture Recognition (FG), 2020"
    )
    code = "https://github.com/HeyingGithub/Baseline-project-for-MEGC2020_spotting"
    options_type = MdmdOptions

    def __init__(self, options: BaselineOptions) -> None:
        super().__init__(options)
        assert isinstance(options, MdmdOptions)
        self.settings: MdmdOptions = options

    def dependencies(self) -> Mapping[str, str]:
        """Return what the flow depends on besides the options."""
        return {**super().dependencies(), "flow": farneback_version()}

    def deviations(self) -> Sequence[str]:
        """Return the deviations from the papers."""
        return DEVIATIONS

    def k_for(self, video: Video, kind: Kind) -> int:
        """Return the distance of the compared frames; halved while the video is too short."""
        share = self.settings.micro_share if kind == "micro" else self.settings.macro_share
        k = k_from_fps(frame_rate(video, NO_REMEDY), share)
        while k > 1 and video.n_frames < 6 * k:
            k = (k + 1) // 2
        return k

    def feature_key(self, video: Video, kind: Kind) -> Mapping[str, Any]:
        """Return what the features depend on."""
        k = self.k_for(video, kind)
        return {"blocks": self.settings.blocks, "k": k, "flow": farneback_version()}

    def work(self, video: Video, kind: Kind) -> Size:
        """Return the number of pairs of frames: two per frame."""
        return Size(2 * max(0, video.n_frames - 2 * self.k_for(video, kind)))

    def compute(
        self, video: UnseenVideo, kind: Kind, faces: Faces, report: ProgressCallback
    ) -> Mapping[str, NDArray[Any]]:
        """Compute the feature of each frame with neighbors k before and after it."""
        k, crops, flow = self.k_for(video, kind), faces.crops, farneback()
        features = np.zeros(max(0, len(crops) - 2 * k))
        for head in range(len(features)):
            to_frame = flow(crops[head], crops[head + k])
            to_tail = flow(crops[head], crops[head + 2 * k])
            features[head] = mdmd_feature(to_frame, to_tail, self.settings.blocks)
            report((head + 1) / len(features), f"optical flow, {kind}")
        return {"features": features}

    def spot_kind(self, fold: Fold, kind: Kind, half: int) -> Iterator[Spotted]:
        """Spot runs of frames whose relative difference is above the threshold."""
        for video in fold.test:
            features = self.features(video, kind, fold.store)["features"]
            yield self._spot_runs(video, kind, features, fold.protocol.one_per_video)

    def _spot_runs(
        self, video: UnseenVideo, kind: Kind, features: NDArray[np.float64], one_per_video: bool
    ) -> Spotted:
        k = self.k_for(video, kind)
        step = max(1, k - 1)
        differences, start = relative_differences(features, step), k + step
        curves = {
            "feature": to_frames(features, video.n_frames, k),
            "relative": to_frames(differences, video.n_frames, start),
        }
        if len(differences) == 0:
            return Spotted(curves=curves)
        mean, maximum = float(differences.mean()), float(differences.max())
        threshold = mean + self.settings.threshold * (maximum - mean)
        shortest, longest = length_limits(frame_rate(video, NO_REMEDY), kind)
        intervals = []
        for first, last in runs_above(differences, threshold):
            if shortest <= last - first + 1 <= longest:
                apex = first + int(differences[first : last + 1].argmax())
                score = float(differences[apex])
                intervals.append(
                    DetectedInterval(start + first, start + last, start + apex, score, kind)
                )
        if one_per_video and intervals:
            intervals = [max(intervals, key=lambda interval: interval.score or 0)]
        return Spotted(intervals, None, curves)


def main_direction(flow: NDArray[np.floating]) -> NDArray[np.bool_]:
    """Return which pixels of a block move in its main direction.

    The directions are the four quadrants; the main one has the most pixels, the first of equal
    ones.

    Parameters
    ----------
    flow : array of shape (height, width, 2)
        Motion to the right and down.
    """
    angle = np.arctan2(flow[..., 1], flow[..., 0]) % (2 * np.pi)
    quadrants = np.minimum((angle * (DIRECTIONS / (2 * np.pi))).astype(np.intp), DIRECTIONS - 1)
    counts = np.bincount(quadrants.ravel(), minlength=DIRECTIONS)
    return np.asarray(quadrants == counts.argmax())


def mean_of_largest(values: NDArray[np.floating]) -> float:
    """Return the mean of the largest third of some numbers, at least of one."""
    count = max(1, int(len(values) * LARGEST + 0.5))
    return float(np.sort(values)[-count:].mean())


def block_difference(to_frame: NDArray[np.floating], to_tail: NDArray[np.floating]) -> float:
    """Return the maximal difference of a block in the main direction.

    Of the pixels that move from the head frame to the current frame in the main direction: the
    length of that motion less the length of the motion from the head frame to the tail frame; the
    mean of the largest third. An expression is at its apex in the current frame, and gone in the
    tail frame.

    Parameters
    ----------
    to_frame, to_tail : array of shape (height, width, 2)
        Flow from the frame k before to the current frame, and to the frame k after.
    """
    main = main_direction(to_frame)
    return mean_of_largest(np.hypot(*to_frame[main].T) - np.hypot(*to_tail[main].T))


def mdmd_feature(
    to_frame: NDArray[np.floating], to_tail: NDArray[np.floating], blocks: int
) -> float:
    """Return the feature of a frame: the mean over the third of its blocks with the largest one.

    Parameters
    ----------
    to_frame, to_tail : array of shape (height, width, 2)
        As in :func:`block_difference`, of the complete face.
    blocks : int
        Rows and columns of blocks; pixels beyond the last complete block are left out.
    """
    height, width = (size // blocks for size in to_frame.shape[:2])
    rows = [slice(row * height, (row + 1) * height) for row in range(blocks)]
    columns = [slice(column * width, (column + 1) * width) for column in range(blocks)]
    return mean_of_largest(
        np.array(
            [
                block_difference(to_frame[row, column], to_tail[row, column])
                for row in rows
                for column in columns
            ]
        )
    )


def relative_differences(features: NDArray[np.float64], step: int) -> NDArray[np.float64]:
    """Return each feature less the mean of those ``step`` frames before and after it.

    The step is k - 1. The result has ``2 step`` numbers less; it is empty if there are too few.
    """
    if len(features) <= 2 * step:
        return np.zeros(0)
    return features[step:-step] - (features[: -2 * step] + features[2 * step :]) / 2


def runs_above(values: NDArray[np.float64], threshold: float) -> list[tuple[int, int]]:
    """Return the first and the last index of each run of values above a threshold."""
    above = np.concatenate([[False], values > threshold, [False]])
    changes = np.flatnonzero(above[1:] != above[:-1])
    return [(int(first), int(stop) - 1) for first, stop in changes.reshape(-1, 2)]


def length_limits(fps: float, kind: Kind) -> tuple[float, float]:
    """Return the shortest and the longest length of an interval of a kind, in frames."""
    longest_micro = math.floor(LONGEST_MICRO * fps + 0.5)
    if kind == "macro":
        return longest_micro + 1, math.inf
    return max(1, math.floor(SHORTEST_MICRO * fps + 0.5)), longest_micro
