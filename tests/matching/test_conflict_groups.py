"""Which pairs compete with each other: stars, knots and their numbers, against a plain search."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mebench.matching.conflict_groups import (
    conflict_group_of_pairs,
    edges_by_conflict_group,
    in_conflict,
)
from mebench.matching.iou import Pairs, half_overlapping_pairs
from tests.matching.drawing import VIDEOS, intervals, spans_of
from tests.reference.model import Interval

Meeting = tuple[int, int]
"""A truth and a prediction."""

meetings = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), unique=True, max_size=25)


def pairs_of(found: list[Meeting]) -> Pairs:
    """Return pairs that all overlap alike, sorted by truth."""
    found = sorted(found)
    ones = np.ones(len(found), np.int64)
    return Pairs(
        np.array([truth for truth, _ in found], np.int64),
        np.array([prediction for _, prediction in found], np.int64),
        ones,
        ones,
        np.ones(len(found)),
    )


def components(found: list[Meeting]) -> set[frozenset[Meeting]]:
    """Return the connected parts, by growing each from one meeting until nothing touches it."""
    rest = set(found)
    parts = set()
    while rest:
        part = {rest.pop()}
        while touching := {
            one for one in rest for other in part if one[0] == other[0] or one[1] == other[1]
        }:
            part |= touching
            rest -= touching
        parts.add(frozenset(part))
    return parts


@settings(deadline=None, derandomize=True, max_examples=200)
@given(meetings)
def test_knots_are_the_connected_parts(found: list[Meeting]) -> None:
    pairs = pairs_of(found)
    groups: dict[int, set[Meeting]] = {}
    for number, meeting in zip(conflict_group_of_pairs(pairs).tolist(), sorted(found), strict=True):
        groups.setdefault(number, set()).add(meeting)
    assert {frozenset(group) for group in groups.values()} == components(found)


@pytest.mark.parametrize("length", [2, 3, 64, 1000])
@pytest.mark.parametrize("seed", range(3))
def test_a_chain_is_one_knot_however_its_rows_are_numbered(length: int, seed: int) -> None:
    random = np.random.default_rng(seed)
    truths, predictions = random.permutation(length), random.permutation(length)
    chain = [
        (int(truths[at]), int(predictions[at + step]))
        for at in range(length)
        for step in (0, 1)
        if at + step < length
    ]
    assert len(set(conflict_group_of_pairs(pairs_of(chain)).tolist())) == 1


@settings(deadline=None, derandomize=True, max_examples=200)
@given(meetings)
def test_a_star_is_a_truth_whose_predictions_meet_no_other(found: list[Meeting]) -> None:
    met: dict[int, set[int]] = {}
    for truth, prediction in found:
        met.setdefault(prediction, set()).add(truth)
    competing = {truth for truth, prediction in found if len(met[prediction]) > 1}
    assert in_conflict(pairs_of(found)).tolist() == [
        truth in competing for truth, _ in sorted(found)
    ]


@settings(deadline=None, derandomize=True, max_examples=200)
@given(
    st.lists(intervals(videos=VIDEOS, scores=[None]), max_size=8),
    st.lists(intervals(videos=VIDEOS), max_size=14),
    st.booleans(),
)
def test_only_hopeless_pairs_are_left_out(
    truths: list[Interval], predictions: list[Interval], by_score: bool
) -> None:
    # Of a truth in a knot of T truths those stay that fewer than T others are better than.
    pairs = half_overlapping_pairs(spans_of(truths), spans_of(predictions))
    found = list(zip(pairs.truth.tolist(), pairs.prediction.tolist(), strict=True))
    iou = dict(zip(found, pairs.iou.tolist(), strict=True))

    def worth(meeting: Meeting) -> float:
        score = predictions[meeting[1]].score
        assert score is not None
        return float(score) if by_score else iou[meeting]

    expected = set()
    for part in components(found):
        size = len({truth for truth, _ in part})
        for meeting in part:
            rivals = [other for other in part if other[0] == meeting[0]]
            if sum(worth(other) > worth(meeting) for other in rivals) < size:
                expected.add(meeting)
    edges = edges_by_conflict_group(
        pairs, spans_of(truths), spans_of(predictions), by_score=by_score
    )
    kept = [(edge.truth, edge.prediction) for knot in edges for edge in knot]
    assert len(kept) == len(set(kept))
    assert set(kept) == expected
