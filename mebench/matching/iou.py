"""Exact IoU: all pairs of a true and a predicted interval that overlap by at least one half.

Only such pairs can match, since 1/2 is the lowest threshold; all later steps work on these pairs.
They are found by sorting, so the cost grows with the number of rows and of pairs found, not with
truths times predictions.

A float IoU is kept beside the integers for *sorting* only. It has exactly the order of the
ratios: frames are below ``2**25`` in size, so unions are at most ``2**26``, two different ratios
are at least ``2**-52`` apart, and doubles between 1/2 and 1 are ``2**-53`` apart.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mebench.models.annotation_table import BoolColumn, FloatColumn, IntegerColumn

THRESHOLDS = (50, 55, 60, 65, 70, 75, 80, 85, 90, 95)
"""IoU thresholds, in hundredths."""

_HUNDRED = 100

_BLOCK_SIZE = 1 << 21
"""So many candidate pairs are looked at in one go."""


@dataclass(slots=True, eq=False, repr=False)
class Spans:
    """Spans as the rules see them; all arrays have the same length.

    Attributes
    ----------
    group : int64
        Only intervals of one group (a video and a kind) can meet.
    onset, offset : int64
        Frames, closed.
    score : float64
        Confidence, 0 where the file has none.
    label : int64
        Place of the emotion in the class list; breaks the last ties.
    """

    group: IntegerColumn
    onset: IntegerColumn
    offset: IntegerColumn
    score: FloatColumn
    label: IntegerColumn

    def __len__(self) -> int:
        return len(self.onset)

    def take(self, rows: IntegerColumn | BoolColumn) -> Spans:
        """Return some of the rows."""
        return Spans(
            self.group[rows],
            self.onset[rows],
            self.offset[rows],
            self.score[rows],
            self.label[rows],
        )


@dataclass(slots=True, eq=False, repr=False)
class Pairs:
    """Truth-prediction pairs with IoU >= 1/2; all arrays have the same length.

    Attributes
    ----------
    truth, prediction : int64
        Rows of the two interval tables.
    intersection, union : int64
        In frames.
    iou : float64
        Their ratio, for sorting.
    """

    truth: IntegerColumn
    prediction: IntegerColumn
    intersection: IntegerColumn
    union: IntegerColumn
    iou: FloatColumn

    def __len__(self) -> int:
        return len(self.truth)

    def take(self, rows: IntegerColumn | BoolColumn) -> Pairs:
        """Return some of the pairs."""
        return Pairs(
            self.truth[rows],
            self.prediction[rows],
            self.intersection[rows],
            self.union[rows],
            self.iou[rows],
        )

    def iou_at_least(self, hundredths: int) -> BoolColumn:
        """Tell which pairs have IoU >= ``hundredths / 100``, exactly."""
        reached: BoolColumn = self.intersection * _HUNDRED >= self.union * hundredths
        return reached


def half_overlapping_pairs(truths: Spans, predictions: Spans) -> Pairs:
    """Find every pair with IoU >= 1/2.

    Parameters
    ----------
    truths, predictions : Spans
        Any number of rows, in any order.

    Returns
    -------
    Pairs
        Sorted by truth row.
    """
    if not len(truths) or not len(predictions):
        return _concatenate([])
    # Lay the groups end to end on one axis, with a gap, so that one sort serves all of them.
    first = min(truths.onset.min(), predictions.onset.min())
    last = max(truths.offset.max(), predictions.offset.max())
    stride = last - first + 2
    start = truths.onset - first + truths.group * stride
    order = np.argsort(start, kind="stable")
    start = start[order]
    # The furthest offset so far never falls, so it can be searched: truths before `low` all end
    # before the prediction begins, truths from `high` on begin after it ends.
    furthest = np.maximum.accumulate((truths.offset - first + truths.group * stride)[order])
    shift = predictions.group * stride - first
    low = np.searchsorted(furthest, predictions.onset + shift, side="left")
    high = np.searchsorted(start, predictions.offset + shift, side="right")
    candidates = np.maximum(high - low, 0)

    found = []
    total = np.cumsum(candidates)
    begin = 0
    while begin < len(predictions):
        done = total[begin - 1] if begin else 0
        end = max(begin + 1, int(np.searchsorted(total, done + _BLOCK_SIZE, side="right")))
        counts = candidates[begin:end]
        prediction = np.repeat(np.arange(begin, end), counts)
        within = np.arange(len(prediction)) - np.repeat(np.cumsum(counts) - counts, counts)
        truth = order[np.repeat(low[begin:end], counts) + within]
        found.append(_pairs_with_iou(truths, predictions, truth, prediction))
        begin = end
    pairs = _concatenate(found)
    return pairs.take(np.argsort(pairs.truth, kind="stable"))


def _pairs_with_iou(
    truths: Spans, predictions: Spans, truth: IntegerColumn, prediction: IntegerColumn
) -> Pairs:
    onset, offset = truths.onset[truth], truths.offset[truth]
    other_onset, other_offset = predictions.onset[prediction], predictions.offset[prediction]
    intersection = np.minimum(offset, other_offset) - np.maximum(onset, other_onset) + 1
    union = np.maximum(offset, other_offset) - np.minimum(onset, other_onset) + 1
    meets = (intersection > 0) & (2 * intersection >= union)
    intersection, union = intersection[meets], union[meets]
    return Pairs(truth[meets], prediction[meets], intersection, union, intersection / union)


def _concatenate(parts: list[Pairs]) -> Pairs:
    if not parts:
        none = np.empty(0, np.int64)
        return Pairs(none, none, none, none, np.empty(0))
    return Pairs(
        np.concatenate([part.truth for part in parts]),
        np.concatenate([part.prediction for part in parts]),
        np.concatenate([part.intersection for part in parts]),
        np.concatenate([part.union for part in parts]),
        np.concatenate([part.iou for part in parts]),
    )
