"""Truth and predictions that overlap each other without end are refused before they take memory."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest

from mebench.diagnostics import MebenchError
from mebench.matching.iou import CANDIDATE_LIMIT, PAIR_LIMIT, Spans, half_overlapping_pairs
from mebench.matching.match_intervals import match_intervals
from mebench.models.annotation_table import IntegerColumn

MEGABYTES = 400


def spans(onset: IntegerColumn, offset: IntegerColumn) -> Spans:
    """Return intervals of one video."""
    zeros = np.zeros(len(onset), np.int64)
    return Spans(zeros, onset, offset, np.zeros(len(onset)), zeros, zeros)


def refused(truths: Spans, predictions: Spans) -> str:
    """Match and return the message of the refusal; it takes little memory."""
    tracemalloc.start()
    with pytest.raises(MebenchError) as caught:
        match_intervals(truths, predictions)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    [finding] = caught.value.diagnostics
    assert finding.code == "too-many-pairs"
    assert peak < MEGABYTES * 1e6
    return finding.message


def test_everything_overlaps_everything() -> None:
    number = np.arange(100_000)
    intervals = spans(number % 300, 5000 + number % 200)
    assert f"{CANDIDATE_LIMIT:,}" in refused(intervals, intervals)


def test_more_pairs_than_the_limit() -> None:
    number = np.arange(2_100)
    intervals = spans(number % 300, 5000 + number % 200)
    assert len(number) ** 2 > PAIR_LIMIT
    assert f"{PAIR_LIMIT:,}" in refused(intervals, intervals)


def test_truths_without_end() -> None:
    """No pair overlaps by half, but every truth is a candidate of every prediction."""
    number = np.arange(40_000)
    refused(spans(0 * number, 1_000_000 + number), spans(number, number + 9))


def test_a_pair_per_prediction_is_never_too_much() -> None:
    """Dense candidates: every frame of a long video, in three lengths, around 100 expressions."""
    onset = np.repeat(np.arange(400_000), 3)
    truth = np.arange(100) * 4_000
    pairs = half_overlapping_pairs(
        spans(truth, truth + 29), spans(onset, onset + np.tile([19, 29, 39], 400_000))
    )
    assert 0 < len(pairs) < PAIR_LIMIT / 100
