"""The exact choice where several truths and predictions compete for each other.

Almost everywhere a truth competes with no other truth, and the choice is a sort (``matching.py``).
Here is the rest: small knots of pairs, solved in exact integers.

The rule: of all one-to-one matchings, those with most pairs; of those, the largest total IoU; of
those, the one whose sorted list of pair keys is smallest. All three are one number per pair. Say
the knot has at most ``n`` matched pairs and ``R`` different keys, ranked 0, 1, ... from the
smallest. Give a pair the integer ``iou * L * B**R + B**(R-1-rank)`` with ``L`` the common multiple
of all unions and ``B = n + 1``. The second terms of a matching read as a number in base ``B`` whose
leading digit counts the smallest key, so of two matchings of equal size the one with the smaller
sorted list has the larger sum, and the sum stays below ``B**R``, the worth of the least difference
in IoU. What remains is a matching of maximum cardinality with the largest sum: the assignment
problem, solved by best augmenting paths.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import lcm
from typing import NamedTuple

TieBreakKey = tuple[float, ...]


class Edge(NamedTuple):
    """One possible pair of a knot.

    Attributes
    ----------
    truth, prediction : int
        Any names of the two.
    intersection, union : int
        In frames.
    key : tuple of numbers
        What breaks ties, smaller first.
    """

    truth: int
    prediction: int
    intersection: int
    union: int
    key: TieBreakKey


def best_assignment(edges: Sequence[Edge]) -> list[Edge]:
    """Choose the matching that the standard asks for.

    Parameters
    ----------
    edges : sequence of Edge
        The possible pairs, in any order; at most one a truth and prediction.

    Returns
    -------
    list of Edge
        The chosen pairs.
    """
    edges = _drop_hopeless(edges)
    weights = _weights(edges)
    worth: dict[int, dict[int, int]] = {}
    by_pair: dict[tuple[int, int], Edge] = {}
    for edge, weight in zip(edges, weights, strict=True):
        worth.setdefault(edge.truth, {})[edge.prediction] = weight
        by_pair[edge.truth, edge.prediction] = edge
    partner: dict[int, int] = {}  # prediction -> truth
    while _augment(worth, partner):
        pass
    return [by_pair[truth, prediction] for prediction, truth in partner.items()]


def _drop_hopeless(edges: Sequence[Edge]) -> list[Edge]:
    """Keep for each truth its best ``T`` predictions, ``T`` being the number of truths.

    The other truths take at most ``T - 1`` of them, so a better one than any dropped is free.
    """
    by_truth: dict[int, list[Edge]] = {}
    for edge in edges:
        by_truth.setdefault(edge.truth, []).append(edge)
    common = lcm(*{edge.union for edge in edges})
    kept = []
    for rivals in by_truth.values():
        rivals.sort(key=lambda edge: (-edge.intersection * (common // edge.union), edge.key))
        kept.extend(rivals[: len(by_truth)])
    return kept


def _weights(edges: Sequence[Edge]) -> list[int]:
    common = lcm(*{edge.union for edge in edges})
    ranks = {key: rank for rank, key in enumerate(sorted({edge.key for edge in edges}))}
    truths = {edge.truth for edge in edges}
    predictions = {edge.prediction for edge in edges}
    base = min(len(truths), len(predictions)) + 1
    unit = base ** len(ranks)
    return [
        edge.intersection * (common // edge.union) * unit
        + base ** (len(ranks) - 1 - ranks[edge.key])
        for edge in edges
    ]


def _augment(worth: dict[int, dict[int, int]], partner: dict[int, int]) -> bool:
    """Grow the matching by the path that adds most; return whether there was one.

    Bellman-Ford from the free truths: along an unmatched pair its worth is gained, back along a
    matched one it is lost. The matching is the best of its size throughout, so no circle gains.
    """
    taken = set(partner.values())
    gain: dict[int, int] = {truth: 0 for truth in worth if truth not in taken}
    came_from: dict[int, int] = {}  # prediction -> truth before it on the path
    best: dict[int, int] = {}  # prediction -> gain of the best path that ends in it
    waiting = list(gain)
    while waiting:
        truth = waiting.pop(0)
        for prediction, weight in worth[truth].items():
            if partner.get(prediction) == truth:
                continue
            reached = gain[truth] + weight
            if prediction in best and reached <= best[prediction]:
                continue
            best[prediction] = reached
            came_from[prediction] = truth
            owner = partner.get(prediction)
            if owner is not None:
                gain[owner] = reached - worth[owner][prediction]
                if owner not in waiting:
                    waiting.append(owner)
    ends = [prediction for prediction in best if prediction not in partner]
    if not ends:
        return False
    prediction = max(ends, key=best.__getitem__)
    previous = {truth: prediction for prediction, truth in partner.items()}
    while True:
        truth = came_from[prediction]
        partner[prediction] = truth
        if truth not in previous:
            return True
        prediction = previous[truth]
