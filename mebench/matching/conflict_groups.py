"""Conflict groups: truths that compete for the same predictions, and the pairs between them.

For a truth whose predictions overlap no other truth (uncontested), the best prediction wins; one
pass decides all of them together. The other truths form conflict groups, few and small where
annotated expressions do not overlap. Only their pairs are examined one by one.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from mebench.diagnostics import MebenchError
from mebench.matching.assignment import Edge
from mebench.matching.iou import Pairs, Spans
from mebench.models.annotation_table import BoolColumn, IntegerColumn

CONFLICT_GROUP_LIMIT = 60
"""So many truths may compete with each other; annotated expressions rarely overlap at all."""


def in_conflict(pairs: Pairs) -> BoolColumn:
    """Tell which pairs belong to a truth that shares a prediction with another truth."""
    if not len(pairs):
        return np.zeros(0, bool)
    meetings = np.bincount(pairs.prediction)
    shared = (meetings > 1)[pairs.prediction]
    knotted_truth = np.zeros(int(pairs.truth.max()) + 1, bool)
    knotted_truth[pairs.truth[shared]] = True
    tied: BoolColumn = knotted_truth[pairs.truth]
    return tied


def conflict_group_of_pairs(pairs: Pairs) -> IntegerColumn:
    """Give each pair the number of its knot; knots are connected by truths and predictions.

    Each truth takes the lowest number among the truths it shares predictions with, until nothing
    changes; following the numbers of numbers keeps long chains short.
    """
    truth = np.unique(pairs.truth, return_inverse=True)[1]
    prediction = np.unique(pairs.prediction, return_inverse=True)[1]
    number = np.arange(len(pairs) and int(truth.max()) + 1)
    while True:
        lowest = np.full(len(pairs) and int(prediction.max()) + 1, len(number))
        np.minimum.at(lowest, prediction, number[truth])
        lower = number.copy()
        np.minimum.at(lower, truth, lowest[prediction])
        lower = lower[lower]
        if np.array_equal(lower, number):
            return number[truth]
        number = lower


def edges_by_conflict_group(
    pairs: Pairs, truths: Spans, predictions: Spans, *, by_score: bool
) -> Iterator[list[Edge]]:
    """Yield the pairs of each knot as plain numbers, without those that cannot be chosen.

    In a knot of ``T`` truths only the best ``T`` predictions of a truth can matter: the other
    truths take at most ``T - 1`` of them, so one better than any further one is free. Best is what
    the rule prefers: by IoU, or in a ranking by score, all of equal worth included.

    Parameters
    ----------
    pairs : Pairs
        Of knots only, sorted by truth.
    truths, predictions : Spans
        Where the pairs' rows point.
    by_score : bool
        Whether the highest score is preferred, not the largest IoU.
    """
    if not len(pairs):
        return
    group = conflict_group_of_pairs(pairs)
    _check_group_size(pairs, group, truths)
    worth = predictions.score[pairs.prediction] if by_score else pairs.iou
    rows = np.flatnonzero(_rank_in_truth(pairs.truth, worth) < _truths_in_group(group, pairs.truth))
    rows = rows[np.argsort(group[rows], kind="stable")]
    bounds = np.flatnonzero(np.diff(group[rows])) + 1
    for members in np.split(rows, bounds):
        yield _edges(pairs.take(members), truths, predictions)


def _check_group_size(pairs: Pairs, group: IntegerColumn, truths: Spans) -> None:
    """Refuse what no annotation looks like, and what would take minutes to choose from."""
    sizes = _truths_in_group(group, pairs.truth)
    largest = int(sizes.argmax())
    if sizes[largest] > CONFLICT_GROUP_LIMIT:
        truth = int(pairs.truth[largest])
        raise MebenchError.of(
            "truths-entangled",
            f"{sizes[largest]} true expressions of one video compete for the same predictions, "
            f"among them [{truths.onset[truth]}, {truths.offset[truth]}]; the limit is "
            f"{CONFLICT_GROUP_LIMIT}.",
            "Does the truth repeat its expressions?",
        )


def _rank_in_truth(truth: IntegerColumn, worth: np.ndarray) -> IntegerColumn:
    """Return how many pairs of the same truth are worth more; equal ones share their rank."""
    order = np.lexsort((-worth, truth))
    place = np.arange(len(order))
    truth, worth = truth[order], worth[order]
    new_truth = np.ones(len(order), bool)
    new_truth[1:] = truth[1:] != truth[:-1]
    new_worth = new_truth.copy()
    new_worth[1:] |= worth[1:] != worth[:-1]
    first_of_truth = np.maximum.accumulate(np.where(new_truth, place, 0))
    first_of_worth = np.maximum.accumulate(np.where(new_worth, place, 0))
    rank = np.empty(len(order), np.int64)
    rank[order] = first_of_worth - first_of_truth
    return rank


def _truths_in_group(group: IntegerColumn, truth: IntegerColumn) -> IntegerColumn:
    """Return, for each pair, the number of truths in its knot."""
    _, first = np.unique(truth, return_index=True)
    counted: IntegerColumn = np.bincount(group[first], minlength=int(group.max()) + 1)[group]
    return counted


def _edges(pairs: Pairs, truths: Spans, predictions: Spans) -> list[Edge]:
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
