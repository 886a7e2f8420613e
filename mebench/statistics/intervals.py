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

from collections.abc import Mapping
from dataclasses import dataclass
from math import exp, isfinite
from typing import Literal

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

    def intervals(self, values: Mapping[Metric, float]) -> dict[Metric, Interval]:
        """Return the intervals of metrics, from their values over all subjects."""
        intervals = {metric: self._refusal(metric) for metric in values}
        possible = [metric for metric, interval in intervals.items() if not interval.reason]
        if not possible:
            return intervals
        without_one = self._sums.values(possible, leave_one_out(len(self._sums)))
        for metric, others in zip(possible, without_one, strict=True):
            intervals[metric] = self._interval(metric, values[metric], others)
        return intervals

    def _interval(self, metric: Metric, value: float, values: FloatColumn) -> Interval:
        """Return an interval from the value over all subjects, and those without one each."""
        if np.isnan(values).any():
            return Interval(reason="undefined-without-a-subject")
        if metric.scale == "log":
            return self._of_distance(value, values)
        if value in (0, 1) or np.ptp(values) == 0:
            return self._exact(value)
        return self._of_rate(metric, value, values)

    def _of_rate(self, metric: Metric, value: float, values: FloatColumn) -> Interval:
        number = self._number(metric)
        others = _logit(values, number)
        estimate = float(_logit(np.array(value), number))
        half = self._half_width(others)
        if metric.scale == "bias-corrected logit":
            subjects = len(values)
            estimate = subjects * estimate - (subjects - 1) * exact_mean(others)
        low, high = (_rate(estimate + side * half, number) for side in (-1, 1))
        # An interval around a bias-corrected estimate need not hold the estimate itself.
        return Interval(min(low, value), max(high, value), METHODS[metric.scale])

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

    def _class_truths(self, metric: Metric) -> FloatColumn:
        """Return the true expressions that are analyzed, per subject and class."""
        over_all_videos = metric.section == "Analysis, all videos"
        labels = self._sums.top_labels if over_all_videos else self._sums.analyzed
        assert labels is not None
        return labels.truths

    def _number(self, metric: Metric) -> float:
        of_classes = metric.section.startswith("Analysis")
        return float((self._class_truths(metric) if of_classes else self._sums.truths).sum())

    def _refusal(self, metric: Metric) -> Interval:
        """Return why the data are not sufficient for an interval; without a reason if they are."""
        if self.effective_subjects <= 1:
            return Interval(reason="one-subject")
        if len(self._sums) > MAX_SUBJECTS:
            return Interval(reason="too-many-subjects")
        if metric.sufficient == "any":
            return Interval()
        truths = self._class_truths(metric)
        if metric.sufficient == "pairs":
            return Interval(reason="few-analysed" if truths.sum() < PAIRS else "")
        numbers, subjects = truths.sum(axis=0), (truths > 0).sum(axis=0)
        few = tuple(
            (int(index), int(numbers[index]), int(subjects[index]))
            for index in np.flatnonzero((numbers < OF_A_CLASS) | (subjects < OF_A_CLASS))
        )
        return Interval(reason="few-in-class" if few else "", few=few)


def _logit(value: FloatColumn, number: float) -> FloatColumn:
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
