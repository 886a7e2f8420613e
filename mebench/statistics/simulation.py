"""Simulate pairs of systems on a data set, and test them as :mod:`mebench.statistics.comparison`.

Both systems find the same subjects difficult, as far as the profile states, and err independently
otherwise. The second one avoids a share of the errors of the first: of the misses, of the wrong
classes, and of the false positives.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from mebench.metrics.counts import PooledCounts, ReplicatedClassCounts
from mebench.metrics.metric import Metric
from mebench.models.annotation_table import (
    NO_CLASS,
    BoolColumn,
    FloatColumn,
    IntegerColumn,
)
from mebench.statistics.comparison import ROUNDING
from mebench.statistics.error_profile import Design, ErrorProfile
from mebench.statistics.jackknife import TAIL, effective_subjects, standard_errors
from mebench.statistics.student import t_quantile
from mebench.util.random_streams import RandomStream

CELLS = 2_000_000
"""Numbers per array that are held at the same time; more trials are simulated in parts."""

NODES = 1001
"""Quantiles of the normal distribution over which rates are averaged."""


@dataclass(frozen=True, slots=True, eq=False)
class Trials:
    """Simulated comparisons of M metrics, at L levels of improvement in T trials each.

    Attributes
    ----------
    first : float64, shape (M, T)
        The values of the first system.
    differences, errors : float64, shape (L, M, T)
        The differences, and their standard errors by the jackknife.
    degrees : float
        The degrees of freedom of the test.
    """

    first: FloatColumn
    differences: FloatColumn
    errors: FloatColumn
    degrees: float

    @property
    def significant(self) -> BoolColumn:
        """Whether each difference is significant, shape (L, M, T)."""
        t = np.abs(self.differences) / np.maximum(self.errors, ROUNDING)
        found: BoolColumn = (t > t_quantile(1 - TAIL, self.degrees)) & (self.errors >= ROUNDING)
        return found


def simulate(
    design: Design,
    profile: ErrorProfile,
    metrics: Sequence[Metric],
    levels: Sequence[float],
    *,
    trials: int,
    seed: int = 0,
) -> Trials:
    """Simulate pairs of systems whose second one avoids a share of the errors of the first.

    Parameters
    ----------
    design, profile : Design, ErrorProfile
        The data set, and the errors of the first system.
    metrics : sequence of M Metric
        Metrics of counts; AP is none.
    levels : sequence of L float
        The shares of errors that the second system avoids; at 0 there is no difference.
    trials : int
        Trials per level; all levels use the same random numbers.
    seed : int
        The seed.
    """
    subjects, shape = len(design.videos), (len(levels), len(metrics), trials)
    step = max(1, CELLS // (len(design.subject) + (subjects + 1) * (3 + 3 * design.classes)))
    first, differences, errors = np.empty(shape[1:]), np.empty(shape), np.empty(shape)
    for part, start in enumerate(range(0, trials, step)):
        now = slice(start, min(start + step, trials))
        stream = RandomStream(seed, "power", part)
        draws = _Draws(design, profile, stream, now.stop - start)
        systems = [_System(draws, stream.substream("power", part, system)) for system in (1, 2)]
        values = systems[0].values(metrics, 0.0)
        first[:, now] = values[..., 0]
        for level, share in enumerate(levels):
            change = systems[1].values(metrics, share) - values
            differences[level, :, now] = change[..., 0]
            errors[level, :, now] = standard_errors(change[..., 1:])
    return Trials(first, differences, errors, effective_subjects(design.truths) - 1)


class _Draws:
    """What both systems of T trials have in common."""

    def __init__(
        self, design: Design, profile: ErrorProfile, stream: RandomStream, trials: int
    ) -> None:
        order = np.argsort(design.subject, kind="stable")
        self.design = replace(design, subject=design.subject[order], label=design.label[order])
        self.profile = profile
        self.shape = (3, trials, len(design.videos))
        self.common = np.sqrt(profile.shared) * stream.standard_normal(*self.shape)
        self.hit = _location(np.array([profile.hit_rate]), profile.hit_correlation)
        self.correct = _location(profile.confusion.diagonal(), profile.label_correlation)
        wrong = profile.confusion * (1 - np.eye(design.classes))
        self.wrong = np.cumsum(wrong / np.maximum(wrong.sum(axis=1, keepdims=True), 1e-300), axis=1)


class _System:
    """The predictions of one system in T trials.

    To avoid a share of the misses turns an expression into a hit once the share is large enough;
    that share is drawn, and below 0 if the expression is spotted anyway.
    """

    def __init__(self, draws: _Draws, stream: RandomStream) -> None:
        self._design, profile = draws.design, draws.profile
        subject, label = self._design.subject, self._design.label
        self._ends = np.cumsum(self._design.truths).astype(np.int64)
        own = np.sqrt(1 - profile.shared) * stream.substream("own").standard_normal(*draws.shape)
        effects = draws.common + own
        uniform = _uniform(stream.substream("events"), 3, draws.shape[1], len(subject))
        [mean], spread = draws.hit
        self._hit_from = _share_from(uniform[0], _logistic(mean + spread * effects[0])[:, subject])
        means, spread = draws.correct
        # The last mean is that of expressions outside the class list, which are not analyzed.
        logits = np.append(means, 0.0)[label] + spread * effects[1][:, subject]
        self._correct_from = _share_from(uniform[1], _logistic(logits))
        self._wrong = np.zeros(self._hit_from.shape, np.int64)
        for column in draws.wrong.T[:-1]:
            self._wrong += uniform[2] > np.append(column, 1.0)[label]
        self._false_positives = None
        if self._design.spots and profile.false_positives is not None:
            variation = np.log1p(profile.false_positive_variation)
            factor = np.exp(np.sqrt(variation) * effects[2] - variation / 2)
            self._false_positives = profile.false_positives * self._design.videos * factor
            self._of_subject = _uniform(stream.substream("false"), *draws.shape[1:])

    def values(self, metrics: Sequence[Metric], share: float) -> FloatColumn:
        """Return the metrics over all subjects, then without one each: shape (M, T, S + 1)."""
        design = self._design
        hit = self._hit_from < share
        hits = self._count(hit)
        truths = predictions = np.broadcast_to(design.truths, hits.shape)
        if self._false_positives is not None:
            rates = (1 - share) * self._false_positives
            predictions = hits + _poisson(rates, self._of_subject)
        analyzed = hit & (design.label != NO_CLASS)
        correct = analyzed & (self._correct_from < share)
        predicted = np.where(correct, design.label, self._wrong)
        of_classes = [
            self._count_classes(*events)
            for events in ((correct, predicted), (analyzed, design.label), (analyzed, predicted))
        ]
        hits_of_class, truths_of_class, predictions_of_class = map(_without_one, of_classes)
        all_truths = _without_one(truths)
        counts = PooledCounts(
            all_truths,
            _without_one(predictions),
            _without_one(hits),
            analysis=ReplicatedClassCounts(
                hits_of_class, truths_of_class, predictions_of_class, all_truths
            ),
        )
        shape = (len(metrics), *hits.shape[:-1], hits.shape[-1] + 1)
        return np.array([metric.value(counts) for metric in metrics]).reshape(shape)

    def _count_classes(self, events: BoolColumn, label: IntegerColumn) -> FloatColumn:
        """Count events per class, trial and subject, shape (C, T, S)."""
        classes, shape = self._design.classes, (len(events), len(self._design.videos))
        counts = [self._count(events & (label == name)) for name in range(classes)]
        return np.array(counts).reshape(classes, *shape)

    def _count(self, events: BoolColumn) -> FloatColumn:
        """Count events per trial and subject, shape (T, S)."""
        sums = np.cumsum(events, axis=1, dtype=np.int32)
        up_to = np.where(self._ends > 0, sums[:, self._ends - 1], 0)
        return np.diff(up_to, axis=1, prepend=0).astype(np.float64)


def _uniform(stream: RandomStream, *shape: int) -> FloatColumn:
    numbers = stream.random_bytes(4 * int(np.prod(shape))).view("<u4").reshape(shape)
    uniform: FloatColumn = (numbers + 0.5) / 2.0**32
    return uniform


def _share_from(uniform: FloatColumn, rate: FloatColumn) -> FloatColumn:
    """Return the share of failures to avoid from which on an event succeeds."""
    with np.errstate(divide="ignore"):
        result: FloatColumn = (uniform - rate) / (1 - rate)
    return result


def _without_one(counts: FloatColumn) -> FloatColumn:
    """Return sums over all subjects, then without one each; replicates are the last axis."""
    total = counts.sum(axis=-1, keepdims=True)
    sums = np.concatenate([total, total - counts], axis=-1)
    return sums.reshape(*counts.shape[:-2], sums.shape[-2] * sums.shape[-1])


def _logistic(numbers: FloatColumn) -> FloatColumn:
    with np.errstate(over="ignore"):
        result: FloatColumn = 1 / (1 + np.exp(-numbers))
    return result


def _location(rates: FloatColumn, correlation: float) -> tuple[FloatColumn, float]:
    """Return means and standard deviation of logits whose mean rates are the given ones.

    The deviation gives about the stated intraclass correlation: the variance of a rate p between
    subjects is the correlation times p (1 - p), and p (1 - p) is also the slope of the logistic.
    """
    from scipy.special import ndtri

    if not len(rates):
        return rates, 0.0
    mean = float(rates.mean())
    spread = float(np.sqrt(correlation / (mean * (1 - mean)))) if 0 < mean < 1 else 0.0
    normal = ndtri((np.arange(NODES) + 0.5) / NODES)
    low, high = np.full(len(rates), -50.0), np.full(len(rates), 50.0)
    for _ in range(60):
        middle = (low + high) / 2
        is_low = _logistic(middle[:, None] + spread * normal).mean(axis=1) < rates
        low, high = np.where(is_low, middle, low), np.where(is_low, high, middle)
    return (low + high) / 2, spread


def _poisson(rates: FloatColumn, uniform: FloatColumn) -> FloatColumn:
    """Return Poisson numbers by inversion; large ones by the normal approximation."""
    from scipy.special import ndtri

    counts: FloatColumn = np.maximum(0, np.round(rates + np.sqrt(rates) * ndtri(uniform)))
    small = rates < 50
    rate, level = rates[small], uniform[small]
    number, probability = np.zeros(len(rate)), np.exp(-rate)
    reached, step = probability.copy(), 0
    while (more := level > reached).any() and step < 200:
        step += 1
        number += more
        probability = probability * rate / step
        reached = reached + probability
    counts[small] = number
    return counts
