"""LBP-TOP: local binary patterns on three orthogonal planes, and a support vector machine.

Zhao and Pietikäinen (2007) describe a video of a face by patterns of its pixels in the image plane
XY and in the two planes with time, XT and YT. Li et al. (2013) use it for micro-expressions, after
temporal interpolation to the same number of frames; the baseline of the grand challenge of 2019 is
this method with 5 x 5 blocks and a linear support vector machine.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from importlib.metadata import version
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self

import numpy as np
from pydantic import BeforeValidator, Field, model_validator

from mebench.runner import BaselineOptions, Fold
from mebench_classics.recognizer import FACE_DEVIATION, Recognizer, Scores
from mebench_classics.support_vectors import linear_machine
from mebench_vision.faces.options import FaceOptions
from mebench_vision.features.feature_cache import video_faces
from mebench_vision.features.intervals import interval_ends

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mebench.runner import Store, UnseenSample

TIME, ROW, COLUMN = range(3)
"""Axes of a volume."""

PLANES = ((ROW, COLUMN), (TIME, COLUMN), (TIME, ROW))
"""The axes of XY, XT and YT; the second one is that of the first neighbor."""

TOLERANCE = 1e-3
"""Gray levels by which a neighbor may be darker and still counts as equal: rounding errors."""

DESCRIPTION_VERSION = 1
"""Increased when the description changes."""


def _to_integer(value: object) -> object:
    """Convert a string of digits, which pydantic does not do for a literal."""
    return int(value) if isinstance(value, str) and value.isdecimal() else value


class LbpTopOptions(FaceOptions):
    """The options of LBP-TOP."""

    blocks: int = Field(5, ge=1, le=32, description="Blocks of the face in each direction.")
    points: Annotated[Literal[4, 8], BeforeValidator(_to_integer)] = Field(
        4, description="Neighbors of a pixel in each plane."
    )
    radius: int = Field(1, ge=1, le=16, description="Distance of the neighbors in pixels.")
    time_radius: int = Field(4, ge=1, le=16, description="Distance of the neighbors in frames.")
    frames: int = Field(
        10, ge=3, le=200, description="Frames of each sample after interpolation in time."
    )
    penalty: float = Field(1e4, gt=0, description="C of the support vector machine.")

    @model_validator(mode="after")
    def _has_inner_frames(self) -> Self:
        if self.frames <= 2 * self.time_radius:
            raise ValueError(
                f"with --time-radius {self.time_radius} a sample needs at least "
                f"{2 * self.time_radius + 1} frames, so raise --frames"
            )
        return self


class LbpTop(Recognizer):
    """Histograms of local binary patterns in space and time, in blocks of the face."""

    name = "lbp-top"
    title = "LBP-TOP: binary patterns in space and time, SVM; recognition only"
    authors = ("Guoying Zhao", "Matti Pietikäinen")
    paper = (
        "Dynamic texture recognition using local binary patterns with an application to facial "
        "expressions. IEEE Transactions on Pattern Analysis and Machine Intelligence 29(6), 2007"
    )
    options_type = LbpTopOptions

    def __init__(self, options: BaselineOptions) -> None:
        super().__init__(options)
        assert isinstance(options, LbpTopOptions)
        self.settings: LbpTopOptions = options

    def describe(self, sample: UnseenSample, store: Store) -> NDArray[np.float32]:
        """Return the histograms of a sample, from its onset to its offset."""
        onset, offset = interval_ends(sample.video, sample)
        settings = self.settings
        key: dict[str, Any] = {
            "kind": "lbp-top",
            "version": DESCRIPTION_VERSION,
            **self.faces.crop_key(sample.video),
            "interval": [onset, offset],
            "frames": settings.frames,
            "patterns": [settings.points, settings.radius, settings.time_radius, settings.blocks],
        }
        arrays = store.get(key)
        if arrays is None:
            crops = video_faces(sample.video, self.faces, store).crops
            volume = interpolate_time(crops[onset : offset + 1], settings.frames)
            arrays = {
                "histograms": lbp_top(
                    volume, settings.points, settings.radius, settings.time_radius, settings.blocks
                )
            }
            store.put(key, arrays)
        histograms: NDArray[np.float32] = arrays["histograms"]
        return histograms

    def learn(
        self, descriptions: NDArray[np.float32], classes: NDArray[np.int64], fold: Fold
    ) -> Scores:
        """Train a linear support vector machine."""
        n_classes = len(fold.protocol.classes)
        return linear_machine(descriptions, classes, n_classes, self.settings.penalty)

    def requirements(self) -> Mapping[str, str]:
        """Return the modules that faces and the support vector machine need."""
        return {**self.faces.requirements(), "sklearn": "scikit-learn"}

    def dependencies(self) -> Mapping[str, str]:
        """Return what the predictions depend on besides the options."""
        return {"scikit-learn": version("scikit-learn"), **self.faces.dependencies()}

    def variant_name(self) -> str:
        """Return the parameters in the notation of the paper: points, then radii in X, Y and T."""
        one = self.settings
        points, radii = [one.points] * 3, [one.radius, one.radius, one.time_radius]
        numbers = ",".join(map(str, points + radii))
        return f"LBP-TOP {numbers}, {one.blocks} x {one.blocks} blocks, {one.frames} frames"

    def deviations(self) -> Sequence[str]:
        """Return where the method differs from the papers."""
        return [
            FACE_DEVIATION,
            "Frames are interpolated linearly between neighbors; Li et al. (2013) use the temporal "
            "interpolation model of Zhou et al.",
            "A histogram counts only pixels that have all their neighbors, in all three planes.",
            "Points, radii, blocks and the C of the support vector machine are values in use for "
            "micro-expressions, chosen after first scores on rendered faces had been seen.",
        ]


def interpolate_time(frames: NDArray[np.uint8], count: int) -> NDArray[np.float32]:
    """Return ``count`` frames at equal distances from the first to the last, of (n, h, w)."""
    positions = np.linspace(0, len(frames) - 1, count)
    before = np.floor(positions).astype(np.int64)
    after = np.minimum(before + 1, len(frames) - 1)
    shares = (positions - before).astype(np.float32)[:, None, None]
    return frames[before] * (1 - shares) + frames[after] * shares


def lbp_top(
    volume: NDArray[np.float32], points: int, radius: int, time_radius: int, blocks: int
) -> NDArray[np.float32]:
    """Return the histograms of all blocks and planes.

    Parameters
    ----------
    volume : float32 array of shape (frames, height, width)
        The gray levels of a face.
    points : int
        Neighbors of a pixel in each plane. With more than 4, all patterns that are not uniform
        share a bin.
    radius, time_radius : int
        Distance of the neighbors, in pixels and in frames.
    blocks : int
        Blocks in each direction; each one spans all frames.

    Returns
    -------
    float32 array of shape (blocks * blocks * 3 * bins,)
        The histograms of XY, XT and YT of each block, row by row; each adds up to 1.
    """
    radii = (time_radius, radius, radius)
    bins, table = pattern_bins(points)
    _, height, width = (size - 2 * margin for size, margin in zip(volume.shape, radii, strict=True))
    rows, columns = (np.arange(size) * blocks // size for size in (height, width))
    block = rows[:, None] * blocks + columns
    histograms = np.empty((blocks * blocks, len(PLANES), bins), np.float32)
    for plane, axes in enumerate(PLANES):
        labels = block * bins + table[patterns(volume, axes, radii, points)]
        counts = np.bincount(labels.ravel(), minlength=blocks * blocks * bins)
        counts = counts.reshape(blocks * blocks, bins)
        histograms[:, plane] = counts / counts.sum(axis=1, keepdims=True)
    return histograms.ravel()


def patterns(
    volume: NDArray[np.float32], axes: tuple[int, int], radii: tuple[int, int, int], points: int
) -> NDArray[np.int64]:
    """Return the local binary pattern of each inner pixel in one plane.

    Bit p is set if neighbor p is at least as bright as the pixel. The neighbors are on an ellipse
    (Zhao and Pietikäinen 2007, Section 3.2), in the order of scikit-image; those between pixels are
    interpolated bilinearly.

    Parameters
    ----------
    volume : float32 array of shape (frames, height, width)
        The gray levels.
    axes : tuple of int
        The axes of the plane.
    radii : tuple of int
        Distance of the neighbors along each axis, which is also the margin without patterns.
    points : int
        Number of neighbors.
    """
    center = _shifted(volume, radii, {})
    codes = np.zeros(center.shape, np.int64)
    first, second = axes
    for point in range(points):
        angle = 2 * np.pi * point / points
        offsets = {first: -radii[first] * np.sin(angle), second: radii[second] * np.cos(angle)}
        neighbor = _interpolated(volume, radii, offsets)
        codes |= (neighbor >= center - np.float32(TOLERANCE)).astype(np.int64) << point
    return codes


def _interpolated(
    volume: NDArray[np.float32], margins: tuple[int, int, int], offsets: Mapping[int, float]
) -> NDArray[np.float32]:
    """Return the inner part of a volume, moved by fractions of pixels along two axes."""
    (first, down), (second, across) = ((axis, round(value, 5)) for axis, value in offsets.items())
    corner = {first: int(np.floor(down)), second: int(np.floor(across))}
    shares = {first: down - corner[first], second: across - corner[second]}
    total = np.zeros_like(_shifted(volume, margins, {}))
    for one in (0, 1):
        for other in (0, 1):
            weight = abs(1 - one - shares[first]) * abs(1 - other - shares[second])
            if weight > 0:
                moved = {first: corner[first] + one, second: corner[second] + other}
                total += np.float32(weight) * _shifted(volume, margins, moved)
    return total


def _shifted(
    volume: NDArray[np.float32], margins: tuple[int, int, int], steps: Mapping[int, int]
) -> NDArray[np.float32]:
    """Return the inner part of a volume, moved by whole pixels along some axes."""
    return volume[
        tuple(
            slice(margin + steps.get(axis, 0), size - margin + steps.get(axis, 0))
            for axis, (margin, size) in enumerate(zip(margins, volume.shape, strict=True))
        )
    ]


@cache
def pattern_bins(points: int) -> tuple[int, NDArray[np.int64]]:
    """Return the number of bins, and the bin of each pattern.

    With 4 points each of the 16 patterns has a bin. With more, each uniform pattern (at most two
    changes between 0 and 1 around the circle) has a bin, and all others share the last one: 59 bins
    for 8 points.
    """
    codes = np.arange(2**points)
    if points <= 4:
        return len(codes), codes
    bits = (codes[:, None] >> np.arange(points)) & 1
    is_uniform = (bits != np.roll(bits, 1, axis=1)).sum(axis=1) <= 2
    table = np.full(len(codes), is_uniform.sum())
    table[is_uniform] = np.arange(is_uniform.sum())
    return int(is_uniform.sum()) + 1, table
