"""Search for a confusion matrix whose rates are in given ranges.

The rates depend only on the numbers of correct and wrong predictions of each class. Such numbers
are those of a confusion matrix if the wrong predictions of each class fit into the misclassified
truths of the other classes; misclassified truths may also have no prediction in the class list.

First all lists of correct predictions with the given recall and accuracy are found. For each, the
wrong predictions of all classes but one are listed. Those of the last class are then in an
interval, because its F1 and its precision decrease with them.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from math import inf, prod
from operator import add
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from mebench.audit.arithmetic import ValueRange

SLACK = 1e-9
"""All ranges are wider by this, far more than rounding errors: an existing matrix is found."""

MAX_STEPS = 2_000_000
"""The maximum work of a search."""

STEPS_PER_LIST = 1000
"""The fixed cost of a list of correct predictions."""

FloatRange = tuple[float, float]


class RateRanges(NamedTuple):
    """The possible values of the rates of one confusion matrix; None: any."""

    accuracy: ValueRange | None = None
    recall: ValueRange | None = None
    precision: ValueRange | None = None
    f1: ValueRange | None = None
    uf1: ValueRange | None = None


class MatrixSearch:
    """A search with given class sizes.

    ``is_too_long``: it has more than ``MAX_STEPS``; ``steps`` are then those that were taken to
    find out.
    """

    def __init__(self, sizes: Sequence[int], ranges: RateRanges) -> None:
        self.steps, self.is_too_long = 0, True
        self._classes = len(sizes)
        self._sizes = np.array([size for size in sizes if size], np.int64)
        self._accuracy, self._recall, *others = map(_widen, ranges)
        self._precision, self._f1, self._uf1 = others
        self._needs_wrong = any(range_ is not None for range_ in ranges[2:])
        listed = prod(size + 1 for size in sizes)
        if listed > MAX_STEPS:
            return
        self.steps = listed
        self._correct = self._list_correct()
        if self._needs_wrong:
            most = np.sort(self._most_wrong(self._correct) + 1.0, axis=1)
            listed += int((most[:, :-1].prod(axis=1) + STEPS_PER_LIST).sum())
        if listed <= MAX_STEPS:
            self.steps, self.is_too_long = listed, False

    def finds_one(self) -> bool:
        """Return whether a matrix exists; not for a search that is too long."""
        if not self._needs_wrong:
            return len(self._correct) > 0
        return any(map(self._can_be_completed, self._correct))

    def _list_correct(self) -> NDArray[np.int64]:
        """Return all lists of correct predictions with possible recall and accuracy."""
        axes = np.ix_(*(np.arange(size + 1) for size in self._sizes))
        shares = (axis / size for axis, size in zip(axes, self._sizes, strict=True))
        accuracy, recall = reduce(add, axes) / self._sizes.sum(), reduce(add, shares)
        possible = _is_in(accuracy, self._accuracy) & _is_in(recall / self._classes, self._recall)
        return np.argwhere(possible)

    def _most_wrong(self, correct: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return how many wrong predictions of each class fit, 0 for a class without correct ones.

        The rates of such a class are 0 for any number of wrong ones.
        """
        missed = self._sizes - correct
        return np.where(correct > 0, missed.sum(axis=-1, keepdims=True) - missed, 0)

    def _can_be_completed(self, correct: NDArray[np.int64]) -> bool:
        """Return whether some numbers of wrong predictions give precision, F1 and UF1."""
        most = self._most_wrong(correct)
        *others, last = np.argsort(most, kind="stable").tolist()
        wrong = np.ix_(*(np.arange(most[index] + 1) for index in others))
        uf1: Any = np.zeros((1,) * len(others))
        precision, used = uf1, uf1
        for index, number in zip(others, wrong, strict=True):
            hits, size = correct[index], self._sizes[index]
            uf1 = uf1 + 2 * hits / (size + hits + number)
            precision = precision + hits / np.maximum(hits + number, 1)
            used = used + number
        hits, size = int(correct[last]), int(self._sizes[last])
        recall = float((correct / self._sizes).sum()) / self._classes
        limits = _precision_range(recall, self._f1)
        limits = max(limits[0], self._precision[0]), min(limits[1], self._precision[1])
        if not hits:  # then no class has any
            return bool((_is_in(uf1, self._uf1) & _is_in(precision, limits)).any())
        least, many = self._wrong_of_last(2 * hits, size + hits, uf1, self._uf1)
        low, high = self._wrong_of_last(hits, hits, precision, limits)
        least = np.ceil(np.maximum(np.maximum(least, low), 0) - SLACK)
        free = np.minimum((self._sizes - correct).sum() - used, most[last])
        return bool((least <= np.minimum(np.minimum(many, high), free) + SLACK).any())

    def _wrong_of_last(
        self, numerator: int, base: int, others: NDArray[Any], mean: FloatRange
    ) -> tuple[NDArray[Any], NDArray[Any]]:
        """Return the range of w for which a mean over the classes is in a range.

        The sum of the other classes is given; the last one adds numerator / (base + w).
        """
        bottom, top = (self._classes * end - others for end in mean)
        with np.errstate(divide="ignore"):
            low = np.where(top > 0, numerator / np.maximum(top, 0) - base, inf)
            high = np.where(bottom > 0, numerator / np.maximum(bottom, 0) - base, inf)
        return low, high


def _precision_range(recall: float, f1: FloatRange) -> FloatRange:
    """Return the precisions whose harmonic mean with a recall is in a range."""
    if not recall:  # then precision and F1 are 0 too
        return (-inf, inf) if f1[0] <= 0 <= f1[1] else (inf, -inf)
    low, high = (end * recall / (2 * recall - end) if end < 2 * recall else inf for end in f1)
    return low, high


def _widen(values: ValueRange | None) -> FloatRange:
    if values is None:
        return -1.0, 2.0
    return float(values.low) - SLACK, float(values.high) + SLACK


def _is_in(values: Any, limits: FloatRange) -> NDArray[np.bool_]:
    return np.asarray((limits[0] <= values) & (values <= limits[1]))
