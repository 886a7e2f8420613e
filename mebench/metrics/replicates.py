"""Counts of many weighted sets of subjects at once: without one subject each, drawn, or swapped.

A replicate gives a weight to each subject, such as 0 to leave it out. All counts are sums over
subjects, so the counts of R replicates are one product of matrices. A metric computes the values
of all replicates from them in one call. The sums are exact, because they are sums of integers.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from mebench.matching.iou import THRESHOLDS
from mebench.metrics.counts import (
    NO_SAMPLES,
    NO_TRUTH,
    UNRANKED,
    CurvePoints,
    Known,
    PooledCounts,
    PrecisionRecallCurves,
    ReplicatedClassCounts,
    TopPredictionCounts,
    computed_once,
)
from mebench.metrics.metric import Metric
from mebench.metrics.ratios import Undefined
from mebench.metrics.subject_counts import MICRO, CountsPerSubject, undefined_choice
from mebench.metrics.unit_rows import LabelPairs
from mebench.models.annotation_table import BoolColumn, FloatColumn, IntegerColumn
from mebench.models.base import KINDS, Kind

Summed = Callable[[FloatColumn], FloatColumn]
"""Sums rows of subjects, shape (S, ...), in replicates, shape (R, ...)."""

CELLS = 100_000
"""Weights of predictions that are held at the same time; more replicates are computed in parts.

The curves take up to 50 times as many numbers.
"""


@dataclass(slots=True, eq=False, repr=False)
class ClassSums:
    """Correct predictions, true expressions and predictions per subject and class: (S, 3C)."""

    columns: FloatColumn
    classes: int

    @classmethod
    def of(cls, pairs: LabelPairs, subjects: BoolColumn) -> ClassSums:
        """Count the pairs of classes of each subject."""
        classes, units = pairs.classes, len(subjects)
        truth, prediction = pairs.cell // (classes + 1), pairs.cell % (classes + 1)
        predicted, correct = prediction < classes, truth == prediction

        def count(selected: BoolColumn, label: IntegerColumn) -> IntegerColumn:
            cells = pairs.rows.unit[selected] * classes + label[selected]
            return np.bincount(cells, minlength=units * classes).reshape(units, classes)

        counts = [count(correct, truth), count(truth >= 0, truth), count(predicted, prediction)]
        return cls(np.hstack(counts)[subjects].astype(np.float64), classes)

    def stacked(self, other: ClassSums) -> ClassSums:
        """Return the rows of two systems, one below the other."""
        return ClassSums(np.vstack([self.columns, other.columns]), self.classes)

    @property
    def truths(self) -> FloatColumn:
        """The true expressions per subject and class, shape (S, C)."""
        return self.columns[:, self.classes : 2 * self.classes]

    def sum(
        self, summed: Summed, truths: FloatColumn, without_truths: Undefined
    ) -> ReplicatedClassCounts:
        """Return the counts of replicates."""
        sums = summed(self.columns).T.reshape(3, self.classes, len(truths))
        hits, truths_by_class, predictions_by_class = sums
        return ReplicatedClassCounts(
            hits, truths_by_class, predictions_by_class, truths, without_truths
        )


@dataclass(slots=True, eq=False, repr=False)
class RankedRows:
    """All predictions of a group of subjects, by decreasing score.

    Attributes
    ----------
    subject : int64, shape (P,)
        The row of each prediction's subject.
    group : int64, shape (P,)
        The number of its group of equal scores, ascending.
    hits : bool, shape (10, P)
        Whether it is a hit at each IoU threshold.
    """

    subject: IntegerColumn
    group: IntegerColumn
    hits: BoolColumn
    known: Known = field(default_factory=dict, init=False)

    def curves(self, weights: FloatColumn, truths: FloatColumn) -> PrecisionRecallCurves:
        """Return the precision-recall curves of replicates, at each IoU threshold."""
        # One row per prediction, because rows are selected faster than columns; and integers,
        # because they are summed faster than floats.
        weight = weights.T.astype(np.int64).take(self.subject, axis=0)
        points = self.points()
        total = np.zeros((len(points.prediction) + 1, len(weights)), np.int64)
        # In place ("raise" would copy), because memory of this size is returned to the system.
        weight.take(points.prediction, axis=0, out=total[1:], mode="clip")
        np.cumsum(total[1:], axis=0, out=total[1:])
        reached = total.take(points.last + 1, axis=0)
        reached -= total.take(points.first, axis=0)
        counted = weight.cumsum(axis=0).take(points.counted - 1, axis=0)
        hits, predictions = (count.T.astype(np.float64) for count in (reached, counted))
        return PrecisionRecallCurves(hits, predictions, truths, points.start)

    @computed_once
    def points(self) -> CurvePoints:
        """Return the points of the curves, which are the same in all replicates."""
        return CurvePoints.of(self.hits, self.group)


@dataclass(slots=True, eq=False, repr=False)
class SubjectSums:
    """The counts of S subjects, as matrices with one row per subject.

    Attributes
    ----------
    spotting : float64, shape (S, 3)
        True expressions, predictions at the operating point, hits.
    micro_truths : float64, shape (S,)
        True micro-expressions.
    analyzed : ClassSums
        The classes of hits; in recognition of samples.
    top_predictions : float64, shape (S, 7) or None
        As in :class:`~mebench.metrics.subject_counts.CountsPerSubject`.
    top_labels : ClassSums or None
        The classes of top predictions.
    ranking : RankedRows or None
        All predictions; None without scores.
    predicts : bool
        Whether there is any prediction.
    spots : bool
        False in recognition protocols.
    """

    spotting: FloatColumn
    micro_truths: FloatColumn
    analyzed: ClassSums
    top_predictions: FloatColumn | None
    top_labels: ClassSums | None
    ranking: RankedRows | None
    predicts: bool
    spots: bool

    @classmethod
    def of(
        cls,
        counts: CountsPerSubject,
        kinds: tuple[Kind, ...],
        subjects: BoolColumn | None = None,
    ) -> SubjectSums:
        """Sum the counts of some kinds of expressions for some subjects (default: all)."""
        columns = [KINDS.index(kind) for kind in kinds]
        if subjects is None:
            subjects = np.ones(len(counts.spotting), bool)
        rows, top, labels = counts.spotting[subjects], counts.top_predictions, None
        if counts.top_prediction_labels is not None:
            labels = ClassSums.of(counts.top_prediction_labels, subjects)
        ranked = None
        if counts.ranking is not None:
            ranking = counts.ranking
            selected = subjects[ranking.rows.unit]
            if len(columns) < len(KINDS):
                selected &= ranking.kind == columns[0]
            row_of_subject = np.cumsum(subjects) - 1
            ranked = RankedRows(
                row_of_subject[ranking.rows.unit[selected]],
                ranking.group[selected],
                ranking.hits[:, selected],
            )
        return cls(
            rows[:, columns].sum(axis=1).astype(np.float64),
            rows[:, MICRO, 0].astype(np.float64),
            ClassSums.of(counts.analyzed, subjects),
            None if top is None else top[subjects].astype(np.float64),
            labels,
            ranked,
            bool(counts.ranked[subjects][:, columns].any()),
            counts.spots,
        )

    def stacked(self, other: SubjectSums) -> SubjectSums:
        """Return the rows of two systems, one below the other; without their rankings.

        A replicate then takes each subject from one of them.
        """
        top, labels = None, None
        if self.top_predictions is not None and other.top_predictions is not None:
            top = np.vstack([self.top_predictions, other.top_predictions])
        if self.top_labels is not None and other.top_labels is not None:
            labels = self.top_labels.stacked(other.top_labels)
        return SubjectSums(
            np.vstack([self.spotting, other.spotting]),
            np.concatenate([self.micro_truths, other.micro_truths]),
            self.analyzed.stacked(other.analyzed),
            top,
            labels,
            None,
            self.predicts or other.predicts,
            self.spots,
        )

    def __len__(self) -> int:
        return len(self.spotting)

    @property
    def truths(self) -> FloatColumn:
        """The true expressions (in recognition the samples) of each subject, shape (S,)."""
        if self.spots:
            return self.spotting[:, 0]
        samples: FloatColumn = self.analyzed.truths.sum(axis=1)
        return samples

    def values(self, metrics: Sequence[Metric], weights: FloatColumn) -> FloatColumn:
        """Return the values of metrics in R replicates; NaN where one is undefined.

        Parameters
        ----------
        metrics : sequence of M Metric
            The metrics.
        weights : float64, shape (R, S)
            How often each subject counts in each replicate: integers.

        Returns
        -------
        float64, shape (M, R)
        """
        return self._values(
            metrics, len(weights), lambda start, stop: self.pool(weights[start:stop])
        )

    def each(self, metrics: Sequence[Metric]) -> FloatColumn:
        """Return the values of each subject alone, shape (M, S)."""

        def pool(start: int, stop: int) -> PooledCounts:
            return self._pool(
                lambda rows: rows[start:stop], lambda: np.eye(stop - start, len(self), start)
            )

        return self._values(metrics, len(self), pool)

    def grouped(self, groups: Sequence[Sequence[int]]) -> SubjectSums:
        """Return the sums of groups of subjects, one row per group, such as a fold's test part."""
        flat = np.array([subject for group in groups for subject in group], np.int64)
        group = np.repeat(np.arange(len(groups)), [len(group) for group in groups])

        def of_groups(rows: FloatColumn) -> FloatColumn:
            summed = np.zeros((len(groups), *rows.shape[1:]))
            np.add.at(summed, group, rows[flat])
            return summed

        top, labels = self.top_predictions, self.top_labels
        return SubjectSums(
            of_groups(self.spotting),
            of_groups(self.micro_truths),
            ClassSums(of_groups(self.analyzed.columns), self.analyzed.classes),
            None if top is None else of_groups(top),
            None if labels is None else ClassSums(of_groups(labels.columns), labels.classes),
            None,
            self.predicts,
            self.spots,
        )

    def _values(
        self, metrics: Sequence[Metric], number: int, pool: Callable[[int, int], PooledCounts]
    ) -> FloatColumn:
        """Return the values of a number of replicates, which are pooled in parts."""
        step = max(1, CELLS // max(1, 0 if self.ranking is None else len(self.ranking.group)))
        values = np.full((len(metrics), number), np.nan)
        for start in range(0, number, step):
            stop = min(start + step, number)
            counts = pool(start, stop)
            for row, metric in zip(values, metrics, strict=True):
                value = metric.value(counts)
                if not isinstance(value, Undefined):
                    row[start:stop] = value
        return values

    def pool(self, weights: FloatColumn) -> PooledCounts:
        """Return the counts of R replicates; every count is an array of shape (R,)."""
        return self._pool(lambda rows: weights @ rows, lambda: weights)

    def _pool(self, summed: Summed, weights: Callable[[], FloatColumn]) -> PooledCounts:
        """Return the counts of replicates; only the curves need the weights themselves."""
        if not self.spots:
            samples = summed(self.truths)
            return PooledCounts(analysis=self.analyzed.sum(summed, samples, NO_SAMPLES))
        truths, predictions, hits = summed(self.spotting).T
        micro_truths = summed(self.micro_truths)
        return PooledCounts(
            truths=truths,
            predictions=predictions,
            hits=hits,
            compute_curves=lambda: self._curves(weights(), truths),
            analysis=self.analyzed.sum(summed, micro_truths, NO_TRUTH),
            top_predictions=self._pool_top_predictions(summed, micro_truths),
        )

    def _curves(
        self, weights: FloatColumn, truths: FloatColumn
    ) -> PrecisionRecallCurves | Undefined:
        if not self.predicts:
            empty = np.zeros((len(weights), 0))
            return PrecisionRecallCurves(empty, empty, truths, [0] * (len(THRESHOLDS) + 1))
        return UNRANKED if self.ranking is None else self.ranking.curves(weights, truths)

    def _pool_top_predictions(
        self, summed: Summed, truths: FloatColumn
    ) -> TopPredictionCounts | None:
        if self.top_predictions is None or self.top_labels is None:
            return None
        undefined = undefined_choice(*self.top_predictions[:, 4:6].sum(axis=0).tolist())
        videos, inside, distance, measured, _, _, unpredicted = summed(self.top_predictions).T
        labels = self.top_labels.sum(summed, truths, NO_TRUTH)
        return TopPredictionCounts(
            videos, inside, distance, measured, unpredicted, labels, undefined
        )
