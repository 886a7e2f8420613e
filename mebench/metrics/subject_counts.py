"""Count matches per unit (a subject or a video), and sum the counts over any set of units.

Only this module turns matched intervals into counts.
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
    """All predictions in order of decreasing score, with their hits at the ten IoU thresholds.

    Attributes
    ----------
    unit, kind : int64
        The unit and kind of each prediction, in ranked order.
    hits : bool, shape (10, predictions)
        Whether each prediction is a hit, in ranked order.
    group_ends : int64
        The last position of each group of equal scores.
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
        """Return the precision-recall curves of some kinds, with the units weighted."""
        weight = weights[self.unit] * np.isin(self.kind, kinds)
        return precision_recall_curves(self.group_ends, self.hits * weight, weight, truths)


@dataclass(slots=True, eq=False, repr=False)
class CountsPerSubject:
    """Counts per unit (a subject or a video), for ``U`` units, ``K`` kinds and ``C`` classes.

    Attributes
    ----------
    spotting : int64, shape (U, K, 3)
        True expressions, predictions at the operating point, hits.
    ranked : int64, shape (U, K)
        All predictions, including those below the score threshold.
    ranking : RankedPredictions or None
        None if the file has no scores.
    confusion : int64, shape (U, C, C + 1)
        The confusion matrix over hits; in recognition over samples.
    top_predictions : int64, shape (U, 6) or None
        For one-per-video protocols: videos with a true expression, with the predicted apex inside
        it, sum of the apex distances, videos with both apexes, with several true expressions, with
        several predictions without scores.
    top_prediction_confusion : int64, shape (U, C, C + 1) or None
        For one-per-video protocols: the confusion matrix of the top predictions.
    spots : bool
        False in recognition protocols.
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
        """Return weights that count each unit once."""
        return np.ones(self.units, np.int64)

    def only_units(self, *units: int) -> IntegerColumn:
        """Return weights that count these units once and the others not at all."""
        weights = np.zeros(self.units, np.int64)
        weights[list(units)] = 1
        return weights

    def pool(self, weights: IntegerColumn, kinds: tuple[Kind, ...]) -> PooledCounts:
        """Return the weighted sum of the counts over the units.

        Parameters
        ----------
        weights : int64, shape (U,)
            How often each unit counts: 1, 0 to leave it out, or more in a bootstrap replicate.
        kinds : tuple of kind
            The kinds whose spotting counts are summed. Analysis is always of micro-expressions.
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
            empty = np.empty(0, np.int64)
            return [PrecisionRecallCurve(empty, empty, truths)] * len(THRESHOLDS)
        if self.ranking is None:
            return UNRANKED
        return self.ranking.curves(weights, columns, truths)

    def _top_predictions(self, weights: IntegerColumn, truths: int) -> TopPredictionCounts | None:
        if self.top_predictions is None or self.top_prediction_confusion is None:
            return None
        videos, inside, distance, measured, several_truths, unranked = (
            int(count) for count in weights @ self.top_predictions
        )
        undefined = SEVERAL_TRUTHS if several_truths else UNRANKED_CHOICE if unranked else None
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
    data: SpottingInput, unit_of_video: IntegerColumn | None = None, units: int = 0
) -> CountsPerSubject:
    """Match the predictions to the truths and count per unit.

    Parameters
    ----------
    data : SpottingInput
        Truths and predictions.
    unit_of_video : int64, optional
        The unit of each video; default: its subject.
    units : int
        The number of units; required with ``unit_of_video``.

    Returns
    -------
    CountsPerSubject
        The counts per unit.
    """
    if unit_of_video is None:
        unit_of_video, units = data.subject_of_video, len(data.subjects)
    truths, predictions = data.truths, data.predictions
    operating = predictions
    if predictions.selected is not None:
        operating = predictions.take(predictions.selected)
    truth_rows, prediction_rows = match_intervals(truths.spans(), operating.spans())

    def count(expressions: Expressions) -> IntegerColumn:
        cell = unit_of_video[expressions.video] * len(KINDS) + expressions.kind
        counts = np.bincount(cell, minlength=units * len(KINDS))
        return counts.reshape(units, len(KINDS)).astype(np.int64)

    spotting = np.stack([count(truths), count(operating), count(truths.take(truth_rows))], axis=2)
    classes = len(data.classes)
    analyzed = (truths.kind[truth_rows] == MICRO) & (truths.label[truth_rows] != NO_CLASS)
    confusion = _count_confusions(
        unit_of_video[truths.video[truth_rows[analyzed]]],
        truths.label[truth_rows[analyzed]],
        operating.label[prediction_rows[analyzed]],
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
        _count_top_predictions(data, unit_of_video, units) if data.one_per_video else (None, None)
    )
    return CountsPerSubject(
        spotting, count(predictions), ranking, confusion, top_predictions, top_prediction_confusion
    )


def count_recognition(
    data: RecognitionInput, unit: IntegerColumn | None = None, units: int = 0
) -> CountsPerSubject:
    """Count the samples of a recognition protocol per unit; ``unit`` is that of each sample."""
    if unit is None:
        unit, units = data.subject, len(data.subjects)
    return CountsPerSubject(
        spotting=np.zeros((units, len(KINDS), 3), np.int64),
        ranked=np.zeros((units, len(KINDS)), np.int64),
        ranking=None,
        confusion=_count_confusions(unit, data.truth, data.prediction, (units, len(data.classes))),
        top_predictions=None,
        top_prediction_confusion=None,
        spots=False,
    )


def _count_confusions(
    unit: IntegerColumn, truth: IntegerColumn, prediction: IntegerColumn, shape: tuple[int, int]
) -> IntegerColumn:
    """Return one C x (C + 1) matrix per unit; the last column counts missing predictions."""
    units, classes = shape
    column = np.where(prediction == NO_CLASS, classes, prediction)
    cell = (unit * classes + truth) * (classes + 1) + column
    counts = np.bincount(cell, minlength=units * classes * (classes + 1))
    return counts.reshape(units, classes, classes + 1).astype(np.int64)


def _count_top_predictions(
    data: SpottingInput, unit_of_video: IntegerColumn, units: int
) -> tuple[IntegerColumn, IntegerColumn]:
    """Count the top prediction of each video with a true expression.

    The top prediction has the highest score; ties go to the smallest (onset, offset, index of the
    emotion). A video with several predictions without scores has none, which makes the metrics
    undefined.
    """
    videos = len(data.videos)
    truths = data.truths.take(data.truths.kind == MICRO)
    predictions = data.predictions.take(data.predictions.kind == MICRO)
    truths_per_video = np.bincount(truths.video, minlength=videos)
    predictions_per_video = np.bincount(predictions.video, minlength=videos)

    top_row = np.full(videos, -1)
    score = np.zeros(len(predictions)) if predictions.score is None else predictions.score
    order = np.lexsort(
        (predictions.label, predictions.offset, predictions.onset, -score, predictions.video)
    )[::-1]
    top_row[predictions.video[order]] = order  # the best prediction is written last

    prediction = top_row[truths.video]
    predicted = prediction >= 0
    top = predictions.take(prediction[predicted])
    apex = np.where(top.apex == NO_FRAME, (top.onset + top.offset) // 2, top.apex)
    truth = truths.take(predicted)
    inside = np.zeros(len(truths), np.int64)
    inside[predicted] = (truth.onset < apex) & (apex < truth.offset)
    has_apex = truth.apex != NO_FRAME
    measured_rows = np.flatnonzero(predicted)[has_apex]
    measured = np.zeros(len(truths), np.int64)
    measured[measured_rows] = 1
    distance = np.zeros(len(truths), np.int64)
    distance[measured_rows] = np.abs(apex - truth.apex)[has_apex]

    label = np.full(len(truths), NO_CLASS)
    label[predicted] = top.label
    several_truths = truths_per_video[truths.video] > 1
    unranked = (predictions_per_video[truths.video] > 1) & (data.predictions.score is None)

    videos_column = np.ones(len(truths), np.int64)
    columns = [videos_column, inside, distance, measured, several_truths, unranked]
    unit = unit_of_video[truths.video]
    counts = np.zeros((units, len(columns)), np.int64)
    for index, column in enumerate(columns):
        np.add.at(counts[:, index], unit, column)
    has_class = truths.label != NO_CLASS
    confusion = _count_confusions(
        unit[has_class], truths.label[has_class], label[has_class], (units, len(data.classes))
    )
    return counts, confusion
