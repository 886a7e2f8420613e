"""LBP-TOP against scikit-image and against a slow plain loop."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from pydantic import ValidationError
from skimage import feature

from mebench_classics.lbp_top import (
    PLANES,
    LbpTopOptions,
    interpolate_time,
    lbp_top,
    pattern_bins,
    patterns,
)

local_binary_pattern: Any = feature.local_binary_pattern


def volume(shape: tuple[int, int, int], seed: int = 0) -> NDArray[np.float32]:
    return np.random.default_rng(seed).integers(0, 256, shape).astype(np.float32)


@pytest.mark.parametrize("points", [4, 8])
@pytest.mark.parametrize("radius", [1, 2, 3])
@pytest.mark.parametrize("axes", PLANES)
def test_the_patterns_of_every_plane_are_those_of_scikit_image(
    points: int, radius: int, axes: tuple[int, int]
) -> None:
    gray = volume((9, 20, 24))
    codes = patterns(gray, axes, (radius, radius, radius), points)
    [across] = {0, 1, 2} - set(axes)
    for number in range(radius, gray.shape[across] - radius):
        plane = np.take(gray, number, axis=across).astype(np.uint8)
        expected = local_binary_pattern(plane, points, radius, "default")
        inner = expected[radius:-radius, radius:-radius]
        np.testing.assert_array_equal(np.take(codes, number - radius, axis=across), inner)


def slow_histograms(
    gray: NDArray[np.float32], points: int, radius: int, time_radius: int, blocks: int
) -> NDArray[np.float64]:
    """Return the histograms of all patterns, pixel by pixel."""
    frames, height, width = gray.shape
    radii = (time_radius, radius, radius)
    counts: NDArray[np.float64] = np.zeros((blocks, blocks, 3, 2**points))
    inner_height, inner_width = height - 2 * radius, width - 2 * radius
    for t in range(time_radius, frames - time_radius):
        for y in range(radius, height - radius):
            for x in range(radius, width - radius):
                block_row = (y - radius) * blocks // inner_height
                block_column = (x - radius) * blocks // inner_width
                for plane, (first, second) in enumerate(PLANES):
                    code = 0
                    for point in range(points):
                        angle = 2 * math.pi * point / points
                        place = [float(t), float(y), float(x)]
                        place[first] -= round(radii[first] * math.sin(angle), 5)
                        place[second] += round(radii[second] * math.cos(angle), 5)
                        code += (bilinear(gray, place) >= gray[t, y, x] - 1e-3) * 2**point
                    counts[block_row, block_column, plane, code] += 1
    counts /= counts.sum(axis=3, keepdims=True)
    return counts


def bilinear(gray: NDArray[np.float32], place: list[float]) -> float:
    """Return the gray level between pixels, by the weights of the eight around."""
    total = 0.0
    floors = [math.floor(value) for value in place]
    for corner in np.ndindex(2, 2, 2):
        weight = 1.0
        for value, low, one in zip(place, floors, corner, strict=True):
            weight *= value - low if one else 1 - (value - low)
        if weight > 0:
            index = tuple(low + one for low, one in zip(floors, corner, strict=True))
            total += weight * float(gray[index])
    return total


def test_the_histograms_are_those_of_a_plain_loop() -> None:
    """With a radius in time that differs from the one in space, which scikit-image cannot do."""
    gray = volume((7, 8, 9))
    found = lbp_top(gray, 4, 1, 2, 2).reshape(2, 2, 3, 16)
    np.testing.assert_allclose(found, slow_histograms(gray, 4, 1, 2, 2), atol=1e-6)


def test_with_eight_points_the_patterns_that_are_not_uniform_share_a_bin() -> None:
    """The bins are those of scikit-image's ``nri_uniform``, in another order."""
    bins, table = pattern_bins(8)
    assert bins == 59
    gray = volume((3, 60, 60))
    plane = gray[1].astype(np.uint8)
    labels = local_binary_pattern(plane, 8, 1, "nri_uniform")
    ours = table[local_binary_pattern(plane, 8, 1, "default").astype(int)]
    pairs = {*zip(labels.ravel().tolist(), ours.ravel().tolist(), strict=True)}
    assert len(pairs) == len({one for one, _ in pairs}) == len({other for _, other in pairs}) == 59
    gray = volume((5, 8, 8))
    slow = slow_histograms(gray, 8, 1, 1, 1)
    expected = np.stack([np.bincount(table, one, 59) for one in slow[0, 0]])
    np.testing.assert_allclose(lbp_top(gray, 8, 1, 1, 1).reshape(3, 59), expected, atol=1e-6)


def test_without_any_difference_every_neighbor_counts_as_equal() -> None:
    """Also after interpolation, in time and between pixels."""
    still = np.random.default_rng(0).integers(0, 256, (1, 12, 12)).astype(np.uint8)
    gray = interpolate_time(np.repeat(still, 4, axis=0), 10)
    histograms = lbp_top(gray, 4, 1, 4, 2).reshape(4, 3, 16)
    # In XT, the neighbors in time (bits 1 and 3) equal the pixel, so both bits are always set.
    others = [code for code in range(16) if code & 0b1010 != 0b1010]
    assert not histograms[:, 1:, others].any()
    flat = lbp_top(np.full((9, 12, 12), 77, np.float32), 8, 2, 2, 2).reshape(12, 59)
    _, table = pattern_bins(8)
    np.testing.assert_array_equal(flat, np.eye(59)[np.full(12, table[255])])


def test_interpolation_in_time() -> None:
    frames = np.array([[[0, 10]], [[20, 10]], [[40, 50]]], np.uint8)
    expected = [[[0, 10]], [[10, 10]], [[20, 10]], [[30, 30]], [[40, 50]]]
    np.testing.assert_allclose(interpolate_time(frames, 5), expected)
    np.testing.assert_array_equal(interpolate_time(frames, 3), frames)
    np.testing.assert_array_equal(interpolate_time(frames[:1], 4), frames[[0, 0, 0, 0]])


def test_options_that_leave_no_inner_frame_are_refused() -> None:
    assert LbpTopOptions.model_validate({"points": "8"}).points == 8
    with pytest.raises(ValidationError, match="at least 11 frames, so raise --frames"):
        LbpTopOptions(time_radius=5)
    assert LbpTopOptions(time_radius=5, frames=11).frames == 11
