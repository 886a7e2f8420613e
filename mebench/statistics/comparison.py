"""Compare two systems on the same subjects: difference, interval, p value, and what could be seen.

The difference of a metric has a paired delete-one-subject jackknife on its own scale, with t of
K - 1 degrees of freedom for the interval and for the p value, so that they cannot contradict each
other. The swap test, for information, asks how often a difference at least as large would appear if
the two systems were interchangeable within each subject.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from mebench.metrics.metric import Metric
from mebench.metrics.replicates import SubjectSums
from mebench.models.annotation_table import FloatColumn
from mebench.statistics.jackknife import (
    TAIL,
    effective_subjects,
    leave_one_out,
    standard_error,
)
from mebench.statistics.student import t_quantile, t_tail
from mebench.util.random_streams import RandomStream

POWER = 0.8
"""The probability with which the smallest detectable difference would be seen."""

ENUMERATED_SUBJECTS = 16
"""Subjects up to which all swaps are enumerated."""

SWAPS = 10_000
"""Random swaps where there are more subjects."""


@dataclass(frozen=True, slots=True)
class Difference:
    """The difference of a metric between two systems, the second minus the first.

    Attributes
    ----------
    value : float or None
        The difference; None if a value is undefined.
    low, high : float or None
        The 95 % interval.
    p : float or None
        The two-sided p value.
    adjusted_p : float or None
        The same after Holm's correction for all comparisons of a family.
    detectable : float or None
        The smallest difference that would be found significant four times in five.
    swap_p : float or None
        The p value of the swap test; None for AP, which is no sum over subjects.
    wins, ties, losses : int
        Subjects on which the second system is better, equal, or worse.
    reason : str
        Why there is no interval; empty if there is one.
    """

    value: float | None = None
    low: float | None = None
    high: float | None = None
    p: float | None = None
    adjusted_p: float | None = None
    detectable: float | None = None
    swap_p: float | None = None
    wins: int = 0
    ties: int = 0
    losses: int = 0
    reason: str = ""

    @property
    def is_significant(self) -> bool:
        """Whether the two systems are distinguishable."""
        p = self.p if self.adjusted_p is None else self.adjusted_p
        return p is not None and p < 2 * TAIL


def compare(
    first: SubjectSums, second: SubjectSums, metrics: Sequence[Metric], seed: int = 0
) -> dict[Metric, Difference]:
    """Return the differences between two systems that were scored on the same truth.

    Parameters
    ----------
    first, second : SubjectSums
        The counts of both systems on the same subjects.
    metrics : sequence of Metric
        What is compared.
    seed : int
        The seed of the random swaps.
    """
    subjects = len(first)
    effective = effective_subjects(first.truths)
    everybody, each = np.ones((1, subjects)), np.eye(subjects)
    weights = np.vstack([everybody, leave_one_out(subjects), each])
    differences = second.values(metrics, weights) - first.values(metrics, weights)
    swapped = _swapped_differences(first, second, metrics, seed)
    result = {}
    for metric, row, swaps in zip(metrics, differences, swapped, strict=True):
        difference = _difference(float(row[0]), row[1 : 1 + subjects], effective)
        if difference.value is not None:
            sign = 1 if metric.better == "higher" else -1
            by_subject = sign * row[1 + subjects :]
            difference = replace(
                difference,
                swap_p=_swap_p(difference.value, swaps),
                wins=int((by_subject > 0).sum()),
                ties=int((by_subject == 0).sum()),
                losses=int((by_subject < 0).sum()),
            )
        result[metric] = difference
    return result


def _difference(value: float, without_one: FloatColumn, effective: float) -> Difference:
    """Return a difference from its value and those without one subject each."""
    if np.isnan(value):
        return Difference(reason="no-value")
    if effective <= 1:
        return Difference(value, reason="one-subject")
    if np.isnan(without_one).any():
        return Difference(value, reason="undefined-without-a-subject")
    error = standard_error(without_one)
    if error < ROUNDING:
        return Difference(value, reason="identical" if value == 0 else "no-variation")
    degrees = effective - 1
    t = t_quantile(1 - TAIL, degrees)
    return Difference(
        value,
        value - t * error,
        value + t * error,
        p=t_tail(value / error, degrees),
        detectable=(t + t_quantile(POWER, degrees)) * error,
    )


ROUNDING = 1e-14
"""A standard error below it is one of rounding."""


def _swapped_differences(
    first: SubjectSums, second: SubjectSums, metrics: Sequence[Metric], seed: int
) -> FloatColumn:
    """Return the differences with the systems swapped in some subjects, shape (M, swaps)."""
    subjects = len(first)
    if subjects <= ENUMERATED_SUBJECTS:
        numbers = np.arange(2**subjects)
        kept = 1.0 - (numbers[:, None] >> np.arange(subjects) & 1)
    else:
        bits = RandomStream(seed, "swaps").random_bytes(SWAPS * subjects) & 1
        kept = bits.reshape(SWAPS, subjects).astype(np.float64)
    both, swapped = first.stacked(second), 1 - kept
    as_second = both.values(metrics, np.hstack([swapped, kept]))
    differences: FloatColumn = as_second - both.values(metrics, np.hstack([kept, swapped]))
    return differences


def _swap_p(value: float, swaps: FloatColumn) -> float | None:
    if np.isnan(swaps).any():  # AP, which is no function of sums over subjects
        return None
    extreme = int((np.abs(swaps) >= abs(value) - ROUNDING).sum())
    is_complete = len(swaps) != SWAPS
    return extreme / len(swaps) if is_complete else (extreme + 1) / (len(swaps) + 1)


def adjust(p_values: Sequence[float | None]) -> list[float | None]:
    """Return the p values of a family of comparisons after Holm's correction."""
    known = sorted((p, index) for index, p in enumerate(p_values) if p is not None)
    adjusted: list[float | None] = [None] * len(p_values)
    highest = 0.0
    for rank, (p, index) in enumerate(known):
        highest = max(highest, min(1.0, (len(known) - rank) * p))
        adjusted[index] = highest
    return adjusted
