"""Peaks and intervals: known values, and the call of the authors' code."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from scipy.signal import find_peaks

from mebench_vision.spotting.peaks import Peaks, peak_intervals, pick_peaks

curves = arrays.arrays(
    np.float64, st.integers(1, 80), elements=st.floats(0, 1, allow_nan=False, width=32)
)


distinct = arrays.arrays(
    np.float64, st.integers(1, 80), elements=st.floats(0, 1, width=32), unique=True
)


@given(distinct, st.integers(1, 12), st.floats(0, 1))
def test_operating_point_is_that_of_the_authors_call(
    curve: np.ndarray, half: int, share: float
) -> None:
    peaks = pick_peaks(curve, half, share, highest_only=False)
    height = curve.mean() + share * (curve.max() - curve.mean())
    released, _ = find_peaks(curve, height=height, distance=half)
    above = [
        position
        for position, score in zip(peaks.positions, peaks.scores, strict=True)
        if peaks.threshold is not None and score >= peaks.threshold
    ]
    if len(released):
        assert above == released.tolist()


@given(curves, st.integers(1, 12))
def test_one_expression_a_video_takes_the_highest_peak(curve: np.ndarray, half: int) -> None:
    peaks = pick_peaks(curve, half, 0.55, highest_only=True)
    chosen = [
        position
        for position, score in zip(peaks.positions, peaks.scores, strict=True)
        if peaks.threshold is not None and score >= peaks.threshold
    ]
    assert chosen == [int(np.flatnonzero(curve == curve.max())[0])]
    assert list(peaks.positions) == sorted(peaks.positions)
    assert (np.diff(peaks.positions) >= half).all()


def test_the_highest_frame_need_not_be_a_local_peak() -> None:
    curve = np.array([0.0, 1, 0, 0, 0, 1, 2])
    peaks = pick_peaks(curve, 2, 0.55, highest_only=True)
    assert peaks.positions == (1, 6) and peaks.threshold == 2
    borders = np.array([np.nan, np.nan, 3, 2, 1, np.nan])
    assert pick_peaks(borders, 2, 0.55, highest_only=True).positions == (2,)


def test_no_peaks() -> None:
    assert pick_peaks(np.zeros(0), 3, 0.5, highest_only=False).positions == ()
    assert pick_peaks(np.ones(9), 3, 0.5, highest_only=False).positions == ()
    assert pick_peaks(np.full(4, np.nan), 3, 0.5, highest_only=True).threshold is None
    assert pick_peaks(np.arange(9.0), 3, 0.5, highest_only=False).positions == (8,)


def test_intervals_are_clipped_to_the_video() -> None:
    spotted = peak_intervals(Peaks((1, 8), (0.5, 2.0), 1.0), 2, 3, 10, "macro")
    assert [(one.onset, one.apex, one.offset) for one in spotted] == [(0, 1, 4), (6, 8, 9)]
    assert [one.score for one in spotted] == [0.5, 2.0]
    assert {one.kind for one in spotted} == {"macro"}
