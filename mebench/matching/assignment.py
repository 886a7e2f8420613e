"""The best one-to-one matching of a conflict group, in exact integers.

Most truths share no prediction with another truth; for them the best prediction is found by sorting
(``match_intervals.py``). This module solves the remaining small conflict groups.

The rule: of all one-to-one matchings, those with the most pairs; of these, those with the largest
total IoU; of these, the one whose sorted list of pair keys is smallest. The last two criteria are
expressed by one weight per pair. Let the group have at most ``n`` matched pairs and ``R`` different
keys, ranked 0, 1, ... from the smallest. The weight of a pair is ``iou * L * B**R + B**(R-1-rank)``
with ``L`` the common multiple of all unions and ``B = n + 1``. The sum of the second terms over a
matching is a number in base ``B``; its leading digit is the number of pairs with the smallest key.
So of two matchings of equal size, the one with the smaller sorted list has the larger sum, and the
sum is smaller than ``B**R``, the weight of the smallest possible difference in total IoU. What
remains is to find a matching of maximum cardinality with the largest total weight: the assignment
problem, solved with augmenting paths of maximum weight.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import lcm
from typing import NamedTuple

TieBreakKey = tuple[float, ...]


class Edge(NamedTuple):
    """A possible pair: an edge of the bipartite graph of truths and predictions.

    ``truth`` and ``prediction`` are rows, ``intersection`` and ``union`` are in frames. Of two
    edges, the one with the smaller ``key`` breaks a tie.
    """

    truth: int
    prediction: int
    intersection: int
    union: int
    key: TieBreakKey


def best_assignment(edges: Sequence[Edge]) -> list[Edge]:
    """Return the pairs of the best matching; ``edges`` has each possible pair once."""
    weight_of: dict[int, dict[int, int]] = {}
    by_pair: dict[tuple[int, int], Edge] = {}
    for edge, weight in zip(edges, _weights(edges), strict=True):
        weight_of.setdefault(edge.truth, {})[edge.prediction] = weight
        by_pair[edge.truth, edge.prediction] = edge
    truth_of: dict[int, int] = {}  # matched prediction -> truth
    while _augment(weight_of, truth_of):
        pass
    return [by_pair[truth, prediction] for prediction, truth in truth_of.items()]


def _weights(edges: Sequence[Edge]) -> list[int]:
    """Return the weight of each edge, as defined above."""
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


def _augment(weight_of: dict[int, dict[int, int]], truth_of: dict[int, int]) -> bool:
    """Enlarge the matching by the augmenting path of maximum gain; return whether there is one.

    Bellman-Ford from the unmatched truths: an unmatched edge adds its weight, a matched edge
    subtracts it. There is no cycle with a positive gain, because the matching is always the best
    of its size.
    """
    matched_truths = set(truth_of.values())
    gain: dict[int, int] = {truth: 0 for truth in weight_of if truth not in matched_truths}
    came_from: dict[int, int] = {}  # prediction -> truth before it on the path
    best: dict[int, int] = {}  # prediction -> gain of the best path that ends in it
    queue = list(gain)
    while queue:
        truth = queue.pop(0)
        for prediction, weight in weight_of[truth].items():
            if truth_of.get(prediction) == truth:
                continue
            new_gain = gain[truth] + weight
            if prediction in best and new_gain <= best[prediction]:
                continue
            best[prediction] = new_gain
            came_from[prediction] = truth
            partner = truth_of.get(prediction)
            if partner is not None:
                gain[partner] = new_gain - weight_of[partner][prediction]
                if partner not in queue:
                    queue.append(partner)
    ends = [prediction for prediction in best if prediction not in truth_of]
    if not ends:
        return False
    prediction = max(ends, key=best.__getitem__)
    previous = {truth: prediction for prediction, truth in truth_of.items()}
    while True:
        truth = came_from[prediction]
        truth_of[prediction] = truth
        if truth not in previous:
            return True
        prediction = previous[truth]
