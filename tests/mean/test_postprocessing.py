"""Pseudo-labels, smoothing, peaks and emotions: known values, and slower implementations."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from pydantic import ValidationError
from scipy.signal import find_peaks

from mebench.runner import Expression
from mebench_mean.expression_length import half_length
from mebench_mean.options import PRESETS, MeanOptions, Smoothing
from mebench_mean.postprocessing import pick_peaks, smooth, vote_emotion, voting_pairs, window
from mebench_mean.training_data import balanced_sample, pseudo_labels

curves = arrays.arrays(
    np.float64, st.integers(1, 80), elements=st.floats(0, 1, allow_nan=False, width=32)
)


def expression(onset: int, offset: int) -> Expression:
    return Expression(onset, offset, None, "micro", "positive")


def test_every_option_can_be_typed() -> None:
    for case in (1, 2, 3):
        assert MeanOptions.model_validate_strings({"case": str(case)}).case == case
    for wrong in ("0", "4", "one", "1.0", ""):
        with pytest.raises(ValidationError):
            MeanOptions.model_validate_strings({"case": wrong})
    found = MeanOptions.model_validate_strings({"half_length": "20", "k": "3", "borders": "false"})
    assert (found.half_length, found.k, found.borders) == (20, 3, False)
    with pytest.raises(ValidationError):  # a window that does not fit into memory
        MeanOptions.model_validate_strings({"half_length": "10000000000"})


def test_half_length_is_that_of_the_authors_code() -> None:
    assert half_length([11, 12, 15]) == int((np.mean([10, 11, 14]) + 1) / 2) == 6
    assert half_length([]) == half_length([1]) == 1


@given(
    st.integers(1, 60),
    st.lists(st.tuples(st.integers(0, 70), st.integers(0, 20)), max_size=4),
    st.integers(1, 12),
)
def test_a_pair_is_positive_if_its_window_overlaps_an_expression(
    pairs: int, spans: list[tuple[int, int]], half: int
) -> None:
    truths = [expression(onset, onset + more) for onset, more in spans]
    labels = pseudo_labels(pairs, truths, half)
    for pair in range(pairs):
        overlaps = any(pair <= truth.offset and pair + half - 1 >= truth.onset for truth in truths)
        assert labels[pair] == overlaps


@given(st.lists(st.booleans(), min_size=1, max_size=200), st.integers(1, 8), st.integers(0, 99))
def test_the_sample_is_balanced(positive: list[bool], ratio: int, seed: int) -> None:
    labels = np.array(positive, np.float32)
    order = np.random.default_rng(seed).permutation(len(labels))
    chosen = balanced_sample(labels, ratio, order)
    positives = int(labels[chosen].sum())
    negatives = len(chosen) - positives
    assert len(set(chosen.tolist())) == len(chosen)
    assert negatives == ratio * positives or (
        # Too few negative pairs: all are chosen, and as many positive pairs as they allow.
        negatives == len(labels) - labels.sum() and positives == negatives // ratio
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


def test_the_emotion_is_the_majority_class_before_the_peak() -> None:
    probabilities = np.eye(3)[[0, 1, 1, 2, 2, 2, 0]]
    assert vote_emotion(probabilities, 3, 3, 1)[0] == 1
    assert vote_emotion(probabilities, 3, 3, 2)[0] == 2
    assert vote_emotion(probabilities, 3, 3, 3)[0] == 2
    assert vote_emotion(probabilities, 0, 3, 1)[0] == 0
    assert vote_emotion(probabilities, 3, 2, 1)[1].tolist() == [0, 1, 0]
    assert voting_pairs(40, 3, 1, 7) == slice(6, 7)


def test_a_tie_goes_to_the_emotion_that_comes_first_in_time() -> None:
    assert vote_emotion(np.eye(3)[[2, 0, 0, 2, 1]], 4, 4, 1)[0] == 2
    assert vote_emotion(np.eye(3)[[1, 0, 2, 2, 0]], 5, 5, 1)[0] == 0


def test_options_of_the_user_have_priority_over_the_preset() -> None:
    assert MeanOptions().spotting_epochs == 10
    paper = MeanOptions(preset="paper", negatives=3)
    assert (paper.spotting_epochs, paper.recognition_epochs, paper.negatives) == (200, 800, 3)
    assert paper.model_fields_set == {"preset", "negatives"}
    assert PRESETS["released"].keys() == PRESETS["paper"].keys()
    unset = {key for key, value in MeanOptions() if value is None}
    assert unset == {"k", "half_length", "box", "landmark_model", "author_weights"}


def test_options_of_training_have_no_place_beside_author_weights(tmp_path: Path) -> None:
    with pytest.raises(ValidationError, match="leave out --batch, --spotting-epochs"):
        MeanOptions(author_weights=tmp_path, batch=8, spotting_epochs=1)
