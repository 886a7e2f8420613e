"""One-to-one matching of predictions to truths: at the operating point, and ranked for AP.

Operating point (IoU >= 1/2): of all one-to-one matchings within a video and kind, the one with
the most pairs, then the largest total IoU, then the smallest sorted list of (truth onset, truth
offset, prediction onset, prediction offset, minus the score, index of the emotion). If two truths
have equal frames, the index of the truth's emotion decides. So the order of rows has no effect.

Ranking for AP: predictions are matched in order of decreasing score, at each IoU threshold
separately. Predictions with equal scores are one batch; it is matched by the rule of the operating
point to the truths that are still unmatched. So neither the order of rows nor the name of a video
has an effect.
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
        In any order, without predictions below the score threshold.

    Returns
    -------
    truth_rows, prediction_rows : int64
        The matched pairs, sorted by truth row.
    """
    pairs = half_overlapping_pairs(truths, predictions)
    contested = in_conflict(pairs)
    uncontested = pairs.take(~contested)
    uncontested = uncontested.take(best_pair_per_truth(uncontested, predictions))
    groups = edges_by_conflict_group(pairs.take(contested), truths, predictions, by_score=False)
    edges = [edge for group in groups for edge in best_assignment(group)]
    truth_rows = np.concatenate(
        [uncontested.truth, np.array([edge.truth for edge in edges], np.int64)]
    )
    prediction_rows = np.concatenate(
        [uncontested.prediction, np.array([edge.prediction for edge in edges], np.int64)]
    )
    order = np.argsort(truth_rows)
    return truth_rows[order], prediction_rows[order]


def best_pair_per_truth(
    uncontested: Pairs, predictions: Spans, *, by_score: bool = False
) -> IntegerColumn:
    """Return the best pair of each truth, by one criterion after another.

    Parameters
    ----------
    uncontested : Pairs
        Pairs of truths that share no prediction with another truth, sorted by truth.
    predictions : Spans
        The predictions of the pairs.
    by_score : bool
        Whether the score is compared before the IoU, as in a ranking.

    Returns
    -------
    int64
        Rows of ``uncontested``, one per truth.
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
    rows = np.arange(len(uncontested))
    for criterion in criteria:
        starts = np.flatnonzero(_is_first_of_run(uncontested.truth[rows]))
        if len(starts) == len(rows):
            break
        lowest = np.minimum.reduceat(criterion[rows], starts)
        run_lengths = np.diff(starts, append=len(rows))
        rows = rows[criterion[rows] == np.repeat(lowest, run_lengths)]
    return rows[_is_first_of_run(uncontested.truth[rows])]


def _is_first_of_run(sorted_values: IntegerColumn) -> BoolColumn:
    """Return where a value differs from the value before it."""
    is_first = np.ones(len(sorted_values), bool)
    is_first[1:] = sorted_values[1:] != sorted_values[:-1]
    return is_first


def ranked_hits(truths: Spans, predictions: Spans) -> BoolColumn:
    """Return which predictions of a ranking are hits, at each IoU threshold.

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
        best = best_pair_per_truth(uncontested, predictions, by_score=True)
        hits[row, uncontested.prediction[best]] = True
        groups = edges_by_conflict_group(pairs.take(contested), truths, predictions, by_score=True)
        for edges in groups:
            hits[row, _hits_in_group(edges)] = True
    return hits


def _hits_in_group(edges: list[Edge]) -> list[int]:
    """Return the predictions of a conflict group that are hits; equal scores are one batch."""
    edges.sort(key=_minus_score)
    matched_truths: set[int] = set()
    hits = []
    for _, batch in groupby(edges, key=_minus_score):
        free = [edge for edge in batch if edge.truth not in matched_truths]
        for edge in best_assignment(free) if free else []:
            matched_truths.add(edge.truth)
            hits.append(edge.prediction)
    return hits


def _minus_score(edge: Edge) -> float:
    return edge.key[4]
