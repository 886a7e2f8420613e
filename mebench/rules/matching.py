"""The operating point: which prediction found which truth, at IoU >= 1/2.

Of all one-to-one matchings within a video and kind: most pairs, then largest total IoU, then the
smallest sorted list of (truth onset, truth offset, prediction onset, prediction offset, minus the
score, place of the emotion). Where even the truths' frames are the same, the place of the truth's
emotion decides, so that no order of rows ever does.
"""

from __future__ import annotations

import numpy as np

from mebench.records.sheets import BoolColumn, IntegerColumn
from mebench.rules.assignment import best_assignment
from mebench.rules.knots import edges_by_conflict_group, in_conflict
from mebench.rules.overlap import Pairs, Spans, half_overlapping_pairs


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
