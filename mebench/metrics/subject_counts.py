"""Count matches per unit (a subject or a video), and sum the counts over any set of units.

Only this module turns matched intervals into counts.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mebench.matching.iou import THRESHOLDS, Pairs, half_overlapping_pairs
from mebench.matching.match_intervals import (
    is_first_of_run,
    match_intervals,
    ranked_hits,
)
from mebench.metrics.counts import (
    NO_SAMPLES,
    NO_TRUTH,
    SEVERAL_TRUTHS,
    UNRANKED,
    UNRANKED_CHOICE,
    CurvePoints,
    PooledCounts,
    PrecisionRecallCurves,
    TopPredictionCounts,
)
from mebench.metrics.expressions import Expressions
from mebench.metrics.ratios import Undefined
from mebench.metrics.unit_rows import ALL, LabelPairs, UnitRows, Units
from mebench.models.annotation_table import (
    NO_CLASS,
    NO_FRAME,
    BoolColumn,
    FloatColumn,
    IntegerColumn,
)
from mebench.models.base import KINDS, Kind

MICRO = KINDS.index("micro")


@dataclass(slots=True, eq=False, repr=False)
class RankedPredictions:
    """All predictions in order of decreasing score, with their hits at the ten IoU thresholds.

    ``hits`` has the shape (10, predictions); ``group`` is the number of each prediction's group of
    equal scores, ascending.
    """

    rows: UnitRows
    kind: IntegerColumn
    hits: BoolColumn
    group: IntegerColumn

    @classmethod
    def of(
        cls,
        score: FloatColumn,
        unit: IntegerColumn,
        kind: IntegerColumn,
        hits: BoolColumn,
        units: int,
    ) -> RankedPredictions:
        """Sort predictions by score, descending."""
        order = np.argsort(-score, kind="stable")
        group = np.cumsum(is_first_of_run(score[order]), dtype=np.int64)
        return cls(UnitRows.of(unit[order], units), kind[order], hits[:, order], group)

    def curves(self, units: Units, kinds: list[int], truths: int) -> PrecisionRecallCurves:
        """Return the precision-recall curve of some units and kinds, at each IoU threshold."""
        rows = self.rows.select(units)
        if len(kinds) < len(KINDS):
            rows = rows[self.kind[rows] == kinds[0]]
        points = CurvePoints.of(self.hits[:, rows], self.group[rows])
        reached = points.last + 1 - points.first
        return PrecisionRecallCurves(reached, points.counted, truths, points.start)


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
    analyzed : LabelPairs
        The classes of hits; in recognition of samples.
    top_predictions : int64, shape (U, 7) or None
        For one-per-video protocols: videos with a true expression, with the predicted apex inside
        it, sum of the apex distances, videos with both apexes, with several true expressions, with
        several predictions without scores; and all videos without a prediction.
    top_prediction_labels : LabelPairs or None
        For one-per-video protocols: the classes of the top predictions.
    spots : bool
        False in recognition protocols.
    """

    spotting: IntegerColumn
    ranked: IntegerColumn
    ranking: RankedPredictions | None
    analyzed: LabelPairs
    top_predictions: IntegerColumn | None = None
    top_prediction_labels: LabelPairs | None = None
    spots: bool = True

    def pool(self, kinds: tuple[Kind, ...], units: Units = ALL) -> PooledCounts:
        """Return the sum of the counts over some units.

        The spotting counts of the given kinds are summed; analysis is always of micro-expressions.
        """
        if not self.spots:
            samples = self.analyzed.count(units)
            return PooledCounts(analysis=self.analyzed.confusion(units, samples, NO_SAMPLES))
        columns = [KINDS.index(kind) for kind in kinds]
        truths, predictions, hits = self.spotting[units][:, columns].sum(axis=(0, 1)).tolist()
        micro_truths = int(self.spotting[units][:, MICRO, 0].sum())
        return PooledCounts(
            truths=truths,
            predictions=predictions,
            hits=hits,
            compute_curves=lambda: self._curves(units, columns, truths),
            analysis=self.analyzed.confusion(units, micro_truths, NO_TRUTH),
            top_predictions=self._top_predictions(units, micro_truths),
        )

    def key(self, unit: int) -> tuple[bytes | None, ...]:
        """Return a key that units share if all their counts, and so all metrics, are the same."""
        pairs, top, ranking = self.analyzed, self.top_predictions, self.ranking
        rows = ranking.rows.select([unit]) if ranking is not None else None
        return (
            self.spotting[unit].tobytes(),
            self.ranked[unit].tobytes(),
            pairs.key(unit),
            None if self.top_prediction_labels is None else self.top_prediction_labels.key(unit),
            None if top is None else top[unit].tobytes(),
            None if ranking is None else ranking.hits[:, rows].tobytes(),
            None if ranking is None else ranking.kind[rows].tobytes(),
            None if ranking is None else is_first_of_run(ranking.group[rows]).tobytes(),
        )

    def _curves(
        self, units: Units, columns: list[int], truths: int
    ) -> PrecisionRecallCurves | Undefined:
        if not self.ranked[units][:, columns].any():
            empty = np.empty(0, np.int64)
            return PrecisionRecallCurves(empty, empty, truths, [0] * (len(THRESHOLDS) + 1))
        if self.ranking is None:
            return UNRANKED
        return self.ranking.curves(units, columns, truths)

    def _top_predictions(self, units: Units, truths: int) -> TopPredictionCounts | None:
        if self.top_predictions is None or self.top_prediction_labels is None:
            return None
        videos, inside, distance, measured, several_truths, unranked, unpredicted = (
            self.top_predictions[units].sum(axis=0).tolist()
        )
        undefined = undefined_choice(several_truths, unranked)
        confusion = self.top_prediction_labels.confusion(units, truths, NO_TRUTH)
        return TopPredictionCounts(
            videos, inside, distance, measured, unpredicted, confusion, undefined
        )


def undefined_choice(several_truths: int, unranked: int) -> Undefined | None:
    """Return why a video has no unique true expression or no unique top prediction."""
    return SEVERAL_TRUTHS if several_truths else UNRANKED_CHOICE if unranked else None


def count_spotting(
    truths: Expressions,
    predictions: Expressions,
    unit_of_video: IntegerColumn,
    *,
    units: int,
    classes: int,
    one_per_video: bool = False,
    pairs: IntegerColumn | None = None,
    overlapping: Pairs | None = None,
) -> CountsPerSubject:
    """Match the predictions to the truths and count per unit.

    ``unit_of_video`` is the index of each video's unit; ``units`` and ``classes`` are numbers. With
    ``one_per_video`` the top prediction of each video is counted too. ``pairs`` are the rows of
    truths and predictions that can match, shape (n, 2); default: all. They are for predictions
    without scores. ``overlapping`` are the half-overlapping pairs, if known.
    """
    spans, operating = (truths.spans, predictions.spans), predictions
    overlapping = half_overlapping_pairs(*spans) if overlapping is None else overlapping
    if predictions.selected is None:
        truth_rows, prediction_rows = match_intervals(*spans, pairs, overlapping)
    else:
        operating = predictions.take(predictions.selected)
        truth_rows, prediction_rows = match_intervals(spans[0], operating.spans, pairs)

    def cells(expressions: Expressions) -> IntegerColumn:
        return unit_of_video[expressions.video] * len(KINDS) + expressions.kind

    def count(cell: IntegerColumn) -> IntegerColumn:
        counts = np.bincount(cell, minlength=units * len(KINDS))
        return counts.reshape(units, len(KINDS)).astype(np.int64)

    true = cells(truths)
    spotting = np.stack([count(true), count(cells(operating)), count(true[truth_rows])], axis=2)
    analyzed = (truths.kind[truth_rows] == MICRO) & (truths.label[truth_rows] != NO_CLASS)
    labels = LabelPairs.of(
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
            ranked_hits(*spans, overlapping),
            units,
        )
    counts = CountsPerSubject(spotting, count(cells(predictions)), ranking, labels)
    if one_per_video:
        counts.top_predictions, counts.top_prediction_labels = _count_top_predictions(
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
        analyzed=LabelPairs.of(unit, truth, prediction, (units, classes)),
        spots=False,
    )


def _count_top_predictions(
    truths: Expressions,
    predictions: Expressions,
    unit_of_video: IntegerColumn,
    shape: tuple[int, int],
) -> tuple[IntegerColumn, LabelPairs]:
    """Count the top prediction of each video with a true expression.

    The top prediction has the highest score; ties go to the smallest (onset, offset, index of the
    emotion, apex; a missing apex is last). A video with several predictions without scores has
    none, which makes the metrics undefined.
    """
    videos = len(unit_of_video)
    truths, predictions = truths.of_kind(MICRO), predictions.of_kind(MICRO)
    truths_per_video = np.bincount(truths.video, minlength=videos)
    predictions_per_video = np.bincount(predictions.video, minlength=videos)

    top_row = np.full(videos, -1)
    spans = predictions.spans
    keys = (spans.apex, spans.label, spans.offset, spans.onset, -spans.score, predictions.video)
    order = np.lexsort(keys)[::-1]
    top_row[predictions.video[order]] = order  # the best prediction is written last

    row = top_row[truths.video]
    predicted = np.flatnonzero(row >= 0)
    top = row[predicted]
    onset, offset, apex = (
        column[top] for column in (predictions.onset, predictions.offset, predictions.apex)
    )
    apex = np.where(apex == NO_FRAME, (onset + offset) // 2, apex)
    true_apex = truths.apex[predicted]
    has_apex = true_apex != NO_FRAME
    # One row per true expression, as in CountsPerSubject.top_predictions.
    columns = np.zeros((len(truths), 6), np.int64)
    columns[:, 0] = 1
    columns[predicted, 1] = (truths.onset[predicted] < apex) & (apex < truths.offset[predicted])
    columns[predicted, 2] = np.where(has_apex, np.abs(apex - true_apex), 0)
    columns[predicted, 3] = has_apex
    columns[:, 4] = truths_per_video[truths.video] > 1
    columns[:, 5] = (predictions_per_video[truths.video] > 1) & (predictions.score is None)
    unit = unit_of_video[truths.video]
    counts = np.zeros((shape[0], 7), np.int64)
    cell = unit[:, None] * 6 + np.arange(6)
    sums = np.bincount(cell.ravel(), columns.ravel(), shape[0] * 6)
    counts[:, :6] = sums.reshape(shape[0], 6)
    counts[:, 6] = np.bincount(unit_of_video[predictions_per_video == 0], minlength=shape[0])

    label = np.full(len(truths), NO_CLASS)
    label[predicted] = predictions.label[top]
    has_class = truths.label != NO_CLASS
    pairs = LabelPairs.of(unit[has_class], truths.label[has_class], label[has_class], shape)
    return counts, pairs
