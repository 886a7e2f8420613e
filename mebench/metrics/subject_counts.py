"""Count matches per unit (a subject, or a video), and sum the counts over any set of units.

This is the only place where matched intervals become numbers.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mebench.matching.iou import THRESHOLDS
from mebench.matching.match_intervals import match_intervals, ranked_hits
from mebench.metrics.counts import (
    ConfusionCounts,
    PooledCounts,
    PrecisionRecallCurve,
    TopPredictionCounts,
    precision_recall_curves,
)
from mebench.metrics.evaluation_input import Expressions, RecognitionInput, SpottingInput
from mebench.metrics.value import (
    NO_SAMPLES,
    NO_TRUTH,
    SEVERAL_TRUTHS,
    UNRANKED,
    UNRANKED_CHOICE,
    Undefined,
)
from mebench.models.annotation_table import (
    NO_CLASS,
    NO_FRAME,
    BoolColumn,
    FloatColumn,
    IntegerColumn,
)
from mebench.models.base import KINDS, Kind


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


MICRO = KINDS.index("micro")


def count_spotting(
    trial: SpottingInput, unit_of_video: IntegerColumn | None = None, units: int = 0
) -> CountsPerSubject:
    """Count a trial.

    Parameters
    ----------
    trial : SpottingInput
        What is scored.
    unit_of_video : int64, optional
        Which unit each video belongs to; by default its subject.
    units : int
        How many units there are, with ``unit_of_video``.

    Returns
    -------
    CountsPerSubject
        Counts a unit.
    """
    if unit_of_video is None:
        unit_of_video, units = trial.subject_of_video, len(trial.subjects)
    truths, predictions = trial.truths, trial.predictions
    operating = predictions
    if predictions.selected is not None:
        operating = predictions.take(predictions.selected)
    truth_rows, prediction_rows = match_intervals(truths.spans(), operating.spans())

    def spread(events: Expressions) -> IntegerColumn:
        place = unit_of_video[events.video] * len(KINDS) + events.kind
        counted = np.bincount(place, minlength=units * len(KINDS))
        return counted.reshape(units, len(KINDS)).astype(np.int64)

    spotting = np.stack(
        [spread(truths), spread(operating), spread(truths.take(truth_rows))], axis=2
    )
    classes = len(trial.classes)
    analysed = (truths.kind[truth_rows] == MICRO) & (truths.label[truth_rows] != NO_CLASS)
    confusion = _count_confusions(
        unit_of_video[truths.video[truth_rows[analysed]]],
        truths.label[truth_rows[analysed]],
        operating.label[prediction_rows[analysed]],
        (units, classes),
    )
    ranking = None
    if predictions.score is not None:
        ranking = RankedPredictions.of(
            predictions.score,
            unit_of_video[predictions.video],
            predictions.kind.astype(np.int64),
            ranked_hits(truths.spans(), predictions.spans()),
        )
    top_predictions, top_prediction_confusion = (
        _count_top_predictions(trial, unit_of_video, units) if trial.one_per_video else (None, None)
    )
    return CountsPerSubject(
        spotting, spread(predictions), ranking, confusion, top_predictions, top_prediction_confusion
    )


def count_recognition(
    samples: RecognitionInput, unit: IntegerColumn | None = None, units: int = 0
) -> CountsPerSubject:
    """Count the samples of a recognition protocol; arguments as in :func:`count_spotting`."""
    if unit is None:
        unit, units = samples.subject, len(samples.subjects)
    classes = len(samples.classes)
    confusion = _count_confusions(unit, samples.truth, samples.prediction, (units, classes))
    nothing = np.zeros((units, len(KINDS)), np.int64)
    return CountsPerSubject(
        np.zeros((units, len(KINDS), 3), np.int64), nothing, None, confusion, None, None, False
    )


def _count_confusions(
    unit: IntegerColumn, truth: IntegerColumn, prediction: IntegerColumn, shape: tuple[int, int]
) -> IntegerColumn:
    """Return a C x (C + 1) matrix a unit; a missing prediction falls in the last column."""
    units, classes = shape
    column = np.where(prediction == NO_CLASS, classes, prediction)
    place = (unit * classes + truth) * (classes + 1) + column
    counted = np.bincount(place, minlength=units * classes * (classes + 1))
    return counted.reshape(units, classes, classes + 1).astype(np.int64)


def _count_top_predictions(
    trial: SpottingInput, unit_of_video: IntegerColumn, units: int
) -> tuple[IntegerColumn, IntegerColumn]:
    """Count what each truth video's one prediction did.

    The one with the highest score, ties by smallest (onset, offset, place of the emotion). Without
    scores a video with several leaves the choice open, which undefines the metrics that need it.
    """
    videos = len(trial.videos)
    truths = trial.truths.take(trial.truths.kind == MICRO)
    predictions = trial.predictions.take(trial.predictions.kind == MICRO)
    truths_in = np.bincount(truths.video, minlength=videos)
    predictions_in = np.bincount(predictions.video, minlength=videos)

    chosen = np.full(videos, -1)
    score = np.zeros(len(predictions)) if predictions.score is None else predictions.score
    order = np.lexsort(
        (predictions.label, predictions.offset, predictions.onset, -score, predictions.video)
    )[::-1]
    chosen[predictions.video[order]] = order  # the last one written, the preferred, stays

    prediction = chosen[truths.video]
    has = prediction >= 0
    picked = predictions.take(prediction[has])
    apex = np.where(picked.apex == NO_FRAME, (picked.onset + picked.offset) // 2, picked.apex)
    of = truths.take(has)
    inside = np.zeros(len(truths), np.int64)
    inside[has] = (of.onset < apex) & (apex < of.offset)
    measured = of.apex != NO_FRAME
    distance = np.zeros(len(truths), np.int64)
    distance[np.flatnonzero(has)[measured]] = np.abs(apex - of.apex)[measured]

    label = np.full(len(truths), NO_CLASS)
    label[has] = picked.label
    several = truths_in[truths.video] > 1
    unranked = (predictions_in[truths.video] > 1) & (trial.predictions.score is None)
    both = np.zeros(len(truths), np.int64)
    both[np.flatnonzero(has)[measured]] = 1

    columns = [np.ones(len(truths), np.int64), inside, distance, both, several, unranked]
    unit = unit_of_video[truths.video]
    top_predictions = np.zeros((units, len(columns)), np.int64)
    for place, column in enumerate(columns):
        np.add.at(top_predictions[:, place], unit, column)
    known = truths.label != NO_CLASS
    confusion = _count_confusions(
        unit[known], truths.label[known], label[known], (units, len(trial.classes))
    )
    return top_predictions, confusion
