"""Exact IoU: find all pairs of a true and a predicted interval with IoU >= 1/2.

Only such pairs can match, because 1/2 is the lowest threshold; all later steps use these pairs.
They are found by sorting, so the cost depends on the number of rows and of pairs, not on the number
of truths times the number of predictions.

A float IoU is stored beside the integers for *sorting* only. It has exactly the order of the
ratios: frames are smaller than ``2**25``, so unions are at most ``2**26``, two different ratios
differ by at least ``2**-52``, and doubles between 1/2 and 1 have a spacing of ``2**-53``.

The memory of matching is that of the pairs, about 150 bytes each; the time also depends on the
candidates, pairs of intervals that may overlap. Both are limited. A prediction overlaps two truths
by half only if these overlap each other or cover it exactly, so a data set has about as many pairs
as predictions, and a candidate per prediction and truth of a video at most.
"""

from __future__ import annotations

from dataclasses import Field, dataclass
from typing import Any, ClassVar, Self

import numpy as np

from mebench.diagnostics import MebenchError
from mebench.models.annotation_table import BoolColumn, FloatColumn, IntegerColumn

THRESHOLDS = (50, 55, 60, 65, 70, 75, 80, 85, 90, 95)
"""IoU thresholds, in hundredths."""

PAIR_LIMIT, PAIRS_PER_INTERVAL = 4_000_000, 4
"""The maximum number of pairs, and how many are always allowed per interval in the files."""

CANDIDATE_LIMIT = 1_000_000_000
"""The maximum number of candidates; they take about a minute."""

_BLOCK_SIZE = 1 << 21
"""The number of candidates that are examined together, which limits the memory."""


class Columns:
    """Base of dataclasses whose fields are arrays of the same length, or None if missing."""

    __slots__ = ()
    __dataclass_fields__: ClassVar[dict[str, Field[Any]]]

    def __len__(self) -> int:
        return len(getattr(self, next(iter(self.__dataclass_fields__))))

    def take(self, rows: IntegerColumn | BoolColumn) -> Self:
        """Return some of the rows."""
        columns = (getattr(self, name) for name in self.__dataclass_fields__)
        return type(self)(*(None if column is None else column[rows] for column in columns))


@dataclass(slots=True, eq=False, repr=False)
class Spans(Columns):
    """The columns of intervals that matching uses.

    Attributes
    ----------
    group : int64
        The number of the interval's video and kind; only intervals of one group can match.
    onset, offset : int64
        Frames, closed.
    score : float64
        The score of a prediction; 0 if the file has none.
    label : int64
        Index of the emotion in the class list; outside it the largest integer.
    apex : int64
        Frame; the largest integer where it is missing.
    """

    group: IntegerColumn
    onset: IntegerColumn
    offset: IntegerColumn
    score: FloatColumn
    label: IntegerColumn
    apex: IntegerColumn


@dataclass(slots=True, eq=False, repr=False)
class Pairs(Columns):
    """Pairs of a truth and a prediction with IoU >= 1/2.

    ``truth`` and ``prediction`` are rows of ``Spans``; ``intersection`` and ``union`` are in
    frames, and ``iou`` is their ratio, for sorting.
    """

    truth: IntegerColumn
    prediction: IntegerColumn
    intersection: IntegerColumn
    union: IntegerColumn
    iou: FloatColumn

    def iou_at_least(self, hundredths: int) -> BoolColumn:
        """Return which pairs have IoU >= ``hundredths / 100``, exactly."""
        reached: BoolColumn = self.intersection * 100 >= self.union * hundredths
        return reached

    def hundredths(self) -> IntegerColumn:
        """Return the IoU of each pair, rounded down: the highest threshold that it reaches."""
        return self.intersection * 100 // self.union


def half_overlapping_pairs(truths: Spans, predictions: Spans) -> Pairs:
    """Return all pairs with IoU >= 1/2, in the order of the predictions.

    Raises ``too-many-pairs``.
    """
    return overlapping_pairs(truths, predictions, 50)


def overlapping_pairs(truths: Spans, predictions: Spans, hundredths: int) -> Pairs:
    """Return all pairs with an overlap and IoU >= ``hundredths / 100``, as above."""
    if not len(truths) or not len(predictions):
        empty = np.empty(0, np.int64)
        return Pairs(empty, empty, empty, empty, np.empty(0))
    # Put the groups one after another on one time axis, with a gap, so that one sort is enough.
    first = min(truths.onset.min(), predictions.onset.min())
    last = max(truths.offset.max(), predictions.offset.max())
    stride = last - first + 2
    start = truths.onset - first + truths.group * stride
    order = np.argsort(start, kind="stable")
    start = start[order]
    # The running maximum of the offsets is sorted, so it can be searched: all truths before `low`
    # end before the prediction begins, and all truths from `high` on begin after it ends.
    max_offset = np.maximum.accumulate((truths.offset - first + truths.group * stride)[order])
    shift = predictions.group * stride - first
    low = np.searchsorted(max_offset, predictions.onset + shift, side="left")
    high = np.searchsorted(start, predictions.offset + shift, side="right")
    candidates = np.maximum(high - low, 0)

    blocks = []
    total = np.cumsum(candidates)
    if total[-1] > CANDIDATE_LIMIT:
        raise _too_many_pairs("overlap or lie close together", int(total[-1]), CANDIDATE_LIMIT)
    limit = max(PAIR_LIMIT, PAIRS_PER_INTERVAL * (len(truths) + len(predictions)))
    pairs, begin = 0, 0
    while begin < len(predictions):
        done = total[begin - 1] if begin else 0
        end = max(begin + 1, int(np.searchsorted(total, done + _BLOCK_SIZE, side="right")))
        counts = candidates[begin:end]
        prediction = np.repeat(np.arange(begin, end), counts)
        candidate = np.arange(len(prediction)) - np.repeat(np.cumsum(counts) - counts, counts)
        truth = order[np.repeat(low[begin:end], counts) + candidate]
        blocks.append(_overlaps(truths, predictions, truth, prediction, hundredths))
        pairs += len(blocks[-1][0])
        if pairs > limit:
            raise _too_many_pairs(f"have an IoU of at least {hundredths / 100}", pairs, limit)
        begin = end
    return Pairs(*(np.concatenate(column) for column in zip(*blocks, strict=True)))


def _too_many_pairs(relation: str, number: int, limit: int) -> MebenchError:
    return MebenchError.of(
        "too-many-pairs",
        f"At least {number:,} pairs of a true and a predicted interval {relation}; the limit is "
        f"{limit:,}.",
        "Check truth and predictions for repeated intervals, and for videos under one id.",
    )


def _overlaps(
    truths: Spans,
    predictions: Spans,
    truth: IntegerColumn,
    prediction: IntegerColumn,
    hundredths: int,
) -> tuple[np.ndarray, ...]:
    """Return the columns of the candidates that reach the threshold."""
    onset, offset = truths.onset[truth], truths.offset[truth]
    other_onset, other_offset = predictions.onset[prediction], predictions.offset[prediction]
    intersection = np.minimum(offset, other_offset) - np.maximum(onset, other_onset) + 1
    union = np.maximum(offset, other_offset) - np.minimum(onset, other_onset) + 1
    match = (intersection > 0) & (100 * intersection >= hundredths * union)
    intersection, union = intersection[match], union[match]
    return truth[match], prediction[match], intersection, union, intersection / union
