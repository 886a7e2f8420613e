"""Counts of every unit (a subject, or a video), from which the counts of any part are summed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mebench.metrics.confusion import ConfusionCounts
from mebench.metrics.counts import PooledCounts, TopPredictionCounts
from mebench.metrics.curve import PrecisionRecallCurve, precision_recall_curves
from mebench.metrics.value import (
    NO_SAMPLES,
    NO_TRUTH,
    SEVERAL_TRUTHS,
    UNRANKED,
    UNRANKED_CHOICE,
    Undefined,
)
from mebench.records.base import KINDS, Kind
from mebench.records.sheets import BoolColumn, FloatColumn, IntegerColumn
from mebench.rules.overlap import THRESHOLDS


@dataclass(slots=True, eq=False, repr=False)
class RankedPredictions:
    """All predictions, best score first, with their hits at the ten thresholds.

    Attributes
    ----------
    unit, kind : int64
        Of each prediction, in ranked order.
    hits : bool, shape (10, predictions)
        In ranked order.
    group_ends : int64
        The last place of each group of equal scores.
    """

    unit: IntegerColumn
    kind: IntegerColumn
    hits: BoolColumn
    group_ends: IntegerColumn

    @classmethod
    def of(
        cls, score: FloatColumn, unit: IntegerColumn, kind: IntegerColumn, hits: BoolColumn
    ) -> RankedPredictions:
        """Sort predictions by score, descending."""
        order = np.argsort(-score, kind="stable")
        ordered = score[order]
        ends = np.flatnonzero(np.append(ordered[1:] != ordered[:-1], True)) if len(order) else order
        return cls(unit[order], kind[order], hits[:, order], ends)

    def curves(
        self, weights: IntegerColumn, kinds: list[int], truths: int
    ) -> list[PrecisionRecallCurve]:
        """Draw the ten curves over some units and kinds."""
        weight = weights[self.unit] * np.isin(self.kind, kinds)
        return precision_recall_curves(self.group_ends, self.hits * weight, weight, truths)


@dataclass(slots=True, eq=False, repr=False)
class CountsPerSubject:
    """Counts a unit. ``U`` units, ``K`` kinds, ``C`` classes.

    Attributes
    ----------
    spotting : int64, shape (U, K, 3)
        Truths, predictions at the operating point, hits.
    ranked : int64, shape (U, K)
        All predictions, those below the threshold too.
    ranking : RankedPredictions or None
        None where the file has no scores.
    confusion : int64, shape (U, C, C + 1)
        Over hits; in recognition over samples.
    top_predictions : int64, shape (U, 6) or None
        Truth videos, apexes inside, apex distance, apexes measured, videos with several truths,
        videos with an open choice.
    top_prediction_confusion : int64, shape (U, C, C + 1) or None
        The chosen prediction of each video.
    spots : bool
        False in recognition, where the truths are the samples.
    """

    spotting: IntegerColumn
    ranked: IntegerColumn
    ranking: RankedPredictions | None
    confusion: IntegerColumn
    top_predictions: IntegerColumn | None
    top_prediction_confusion: IntegerColumn | None
    spots: bool = True

    @property
    def units(self) -> int:
        """The number of units."""
        return len(self.confusion)

    def each_unit_once(self) -> IntegerColumn:
        """Return the weighting that counts each unit once."""
        return np.ones(self.units, np.int64)

    def only_units(self, *units: int) -> IntegerColumn:
        """Return the weighting that counts some units once and no other."""
        weights = np.zeros(self.units, np.int64)
        weights[list(units)] = 1
        return weights

    def pool(self, weights: IntegerColumn, kinds: tuple[Kind, ...]) -> PooledCounts:
        """Sum the counts of some units and kinds.

        Parameters
        ----------
        weights : int64, shape (U,)
            How often each unit counts: 1 for all, 0 to leave one out, more in a resampling.
        kinds : tuple of kind
            The kinds whose spotting is pooled. Analysis belongs to micro in any case.
        """
        confusion = _weighted_sum(self.confusion, weights)
        if not self.spots:
            samples = int(confusion.sum())
            return PooledCounts(analysis=_confusion_counts(confusion, samples, NO_SAMPLES))
        columns = [KINDS.index(kind) for kind in kinds]
        truths, predictions, hits = (
            int(count) for count in (weights @ self.spotting[:, columns].sum(axis=1))
        )
        micro_truths = int(weights @ self.spotting[:, KINDS.index("micro"), 0])
        return PooledCounts(
            truths=truths,
            predictions=predictions,
            hits=hits,
            compute_curves=lambda: self._curves(weights, columns, truths),
            analysis=_confusion_counts(confusion, micro_truths, NO_TRUTH),
            top_predictions=self._top_predictions(weights, micro_truths),
        )

    def _curves(
        self, weights: IntegerColumn, columns: list[int], truths: int
    ) -> list[PrecisionRecallCurve] | Undefined:
        if not weights @ self.ranked[:, columns].sum(axis=1):
            none = np.empty(0, np.int64)
            return [PrecisionRecallCurve(none, none, truths)] * len(THRESHOLDS)
        if self.ranking is None:
            return UNRANKED
        return self.ranking.curves(weights, columns, truths)

    def _top_predictions(self, weights: IntegerColumn, truths: int) -> TopPredictionCounts | None:
        if self.top_predictions is None or self.top_prediction_confusion is None:
            return None
        videos, inside, distance, measured, several, unranked = (
            int(count) for count in weights @ self.top_predictions
        )
        undefined = SEVERAL_TRUTHS if several else UNRANKED_CHOICE if unranked else None
        confusion = _confusion_counts(
            _weighted_sum(self.top_prediction_confusion, weights), truths, NO_TRUTH
        )
        return TopPredictionCounts(videos, inside, distance, measured, confusion, undefined)


def _weighted_sum(matrices: IntegerColumn, weights: IntegerColumn) -> IntegerColumn:
    summed: IntegerColumn = np.tensordot(weights, matrices, axes=1)
    return summed


def _confusion_counts(
    matrix: IntegerColumn, truths: int, without_truths: Undefined
) -> ConfusionCounts:
    return ConfusionCounts(tuple(tuple(row) for row in matrix.tolist()), truths, without_truths)
