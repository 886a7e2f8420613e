"""Power: which difference between two systems a data set can show, and what a given one needs.

A difference is *detectable* if the paired test of :mod:`mebench.statistics.comparison` finds it
significant four times in five. Pairs of systems are simulated on the subjects and expressions of
the data set, with growing differences.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, inf

import numpy as np

from mebench.metrics.metric import Metric
from mebench.models.annotation_table import FloatColumn
from mebench.statistics.comparison import POWER
from mebench.statistics.error_profile import Design, ErrorProfile
from mebench.statistics.jackknife import TAIL, effective_subjects
from mebench.statistics.simulation import Trials, simulate
from mebench.statistics.student import t_quantile

LEVELS = (0.0, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.65, 0.8, 1.0)
"""Shares of its errors that the second system avoids."""

REPETITIONS = 4
"""How many times as many expressions per subject show what more of them would change."""

MOST_SUBJECTS, MOST_TRUTHS = 1_000_000, 100_000_000
"""More subjects and expressions are no answer."""


@dataclass(frozen=True, slots=True, eq=False)
class PowerCurve:
    """What the comparison of two systems can show in one metric.

    Attributes
    ----------
    metric : Metric
        The metric.
    value : float
        The mean value of the first system.
    differences : float64, shape (L,)
        The mean difference at each level of improvement, ascending.
    power : float64, shape (L,)
        The share of trials in which the difference is significant.
    errors : float64, shape (L,)
        The root mean square of the standard errors.
    subject_errors : float64, shape (L,)
        The part of it that more expressions of the same subjects would not remove.
    subjects, truths : int
        The size of the data set.
    effective_subjects : float
        The effective number of subjects.
    """

    metric: Metric
    value: float
    differences: FloatColumn
    power: FloatColumn
    errors: FloatColumn
    subject_errors: FloatColumn
    subjects: int
    truths: int
    effective_subjects: float

    @property
    def detectable(self) -> float | None:
        """The smallest difference that is found with a power of 80 %; None if there is none."""
        power = np.maximum.accumulate(self.power)
        if power[-1] < POWER:
            return None
        above = int(np.argmax(power >= POWER))
        if above == 0:
            return float(self.differences[0])
        step = slice(above - 1, above + 1)
        return float(np.interp(POWER, power[step], self.differences[step]))

    def detectable_with(self, subjects: int) -> float | None:
        """Return the detectable difference with another number of such subjects."""
        low, high = 0.0, float(self.differences[-1])
        if not self._shows(high, subjects):
            return None
        for _ in range(50):
            middle = (low + high) / 2
            low, high = (low, middle) if self._shows(middle, subjects) else (middle, high)
        return high

    def subjects_for(self, difference: float) -> int | None:
        """Return how many such subjects show a difference with a power of 80 %.

        None if more than a million do not, or if even a perfect system does not differ so much.
        """
        if difference > self.differences[-1]:
            return None
        low, high = 1, 2
        while not self._shows(difference, high):
            if high > MOST_SUBJECTS:
                return None
            low, high = high, 2 * high
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (low, middle) if self._shows(difference, middle) else (middle, high)
        return high

    def truths_for(self, difference: float) -> int | None:
        """Return how many expressions of the same subjects show a difference.

        None if no number does, or if even a perfect system does not differ so much.
        """
        if difference > self.differences[-1]:
            return None
        quantiles = self._quantiles(self.effective_subjects)
        if quantiles == inf:
            return None
        target = (difference / (self._factor(self.subjects) * quantiles)) ** 2
        floor = self._at(difference, self.subject_errors) ** 2
        if target <= floor:
            return None
        rest = max(0.0, self._at(difference, self.errors) ** 2 - floor)
        needed = self.truths * rest / (target - floor)
        return max(1, ceil(needed)) if needed <= MOST_TRUTHS else None

    def _shows(self, difference: float, subjects: int) -> bool:
        effective = self.effective_subjects * subjects / self.subjects
        if effective <= 1:
            return False
        error = self._at(difference, self.errors) * np.sqrt(self.subjects / subjects)
        return bool(difference >= self._factor(subjects) * self._quantiles(effective) * error)

    def _factor(self, subjects: int) -> float:
        """Return the detectable difference in units of what the quantiles predict.

        That of the simulation is known; the prediction becomes exact with more subjects.
        """
        difference = self.detectable
        quantiles = self._quantiles(self.effective_subjects)
        if difference is None or difference <= 0 or quantiles == inf:
            return 1.0
        error = self._at(difference, self.errors)
        factor = difference / (quantiles * error)
        return float(1 + (factor - 1) * self.subjects / subjects)

    def _at(self, difference: float, numbers: FloatColumn) -> float:
        return float(np.interp(difference, self.differences, numbers))

    @staticmethod
    def _quantiles(effective: float) -> float:
        return t_quantile(1 - TAIL, effective - 1) + t_quantile(POWER, effective - 1)


def power_curves(
    design: Design,
    profile: ErrorProfile,
    metrics: Sequence[Metric],
    *,
    trials: int = 1000,
    seed: int = 0,
) -> list[PowerCurve]:
    """Simulate comparisons on a data set, with the errors of a profile.

    Parameters
    ----------
    design : Design
        The data set, with expressions of at least two subjects.
    profile : ErrorProfile
        The errors of the first system.
    metrics : sequence of Metric
        Metrics of counts; AP is none.
    trials : int
        Trials per difference.
    seed : int
        The seed.
    """
    one = simulate(design, profile, metrics, LEVELS, trials=trials, seed=seed)
    more_trials = ceil(trials / REPETITIONS)
    more = design.repeated(REPETITIONS)
    repeated = simulate(more, profile, metrics, LEVELS, trials=more_trials, seed=seed)
    squares, of_repeated = _mean_squares(one), _mean_squares(repeated)
    # The variance is a part of the subjects and one of their expressions, divided by their number.
    of_subjects = np.maximum(0, (REPETITIONS * of_repeated - squares) / (REPETITIONS - 1))
    differences, power = one.differences.mean(axis=-1), one.significant.mean(axis=-1)
    differences = np.maximum.accumulate(differences, axis=0)
    return [
        PowerCurve(
            metric,
            float(one.first[row].mean()),
            differences[:, row],
            power[:, row],
            np.sqrt(squares[:, row]),
            np.sqrt(of_subjects[:, row]),
            len(design.videos),
            len(design.subject),
            effective_subjects(design.truths),
        )
        for row, metric in enumerate(metrics)
    ]


def _mean_squares(trials: Trials) -> FloatColumn:
    squares: FloatColumn = (trials.errors**2).mean(axis=-1)
    return squares
