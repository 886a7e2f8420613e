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
    pairs: Pairs, truths: Spans, predictions: Spans
) -> Iterator[list[Edge]]:
    """Yield the edges of each conflict group, without those that cannot be matched.

    In a group of ``T`` truths only the best ``T`` pairs of a truth are relevant: the other truths
    use at most ``T - 1`` of the predictions, so one that is better than all others is free. For
    this, the pairs must be sorted by truth, the best pair of each truth first.
    """
    if not len(pairs):
        return
    group = conflict_group_of_pairs(pairs)
    is_first = is_first_of_run(pairs.truth)
    truths_in_group = np.bincount(group[is_first], minlength=int(group.max()) + 1)[group]
    _check_group_size(int(truths_in_group.max()), truths, pairs.truth[truths_in_group.argmax()])
    position = np.arange(len(pairs))
    rank_in_truth = position - np.maximum.accumulate(np.where(is_first, position, 0))
    rows = np.flatnonzero(rank_in_truth < truths_in_group)
    rows = rows[np.argsort(group[rows], kind="stable")]
    for members in np.split(rows, np.flatnonzero(np.diff(group[rows])) + 1):
        yield _edges(pairs.take(members), truths, predictions)


def is_first_of_run(values: np.ndarray) -> BoolColumn:
    """Return where a value differs from the value before it."""
    is_first = np.ones(len(values), bool)
    is_first[1:] = values[1:] != values[:-1]
    return is_first


def _check_group_size(size: int, truths: Spans, row: int) -> None:
    """Raise an error for a group that is larger than in any data set, and slow to solve."""
    if size > CONFLICT_GROUP_LIMIT:
        raise MebenchError.of(
            "truths-entangled",
            f"{size} true expressions of one video share predictions, among them "
            f"[{truths.onset[row]}, {truths.offset[row]}]; the limit is {CONFLICT_GROUP_LIMIT}.",
            "Check the truth for repeated expressions.",
        )


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
