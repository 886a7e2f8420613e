"""The precision-recall curve of a ranking, at the ten IoU thresholds."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mebench.records.sheets import FloatColumn, IntegerColumn


@dataclass(slots=True, eq=False, repr=False)
class PrecisionRecallCurve:
    """One precision-recall curve, at the scores where recall rises.

    Attributes
    ----------
    found : int64
        Truths found so far, strictly rising.
    taken : int64
        Predictions taken so far; ``found / taken`` is the precision.
    truths : int
        All truths; ``found / truths`` is the recall.
    """

    found: IntegerColumn
    taken: IntegerColumn
    truths: int

    def interpolated_precision(self) -> FloatColumn:
        """Return the highest precision at this recall or a higher one, a value a point."""
        precision = self.found / self.taken
        return np.maximum.accumulate(precision[::-1])[::-1]


def precision_recall_curves(
    order_ends: IntegerColumn,
    hits: IntegerColumn,
    weights: IntegerColumn,
    truths: int,
) -> list[PrecisionRecallCurve]:
    """Build the curves of one ranking.

    Parameters
    ----------
    order_ends : int64
        The last place of each group of equal scores, best first.
    hits : int64, shape (thresholds, predictions)
        Hits, weighted, in ranked order.
    weights : int64
        How often each ranked prediction counts.
    truths : int
        All truths, weighted.
    """
    taken = np.cumsum(weights)[order_ends]
    drawn = []
    for row in hits:
        found = np.cumsum(row)[order_ends]
        rises = np.diff(found, prepend=0) > 0
        drawn.append(PrecisionRecallCurve(found[rises], taken[rises], truths))
    return drawn
