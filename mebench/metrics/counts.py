"""The counts that metrics are computed from, summed over any set of subjects.

The counts are those of spotting, those of the classes, the precision-recall curves, and those of
the top prediction per video. Each is an integer, or an array with one number per replicate; see
:mod:`mebench.metrics.ratios`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property, wraps
from itertools import pairwise
from typing import Any, NamedTuple, overload

import numpy as np

from mebench.metrics.ratios import Quantity, Undefined
from mebench.models.annotation_table import BoolColumn, FloatColumn, IntegerColumn

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


Rate = Callable[[Any], Quantity]
Known = dict[Rate, Quantity]


def computed_once(rate: Rate) -> Rate:
    """Decorate a function of counts that several metrics use; the counts remember its value."""

    @wraps(rate)
    def remembered(counts: Any) -> Quantity:
        known: Known = counts.known
        if rate not in known:
            known[rate] = rate(counts)
        return known[rate]

    return remembered


@dataclass(frozen=True)
class ConfusionCounts:
    """A confusion matrix of C classes, and their counts as integers.

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
    known: Known = field(default_factory=dict, init=False, repr=False, compare=False)

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


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class ReplicatedClassCounts:
    """The counts of C classes in R replicates, as in :class:`ConfusionCounts`.

    ``truths`` has the shape (R,), the other arrays have the shape (C, R).
    """

    hits: FloatColumn
    truths_by_class: FloatColumn
    predictions_by_class: FloatColumn
    truths: FloatColumn
    without_truths: Undefined = NO_TRUTH
    known: Known = field(default_factory=dict, init=False, repr=False, compare=False)


ClassCounts = Any
"""The counts of C classes: :class:`ConfusionCounts`, or :class:`ReplicatedClassCounts`."""


@dataclass(slots=True, eq=False, repr=False)
class PrecisionRecallCurve:
    """A precision-recall curve: its points are the scores at which recall increases.

    Attributes
    ----------
    hits : array of shape (..., points)
        Hits with at least this score.
    predictions : array of the same shape
        Predictions with at least this score; ``hits / predictions`` is the precision.
    truths : quantity
        All true expressions; ``hits / truths`` is the recall.
    """

    hits: Any
    predictions: Any
    truths: Any

    def interpolated_precision(self) -> FloatColumn:
        """Return, per point, the highest precision at this or any higher recall."""
        points = [0, self.hits.shape[-1]]
        alone = PrecisionRecallCurves(self.hits, self.predictions, self.truths, points)
        precision: FloatColumn = alone.interpolated_precision()
        return precision


@dataclass(slots=True, eq=False, repr=False)
class PrecisionRecallCurves(Sequence[PrecisionRecallCurve]):
    """The curves at all IoU thresholds, whose points are one after the other in the same arrays.

    ``start`` has the first point of each curve, and the number of all points.
    """

    hits: Any
    predictions: Any
    truths: Any
    start: list[int]
    known: Known = field(default_factory=dict, init=False)

    def __len__(self) -> int:
        return len(self.start) - 1

    @overload
    def __getitem__(self, index: int) -> PrecisionRecallCurve: ...
    @overload
    def __getitem__(self, index: slice) -> list[PrecisionRecallCurve]: ...
    def __getitem__(self, index: int | slice) -> Any:
        """Return the curve at one threshold, or a list of those at some."""
        curves = [
            PrecisionRecallCurve(hits, predictions, self.truths)
            for hits, predictions in zip(
                self.of_each(self.hits), self.of_each(self.predictions), strict=True
            )
        ]
        return curves[index]

    def of_each(self, points: Any) -> list[Any]:
        """Return the part of an array that belongs to each curve."""
        return [points[..., begin:end] for begin, end in pairwise(self.start)]

    def increases(self, values: Any, before: int) -> Any:
        """Return by how much the value at each point exceeds that at the point before it."""
        steps = np.array(values)
        steps[..., 1:] -= values[..., :-1]
        first = [begin for begin, end in pairwise(self.start) if begin < end]
        steps[..., first] = values[..., first] - before
        return steps

    @computed_once
    def interpolated_precision(self) -> FloatColumn:
        """Return, per point, the highest precision at this or any higher recall of its curve."""
        # Without the subjects that are left out there may be no prediction with such a score.
        precision: FloatColumn = self.hits / np.maximum(self.predictions, 1)
        for curve in self.of_each(precision):
            backwards = curve[..., ::-1]
            np.maximum.accumulate(backwards, axis=-1, out=backwards)
        return precision


class CurvePoints(NamedTuple):
    """The hits of all curves, one curve after the other; the last one of equal scores is a point.

    Attributes
    ----------
    prediction : int64, shape (hits,)
        The prediction of each hit, by decreasing score.
    first, last : int64, shape (points,)
        The first hit of the point's curve, and the last one that the point counts.
    counted : int64, shape (points,)
        The predictions that the point counts.
    start : list of int
        As in :class:`PrecisionRecallCurves`.
    """

    prediction: IntegerColumn
    first: IntegerColumn
    last: IntegerColumn
    counted: IntegerColumn
    start: list[int]

    @classmethod
    def of(cls, hits: BoolColumn, group: IntegerColumn) -> CurvePoints:
        """Return the points of the hits at each threshold.

        Parameters
        ----------
        hits : bool, shape (T, P)
            Whether each prediction is a hit, by decreasing score.
        group : int64, shape (P,)
            The number of each prediction's group of equal scores, ascending.
        """
        curve, prediction = hits.nonzero()
        groups = group[prediction]
        is_last = np.ones(len(curve), bool)
        is_last[:-1] = (groups[1:] != groups[:-1]) | (curve[1:] != curve[:-1])
        last = is_last.nonzero()[0]
        first_of_curve = np.searchsorted(curve, np.arange(len(hits)))
        start = np.searchsorted(curve[last], np.arange(len(hits) + 1))
        counted = np.searchsorted(group, groups[last], side="right")
        return cls(prediction, first_of_curve[curve[last]], last, counted, start.tolist())


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class TopPredictionCounts:
    """The counts of the top prediction per video (one-per-video protocols).

    Attributes
    ----------
    videos, inside, measured : quantity
        Videos with a true expression, with the predicted apex strictly inside it, with both apexes.
    distance : quantity
        The sum of the distances between predicted and annotated apex, in frames.
    unpredicted : quantity
        Videos in scope without a prediction.
    confusion : ClassCounts
        Every true expression in the class list and its video's top prediction, with any overlap.
    undefined : Undefined or None
        Why a video has no unique true expression or no unique top prediction.
    """

    videos: Quantity
    inside: Quantity
    distance: Quantity
    measured: Quantity
    unpredicted: Quantity
    confusion: ClassCounts
    undefined: Undefined | None


@dataclass(frozen=True, eq=False, repr=False)
class PooledCounts:
    """Counts summed over subjects: integers, or one number per replicate.

    Attributes
    ----------
    truths, predictions, hits : quantity
        M, N and A of Eqs. 15 and 16: at the operating point, IoU >= 1/2.
    compute_curves : callable
        Computes the precision-recall curves, on demand because it is slow.
    analysis : ClassCounts
        Over the hits whose true emotion is in the class list; in recognition over all samples.
    top_predictions : TopPredictionCounts or None
        For one-per-video protocols, else None.
    """

    truths: Quantity = 0
    predictions: Quantity = 0
    hits: Quantity = 0
    compute_curves: Callable[[], PrecisionRecallCurves | Undefined] = lambda: UNRANKED
    analysis: ClassCounts = field(default_factory=lambda: ConfusionCounts((), 0))
    top_predictions: TopPredictionCounts | None = None

    @cached_property
    def curves(self) -> PrecisionRecallCurves | Undefined:
        """The precision-recall curves at the ten IoU thresholds, or why there is no ranking."""
        return self.compute_curves()
