"""Conflict groups: truths that share predictions, and the pairs of these truths.

Truths and predictions that reach the IoU threshold form a bipartite graph. A truth that shares no
prediction with another truth is matched to its best prediction; one sort is enough for all such
truths. The other truths form conflict groups: connected components of the graph with at least two
truths. They are few and small, because annotated expressions rarely overlap. Only their pairs are
converted to ``Edge`` objects.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from mebench.diagnostics import MebenchError
from mebench.matching.assignment import Edge
from mebench.matching.iou import Pairs, Spans
from mebench.models.annotation_table import BoolColumn, IntegerColumn

CONFLICT_GROUP_LIMIT = 60
"""The maximum number of truths in a conflict group; annotated expressions rarely overlap at all."""


def in_conflict(pairs: Pairs) -> BoolColumn:
    """Return which pairs belong to a truth that shares a prediction with another truth."""
    if not len(pairs):
        return np.zeros(0, bool)
    truths_of_prediction = np.bincount(pairs.prediction)
    shared = (truths_of_prediction > 1)[pairs.prediction]
    is_contested = np.zeros(int(pairs.truth.max()) + 1, bool)
    is_contested[pairs.truth[shared]] = True
    contested: BoolColumn = is_contested[pairs.truth]
    return contested


def conflict_group_of_pairs(pairs: Pairs) -> IntegerColumn:
    """Return the number of each pair's connected component.

    Each truth repeatedly takes the lowest number of the truths it shares predictions with, until
    no number changes. Replacing numbers by the numbers of their truths shortens long chains.
    """
    truth = np.unique(pairs.truth, return_inverse=True)[1]
    prediction = np.unique(pairs.prediction, return_inverse=True)[1]
    number = np.arange(len(pairs) and int(truth.max()) + 1)
    while True:
        lowest = np.full(len(pairs) and int(prediction.max()) + 1, len(number))
        np.minimum.at(lowest, prediction, number[truth])
        new_number = number.copy()
        np.minimum.at(new_number, truth, lowest[prediction])
        new_number = new_number[new_number]
        if np.array_equal(new_number, number):
            return number[truth]
        number = new_number


def edges_by_conflict_group(
    pairs: Pairs, truths: Spans, predictions: Spans, *, by_score: bool
) -> Iterator[list[Edge]]:
    """Yield the edges of each conflict group, without those that cannot be matched.

    In a group of ``T`` truths only the best ``T`` predictions of a truth are relevant: the other
    truths use at most ``T - 1`` of them, so one that is better than all others is free. The best
    predictions have the largest IoU or, in a ranking, the highest score; ties are included.

    Parameters
    ----------
    pairs : Pairs
        The pairs in conflict groups, sorted by truth.
    truths, predictions : Spans
        The intervals of the pairs.
    by_score : bool
        Whether the highest score is preferred, not the largest IoU.
    """
    if not len(pairs):
        return
    group = conflict_group_of_pairs(pairs)
    _check_group_size(pairs, group, truths)
    value = predictions.score[pairs.prediction] if by_score else pairs.iou
    rows = np.flatnonzero(_rank_in_truth(pairs.truth, value) < _truths_in_group(group, pairs.truth))
    rows = rows[np.argsort(group[rows], kind="stable")]
    bounds = np.flatnonzero(np.diff(group[rows])) + 1
    for members in np.split(rows, bounds):
        yield _edges(pairs.take(members), truths, predictions)


def _check_group_size(pairs: Pairs, group: IntegerColumn, truths: Spans) -> None:
    """Raise an error for a group that is larger than in any data set, and slow to solve."""
    sizes = _truths_in_group(group, pairs.truth)
    largest = int(sizes.argmax())
    if sizes[largest] > CONFLICT_GROUP_LIMIT:
        truth = int(pairs.truth[largest])
        raise MebenchError.of(
            "truths-entangled",
            f"{sizes[largest]} true expressions of one video share predictions, among them "
            f"[{truths.onset[truth]}, {truths.offset[truth]}]; the limit is "
            f"{CONFLICT_GROUP_LIMIT}.",
            "Check the truth for repeated expressions.",
        )


def _rank_in_truth(truth: IntegerColumn, value: np.ndarray) -> IntegerColumn:
    """Return how many pairs of the same truth have a larger value; equal values share a rank."""
    order = np.lexsort((-value, truth))
    position = np.arange(len(order))
    truth, value = truth[order], value[order]
    is_new_truth = np.ones(len(order), bool)
    is_new_truth[1:] = truth[1:] != truth[:-1]
    is_new_value = is_new_truth.copy()
    is_new_value[1:] |= value[1:] != value[:-1]
    start_of_truth = np.maximum.accumulate(np.where(is_new_truth, position, 0))
    start_of_value = np.maximum.accumulate(np.where(is_new_value, position, 0))
    rank = np.empty(len(order), np.int64)
    rank[order] = start_of_value - start_of_truth
    return rank


def _truths_in_group(group: IntegerColumn, truth: IntegerColumn) -> IntegerColumn:
    """Return the number of truths in each pair's group."""
    _, first = np.unique(truth, return_index=True)
    sizes: IntegerColumn = np.bincount(group[first], minlength=int(group.max()) + 1)[group]
    return sizes


def _edges(pairs: Pairs, truths: Spans, predictions: Spans) -> list[Edge]:
    """Return pairs as edges, with the keys of the standard's tie-breaking rule."""
    t, p = pairs.truth, pairs.prediction
    keys = zip(
        truths.onset[t].tolist(),
        truths.offset[t].tolist(),
        predictions.onset[p].tolist(),
        predictions.offset[p].tolist(),
        (-predictions.score[p]).tolist(),
        predictions.label[p].tolist(),
        truths.label[t].tolist(),
        strict=True,
    )
    columns = (t.tolist(), p.tolist(), pairs.intersection.tolist(), pairs.union.tolist(), keys)
    return [Edge(*edge) for edge in zip(*columns, strict=True)]
