"""Lengths, pseudo-labels and balanced samples, against slower implementations."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from mebench.runner import Expression
from mebench_vision.spotting.training_samples import (
    balanced_sample,
    half_at_rate,
    half_length,
    pseudo_labels,
)
from tests.runner.trials.dataset import Pixels


def expression(onset: int, offset: int) -> Expression:
    return Expression(onset, offset, None, "micro", "positive")


def test_half_length_is_that_of_the_authors_code() -> None:
    assert half_length([11, 12, 15]) == int((np.mean([10, 11, 14]) + 1) / 2) == 6
    assert half_length([]) == half_length([1]) == 1


def video(fps: float | None) -> Pixels:
    found = Pixels("s1", "v1", 90)
    found.fps = fps
    return found


def test_half_length_follows_the_frame_rate_of_a_test_video() -> None:
    """6 frames at 30 per second are 0.2 s: 12 frames at 60, and 2 at 10."""
    training = [video(30), video(30), video(25)]
    for fps, expected in ((60, 12), (10, 2), (2, 1), (30, 6), (25, 6), (None, 6)):
        assert half_at_rate(6, video(fps), training) == expected
    assert half_at_rate(6, video(60), [video(30), video(None)]) == 6
    assert half_at_rate(6, video(60), []) == 6


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
