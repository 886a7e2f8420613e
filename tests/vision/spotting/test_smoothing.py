"""Windows and smoothing, against numpy."""

from __future__ import annotations

from typing import get_args

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from mebench_vision.spotting.smoothing import Smoothing, smooth, to_frames, window

curves = arrays.arrays(
    np.float64, st.integers(1, 80), elements=st.floats(0, 1, allow_nan=False, width=32)
)


@pytest.mark.parametrize("kind", get_args(Smoothing))
def test_windows_sum_to_one_and_are_symmetric(kind: str) -> None:
    weights = window(kind, 6)  # type: ignore[arg-type]
    assert weights.sum() == pytest.approx(1)
    assert weights == pytest.approx(weights[::-1])
    assert len(weights) == {"simple": 12, "none": 1}.get(kind, 13)


@given(curves, st.integers(1, 12))
def test_simple_smoothing_is_numpys_same(curve: np.ndarray, half: int) -> None:
    smoothed = smooth(curve, "simple", half, borders=True)
    assert len(smoothed) == len(curve)
    if len(curve) >= 2 * half:
        same = np.convolve(curve, np.ones(2 * half) / (2 * half), "same")
        assert smoothed == pytest.approx(same, abs=1e-12)


def test_discarded_borders_are_nan() -> None:
    smoothed = smooth(np.arange(20.0), "simple-odd", 2, borders=False)
    assert np.isnan(smoothed[[0, 1, -1, -2]]).all()
    assert smoothed[2:-2] == pytest.approx(np.arange(2.0, 18.0))


@pytest.mark.parametrize("kind", get_args(Smoothing))
def test_borders_are_where_the_window_leaves_the_curve(kind: Smoothing) -> None:
    curve = np.random.default_rng(0).random(40)
    smoothed = smooth(curve, kind, 3, borders=False)
    valid = np.convolve(curve, window(kind, 3), "valid")
    assert smoothed[np.isfinite(smoothed)] == pytest.approx(valid)


def test_a_curve_lies_on_the_frames_of_its_video() -> None:
    nan = np.nan
    np.testing.assert_array_equal(to_frames(np.array([1.0, 2]), 4), [1, 2, nan, nan])
    np.testing.assert_array_equal(to_frames(np.array([1.0, 2]), 4, 1), [nan, 1, 2, nan])
