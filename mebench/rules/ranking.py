"""The ranking behind AP: which predictions are hits when they are taken best score first.

Equal scores are one threshold: such a group is matched as a batch, by the rule of the operating
point, to the truths that are still free, at each IoU threshold anew. So no order of rows and no
name of a video ever changes a number.
"""

from __future__ import annotations

from itertools import groupby

import numpy as np

from mebench.records.sheets import BoolColumn
from mebench.rules.assignment import Edge, best_assignment
from mebench.rules.knots import edges_by_conflict_group, in_conflict
from mebench.rules.matching import best_pair_per_truth
from mebench.rules.overlap import THRESHOLDS, Spans, half_overlapping_pairs


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
