"""Conflict groups: contested truths and connected components, compared with a simple search."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mebench.matching.iou import Pairs, half_overlapping_pairs
from mebench.matching.match_intervals import (
    best_pairs_first,
    conflict_group_of_pairs,
    edges_by_conflict_group,
    in_conflict,
)
from tests.matching.drawing import VIDEOS, intervals, spans_of
from tests.reference.model import Interval

PairKey = tuple[int, int]
"""A truth and a prediction."""

pair_keys = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), unique=True, max_size=25)


def pairs_of(found: list[PairKey]) -> Pairs:
    """Return pairs with equal overlaps, sorted by truth."""
    found = sorted(found)
    ones = np.ones(len(found), np.int64)
    return Pairs(
        np.array([truth for truth, _ in found], np.int64),
        np.array([prediction for _, prediction in found], np.int64),
        ones,
        ones,
        np.ones(len(found)),
    )


def components(found: list[PairKey]) -> set[frozenset[PairKey]]:
    """Return the connected components, by growing each from one pair."""
    rest = set(found)
    all_components = set()
    while rest:
        component = {rest.pop()}
        while connected := {
            pair
            for pair in rest
            for other in component
            if pair[0] == other[0] or pair[1] == other[1]
        }:
            component |= connected
            rest -= connected
        all_components.add(frozenset(component))
    return all_components


@given(pair_keys)
def test_groups_are_the_connected_components(found: list[PairKey]) -> None:
    pairs = pairs_of(found)
    groups: dict[int, set[PairKey]] = {}
    for number, pair in zip(conflict_group_of_pairs(pairs).tolist(), sorted(found), strict=True):
        groups.setdefault(number, set()).add(pair)
    assert {frozenset(group) for group in groups.values()} == components(found)


@pytest.mark.parametrize("length", [2, 3, 64, 1000])
@pytest.mark.parametrize("seed", range(3))
def test_a_chain_is_one_group_with_any_numbering_of_rows(length: int, seed: int) -> None:
    random = np.random.default_rng(seed)
    truths, predictions = random.permutation(length), random.permutation(length)
    chain = [
        (int(truths[i]), int(predictions[i + step]))
        for i in range(length)
        for step in (0, 1)
        if i + step < length
    ]
    assert len(set(conflict_group_of_pairs(pairs_of(chain)).tolist())) == 1


@given(pair_keys)
def test_a_truth_is_in_conflict_if_it_shares_a_prediction(found: list[PairKey]) -> None:
    truths_of: dict[int, set[int]] = {}
    for truth, prediction in found:
        truths_of.setdefault(prediction, set()).add(truth)
    contested = {truth for truth, prediction in found if len(truths_of[prediction]) > 1}
    assert in_conflict(pairs_of(found)).tolist() == [
        truth in contested for truth, _ in sorted(found)
    ]


@given(
    st.lists(intervals(videos=VIDEOS, scores=[None]), max_size=8),
    st.lists(intervals(videos=VIDEOS), max_size=14),
    st.booleans(),
)
def test_only_irrelevant_pairs_are_left_out(
    truths: list[Interval], predictions: list[Interval], by_score: bool
) -> None:
    # In a group of T truths, a pair is kept if fewer than T pairs of the same truth are better.
    columns = spans_of(predictions)
    pairs = best_pairs_first(
        half_overlapping_pairs(spans_of(truths), columns), columns, by_score=by_score
    )
    found = list(zip(pairs.truth.tolist(), pairs.prediction.tolist(), strict=True))
    iou = dict(zip(found, pairs.iou.tolist(), strict=True))

    def preference(pair: PairKey) -> tuple[float, ...]:
        row = pair[1]
        score = float(columns.score[row])
        return (
            *([-score] if by_score else []),
            -iou[pair],
            predictions[row].onset,
            predictions[row].offset,
            -score,
            int(columns.label[row]),
            int(columns.apex[row]),
            row,
        )

    expected = set()
    for component in components(found):
        size = len({truth for truth, _ in component})
        for pair in component:
            of_truth = [other for other in component if other[0] == pair[0]]
            if sum(preference(other) < preference(pair) for other in of_truth) < size:
                expected.add(pair)
    edges = edges_by_conflict_group(pairs, spans_of(truths), columns)
    kept = [(edge.truth, edge.prediction) for group in edges for edge in group]
    assert len(kept) == len(set(kept))
    assert set(kept) == expected
