"""The operating point: which prediction found which truth, at IoU >= 1/2.

Of all one-to-one matchings within a video and kind: most pairs, then largest total IoU, then the
smallest sorted list of (truth onset, truth offset, prediction onset, prediction offset, minus the
score, place of the emotion). Where even the truths' frames are the same, the place of the truth's
emotion decides, so that no order of rows ever does.

A *star* is a truth whose predictions meet no other truth: there the best prediction wins, which is
one sort for all stars together. What is left are knots, solved one by one (``assignment.py``).
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from mebench.records.sheets import BoolColumn, IntegerColumn
from mebench.rules.assignment import Edge, best_assignment
from mebench.rules.overlap import Pairs, Spans, half_overlapping_pairs


def match(truths: Spans, predictions: Spans) -> tuple[IntegerColumn, IntegerColumn]:
    """Match predictions to truths at the operating point.

    Parameters
    ----------
    truths, predictions : Spans
        In any order; predictions below the score threshold left out already.

    Returns
    -------
    truth_rows, prediction_rows : int64
        The matched pairs, sorted by truth row.
    """
    pairs = half_overlapping_pairs(truths, predictions)
    knotted = in_knots(pairs)
    stars = pairs.take(~knotted)
    order = star_order(stars, predictions)
    first = first_of_each(stars.truth[order])
    truth_rows = stars.truth[order][first]
    prediction_rows = stars.prediction[order][first]
    knots = pairs.take(knotted)
    chosen = [
        edge
        for rows in knots_of(knots)
        for edge in best_assignment(edges_of(knots, rows, truths, predictions))
    ]
    truth_rows = np.concatenate([truth_rows, np.array([e.truth for e in chosen], np.int64)])
    prediction_rows = np.concatenate(
        [prediction_rows, np.array([e.prediction for e in chosen], np.int64)]
    )
    by_truth = np.argsort(truth_rows)
    return truth_rows[by_truth], prediction_rows[by_truth]


def in_knots(pairs: Pairs) -> BoolColumn:
    """Tell which pairs belong to a truth that shares a prediction with another truth."""
    if not len(pairs):
        return np.zeros(0, bool)
    prediction = np.unique(pairs.prediction, return_inverse=True)[1]
    shared = (np.bincount(prediction) > 1)[prediction]
    knotted_truth = np.zeros(int(pairs.truth.max()) + 1, bool)
    knotted_truth[pairs.truth[shared]] = True
    tied: BoolColumn = knotted_truth[pairs.truth]
    return tied


def star_order(stars: Pairs, predictions: Spans, *, by_score: bool = False) -> IntegerColumn:
    """Sort the pairs of each truth, the preferred first.

    Parameters
    ----------
    stars : Pairs
        Pairs of truths that compete with no other.
    predictions : Spans
        Where the pairs' prediction rows point.
    by_score : bool
        Whether the score comes before the IoU, as in a ranking.

    Returns
    -------
    int64
        Rows of ``stars``, sorted by truth.
    """
    row = stars.prediction
    keys = [  # np.lexsort wants the last criterion first
        predictions.label[row],
        -predictions.score[row],
        predictions.offset[row],
        predictions.onset[row],
        -stars.iou,
    ]
    if by_score:
        keys.append(-predictions.score[row])
    keys.append(stars.truth)
    return np.lexsort(keys)


def first_of_each(sorted_values: IntegerColumn) -> BoolColumn:
    """Tell where a value differs from the one before it."""
    first = np.ones(len(sorted_values), bool)
    first[1:] = sorted_values[1:] != sorted_values[:-1]
    return first


def knots_of(pairs: Pairs) -> Iterator[list[int]]:
    """Split pairs into connected knots.

    Yields
    ------
    list of int
        The rows of one knot.
    """
    truths, predictions = pairs.truth.tolist(), pairs.prediction.tolist()
    parent: dict[tuple[str, int], tuple[str, int]] = {}

    def root(node: tuple[str, int]) -> tuple[str, int]:
        while (above := parent.setdefault(node, node)) != node:
            parent[node] = parent[above]
            node = above
        return node

    for truth, prediction in zip(truths, predictions, strict=True):
        parent[root(("truth", truth))] = root(("prediction", prediction))
    knots: dict[tuple[str, int], list[int]] = {}
    for row, truth in enumerate(truths):
        knots.setdefault(root(("truth", truth)), []).append(row)
    yield from knots.values()


def edges_of(pairs: Pairs, rows: list[int], truths: Spans, predictions: Spans) -> list[Edge]:
    """Return some pairs as plain numbers, with the key that breaks ties between them."""
    edges = []
    for row in rows:
        t, p = int(pairs.truth[row]), int(pairs.prediction[row])
        key = (
            int(truths.onset[t]),
            int(truths.offset[t]),
            int(predictions.onset[p]),
            int(predictions.offset[p]),
            -float(predictions.score[p]),
            int(predictions.label[p]),
            int(truths.label[t]),
        )
        edges.append(Edge(t, p, int(pairs.intersection[row]), int(pairs.union[row]), key))
    return edges
