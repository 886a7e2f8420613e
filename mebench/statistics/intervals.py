"""Confidence intervals of metrics (95 %), from the counts per subject.

========================  ====================================================================
method                    interval
========================  ====================================================================
``jackknife-logit``       delete-one-subject jackknife on ``logit((n*x + 1/2) / (n + 1))``
``jackknife-logit-bias``  the same for AP, around the bias-corrected estimate
``jackknife-log``         the same on the logarithm, for distances in frames
``exact-by-subjects``     a value of 0 or 1, or one that no subject changes
========================  ====================================================================

Half the width is the .975 quantile of t with K - 1 degrees of freedom times the standard error; K
is the effective number of subjects. ``n`` is the number of true expressions, of analyzed pairs for
the metrics of analysis, and of samples in recognition.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import exp, isfinite
from typing import Literal, NamedTuple

import numpy as np

from mebench.metrics.metric import Metric
from mebench.metrics.replicates import SubjectSums
from mebench.models.annotation_table import FloatColumn
from mebench.statistics.jackknife import (
    MAX_SUBJECTS,
    TAIL,
    effective_subjects,
    exact_mean,
    leave_one_out,
    standard_error,
)
from mebench.statistics.student import t_quantile

Method = Literal["jackknife-logit", "jackknife-logit-bias", "jackknife-log", "exact-by-subjects"]
METHODS: dict[str, Method] = {
    "logit": "jackknife-logit",
    "bias-corrected logit": "jackknife-logit-bias",
    "log": "jackknife-log",
}

PAIRS = 6
"""Analyzed pairs below which a rate over pairs has no interval."""

OF_A_CLASS = 3
"""True expressions, and subjects, of each class below which a mean over classes has none."""


@dataclass(frozen=True, slots=True)
class Interval:
    """A confidence interval, or the reason why there is none.

    Attributes
    ----------
    low, high : float or None
        The bounds.
    method : str or None
        The method, as in the table of this module.
    reason : str
        Why there is no interval; empty if there is one.
    few : tuple of (int, int, int)
        With the reason ``few-in-class``: the index of each class with too few analyzed true
        expressions, their number, and the number of their subjects.
    """

    low: float | None = None
    high: float | None = None
    method: Method | None = None
    reason: str = ""
    few: tuple[tuple[int, int, int], ...] = ()


class IntervalEstimator:
    """Computes the intervals of all metrics of a group of subjects.

    Parameters
    ----------
    sums : SubjectSums
        The counts of the subjects in scope; those without an expression count too.
    """

    def __init__(self, sums: SubjectSums) -> None:
        self._sums = sums
        self.effective_subjects = effective_subjects(sums.truths)
        self._t = t_quantile(1 - TAIL, self.effective_subjects - 1)
        self._number_of_truths = float(sums.truths.sum())
        self._of_labels: dict[bool, _AnalyzedTruths] = {}

    def intervals(self, values: Mapping[Metric, float]) -> dict[Metric, Interval]:
        """Return the intervals of metrics, from their values over all subjects."""
        intervals = {metric: self._refusal(metric) for metric in values}
        possible = [metric for metric, interval in intervals.items() if not interval.reason]
        if not possible:
            return intervals
        without_one = self._sums.values(possible, leave_one_out(len(self._sums)))
        undefined = {*np.flatnonzero(np.isnan(without_one).any(axis=1)).tolist()}
        constant = {*np.flatnonzero((without_one == without_one[:, :1]).all(axis=1)).tolist()}
        rates = []
        for row, metric in enumerate(possible):
            value = values[metric]
            if row in undefined:
                intervals[metric] = Interval(reason="undefined-without-a-subject")
            elif metric.scale == "log":
                intervals[metric] = self._of_distance(value, without_one[row])
            elif value in (0, 1) or row in constant:
                intervals[metric] = self._exact(value)
            else:
                rates.append(row)
        metrics = [possible[row] for row in rates]
        of_rates = self._of_rates(
            metrics, [values[metric] for metric in metrics], without_one[rates]
        )
        return intervals | dict(zip(metrics, of_rates, strict=True))

    def _of_rates(
        self, metrics: list[Metric], values: list[float], without_one: FloatColumn
    ) -> Iterator[Interval]:
        """Yield the intervals of rates from their values, and the (M, S) without a subject each."""
        numbers = np.array([self._number(metric) for metric in metrics])
        estimates = _logit(np.array(values), numbers).tolist()
        transformed = _logit(without_one, numbers[:, None])
        for metric, value, number, estimate, others in zip(
            metrics, values, numbers.tolist(), estimates, transformed, strict=True
        ):
            half, center = self._half_width(others), estimate
            if metric.scale == "bias-corrected logit":
                subjects = len(others)
                center = subjects * estimate - (subjects - 1) * exact_mean(others)
            low, high = (_rate(center + side * half, number) for side in (-1, 1))
            # An interval around a bias-corrected estimate need not hold the estimate itself.
            yield Interval(min(low, value), max(high, value), METHODS[metric.scale])

    def _of_distance(self, value: float, values: FloatColumn) -> Interval:
        if value == 0 or (values == 0).any():
            return Interval(reason="distance-zero")
        if np.ptp(values) == 0:
            return Interval(reason="no-variation")
        half = self._half_width(np.log(values))
        with np.errstate(over="ignore"):
            factor = float(np.exp(half))
        if not isfinite(value * factor):
            return Interval(reason="too-wide")
        return Interval(value / factor, value * factor, METHODS["log"])

    def _half_width(self, values: FloatColumn) -> float:
        return self._t * standard_error(values)

    def _exact(self, value: float) -> Interval:
        """Return the interval of a value that no subject changes, such as 0 or 1."""
        bound = TAIL ** (1 / self.effective_subjects)
        low, high = (0.0, 1 - bound) if value < 0.5 else (bound, 1.0)
        return Interval(min(low, value), max(high, value), "exact-by-subjects")

    def _analyzed(self, metric: Metric) -> _AnalyzedTruths:
        """Return the true expressions that are analyzed by a metric."""
        over_all_videos = metric.section == "Analysis, all videos"
        if over_all_videos not in self._of_labels:
            labels = self._sums.top_labels if over_all_videos else self._sums.analyzed
            assert labels is not None
            self._of_labels[over_all_videos] = _AnalyzedTruths.of(labels.truths)
        return self._of_labels[over_all_videos]

    def _number(self, metric: Metric) -> float:
        of_classes = metric.section.startswith("Analysis")
        return self._analyzed(metric).number if of_classes else self._number_of_truths

    def _refusal(self, metric: Metric) -> Interval:
        """Return why the data are not sufficient for an interval; without a reason if they are."""
        if self.effective_subjects <= 1:
            return Interval(reason="one-subject")
        if len(self._sums) > MAX_SUBJECTS:
            return Interval(reason="too-many-subjects")
        if metric.sufficient == "any":
            return Interval()
        analyzed = self._analyzed(metric)
        if metric.sufficient == "pairs":
            return Interval(reason="few-analysed" if analyzed.number < PAIRS else "")
        return Interval(reason="few-in-class" if analyzed.few else "", few=analyzed.few)


class _AnalyzedTruths(NamedTuple):
    """The number of analyzed true expressions, and the classes with too few (``Interval.few``)."""

    number: float
    few: tuple[tuple[int, int, int], ...]

    @classmethod
    def of(cls, truths: FloatColumn) -> _AnalyzedTruths:
        """Count the true expressions per subject and class, shape (S, C)."""
        numbers, subjects = truths.sum(axis=0), (truths > 0).sum(axis=0)
        few = tuple(
            (int(index), int(numbers[index]), int(subjects[index]))
            for index in np.flatnonzero((numbers < OF_A_CLASS) | (subjects < OF_A_CLASS))
        )
        return cls(float(truths.sum()), few)


def _logit(value: FloatColumn, number: FloatColumn) -> FloatColumn:
    """Return g(x) = logit((n*x + 1/2) / (n + 1)), which is finite for 0 and 1."""
    shrunk = (number * value + 0.5) / (number + 1)
    result: FloatColumn = np.log(shrunk) - np.log1p(-shrunk)
    return result


def _rate(transformed: float, number: float) -> float:
    """Return the inverse of g, clipped to a rate."""
    # Of the smaller tail, which cannot overflow.
    tail = exp(-abs(transformed))
    shrunk = (1.0 if transformed > 0 else tail) / (1 + tail)
    return min(1.0, max(0.0, ((number + 1) * shrunk - 0.5) / number))
