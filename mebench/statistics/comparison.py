"""Compare systems on the same subjects: differences, intervals, p values, and what could be seen.

The difference of a metric has a paired delete-one-subject jackknife on its own scale, with t of
K - 1 degrees of freedom for the interval and for the p value, so that they cannot contradict each
other; K is the effective number of subjects. The p values of a metric are a family, and Holm's
correction adjusts them. The swap test, for information, asks how often a difference at least as
large would appear if the two systems were interchangeable within each subject.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from math import inf

import numpy as np

from mebench.metrics.metric import Metric
from mebench.metrics.replicates import SubjectSums
from mebench.models.annotation_table import BoolColumn, FloatColumn
from mebench.statistics.jackknife import (
    MAX_SUBJECTS,
    TAIL,
    effective_subjects,
    leave_one_out,
    standard_error,
    standard_errors,
)
from mebench.statistics.student import t_quantile, t_tail
from mebench.util.random_streams import RandomStream

POWER = 0.8
"""The probability with which the smallest detectable difference is found."""

ENUMERATED_SUBJECTS = 16
"""Subjects up to which all swaps are enumerated."""

SWAPS = 10_000
"""Random swaps where there are more subjects."""

ROUNDING = 1e-12
"""Differences and standard errors below it are rounding errors of sums of ratios."""

Pair = tuple[int, int]
"""The positions of two systems; their difference is the second minus the first."""


@dataclass(frozen=True, slots=True)
class Difference:
    """The difference of a metric between two systems, the second minus the first.

    Attributes
    ----------
    value : float or None
        The difference; None if a value is undefined.
    low, high : float or None
        The 95 % interval; of a rate clipped to the possible differences, -1 to 1.
    p : float or None
        The two-sided p value.
    adjusted_p : float or None
        The same after Holm's correction for all comparisons of the metric.
    detectable : float or None
        The smallest difference that would be found significant four times in five, by a
        comparison without a correction.
    swap_p : float or None
        The p value of the swap test; None for AP, which is no function of sums over subjects, and
        where a swap leaves the metric undefined.
    wins, ties, losses : int
        Subjects on which the second system is better, equal, or worse. Those on which one of the
        two has no value are not counted.
    reason : str
        Why there is no interval and no p value; empty if there are.
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
        """Whether the two systems are distinguishable, after Holm's correction."""
        return self.adjusted_p is not None and self.adjusted_p < 2 * TAIL


def compare(
    systems: Sequence[SubjectSums],
    metrics: Sequence[Metric],
    pairs: Sequence[Pair] | None = None,
    *,
    seed: int = 0,
    swaps: bool = True,
) -> dict[Pair, dict[Metric, Difference]]:
    """Return the differences between systems that were scored on the same truth.

    Parameters
    ----------
    systems : sequence of SubjectSums
        The counts of each system on the same subjects, in the same order.
    metrics : sequence of Metric
        What is compared.
    pairs : sequence of (int, int), optional
        The comparisons, which are one family per metric; default: all pairs.
    seed : int
        The seed of the random swaps.
    swaps : bool
        Whether the swap test is made.
    """
    subjects = len(systems[0])
    effective = effective_subjects(systems[0].truths)
    weights, is_tested = np.ones((1, subjects)), subjects <= MAX_SUBJECTS
    if is_tested:
        weights = np.vstack([weights, leave_one_out(subjects)])
    values = [np.hstack([sums.values(metrics, weights), sums.each(metrics)]) for sums in systems]
    kept = _kept_subjects(subjects, seed) if swaps and is_tested else None
    result: dict[Pair, dict[Metric, Difference]] = {}
    for first, second in pairs if pairs is not None else combinations(range(len(systems)), 2):
        of_metrics = {}
        for metric, row in zip(metrics, values[second] - values[first], strict=True):
            without_one, by_subject = row[1 : len(weights)], row[len(weights) :]
            difference = _difference(metric, float(row[0]), without_one, effective)
            of_metrics[metric] = _with_subjects(metric, difference, by_subject)
        if kept is not None:
            _add_swaps(of_metrics, systems[first], systems[second], kept)
        result[first, second] = of_metrics
    for metric in metrics:
        _adjust(metric, list(result.values()))
    return result


def _difference(
    metric: Metric, value: float, without_one: FloatColumn, effective: float
) -> Difference:
    """Return a difference from its value and those without one subject each."""
    if np.isnan(value):
        return Difference(reason="no-value")
    if effective <= 1:
        return Difference(value, reason="one-subject" if effective else "no-truth")
    if not len(without_one):
        return Difference(value, reason="too-many-subjects")
    if np.isnan(without_one).any():
        return Difference(value, reason="undefined-without-a-subject")
    error = standard_error(without_one)
    if error < ROUNDING:
        is_same = abs(value) < ROUNDING
        return Difference(
            0.0 if is_same else value, reason="identical" if is_same else "no-variation"
        )
    degrees = effective - 1
    t = t_quantile(1 - TAIL, degrees)
    if t == inf:  # nearly all true expressions are of one subject
        return Difference(value, reason="one-subject")
    low, high = value - t * error, value + t * error
    if metric.unit == "":
        low, high = max(low, -1.0), min(high, 1.0)
    return Difference(
        value,
        low,
        high,
        p=t_tail(value / error, degrees),
        detectable=(t + t_quantile(POWER, degrees)) * error,
    )


def _with_subjects(metric: Metric, difference: Difference, by_subject: FloatColumn) -> Difference:
    """Add the number of subjects on which the second system is better, equal, or worse."""
    if difference.value is None:
        return difference
    gain = by_subject if metric.better == "higher" else -by_subject
    return replace(
        difference,
        wins=int((gain > ROUNDING).sum()),
        ties=int((np.abs(gain) <= ROUNDING).sum()),
        losses=int((gain < -ROUNDING).sum()),
    )


def _kept_subjects(subjects: int, seed: int) -> FloatColumn:
    """Return which subjects keep their system in each swap, shape (swaps, subjects).

    To swap all other subjects only changes the sign of a difference, so an enumeration lets the
    last subject keep its system.
    """
    if enumerates_swaps(subjects):
        numbers = np.arange(2 ** (subjects - 1))
        return (1 - (numbers[:, None] >> np.arange(subjects) & 1)).astype(np.float64)
    bits = RandomStream(seed, "swaps").random_bytes(SWAPS * subjects) & 1
    return bits.reshape(SWAPS, subjects).astype(np.float64)


def _add_swaps(
    differences: dict[Metric, Difference],
    first: SubjectSums,
    second: SubjectSums,
    kept: FloatColumn,
) -> None:
    """Add the p value of the swap test to the differences of all metrics but AP."""
    metrics = [metric for metric, difference in differences.items() if is_swappable(metric)]
    both, swapped = first.stacked(second), 1 - kept
    as_second = both.values(metrics, np.hstack([swapped, kept]))
    swaps = as_second - both.values(metrics, np.hstack([kept, swapped]))
    is_complete = enumerates_swaps(len(first))
    for metric, row in zip(metrics, swaps, strict=True):
        value = differences[metric].value
        if value is not None and not np.isnan(row).any():
            extreme = int((np.abs(row) >= abs(value) - ROUNDING).sum())
            p = extreme / len(row) if is_complete else (extreme + 1) / (len(row) + 1)
            differences[metric] = replace(differences[metric], swap_p=p)


def enumerates_swaps(subjects: int) -> bool:
    """Return whether the swap test tries all swaps, instead of random ones."""
    return subjects <= ENUMERATED_SUBJECTS


def is_swappable(metric: Metric) -> bool:
    """Return whether a metric is a function of sums over subjects, unlike AP."""
    return metric.scale != "bias-corrected logit"


def _adjust(metric: Metric, comparisons: Sequence[dict[Metric, Difference]]) -> None:
    """Add the adjusted p values of one metric."""
    adjusted = holm([differences[metric].p for differences in comparisons])
    for differences, p in zip(comparisons, adjusted, strict=True):
        differences[metric] = replace(differences[metric], adjusted_p=p)


def indistinguishable(systems: Sequence[SubjectSums], metric: Metric) -> BoolColumn:
    """Return which systems are not distinguishable, shape (N, N), fast for many systems.

    These are the pairs that :func:`compare` finds identical, or tests without a significant
    difference, in the family of all pairs. Without a test, nothing is stated about a pair.
    """
    number, subjects = len(systems), len(systems[0])
    effective = effective_subjects(systems[0].truths)
    alike = np.zeros((number, number), bool)
    if effective <= 1 or subjects > MAX_SUBJECTS:
        return alike
    weights = np.vstack([np.ones((1, subjects)), leave_one_out(subjects)])
    values = np.array([sums.values([metric], weights)[0] for sums in systems])
    statistic = np.full((number, number), np.nan)
    for first in range(number - 1):
        changes = values[first + 1 :] - values[first]
        differences, errors = np.abs(changes[:, 0]), standard_errors(changes[:, 1:])
        alike[first, first + 1 :] = (differences < ROUNDING) & (errors < ROUNDING)
        tested = errors >= ROUNDING
        statistic[first, first + 1 :][tested] = differences[tested] / errors[tested]
    pairs = np.argwhere(~np.isnan(statistic))
    order = np.argsort(-statistic[tuple(pairs.T)], kind="stable")
    is_significant = True
    for rank, (first, second) in enumerate(pairs[order].tolist()):
        # Holm's correction: from the first pair that is not significant on, none is.
        if is_significant:
            p = t_tail(float(statistic[first, second]), effective - 1)
            is_significant = (len(pairs) - rank) * p < 2 * TAIL
        alike[first, second] |= not is_significant
    return alike | alike.T


def holm(p_values: Sequence[float | None]) -> list[float | None]:
    """Return the p values of a family of comparisons after Holm's correction.

    A comparison without a p value does not belong to the family.
    """
    known = sorted((p, index) for index, p in enumerate(p_values) if p is not None)
    adjusted: list[float | None] = [None] * len(p_values)
    highest = 0.0
    for rank, (p, index) in enumerate(known):
        highest = max(highest, min(1.0, (len(known) - rank) * p))
        adjusted[index] = highest
    return adjusted
