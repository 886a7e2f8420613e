"""One-to-one matching of predictions to truths: at the operating point, and ranked for AP.

Operating point (IoU >= 1/2): of all one-to-one matchings within a video and kind, the one with
the most pairs, then the largest total IoU, then the smallest sorted list of (truth onset, truth
offset, prediction onset, prediction offset, minus the score, index of the emotion). Where even
the frames of two truths are equal, the index of the truth's emotion decides, so the order of rows
never does.

Ranking for AP: predictions are taken in order of decreasing score. Predictions with equal scores
are one threshold: such a group is matched as a batch, by the rule of the operating point, to the
truths that are still free, at each IoU threshold anew. So neither the order of rows nor the name
of a video changes a number.
"""

from __future__ import annotations

from itertools import groupby

import numpy as np

from mebench.matching.assignment import Edge, best_assignment
from mebench.matching.conflict_groups import edges_by_conflict_group, in_conflict
from mebench.matching.iou import THRESHOLDS, Pairs, Spans, half_overlapping_pairs
from mebench.models.annotation_table import BoolColumn, IntegerColumn


def match_intervals(truths: Spans, predictions: Spans) -> tuple[IntegerColumn, IntegerColumn]:
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
    contested = in_conflict(pairs)
    uncontested = pairs.take(~contested)
    uncontested = uncontested.take(best_pair_per_truth(uncontested, predictions))
    chosen = [
        edge
        for edges in edges_by_conflict_group(
            pairs.take(contested), truths, predictions, by_score=False
        )
        for edge in best_assignment(edges)
    ]
    truth_rows = np.concatenate([uncontested.truth, np.array([e.truth for e in chosen], np.int64)])
    prediction_rows = np.concatenate(
        [uncontested.prediction, np.array([e.prediction for e in chosen], np.int64)]
    )
    by_truth = np.argsort(truth_rows)
    return truth_rows[by_truth], prediction_rows[by_truth]


def best_pair_per_truth(
    uncontested: Pairs, predictions: Spans, *, by_score: bool = False
) -> IntegerColumn:
    """Choose the best pair of each truth, by one criterion after the other.

    Parameters
    ----------
    stars : Pairs
        Pairs of truths that compete with no other, sorted by truth.
    predictions : Spans
        Where the pairs' prediction rows point.
    by_score : bool
        Whether the score comes before the IoU, as in a ranking.

    Returns
    -------
    int64
        Rows of ``stars``, one a truth.
    """
    minus_score = -predictions.score[uncontested.prediction]
    criteria = [
        *([minus_score] if by_score else []),
        -uncontested.iou,
        predictions.onset[uncontested.prediction],
        predictions.offset[uncontested.prediction],
        minus_score,
        predictions.label[uncontested.prediction],
    ]
    left = np.arange(len(uncontested))
    for criterion in criteria:
        starts = np.flatnonzero(is_first_of_run(uncontested.truth[left]))
        if len(starts) == len(left):
            break
        lowest = np.minimum.reduceat(criterion[left], starts)
        rivals = np.diff(starts, append=len(left))
        left = left[criterion[left] == np.repeat(lowest, rivals)]
    return left[is_first_of_run(uncontested.truth[left])]


def is_first_of_run(sorted_values: IntegerColumn) -> BoolColumn:
    """Tell where a value differs from the one before it."""
    first = np.ones(len(sorted_values), bool)
    first[1:] = sorted_values[1:] != sorted_values[:-1]
    return first


def ranked_hits(truths: Spans, predictions: Spans) -> BoolColumn:
    """Tell the hits of the ranked predictions.

    Parameters
    ----------
    truths, predictions : Spans
        In any order; every prediction has a score.

    Returns
    -------
    bool, shape (10, number of predictions)
        Row ``i`` belongs to the threshold ``THRESHOLDS[i]``.
    """
    hits = np.zeros((len(THRESHOLDS), len(predictions)), bool)
    pairs = half_overlapping_pairs(truths, predictions)
    for row, hundredths in enumerate(THRESHOLDS):
        pairs = pairs.take(pairs.iou_at_least(hundredths))
        contested = in_conflict(pairs)
        uncontested = pairs.take(~contested)
        hits[
            row,
            uncontested.prediction[best_pair_per_truth(uncontested, predictions, by_score=True)],
        ] = True
        groups = edges_by_conflict_group(pairs.take(contested), truths, predictions, by_score=True)
        for edges in groups:
            hits[row, _hits_in_group(edges)] = True
    return hits


def _hits_in_group(edges: list[Edge]) -> list[int]:
    edges.sort(key=_minus_score)
    taken: set[int] = set()
    hits = []
    for _, batch in groupby(edges, key=_minus_score):
        free = [edge for edge in batch if edge.truth not in taken]
        for edge in best_assignment(free) if free else []:
            taken.add(edge.truth)
            hits.append(edge.prediction)
    return hits


def _minus_score(edge: Edge) -> float:
    return edge.key[4]
