"""The counts that metrics are computed from, summed over any set of subjects, and their values.

The counts are those of spotting, the confusion matrix, the precision-recall curves, and those of
the top prediction per video. A value is an exact ratio, a float, or the reason why it is undefined.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import NamedTuple

import numpy as np

from mebench.models.annotation_table import FloatColumn, IntegerColumn


class Undefined(NamedTuple):
    """An undefined value; ``reason`` is a short, stable word such as ``no-truth``."""

    reason: str


Value = Fraction | float | Undefined

NO_TRUTH = Undefined("no-truth")
NO_TRUTH_AND_NO_PREDICTION = Undefined("no-truth-and-no-prediction")
NO_SAMPLES = Undefined("no-samples")
NO_ANALYZED_PAIR = Undefined("no-analysed-pair")
NO_APEX = Undefined("no-apex")
UNRANKED = Undefined("unranked")
UNRANKED_CHOICE = Undefined("unranked-choice")
SEVERAL_TRUTHS = Undefined("several-truths")
VIDEO_WITHOUT_PREDICTION = Undefined("video-without-prediction")
KIND_UNKNOWN = Undefined("kind-unknown")


def zero_if_empty(numerator: int, denominator: int) -> Fraction:
    """Return a ratio; 0/0 is 0."""
    return Fraction(numerator, denominator) if denominator else Fraction(0)


def mean_ratio(numerators: Sequence[int], denominators: Sequence[int]) -> Fraction:
    """Return the mean of at least one ratio; 0/0 is 0."""
    ratios = map(zero_if_empty, numerators, denominators)
    return sum(ratios, Fraction(0)) / len(numerators)


def harmonic_mean(first: Fraction, second: Fraction) -> Fraction:
    """Return the harmonic mean of two ratios; 0 if both are 0."""
    return 2 * first * second / (first + second) if first + second else Fraction(0)


@dataclass(frozen=True)
class ConfusionCounts:
    """A confusion matrix of C classes.

    Attributes
    ----------
    matrix : C rows of C + 1 integers
        One row per true class, one column per predicted class; the last column counts true
        expressions without a prediction.
    truths : int
        The number of true expressions, spotted or not. If it is 0, all rates are undefined for the
        reason ``without_truths``; if only the matrix is empty, the rates are 0.
    """

    matrix: tuple[tuple[int, ...], ...]
    truths: int
    without_truths: Undefined = NO_TRUTH

    @cached_property
    def hits(self) -> list[int]:
        """The number of correct predictions of each class."""
        return [row[index] for index, row in enumerate(self.matrix)]

    @cached_property
    def truths_by_class(self) -> list[int]:
        """The number of true expressions of each class."""
        return list(map(sum, self.matrix))

    @cached_property
    def predictions_by_class(self) -> list[int]:
        """The number of predictions of each class."""
        return list(map(sum, zip(*self.matrix, strict=True)))[: len(self.matrix)]

    @property
    def correct(self) -> int:
        """The number of correct predictions."""
        return sum(self.hits)

    @property
    def total(self) -> int:
        """The number of analyzed true expressions, including those without a prediction."""
        return sum(self.truths_by_class)

    @property
    def absent(self) -> list[int]:
        """The classes without a true expression and without a prediction."""
        counts = zip(self.truths_by_class, self.predictions_by_class, strict=True)
        return [index for index, pair in enumerate(counts) if pair == (0, 0)]


@dataclass(slots=True, eq=False, repr=False)
class PrecisionRecallCurve:
    """A precision-recall curve: its points are the scores at which recall increases.

    Attributes
    ----------
    hits : int64
        Hits with at least this score, strictly increasing.
    predictions : int64
        Predictions with at least this score; ``hits / predictions`` is the precision.
    truths : int
        All true expressions; ``hits / truths`` is the recall.
    """

    hits: IntegerColumn
    predictions: IntegerColumn
    truths: int

    def interpolated_precision(self) -> FloatColumn:
        """Return, per point, the highest precision at this or any higher recall."""
        precision = self.hits / self.predictions
        return np.maximum.accumulate(precision[::-1])[::-1]


@dataclass(frozen=True, slots=True)
class TopPredictionCounts:
    """The counts of the top prediction per video (one-per-video protocols).

    Attributes
    ----------
    videos, inside, measured : int
        Videos with a true expression, with the predicted apex strictly inside it, with both apexes.
    distance : int
        The sum of the distances between predicted and annotated apex, in frames.
    unpredicted : int
        Videos in scope without a prediction.
    confusion : ConfusionCounts
        Every true expression in the class list and its video's top prediction, with any overlap.
    undefined : Undefined or None
        Why a video has no unique true expression or no unique top prediction.
    """

    videos: int
    inside: int
    distance: int
    measured: int
    unpredicted: int
    confusion: ConfusionCounts
    undefined: Undefined | None


@dataclass(frozen=True)
class PooledCounts:
    """Counts summed over subjects.

    Attributes
    ----------
    truths, predictions, hits : int
        M, N and A of Eqs. 15 and 16: at the operating point, IoU >= 1/2.
    compute_curves : callable
        Computes the precision-recall curves, on demand because it is slow.
    analysis : ConfusionCounts
        Over the hits whose true emotion is in the class list; in recognition over all samples.
    top_predictions : TopPredictionCounts or None
        For one-per-video protocols, else None.
    """

    truths: int = 0
    predictions: int = 0
    hits: int = 0
    compute_curves: Callable[[], list[PrecisionRecallCurve] | Undefined] = lambda: UNRANKED
    analysis: ConfusionCounts = field(default_factory=lambda: ConfusionCounts((), 0, NO_TRUTH))
    top_predictions: TopPredictionCounts | None = None

    @cached_property
    def curves(self) -> list[PrecisionRecallCurve] | Undefined:
        """The precision-recall curves at the ten IoU thresholds, or why there is no ranking."""
        return self.compute_curves()


def top_predictions_of(counts: PooledCounts) -> TopPredictionCounts | Undefined:
    """Return the counts of the top predictions, or why they are undefined."""
    if counts.top_predictions is None or not counts.top_predictions.videos:
        return NO_TRUTH
    return counts.top_predictions.undefined or counts.top_predictions
