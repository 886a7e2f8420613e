"""LBP-χ²: differences of appearance between a frame and the frames before and after it.

A. Moilanen, G. Zhao, M. Pietikäinen, "Spotting rapid facial movements from videos using
appearance-based feature difference analysis", ICPR 2014.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import numpy as np
from pydantic import Field

from mebench.runner import BaselineOptions, Fold, Size, UnseenVideo
from mebench_classics.spotter import Kind, Spotted, Spotter
from mebench_vision.faces.options import FaceOptions
from mebench_vision.features.settings import frame_rate, k_from_fps
from mebench_vision.spotting.peaks import peak_intervals, pick_peaks
from mebench_vision.spotting.smoothing import to_frames
from mebench_vision.spotting.training_samples import half_at_rate

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mebench.datasets import Video
    from mebench.runner import ProgressCallback
    from mebench_vision.faces.crops import Faces

NEIGHBORS, RADIUS = 8, 3
PATTERNS = NEIGHBORS * (NEIGHBORS - 1) + 3
"""Uniform patterns of 8 neighbors, and one bin for all others."""

DEVIATIONS = (
    "Faces are cut out by the box of the first frame as in MEAN; the paper aligns them by tracked "
    "landmarks.",
    "The patterns have 8 neighbors at a distance of 3 pixels of the 128 x 128 face, a choice that "
    "was not compared with the paper.",
    "The paper marks single frames, and counts a peak near an expression as found. Here the "
    "interval around a peak has the mean length of the training expressions.",
    "The paper shows results for all thresholds; the default is that of MEAN and SOFTNet.",
    "Every peak is written as a candidate with its score; the threshold is the operating point.",
)


class LbpChi2Options(FaceOptions):
    """The options."""

    share: float = Field(
        0.16, gt=0, le=10, description="Distance k to the frames compared with, in seconds."
    )
    blocks: int = Field(6, ge=1, le=32, description="Rows and columns of blocks of the face.")
    largest: float = Field(
        1 / 3, gt=0, le=1, description="Share of the blocks with the largest differences."
    )
    threshold: float = Field(
        0.55, ge=0, le=1, description="Threshold of peaks, from mean (0) to maximum (1)."
    )


class LbpChi2(Spotter):
    """Micro-expressions as short-lived changes of local binary patterns."""

    name = "lbp-chi2"
    title = "Feature difference analysis of LBP histograms; nothing is trained"
    authors = ("Antti Moilanen", "Guoying Zhao", "Matti Pietikäinen")
    paper = (
        "Spotting rapid facial movements from videos using appearance-based feature difference "
        "analysis. International Conference on Pattern Recognition (ICPR), 2014"
    )
    options_type = LbpChi2Options
    kinds = ("micro",)  # "rapid facial movements"

    def __init__(self, options: BaselineOptions) -> None:
        super().__init__(options)
        assert isinstance(options, LbpChi2Options)
        self.settings: LbpChi2Options = options

    def requirements(self) -> Mapping[str, str]:
        """Return the modules that faces and patterns need, with their packages."""
        return {**super().requirements(), "skimage": "scikit-image"}

    def dependencies(self) -> Mapping[str, str]:
        """Return what the patterns depend on besides the options."""
        return {**super().dependencies(), "scikit-image": version("scikit-image")}

    def deviations(self) -> Sequence[str]:
        """Return the deviations from the paper."""
        return DEVIATIONS

    def feature_key(self, video: Video, kind: Kind) -> Mapping[str, Any]:
        """Return what the histograms depend on."""
        return {"blocks": self.settings.blocks, "scikit-image": version("scikit-image")}

    def work(self, video: Video, kind: Kind) -> Size:
        """Return the size of the histograms."""
        bytes_per_frame = self.settings.blocks**2 * PATTERNS * np.dtype(np.uint16).itemsize
        return Size(disk=video.n_frames * bytes_per_frame)

    def compute(
        self, video: UnseenVideo, kind: Kind, faces: Faces, report: ProgressCallback
    ) -> Mapping[str, NDArray[Any]]:
        """Compute the histograms of a video."""
        blocks = self.settings.blocks
        histograms = np.empty((len(faces.crops), blocks * blocks, PATTERNS), np.uint16)
        for number, crop in enumerate(faces.crops):
            histograms[number] = block_histograms(crop, blocks)
            report((number + 1) / len(faces.crops), "local binary patterns")
        return {"histograms": histograms}

    def spot_kind(self, fold: Fold, kind: Kind, half: int) -> Iterator[Spotted]:
        """Spot micro-expressions as peaks of the contrasted differences."""
        for video in fold.test:
            histograms = self.features(video, kind, fold.store)["histograms"]
            own_half = half_at_rate(half, video, fold.training)
            yield self._spot_peaks(video, histograms, own_half, fold.protocol.one_per_video)

    def _spot_peaks(
        self, video: UnseenVideo, histograms: NDArray[np.uint16], half: int, one_per_video: bool
    ) -> Spotted:
        k = k_from_fps(frame_rate(video, "which --share needs"), self.settings.share)
        differences = feature_differences(histograms, k, self.settings.largest)
        contrasts = contrast(differences, k)
        frames = to_frames(contrasts, video.n_frames, 2 * k)
        peaks = pick_peaks(
            frames.astype(np.float64),
            max(1, k // 2),
            self.settings.threshold,
            highest_only=one_per_video,
        )
        return Spotted(
            peak_intervals(peaks, half, half, video.n_frames, "micro"),
            peaks.threshold,
            {"difference": to_frames(differences, video.n_frames, k), "contrast": frames},
        )


def block_histograms(image: NDArray[np.uint8], blocks: int) -> NDArray[np.uint16]:
    """Return how often each uniform pattern is in each block of a gray image.

    Parameters
    ----------
    image : uint8 array of shape (height, width)
        A face.
    blocks : int
        Rows and columns of blocks, as equal as possible.

    Returns
    -------
    uint16 array of shape (blocks * blocks, 59)
        The blocks row by row.
    """
    from skimage import feature

    local_binary_pattern: Any = feature.local_binary_pattern
    codes = local_binary_pattern(image, NEIGHBORS, RADIUS, method="nri_uniform").astype(np.intp)
    rows, columns = (np.arange(size) * blocks // size for size in image.shape)
    block_numbers = rows[:, None] * blocks + columns
    bins = blocks * blocks * PATTERNS
    counts = np.bincount((block_numbers * PATTERNS + codes).ravel(), minlength=bins)
    return counts.reshape(blocks * blocks, PATTERNS).astype(np.uint16)


def chi_squared(
    first: NDArray[np.floating], second: NDArray[np.floating]
) -> NDArray[np.floating[Any]]:
    """Return the χ² distance of histograms along the last axis: Σ (a - b)² / (a + b)."""
    total = first + second
    squared = (first - second) ** 2
    terms = np.divide(squared, total, out=np.zeros_like(squared), where=total > 0)
    distances: NDArray[np.floating[Any]] = terms.sum(axis=-1)
    return distances


def feature_differences(
    histograms: NDArray[np.uint16], k: int, largest: float
) -> NDArray[np.float64]:
    """Return the difference F of each frame to the average of the frames k before and k after.

    The paper's difference of the current frame to its average feature frame: the χ² distance of
    each block, and the mean of the M largest ones.

    Parameters
    ----------
    histograms : array of shape (frames, blocks, bins)
        Counts; a block's histogram is divided by its sum.
    k : int
        Distance to the head frame and to the tail frame.
    largest : float
        M, as a share of the blocks.

    Returns
    -------
    float64 array of shape (frames - 2 k,)
        For the frames from k on; empty if the video is too short.
    """
    if len(histograms) <= 2 * k:
        return np.zeros(0)
    shares = histograms.astype(np.float32)
    shares /= np.maximum(shares.sum(axis=-1, keepdims=True), 1)
    average = (shares[: -2 * k] + shares[2 * k :]) / 2
    distances = np.sort(chi_squared(shares[k:-k], average), axis=1)
    count = max(1, round(largest * distances.shape[1]))
    return np.asarray(distances[:, -count:].mean(axis=1), np.float64)


def contrast(differences: NDArray[np.float64], k: int) -> NDArray[np.float64]:
    """Return F less the mean of F k frames before and k frames after; negative values become 0.

    Returns
    -------
    float64 array of shape (n - 2 k,)
        For the differences from the k-th on; empty if there are too few.
    """
    if len(differences) <= 2 * k:
        return np.zeros(0)
    surroundings = (differences[: -2 * k] + differences[2 * k :]) / 2
    return np.maximum(differences[k:-k] - surroundings, 0)
