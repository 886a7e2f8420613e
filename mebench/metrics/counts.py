"""The counts that a metric is computed from: sums over any set of subjects.

Spotting counts, the confusion matrix, the precision-recall curves, and the top prediction of each
video.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from mebench.metrics.value import NO_TRUTH, UNRANKED, Undefined
from mebench.models.annotation_table import FloatColumn, IntegerColumn


@dataclass(frozen=True, slots=True)
class ConfusionCounts:
    """A confusion matrix of C classes.

    Attributes
    ----------
    matrix : C rows of C + 1 integers
        Row: the true class. Column: the predicted one; the last column counts truths that have no
        prediction.
    truths : int
        The truths there were to analyse from, spotted or not. None makes every rate undefined;
        some, but none analysed, makes them 0.
    without_truths : Undefined
        The reason given where there is none.
    """

    matrix: tuple[tuple[int, ...], ...]
    truths: int
    without_truths: Undefined = NO_TRUTH

    @property
    def classes(self) -> range:
        """The classes as numbers."""
        return range(len(self.matrix))

    @property
    def correct(self) -> int:
        """Truths whose class was named."""
        return sum(self.matrix[name][name] for name in self.classes)

    @property
    def total(self) -> int:
        """Truths analysed, the missed ones included."""
        return sum(map(sum, self.matrix))

    def hits(self, name: int) -> int:
        """Truths of a class that were named so."""
        return self.matrix[name][name]

    def truths_of(self, name: int) -> int:
        """Truths of a class."""
        return sum(self.matrix[name])

    def predictions_of(self, name: int) -> int:
        """Predictions of a class."""
        return sum(row[name] for row in self.matrix)

    @property
    def absent(self) -> list[int]:
        """Classes with neither a truth nor a prediction."""
        return [
            name
            for name in self.classes
            if not self.truths_of(name) and not self.predictions_of(name)
        ]


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


@dataclass(frozen=True, slots=True)
class TopPredictionCounts:
    """What the one prediction chosen for each truth video did (one-per-video protocols).

    Attributes
    ----------
    videos : int
        Videos with a truth.
    inside : int
        Those whose predicted apex lies strictly inside the truth.
    distance : int
        Sum of the distances of predicted and annotated apex, in frames.
    measured : int
        Videos that have both apexes.
    confusion : ConfusionCounts
        Every truth in the class list against its video's prediction, whatever the overlap.
    undefined : Undefined or None
        Why there is no choice, where a video leaves it open.
    """

    videos: int
    inside: int
    distance: int
    measured: int
    confusion: ConfusionCounts
    undefined: Undefined | None


@dataclass(frozen=True)
class PooledCounts:
    """Sums over subjects.

    Attributes
    ----------
    truths, predictions, hits : int
        M, N and A of Eqs. 15 and 16: at the operating point, IoU >= 1/2.
    compute_curves : callable
        Draws the ranking's curves, which take longer than the rest and are rarely looked at.
    analysis : ConfusionCounts
        Over the hits whose truth is in the class list; in recognition over all samples.
    top_predictions : TopPredictionCounts or None
        For one-per-video protocols.
    """

    truths: int = 0
    predictions: int = 0
    hits: int = 0
    compute_curves: Callable[[], list[PrecisionRecallCurve] | Undefined] = lambda: UNRANKED
    analysis: ConfusionCounts = field(default_factory=lambda: ConfusionCounts((), 0, NO_TRUTH))
    top_predictions: TopPredictionCounts | None = None

    @cached_property
    def curves(self) -> list[PrecisionRecallCurve] | Undefined:
        """The ranking's curves at the ten thresholds, or why there is no ranking."""
        return self.compute_curves()


def top_predictions_of(counts: PooledCounts) -> TopPredictionCounts | Undefined:
    """Return the chosen predictions, or why there is no choice."""
    if counts.top_predictions is None or not counts.top_predictions.videos:
        return NO_TRUTH
    return counts.top_predictions.undefined or counts.top_predictions
