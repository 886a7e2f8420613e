"""Counts of many weighted sets of subjects at once: without one subject each, drawn, or swapped.

A replicate gives a weight to each subject, such as 0 to leave it out. All counts are sums over
subjects, so the counts of R replicates are one product of matrices. A metric computes the values
of all replicates from them in one call. The sums are exact, because they are sums of integers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from mebench.matching.iou import THRESHOLDS
from mebench.matching.match_intervals import is_last_of_run
from mebench.metrics.counts import (
    NO_SAMPLES,
    NO_TRUTH,
    UNRANKED,
    PooledCounts,
    PrecisionRecallCurve,
    ReplicatedClassCounts,
    TopPredictionCounts,
)
from mebench.metrics.metric import Metric
from mebench.metrics.ratios import Undefined
from mebench.metrics.subject_counts import MICRO, CountsPerSubject, undefined_choice
from mebench.metrics.unit_rows import LabelPairs
from mebench.models.annotation_table import BoolColumn, FloatColumn, IntegerColumn
from mebench.models.base import KINDS, Kind

CELLS = 4_000_000
"""Numbers per array that are held at the same time; more replicates are computed in parts."""


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

    def sum(
        self, weights: FloatColumn, truths: FloatColumn, without_truths: Undefined
    ) -> ReplicatedClassCounts:
        """Return the counts of replicates."""
        sums = (weights @ self.columns).T.reshape(3, self.classes, len(weights))
        return ReplicatedClassCounts(*sums, truths, without_truths)


class SubjectSums:
    """The counts of some subjects, as matrices with one row per subject.

    Parameters
    ----------
    counts : CountsPerSubject
        The counts of all subjects.
    kinds : tuple of {"micro", "macro"}
        The kinds whose spotting counts are summed.
    subjects : bool, shape (all subjects,), optional
        The S subjects of the group; default: all.
    """

    def __init__(
        self,
        counts: CountsPerSubject,
        kinds: tuple[Kind, ...],
        subjects: BoolColumn | None = None,
    ) -> None:
        units = len(counts.spotting)
        self._counts = counts
        self._kinds = [KINDS.index(kind) for kind in kinds]
        self._subjects = np.ones(units, bool) if subjects is None else subjects
        rows = counts.spotting[self._subjects]
        self._spotting = rows[:, self._kinds].sum(axis=1).astype(np.float64)
        self._micro_truths = rows[:, MICRO, 0].astype(np.float64)
        self._analyzed = ClassSums.of(counts.analyzed, self._subjects)
        self._top_labels = None
        if counts.top_prediction_labels is not None:
            self._top_labels = ClassSums.of(counts.top_prediction_labels, self._subjects)

    def __len__(self) -> int:
        return len(self._spotting)

    @cached_property
    def truths(self) -> FloatColumn:
        """The true expressions (in recognition the samples) of each subject, shape (S,)."""
        if self._counts.spots:
            return self._spotting[:, 0]
        return self.analyzed_truths.sum(axis=1)

    @property
    def analyzed_truths(self) -> FloatColumn:
        """The analyzed true expressions per subject and class, shape (S, C)."""
        classes = self._analyzed.classes
        return self._analyzed.columns[:, classes : 2 * classes]

    @property
    def top_truths(self) -> FloatColumn:
        """The same for the top predictions of one-per-video protocols."""
        assert self._top_labels is not None
        classes = self._top_labels.classes
        return self._top_labels.columns[:, classes : 2 * classes]

    def values(self, metrics: Sequence[Metric], weights: FloatColumn) -> FloatColumn:
        """Return the values of metrics in R replicates; NaN where one is undefined.

        Parameters
        ----------
        metrics : sequence of M Metric
            The metrics.
        weights : float64, shape (R, S)
            How often each subject counts in each replicate.

        Returns
        -------
        float64, shape (M, R)
        """
        ranking = self._counts.ranking
        step = max(1, CELLS // max(1, 0 if ranking is None else len(ranking.group)))
        values = np.full((len(metrics), len(weights)), np.nan)
        for start in range(0, len(weights), step):
            counts = self.pool(weights[start : start + step])
            for row, metric in zip(values, metrics, strict=True):
                value = metric.value(counts)
                if not isinstance(value, Undefined):
                    row[start : start + step] = value
        return values

    def pool(self, weights: FloatColumn) -> PooledCounts:
        """Return the counts of R replicates; every count is an array of shape (R,)."""
        if not self._counts.spots:
            samples = weights @ self.truths
            return PooledCounts(analysis=self._analyzed.sum(weights, samples, NO_SAMPLES))
        truths, predictions, hits = (weights @ self._spotting).T
        micro_truths = weights @ self._micro_truths
        return PooledCounts(
            truths=truths,
            predictions=predictions,
            hits=hits,
            compute_curves=lambda: self._curves(weights, truths),
            analysis=self._analyzed.sum(weights, micro_truths, NO_TRUTH),
            top_predictions=self._top_predictions(weights, micro_truths),
        )

    def _top_predictions(
        self, weights: FloatColumn, truths: FloatColumn
    ) -> TopPredictionCounts | None:
        counts = self._counts.top_predictions
        if counts is None or self._top_labels is None:
            return None
        rows = counts[self._subjects]
        undefined = undefined_choice(*rows[:, 4:6].sum(axis=0).tolist())
        videos, inside, distance, measured, _, _, unpredicted = (
            weights @ rows.astype(np.float64)
        ).T
        labels = self._top_labels.sum(weights, truths, NO_TRUTH)
        return TopPredictionCounts(
            videos, inside, distance, measured, unpredicted, labels, undefined
        )

    @cached_property
    def _ranked(self) -> tuple[IntegerColumn, IntegerColumn, BoolColumn]:
        """The predictions of the group, by score: their row here, tie group, and hits (10, P)."""
        ranking = self._counts.ranking
        assert ranking is not None
        selected = self._subjects[ranking.rows.unit] & np.isin(ranking.kind, self._kinds)
        rows = np.flatnonzero(selected)
        row_of_subject = np.cumsum(self._subjects) - 1
        _, group = np.unique(ranking.group[rows], return_inverse=True)
        return row_of_subject[ranking.rows.unit[rows]], group, ranking.hits[:, rows]

    def _curves(
        self, weights: FloatColumn, truths: FloatColumn
    ) -> list[PrecisionRecallCurve] | Undefined:
        if not self._counts.ranked[self._subjects][:, self._kinds].any():
            empty = np.zeros((len(weights), 0))
            return [PrecisionRecallCurve(empty, empty, truths)] * len(THRESHOLDS)
        if self._counts.ranking is None:
            return UNRANKED
        subject, group, hits = self._ranked
        weight = weights[:, subject]
        counted = np.cumsum(weight, axis=1)[:, is_last_of_run(group)]
        curves = []
        for row in hits:
            groups = group[row]
            last = is_last_of_run(groups)
            reached = np.cumsum(weight[:, row], axis=1)[:, last]
            curves.append(PrecisionRecallCurve(reached, counted[:, groups[last]], truths))
        return curves
