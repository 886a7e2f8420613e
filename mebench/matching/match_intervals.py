"""One-to-one matching of predictions to truths: at the operating point, and ranked for AP.

Operating point (IoU >= 1/2): of all one-to-one matchings within a video and kind, the one with
the most pairs, then the largest total IoU, then the smallest sorted list of (truth onset, truth
offset, prediction onset, prediction offset, minus the score, index of the emotion, apex; a missing
apex is last). If two truths have equal frames, the index of the truth's emotion decides. So the
order of rows has no effect.

Ranking for AP: predictions are matched in order of decreasing score, at each IoU threshold
separately. Predictions with equal scores are one batch; it is matched by the rule of the operating
point to the truths that are still unmatched. So neither the order of rows nor the name of a video
has an effect.

Truths and predictions that reach the IoU threshold form a bipartite graph. A truth that shares no
prediction with another truth is matched to its best prediction; one sort is enough for all such
truths. The other truths form conflict groups: connected components of the graph with at least two
truths. They are few and small, because annotated expressions rarely overlap. Only their pairs are
converted to ``Edge`` objects.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

import numpy as np

from mebench.diagnostics import MebenchError
from mebench.matching.assignment import Edge, best_assignment
from mebench.matching.iou import THRESHOLDS, Pairs, Spans, half_overlapping_pairs
from mebench.models.annotation_table import BoolColumn, IntegerColumn

CONFLICT_GROUP_LIMIT = 60
"""The maximum number of truths in a conflict group; annotated expressions rarely overlap at all."""


def match_intervals(
    truths: Spans,
    predictions: Spans,
    allowed: IntegerColumn | None = None,
    pairs: Pairs | None = None,
) -> tuple[IntegerColumn, IntegerColumn]:
    """Match predictions to truths at the operating point.

    ``predictions`` have none below the score threshold. ``allowed`` are the rows of truths and
    predictions that can match, shape (n, 2); default: all. ``pairs`` are their half-overlapping
    pairs, if known. Return the rows of the truths, sorted, and of the predictions matched to them.
    """
    pairs = half_overlapping_pairs(truths, predictions) if pairs is None else pairs
    if allowed is not None:
        code = pairs.truth * len(predictions) + pairs.prediction
        pairs = pairs.take(np.isin(code, allowed[:, 0] * len(predictions) + allowed[:, 1]))
    pairs = best_pairs_first(pairs, predictions)
    contested = in_conflict(pairs)
    best = ~contested & is_first_of_run(pairs.truth)
    if not contested.any():
        return pairs.truth[best], pairs.prediction[best]
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
    if is_new.all():
        return pairs.take(order)
    tied = np.flatnonzero(~is_new | ~np.append(is_new[1:], True))
    rows, group = order[tied], np.cumsum(is_new)[tied]
    of_tied = predictions.take(pairs.prediction[rows])
    keys = (of_tied.apex, of_tied.label, minus_score[rows], of_tied.offset, of_tied.onset)
    order[tied] = rows[np.lexsort((*keys, minus_iou[rows], group))]
    return pairs.take(order)


def ranked_hits(truths: Spans, predictions: Spans, pairs: Pairs | None = None) -> BoolColumn:
    """Return which predictions are hits in a ranking by score, which all of them have.

    The array has one row per IoU threshold, and one column per prediction. ``pairs`` are the
    half-overlapping pairs, if known.
    """
    hits = np.zeros((len(THRESHOLDS), len(predictions)), bool)
    pairs = half_overlapping_pairs(truths, predictions) if pairs is None else pairs
    pairs = best_pairs_first(pairs, predictions, by_score=True)
    contested = in_conflict(pairs)
    # Fewer pairs are in conflict at higher thresholds, and no others.
    free, pairs = pairs.take(~contested), pairs.take(contested)
    reached = free.hundredths() >= np.array(THRESHOLDS)[:, None]
    if is_first_of_run(free.truth).all():
        hits[:, free.prediction] = reached
    else:
        for row, reaches in enumerate(reached):
            is_best = is_first_of_run(free.truth[reaches])
            hits[row, free.prediction[reaches][is_best]] = True
    for row, hundredths in enumerate(THRESHOLDS if len(pairs) else ()):
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


def is_last_of_run(values: np.ndarray) -> BoolColumn:
    """Return where a value differs from the value after it."""
    is_last = np.ones(len(values), bool)
    is_last[:-1] = values[1:] != values[:-1]
    return is_last


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
        predictions.apex[p].tolist(),
        truths.label[t].tolist(),
        strict=True,
    )
    columns = (t.tolist(), p.tolist(), pairs.intersection.tolist(), pairs.union.tolist(), keys)
    return [Edge(*edge) for edge in zip(*columns, strict=True)]
