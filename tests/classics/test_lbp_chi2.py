"""LBP-χ²: histograms of scikit-image's patterns, hand-worked differences, and a run."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from skimage import feature

from mebench_classics.lbp_chi2 import (
    NEIGHBORS,
    PATTERNS,
    RADIUS,
    LbpChi2,
    LbpChi2Options,
    block_histograms,
    chi_squared,
    contrast,
    feature_differences,
)
from mebench_vision.features.settings import k_from_fps
from tests.classics.spotting import spot, spotting_fold

# Its types are not stated.
local_binary_pattern: Any = feature.local_binary_pattern


@pytest.mark.parametrize("blocks", [1, 4, 6])
def test_each_block_counts_the_patterns_of_its_pixels(blocks: int) -> None:
    image = np.random.default_rng(blocks).integers(0, 256, (26, 24)).astype(np.uint8)
    codes = local_binary_pattern(image, NEIGHBORS, RADIUS, method="nri_uniform")
    expected = np.zeros((blocks, blocks, PATTERNS), int)
    for y, x in np.ndindex(image.shape):
        expected[y * blocks // 26, x * blocks // 24, int(codes[y, x])] += 1
    found = block_histograms(image, blocks)
    np.testing.assert_array_equal(found, expected.reshape(-1, PATTERNS))
    assert found.sum() == image.size


def test_chi_squared_is_the_sum_over_bins_that_are_not_empty_in_both() -> None:
    # (1 - 3)² / 4 + (2 - 0)² / 2 + nothing + (5 - 5)² / 10 = 1 + 2
    assert chi_squared(np.array([1.0, 2, 0, 5]), np.array([3.0, 0, 0, 5])) == 3
    first, second = np.random.default_rng(0).random((2, 4, 7))
    slow = [
        sum((a - b) ** 2 / (a + b) for a, b in zip(*rows, strict=True))
        for rows in zip(first, second, strict=True)
    ]
    assert chi_squared(first, second) == pytest.approx(slow)


def test_a_frame_is_compared_with_the_average_of_head_and_tail() -> None:
    # One frame of three blocks with two bins; k = 1. All blocks of head and tail are (1, 0).
    #   block 0: (1, 0) and (1, 0): 0
    #   block 1: (.5, .5): .25 / 1.5 + .25 / .5 = 2/3
    #   block 2: (0, 1):   1 / 1 + 1 / 1 = 2
    head = np.array([[4, 0], [4, 0], [2, 0]], np.uint16)
    frame = np.array([[8, 0], [3, 3], [0, 5]], np.uint16)
    video = np.stack([head, frame, head])
    assert feature_differences(video, 1, 1 / 3) == pytest.approx([2])
    assert feature_differences(video, 1, 2 / 3) == pytest.approx([4 / 3])
    assert feature_differences(video, 1, 1.0) == pytest.approx([8 / 9])
    assert len(feature_differences(video, 2, 1.0)) == 0


def test_a_slow_change_is_no_contrast() -> None:
    # F less the mean of its surroundings: 3 - (1 + 1) / 2 = 2; 1 - (3 + 1) / 2 < 0 becomes 0.
    assert contrast(np.array([1.0, 3, 1, 1]), 1).tolist() == [2, 0]
    assert contrast(np.arange(9.0), 2).tolist() == [0] * 5
    assert len(contrast(np.ones(4), 2)) == 0


@given(st.integers(1, 6), st.integers(0, 20))
def test_only_frames_between_head_and_tail_have_a_difference(k: int, frames: int) -> None:
    histograms = np.ones((frames, 2, 3), np.uint16)
    differences = feature_differences(histograms, k, 1.0)
    assert differences.tolist() == [0] * max(0, frames - 2 * k)
    assert len(contrast(differences, k)) == max(0, frames - 4 * k)


def test_k_is_that_of_the_papers() -> None:
    """N = 2k + 1 is 9 at 25 frames per second, 21 at 60."""
    assert [2 * k_from_fps(fps, LbpChi2Options().share) + 1 for fps in (25, 60)] == [9, 21]


def test_only_micro_expressions_are_spotted(tmp_path: Path) -> None:
    baseline = LbpChi2(LbpChi2Options(share=0.1))
    prediction = spot(baseline, spotting_fold(tmp_path))
    assert {one.kind for one in prediction.spotted} == {"micro"}
    assert isinstance(prediction.score_threshold, dict)
    assert list(prediction.score_threshold) == ["micro"]
    assert set(prediction.curves) == {"difference", "contrast"}
    assert baseline.deviations() and baseline.dependencies() and baseline.requirements()
