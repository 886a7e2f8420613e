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
from mebench.matching.conflict_groups import edges_by_conflict_group, in_conflict, is_first_of_run
from mebench.matching.iou import THRESHOLDS, Pairs, Spans, half_overlapping_pairs
from mebench.models.annotation_table import BoolColumn, IntegerColumn


def match_intervals(truths: Spans, predictions: Spans) -> tuple[IntegerColumn, IntegerColumn]:
    """Match predictions to truths at the operating point.

    ``predictions`` have none below the score threshold. Return the rows of the truths, sorted, and
    of the predictions matched to them.
    """
    pairs = best_pairs_first(half_overlapping_pairs(truths, predictions), predictions)
    contested = in_conflict(pairs)
    best = ~contested & is_first_of_run(pairs.truth)
    groups = edges_by_conflict_group(pairs.take(contested), truths, predictions)
    matched = [(edge.truth, edge.prediction) for group in groups for edge in best_assignment(group)]
    rows = np.array(matched, np.int64).reshape(-1, 2)
    truth_rows = np.append(pairs.truth[best], rows[:, 0])
    order = np.argsort(truth_rows)
    return truth_rows[order], np.append(pairs.prediction[best], rows[:, 1])[order]


def best_pairs_first(pairs: Pairs, predictions: Spans, *, by_score: bool = False) -> Pairs:
    """Sort pairs by truth, and those of the same truth by the rule of the operating point.

    With ``by_score`` the score is compared before the IoU, as in a ranking.
    """
    minus_score, minus_iou = -predictions.score[pairs.prediction], -pairs.iou
    first = minus_score if by_score else minus_iou
    order = np.lexsort((first, pairs.truth))
    # Only ties are sorted by the other criteria, because sorting all pairs by them is slow.
    is_new = is_first_of_run(first[order]) | is_first_of_run(pairs.truth[order])
    tied = np.flatnonzero(~is_new | ~np.append(is_new[1:], True))
    rows, group = order[tied], np.cumsum(is_new)[tied]
    of_tied = predictions.take(pairs.prediction[rows])
    keys = (of_tied.label, minus_score[rows], of_tied.offset, of_tied.onset, minus_iou[rows], group)
    order[tied] = rows[np.lexsort(keys)]
    return pairs.take(order)


def ranked_hits(truths: Spans, predictions: Spans) -> BoolColumn:
    """Return which predictions are hits in a ranking by score, which all of them have.

    The array has one row per IoU threshold, and one column per prediction.
    """
    hits = np.zeros((len(THRESHOLDS), len(predictions)), bool)
    pairs = half_overlapping_pairs(truths, predictions)
    pairs = best_pairs_first(pairs, predictions, by_score=True)
    for row, hundredths in enumerate(THRESHOLDS):
        pairs = pairs.take(pairs.iou_at_least(hundredths))
        contested = in_conflict(pairs)
        best = ~contested & is_first_of_run(pairs.truth)
        hits[row, pairs.prediction[best]] = True
        for edges in edges_by_conflict_group(pairs.take(contested), truths, predictions):
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
