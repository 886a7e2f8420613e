"""Optical strain: how much the skin is deformed between two frames.

M. Shreve, S. Godavarthy, D. Goldgof, S. Sarkar, "Macro- and micro-expression spotting in long
videos using spatio-temporal strain", FG 2011, and M. Shreve et al., "Automatic expression spotting
in videos", Image and Vision Computing 2014, for the strain in long videos. S.-T. Liong, J. See,
K. Wong, A. C. Le Ngo, Y.-H. Oh, R. Phan, "Automatic apex frame spotting in micro-expression
database", ACPR 2015, for the regions and for the search of the apex in videos with one expression.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from pydantic import Field

from mebench.runner import BaselineOptions, DetectedInterval, Fold, Size, UnseenVideo
from mebench_classics.farneback import farneback, farneback_version
from mebench_classics.spotter import Kind, Spotted, Spotter
from mebench_vision.faces.options import FaceOptions
from mebench_vision.features.pair_features import strain
from mebench_vision.features.regions import eye_mask, face_regions
from mebench_vision.features.settings import frame_rate, k_from_fps
from mebench_vision.spotting.peaks import peak_intervals, pick_peaks
from mebench_vision.spotting.smoothing import smooth, to_frames
from mebench_vision.spotting.training_samples import half_at_rate

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mebench.datasets import Video
    from mebench.runner import ProgressCallback
    from mebench_vision.faces.crops import Faces

DEVIATIONS = (
    "Faces are cut out by the box of the first frame as in MEAN.",
    "The optical flow is Farnebäck's, by OpenCV; both papers use other flows.",
    "The strain has backward differences, as in MEAN and SOFTNet; Shreve's has central ones.",
    "The strain is summed around brows and mouth as in Liong, without the eyes; Shreve sums it in "
    "the chin, mouth, cheeks and forehead.",
    "In long videos, frames a fixed time apart are compared. Peaks of the smoothed strain above a "
    "threshold between mean and maximum are spotted, once per kind, with the mean length of the "
    "training expressions; Shreve distinguishes the kinds by duration and place.",
    "The interval around the apex of a video with one expression has the mean length of the "
    "training expressions; Liong gives the apex alone.",
)


class OpticalStrainOptions(FaceOptions):
    """The options."""

    share: float = Field(
        0.1, gt=0, le=10, description="Distance of the compared frames of long videos, in seconds."
    )
    threshold: float = Field(
        0.55, ge=0, le=1, description="Threshold of peaks, from mean (0) to maximum (1)."
    )


class OpticalStrain(Spotter):
    """Expressions as peaks of the strain of brows and mouth."""

    name = "optical-strain"
    title = "Optical strain: its peaks, or its apex by divide and conquer; nothing is trained"
    authors = ("Matthew Shreve", "Sze-Teng Liong", "John See", "KokSheik Wong")
    paper = (
        "Macro- and micro-expression spotting in long videos using spatio-temporal strain. FG, "
        "2011. Automatic apex frame spotting in micro-expression database. ACPR, 2015"
    )
    options_type = OpticalStrainOptions

    def __init__(self, options: BaselineOptions) -> None:
        super().__init__(options)
        assert isinstance(options, OpticalStrainOptions)
        self.settings: OpticalStrainOptions = options

    @property
    def _one_per_video(self) -> bool:
        return self.protocol is not None and self.protocol.one_per_video

    def dependencies(self) -> Mapping[str, str]:
        """Return what the flow depends on besides the options."""
        return {**super().dependencies(), "flow": farneback_version()}

    def deviations(self) -> Sequence[str]:
        """Return the deviations from the papers."""
        return DEVIATIONS

    def k_for(self, video: Video) -> int:
        """Return the distance between the frames of a pair in a long video, in frames."""
        return k_from_fps(frame_rate(video, "which --share needs"), self.settings.share)

    def feature_key(self, video: Video, kind: Kind) -> Mapping[str, Any]:
        """Return what the strain depends on; it is the same for both kinds."""
        reference = "first" if self._one_per_video else self.k_for(video)
        return {"reference": reference, "flow": farneback_version()}

    def work(self, video: Video, kind: Kind) -> Size:
        """Return the number of pairs of frames, which are the same for both kinds."""
        if kind != self.target_kinds()[0]:
            return Size()
        return Size(max(0, video.n_frames - (0 if self._one_per_video else self.k_for(video))))

    def compute(
        self, video: UnseenVideo, kind: Kind, faces: Faces, report: ProgressCallback
    ) -> Mapping[str, NDArray[Any]]:
        """Compute the strain of each pair: frames a fixed time apart, or the first and another."""
        crops, flow = faces.crops, farneback()
        if self._one_per_video:
            pairs = [(0, second) for second in range(len(crops))]
        else:
            k = self.k_for(video)
            pairs = [(first, first + k) for first in range(len(crops) - k)]
        skin = skin_mask(faces.landmarks)
        sums = np.zeros(len(pairs))
        for index, (first, second) in enumerate(pairs):
            sums[index] = strain(flow(crops[first], crops[second]))[skin].sum()
            report((index + 1) / len(pairs), "optical strain")
        return {"strain": sums}

    def spot_kind(self, fold: Fold, kind: Kind, half: int) -> Iterator[Spotted]:
        """Spot the peaks of the strain; in videos with one expression, its apex."""
        for video in fold.test:
            sums = self.features(video, kind, fold.store)["strain"]
            own_half = half_at_rate(half, video, fold.training)
            if fold.protocol.one_per_video:
                yield spot_apex(sums, own_half, video.n_frames, kind)
                continue
            # The strain between two frames belongs to the frame in the middle.
            middle = self.k_for(video) // 2
            smoothed = to_frames(
                smooth(sums, "simple", own_half, borders=False), video.n_frames, middle
            )
            peaks = pick_peaks(
                smoothed.astype(np.float64), own_half, self.settings.threshold, highest_only=False
            )
            yield Spotted(
                peak_intervals(peaks, own_half, own_half, video.n_frames, kind),
                peaks.threshold,
                {"strain": to_frames(sums, video.n_frames, middle), "smoothed": smoothed},
            )


def skin_mask(landmarks: NDArray[np.int32]) -> NDArray[np.bool_]:
    """Return which pixels of the 128 x 128 face are around brows and mouth, without the eyes."""
    eyes = eye_mask(landmarks)
    skin = np.zeros_like(eyes)
    for region in face_regions(landmarks, "released"):
        skin[region.source] = True
    return np.asarray(skin & ~eyes)


def spot_apex(sums: NDArray[np.float64], half: int, n_frames: int, kind: Kind) -> Spotted:
    """Spot the one expression of a video by the strain of each frame relative to the first."""
    if len(sums) == 0:
        return Spotted()
    apex = search_apex(sums)
    interval = DetectedInterval(
        max(0, apex - half), min(n_frames - 1, apex + half), apex, float(sums[apex]), kind
    )
    return Spotted([interval], None, {"strain": sums.astype(np.float32)})


def search_apex(curve: NDArray[np.float64]) -> int:
    """Return the apex of a curve: divide and conquer on its peaks (Liong 2015).

    The curve is cut into two halves, and the half goes on whose peaks have the larger sum, the
    first one of equal ones, until one peak is left. A curve without peaks gives its maximum.
    """
    from scipy.signal import find_peaks

    positions, _ = find_peaks(curve)
    if len(positions) == 0:
        return int(curve.argmax())
    first, stop = 0, len(curve)
    while len(positions) > 1:
        middle = (first + stop) // 2
        before = positions < middle
        if curve[positions[before]].sum() >= curve[positions[~before]].sum():
            positions, stop = positions[before], middle
        else:
            positions, first = positions[~before], middle
    return int(positions[0])
