"""The best assignment of a conflict group, compared with all one-to-one matchings.

The groups here are not made of intervals: overlaps and keys are drawn from few values, so that
each of size, total overlap and sorted list decides in some cases.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mebench.matching.assignment import Edge, best_assignment

Rank = tuple[int, Fraction, list[tuple[float, ...]]]


def every_matching(edges: Sequence[Edge]) -> Iterator[list[Edge]]:
    """Yield every set of edges in which no truth and no prediction occurs twice."""
    if not edges:
        yield []
        return
    first, others = edges[0], edges[1:]
    yield from every_matching(others)
    disjoint = [
        edge for edge in others if edge.truth != first.truth and edge.prediction != first.prediction
    ]
    for matching in every_matching(disjoint):
        yield [first, *matching]


def rank(matching: Sequence[Edge]) -> Rank:
    """Return the criteria of the standard; smaller is better."""
    total = sum((Fraction(edge.intersection, edge.union) for edge in matching), Fraction(0))
    return -len(matching), -total, sorted(edge.key for edge in matching)


def best_rank(edges: Sequence[Edge]) -> Rank:
    """Return the rank of the best matching."""
    return min(rank(matching) for matching in every_matching(edges))


OVERLAPS = ((1, 2), (2, 3), (2, 4), (3, 5), (7, 11), (1, 1))


@st.composite
def groups(draw: st.DrawFn, truths: int, predictions: int, keys: int, full: bool) -> list[Edge]:
    """Draw the edges of a conflict group; ``keys`` is the number of different keys."""
    columns = draw(st.integers(1, predictions))
    edges = []
    for truth in range(draw(st.integers(1, truths))):
        for prediction in range(columns):
            if full or draw(st.booleans()):
                shared, joint = draw(st.sampled_from(OVERLAPS))
                key = (float(draw(st.integers(1, keys))),)
                edges.append(Edge(truth, prediction, shared, joint, key))
    return draw(st.permutations(edges))


@given(
    st.one_of(
        groups(4, 4, keys=3, full=True),
        groups(6, 6, keys=4, full=False),
        groups(6, 6, keys=36, full=False),
        groups(2, 9, keys=2, full=True),
        groups(9, 2, keys=2, full=True),
        groups(3, 6, keys=1, full=True),
    )
)
def test_best_assignment_vs_every_matching(edges: list[Edge]) -> None:
    chosen = best_assignment(edges)
    assert set(chosen) <= set(edges)
    assert len({edge.truth for edge in chosen}) == len(chosen)
    assert len({edge.prediction for edge in chosen}) == len(chosen)
    assert rank(chosen) == best_rank(edges)


@given(groups(5, 6, keys=1000, full=False), st.data())
def test_the_order_of_edges_has_no_effect_if_keys_differ(
    edges: list[Edge], data: st.DataObject
) -> None:
    edges = [edge._replace(key=(float(index), edge.key[0])) for index, edge in enumerate(edges)]
    shuffled = data.draw(st.permutations(edges))
    assert set(best_assignment(shuffled)) == set(best_assignment(edges))


def edge(truth: int, prediction: int, overlap: str, key: int = 0) -> Edge:
    shared, joint = (int(part) for part in overlap.split("/"))
    return Edge(truth, prediction, shared, joint, (float(key),))


@pytest.mark.parametrize(
    ("edges", "pairs"),
    [
        pytest.param(
            [edge(0, 0, "1/1"), edge(0, 1, "1/2"), edge(1, 0, "1/2")],
            {(0, 1), (1, 0)},
            id="two pairs before the largest overlap",
        ),
        pytest.param(
            [edge(0, 0, "2/3", 9), edge(1, 0, "3/5", 1)],
            {(0, 0)},
            id="overlap before the sorted list",
        ),
        pytest.param(
            # 1/2 + 2/3 = 7/12 + 7/12 = 14/12: only exact sums tie, and then the keys decide.
            [edge(0, 0, "1/2", 1), edge(1, 1, "2/3", 9), edge(0, 1, "7/12", 2), edge(1, 0, "7/12")],
            {(0, 1), (1, 0)},
            id="sums of fractions that are equal",
        ),
        pytest.param(
            [
                edge(0, 0, "1/2", 1),
                edge(1, 1, "1/2", 9),
                edge(0, 1, "1/2", 2),
                edge(1, 0, "1/2", 3),
            ],
            {(0, 0), (1, 1)},
            id="the smallest key before the sum of keys",
        ),
    ],
)
def test_what_decides(edges: list[Edge], pairs: set[tuple[int, int]]) -> None:
    assert {(edge.truth, edge.prediction) for edge in best_assignment(edges)} == pairs


def test_no_edges_no_pairs() -> None:
    assert best_assignment([]) == []


def test_a_long_chain() -> None:
    # Truth i overlaps predictions i and i + 1, the second one more: 60 pairs are possible only if
    # every truth is matched to its first prediction.
    length = 60
    edges = [
        new_edge
        for i in range(length)
        for new_edge in (edge(i, i, "1/2", i), edge(i, i + 1, "9/10", i))
        if new_edge.prediction < length
    ]
    assert {(chosen.truth, chosen.prediction) for chosen in best_assignment(edges)} == {
        (i, i) for i in range(length)
    }
