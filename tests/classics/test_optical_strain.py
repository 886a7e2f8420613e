"""Optical strain: flows with a known strain, the search of an apex, and runs."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from mebench_classics.farneback import farneback
from mebench_classics.optical_strain import (
    OpticalStrain,
    OpticalStrainOptions,
    search_apex,
    skin_mask,
    spot_apex,
)
from mebench_vision.features.pair_features import strain
from mebench_vision.features.regions import eye_mask
from tests.classics.spotting import spot, spotting_fold
from tests.vision.features.flows import face_landmarks


def test_stretched_skin_has_the_strain_of_its_stretch() -> None:
    """U = .02 x has the strain .02 everywhere; a moved face has none."""
    height = width = 128
    rows, columns = np.indices((height, width), np.float32)
    texture = 60 * np.sin(columns / 3) * np.cos(rows / 4) + 120
    center = width / 2
    stretched = 60 * np.sin((center + (columns - center) / 1.02) / 3) * np.cos(rows / 4) + 120
    moved = 60 * np.sin((columns - 1) / 3) * np.cos(rows / 4) + 120
    flow = farneback()
    inner = (slice(20, -20), slice(20, -20))
    first = texture.astype(np.uint8)
    found = strain(flow(first, stretched.astype(np.uint8)))[inner]
    assert np.median(found) == pytest.approx(0.02, rel=0.2)
    assert np.median(strain(flow(first, moved.astype(np.uint8)))[inner]) < 0.005


def test_eyes_are_left_out() -> None:
    landmarks = face_landmarks()
    skin, eyes = skin_mask(landmarks), eye_mask(landmarks)
    assert skin.any() and eyes.any() and not (skin & eyes).any()
    for first in (36, 42):
        x, y = landmarks[first : first + 6].mean(axis=0).astype(int)
        assert eyes[y, x]
    assert not skin[landmarks[29, 1], landmarks[29, 0]]  # the nose


def test_the_half_with_the_larger_sum_of_peaks_goes_on() -> None:
    # Peaks 3 and 3 in the first half, 5 in the second: the first half, and in it, of equal peaks,
    # the first quarter.
    curve = np.zeros(16)
    curve[[2, 6, 12]] = 3, 3, 5
    assert search_apex(curve) == 2
    curve[6] = 4
    assert search_apex(curve) == 6
    curve[12] = 9
    assert search_apex(curve) == 12


def test_a_curve_without_peaks_has_its_maximum_as_apex() -> None:
    assert search_apex(np.arange(5.0)) == 4
    assert search_apex(np.zeros(3)) == 0
    [interval] = spot_apex(np.arange(5.0), 2, 5, "micro").intervals
    assert (interval.onset, interval.apex, interval.offset) == (2, 4, 4)
    assert spot_apex(np.zeros(0), 2, 0, "micro").intervals == ()


def test_both_kinds_are_spotted_in_long_videos(tmp_path: Path) -> None:
    baseline = OpticalStrain(OpticalStrainOptions())
    prediction = spot(baseline, spotting_fold(tmp_path))
    assert {one.kind for one in prediction.spotted} <= {"micro", "macro"}
    assert "micro" in {one.kind for one in prediction.spotted}
    assert baseline.deviations() and baseline.dependencies() and baseline.requirements()


def test_one_apex_is_searched_where_a_video_has_one_expression(tmp_path: Path) -> None:
    fold = spotting_fold(tmp_path, "synthetic-str")
    protocol = fold.protocol.model_copy(update={"one_per_video": True})
    prediction = spot(OpticalStrain(OpticalStrainOptions()), replace(fold, protocol=protocol))
    [interval] = prediction.spotted
    strains = prediction.curves["strain"]
    assert strains[0] < 0.1 * strains[1:].min()  # the first frame is compared with itself
    assert interval.score == pytest.approx(strains[interval.apex])
