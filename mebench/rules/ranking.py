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
from mebench.rules.matching import edges_of, first_of_each, in_knots, knots_of, star_order
from mebench.rules.overlap import THRESHOLDS, Pairs, Spans, half_overlapping_pairs


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
        pairs = pairs.take(pairs.reach(hundredths))
        knotted = in_knots(pairs)
        stars = pairs.take(~knotted)
        order = star_order(stars, predictions, by_score=True)
        first = first_of_each(stars.truth[order])
        hits[row, stars.prediction[order][first]] = True
        knots = pairs.take(knotted)
        for knot in knots_of(knots):
            for prediction in _hits_in_knot(knots, knot, truths, predictions):
                hits[row, prediction] = True
    return hits


def _hits_in_knot(knots: Pairs, rows: list[int], truths: Spans, predictions: Spans) -> list[int]:
    edges = edges_of(knots, rows, truths, predictions)
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
