"""Count matches per unit (a subject or a video), and sum the counts over any set of units.

Only this module turns matched intervals into counts.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mebench.matching.iou import THRESHOLDS
from mebench.matching.match_intervals import match_intervals, ranked_hits
from mebench.metrics.counts import (
    NO_SAMPLES,
    NO_TRUTH,
    SEVERAL_TRUTHS,
    UNRANKED,
    UNRANKED_CHOICE,
    ConfusionCounts,
    PooledCounts,
    PrecisionRecallCurve,
    TopPredictionCounts,
    Undefined,
)
from mebench.metrics.expressions import Expressions
from mebench.models.annotation_table import (
    NO_CLASS,
    NO_FRAME,
    BoolColumn,
    FloatColumn,
    IntegerColumn,
)
from mebench.models.base import KINDS, Kind

MICRO = KINDS.index("micro")
Units = list[int] | BoolColumn | slice
"""Selects units: their indices, or one truth value per unit."""

ALL = slice(None)


@dataclass(slots=True, eq=False, repr=False)
class RankedPredictions:
    """All predictions in order of decreasing score, with their hits at the ten IoU thresholds.

    ``hits`` has the shape (10, predictions); ``group_ends`` are the last positions of the groups of
    equal scores.
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
        self, selected: BoolColumn, kinds: list[int], truths: int
    ) -> list[PrecisionRecallCurve]:
        """Return the precision-recall curve of some units and kinds, at each IoU threshold."""
        counted = selected[self.unit] & np.isin(self.kind, kinds)
        predictions = np.cumsum(counted, dtype=np.int64)[self.group_ends]
        curves = []
        for row in self.hits:
            hits = np.cumsum(row & counted, dtype=np.int64)[self.group_ends]
            points = np.diff(hits, prepend=0) > 0
            curves.append(PrecisionRecallCurve(hits[points], predictions[points], truths))
        return curves


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
    top_predictions : int64, shape (U, 7) or None
        For one-per-video protocols: videos with a true expression, with the predicted apex inside
        it, sum of the apex distances, videos with both apexes, with several true expressions, with
        several predictions without scores; and all videos without a prediction.
    top_prediction_confusion : int64, shape (U, C, C + 1) or None
        For one-per-video protocols: the confusion matrix of the top predictions.
    spots : bool
        False in recognition protocols.
    """

    spotting: IntegerColumn
    ranked: IntegerColumn
    ranking: RankedPredictions | None
    confusion: IntegerColumn
    top_predictions: IntegerColumn | None = None
    top_prediction_confusion: IntegerColumn | None = None
    spots: bool = True

    def pool(self, kinds: tuple[Kind, ...], units: Units = ALL) -> PooledCounts:
        """Return the sum of the counts over some units.

        The spotting counts of the given kinds are summed; analysis is always of micro-expressions.
        """
        if not self.spots:
            samples = int(self.confusion[units].sum())
            return PooledCounts(analysis=_sum_confusion(self.confusion[units], samples, NO_SAMPLES))
        columns = [KINDS.index(kind) for kind in kinds]
        truths, predictions, hits = self.spotting[units][:, columns].sum(axis=(0, 1)).tolist()
        micro_truths = int(self.spotting[units][:, MICRO, 0].sum())
        return PooledCounts(
            truths=truths,
            predictions=predictions,
            hits=hits,
            compute_curves=lambda: self._curves(units, columns, truths),
            analysis=_sum_confusion(self.confusion[units], micro_truths, NO_TRUTH),
            top_predictions=self._top_predictions(units, micro_truths),
        )

    def _curves(
        self, units: Units, columns: list[int], truths: int
    ) -> list[PrecisionRecallCurve] | Undefined:
        if not self.ranked[units][:, columns].any():
            empty = np.empty(0, np.int64)
            return [PrecisionRecallCurve(empty, empty, truths)] * len(THRESHOLDS)
        if self.ranking is None:
            return UNRANKED
        selected = np.zeros(len(self.confusion), bool)
        selected[units] = True
        return self.ranking.curves(selected, columns, truths)

    def _top_predictions(self, units: Units, truths: int) -> TopPredictionCounts | None:
        if self.top_predictions is None or self.top_prediction_confusion is None:
            return None
        videos, inside, distance, measured, several_truths, unranked, unpredicted = (
            self.top_predictions[units].sum(axis=0).tolist()
        )
        undefined = SEVERAL_TRUTHS if several_truths else UNRANKED_CHOICE if unranked else None
        confusion = _sum_confusion(self.top_prediction_confusion[units], truths, NO_TRUTH)
        return TopPredictionCounts(
            videos, inside, distance, measured, unpredicted, confusion, undefined
        )


def _sum_confusion(
    matrices: IntegerColumn, truths: int, without_truths: Undefined
) -> ConfusionCounts:
    rows = matrices.sum(axis=0).tolist()
    return ConfusionCounts(tuple(map(tuple, rows)), truths, without_truths)


def count_spotting(
    truths: Expressions,
    predictions: Expressions,
    unit_of_video: IntegerColumn,
    *,
    units: int,
    classes: int,
    one_per_video: bool = False,
) -> CountsPerSubject:
    """Match the predictions to the truths and count per unit.

    ``unit_of_video`` is the index of each video's unit; ``units`` and ``classes`` are numbers. With
    ``one_per_video`` the top prediction of each video is counted too.
    """
    operating = predictions
    if predictions.selected is not None:
        operating = predictions.take(predictions.selected)
    truth_rows, prediction_rows = match_intervals(truths.spans(), operating.spans())

    def count(expressions: Expressions) -> IntegerColumn:
        cell = unit_of_video[expressions.video] * len(KINDS) + expressions.kind
        counts = np.bincount(cell, minlength=units * len(KINDS))
        return counts.reshape(units, len(KINDS)).astype(np.int64)

    spotting = np.stack([count(truths), count(operating), count(truths.take(truth_rows))], axis=2)
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
    counts = CountsPerSubject(spotting, count(predictions), ranking, confusion)
    if one_per_video:
        counts.top_predictions, counts.top_prediction_confusion = _count_top_predictions(
            truths, predictions, unit_of_video, (units, classes)
        )
    return counts


def count_recognition(
    truth: IntegerColumn,
    prediction: IntegerColumn,
    unit: IntegerColumn,
    *,
    units: int,
    classes: int,
) -> CountsPerSubject:
    """Count the samples of a recognition protocol per unit: their true and predicted classes."""
    return CountsPerSubject(
        spotting=np.zeros((units, len(KINDS), 3), np.int64),
        ranked=np.zeros((units, len(KINDS)), np.int64),
        ranking=None,
        confusion=_count_confusions(unit, truth, prediction, (units, classes)),
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
    truths: Expressions,
    predictions: Expressions,
    unit_of_video: IntegerColumn,
    shape: tuple[int, int],
) -> tuple[IntegerColumn, IntegerColumn]:
    """Count the top prediction of each video with a true expression.

    The top prediction has the highest score; ties go to the smallest (onset, offset, index of the
    emotion, apex; a missing apex is last). A video with several predictions without scores has
    none, which makes the metrics undefined.
    """
    videos = len(unit_of_video)
    truths = truths.take(truths.kind == MICRO)
    predictions = predictions.take(predictions.kind == MICRO)
    truths_per_video = np.bincount(truths.video, minlength=videos)
    predictions_per_video = np.bincount(predictions.video, minlength=videos)

    top_row = np.full(videos, -1)
    spans = predictions.spans()
    keys = (spans.apex, spans.label, spans.offset, spans.onset, -spans.score, predictions.video)
    order = np.lexsort(keys)[::-1]
    top_row[predictions.video[order]] = order  # the best prediction is written last

    row = top_row[truths.video]
    predicted = np.flatnonzero(row >= 0)
    top, truth = predictions.take(row[predicted]), truths.take(predicted)
    apex = np.where(top.apex == NO_FRAME, (top.onset + top.offset) // 2, top.apex)
    has_apex = truth.apex != NO_FRAME
    # One row per true expression, as in CountsPerSubject.top_predictions.
    columns = np.zeros((len(truths), 6), np.int64)
    columns[:, 0] = 1
    columns[predicted, 1] = (truth.onset < apex) & (apex < truth.offset)
    columns[predicted, 2] = np.where(has_apex, np.abs(apex - truth.apex), 0)
    columns[predicted, 3] = has_apex
    columns[:, 4] = truths_per_video[truths.video] > 1
    columns[:, 5] = (predictions_per_video[truths.video] > 1) & (predictions.score is None)
    unit = unit_of_video[truths.video]
    counts = np.zeros((shape[0], 7), np.int64)
    np.add.at(counts, (unit[:, None], np.arange(6)), columns)
    np.add.at(counts[:, 6], unit_of_video[predictions_per_video == 0], 1)

    label = np.full(len(truths), NO_CLASS)
    label[predicted] = top.label
    has_class = truths.label != NO_CLASS
    confusion = _count_confusions(unit[has_class], truths.label[has_class], label[has_class], shape)
    return counts, confusion
