"""The sort-based search for pairs, compared with sets of frames; any block size gives the same."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mebench.matching import iou
from mebench.matching.iou import Pairs, half_overlapping_pairs
from mebench.models.base import FRAME_LIMIT, KINDS
from tests.matching.drawing import VIDEOS, intervals, spans_of
from tests.reference.model import Interval

Found = tuple[int, int, int, int]
"""Truth row, prediction row, intersection and union in frames."""

crowds = st.lists(intervals(videos=VIDEOS, kinds=KINDS), max_size=14)


def by_sets(truths: list[Interval], predictions: list[Interval]) -> set[Found]:
    """Return every pair that shares at least half of its frames, by counting frames."""
    found = set()
    for row, truth in enumerate(truths):
        frames = set(range(truth.onset, truth.offset + 1))
        for column, other in enumerate(predictions):
            others = set(range(other.onset, other.offset + 1))
            shared, joint = len(frames & others), len(frames | others)
            if (truth.video, truth.kind) == (other.video, other.kind) and 2 * shared >= joint:
                found.add((row, column, shared, joint))
    return found


def rows_of(pairs: Pairs) -> list[Found]:
    """Return the pairs as plain tuples, in their order."""
    columns = (pairs.truth, pairs.prediction, pairs.intersection, pairs.union)
    return list(zip(*(column.tolist() for column in columns), strict=True))


@given(crowds, crowds)
def test_pairs_are_those_that_share_half_of_their_frames(
    truths: list[Interval], predictions: list[Interval]
) -> None:
    pairs = half_overlapping_pairs(spans_of(truths), spans_of(predictions))
    rows = rows_of(pairs)
    assert len(rows) == len(set(rows))
    assert set(rows) == by_sets(truths, predictions)
    assert pairs.iou.tolist() == [shared / joint for _, _, shared, joint in rows]


@given(crowds, crowds, st.integers(1, 9))
def test_a_block_of_any_size_finds_the_same_pairs(
    truths: list[Interval], predictions: list[Interval], block: int
) -> None:
    expected = rows_of(half_overlapping_pairs(spans_of(truths), spans_of(predictions)))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(iou, "_BLOCK_SIZE", block)
        in_blocks = rows_of(half_overlapping_pairs(spans_of(truths), spans_of(predictions)))
    assert in_blocks == expected


def test_a_block_boundary_within_the_candidates_of_one_prediction() -> None:
    truths = [Interval("1/a", 0, 9) for _ in range(7)]
    predictions = [Interval("1/a", 0, 9) for _ in range(5)]
    with pytest.MonkeyPatch.context() as patch:
        # The seven candidates of one prediction fit into a block, those of two do not.
        patch.setattr(iou, "_BLOCK_SIZE", 10)
        rows = rows_of(half_overlapping_pairs(spans_of(truths), spans_of(predictions)))
    assert sorted(rows) == [(row, column, 10, 10) for row in range(7) for column in range(5)]


@pytest.mark.parametrize("lacking", ["truths", "predictions", "both"])
def test_no_rows_give_no_pairs(lacking: str) -> None:
    some = [Interval("1/a", 0, 9)]
    truths = [] if lacking in {"truths", "both"} else some
    predictions = [] if lacking in {"predictions", "both"} else some
    pairs = half_overlapping_pairs(spans_of(truths), spans_of(predictions))
    assert rows_of(pairs) == []
    assert [column.dtype for column in (pairs.truth, pairs.prediction)] == [np.int64, np.int64]


def test_groups_stay_separate_where_frames_reach_the_limit() -> None:
    first, last = 1 - FRAME_LIMIT, FRAME_LIMIT - 1
    truths = [Interval(video, first, last) for video in VIDEOS]
    predictions = [
        Interval(VIDEOS[0], first, 0),
        Interval(VIDEOS[1], first, -1),
        Interval(VIDEOS[1], first, last),
        Interval(VIDEOS[2], first, last, kind="macro"),
    ]
    assert rows_of(half_overlapping_pairs(spans_of(truths), spans_of(predictions))) == [
        (0, 0, FRAME_LIMIT, 2 * FRAME_LIMIT - 1),
        (1, 2, 2 * FRAME_LIMIT - 1, 2 * FRAME_LIMIT - 1),
    ]
