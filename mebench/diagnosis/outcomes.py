"""The outcome of every true and predicted expression: a hit, or an error with exactly one cause.

The rules
---------
Predictions are those at the operating point; all steps compare intervals of one video.

1. ``hit``: the pairs of the standard's matching, at IoU >= 1/2.
2. The truths and the predictions that are left are paired, one to one, in the order of decreasing
   IoU (ties: as in the matching). A pair explains a false positive and a miss at once. It is one of

   - ``wrong kind``: of different kinds, with IoU >= 1/2;
   - ``localization``: of the same kind, with .1 <= IoU < 1/2. Its direction is ``early`` or
     ``late`` if both ends are, ``too short`` if the prediction is inside the truth, and ``too
     long`` if it contains it.

   Pairs of the same kind with IoU >= 1/2 are not left, because the matching is the largest.
3. A prediction that is left is the first of

   - ``duplicate``: IoU >= .1 with an expression of its kind, which then has another prediction;
   - ``wrong kind``: at least half of its frames are in an expression of the other kind. Protocols
     that spot only micro-expressions take macro-expressions from the truth file;
   - ``blink``: at least half of its frames are in an annotated eye blink;
   - ``background``: anything else.
4. A truth that is left is

   - ``below threshold``: a candidate below the score threshold matches it, one to one, by the
     standard's matching;
   - ``missed``: anything else.

A candidate below the threshold is no error; its outcome is ``below threshold``, and it has a
partner if it would be a hit. The order of rows changes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from mebench.evaluation.build_report import EvaluationResult
from mebench.evaluation.ground_truth import SpottingTruth, is_target, resolve_kinds
from mebench.matching.iou import Columns, Pairs, Spans, overlapping_pairs
from mebench.matching.match_intervals import match_intervals
from mebench.metrics.expressions import Expressions
from mebench.models.annotation_table import (
    NO_CLASS,
    NO_KIND,
    BoolColumn,
    FloatColumn,
    IntegerColumn,
)
from mebench.models.base import KINDS

Outcome = Literal[
    "hit",
    "localization",
    "duplicate",
    "wrong kind",
    "blink",
    "background",
    "below threshold",
    "missed",
]
OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)

Direction = Literal["", "early", "late", "too short", "too long"]
DIRECTIONS: tuple[Direction, ...] = get_args(Direction)[1:]

Recognition = Literal["", "right", "wrong"]

NO_PARTNER = -1

LOWEST_IOU = 10
"""The lowest IoU of a prediction with the expression that it may have been meant for, in
hundredths."""

MICRO = KINDS.index("micro")


@dataclass(slots=True, eq=False, repr=False)
class ContextIntervals(Columns):
    """Annotations that are no targets: expressions of the other kind, and eye blinks.

    ``label`` is ``micro``, ``macro`` or ``blink``.
    """

    video: IntegerColumn
    onset: IntegerColumn
    offset: IntegerColumn
    label: NDArray[np.str_]


@dataclass(slots=True, eq=False, repr=False)
class OutcomeColumns(Columns):
    """The outcomes of the truths, or of the predictions.

    Attributes
    ----------
    outcome : str
        One of ``OUTCOMES``.
    partner : int64
        The row of the prediction, or of the truth, that explains the outcome; else ``NO_PARTNER``.
        The truth of a duplicate has another prediction as its own partner.
    context : int64
        For predictions of the wrong kind and on a blink: the row of the context, if that explains
        it; else ``NO_PARTNER``.
    iou : float64
        The IoU with the partner, or with that row of the context; 0 without one.
    direction : str
        One of ``DIRECTIONS`` for localization errors, else empty.
    recognition : str
        ``right`` or ``wrong`` for hits that are analyzed, else empty.
    """

    outcome: NDArray[np.str_]
    partner: IntegerColumn
    context: IntegerColumn
    iou: FloatColumn
    direction: NDArray[np.str_]
    recognition: NDArray[np.str_]

    @classmethod
    def empty(cls, count: int) -> OutcomeColumns:
        """Return rows without an outcome."""
        none = np.full(count, NO_PARTNER, np.int64)
        texts = [np.full(count, "", f"<U{max(map(len, OUTCOMES))}") for _ in range(3)]
        return cls(texts[0], none, none.copy(), np.zeros(count), texts[1], texts[2])

    def are(self, outcome: Outcome, direction: str = "") -> BoolColumn:
        """Return which rows have an outcome, and a direction if one is given."""
        chosen: BoolColumn = self.outcome == outcome
        return chosen & (self.direction == direction) if direction else chosen


@dataclass(slots=True, eq=False, repr=False)
class Outcomes:
    """Truths and predictions in scope with their outcomes, row by row.

    ``video`` columns are indices of the videos in scope: ``result.truth.names[video]`` is (data
    set, subject, video). ``label`` columns are indices of ``protocol.classes``.
    """

    truths: Expressions
    predictions: Expressions
    of_truths: OutcomeColumns
    of_predictions: OutcomeColumns
    context: ContextIntervals = field(default_factory=lambda: context_of([]))

    @property
    def selected(self) -> BoolColumn:
        """Which predictions are at the operating point."""
        selected = self.predictions.selected
        return np.ones(len(self.predictions), bool) if selected is None else selected


def outcomes_of(result: EvaluationResult) -> Outcomes:
    """Return the outcomes of an evaluation under a protocol that spots."""
    assert isinstance(result.truth, SpottingTruth)
    assert isinstance(result.predicted, Expressions)
    return find_outcomes(result.truth.truths, result.predicted, context_of_truth(result))


def context_of_truth(result: EvaluationResult) -> ContextIntervals:
    """Return the expressions of other kinds and the blinks that the truth file has."""
    truth = result.truth
    intervals = truth.table.intervals
    kinds = resolve_kinds(intervals, result.protocol, result.options.kind)
    others = np.flatnonzero((kinds != NO_KIND) & ~is_target(kinds, result.protocol))
    columns = (intervals.video, intervals.onset, intervals.offset)
    expressions = zip(*(column[others].tolist() for column in columns), kinds[others], strict=True)
    rows = [(video, onset, offset, str(KINDS[kind])) for video, onset, offset, kind in expressions]
    rows += [(*event[:3], "blink") for event in truth.table.events if is_blink(event.label)]
    scope = truth.scope.tolist()
    return context_of([(scope[video], *row) for video, *row in rows if scope[video] >= 0])


def is_blink(label: str) -> bool:
    """Return whether the label of an event is that of an eye blink."""
    return "blink" in label.casefold() or "眨眼" in label


def context_of(rows: Sequence[tuple[Any, ...]]) -> ContextIntervals:
    """Return rows of video, onset, offset and label as columns."""
    frames = np.array([row[:3] for row in rows], np.int64).reshape(-1, 3)
    labels = np.array([row[3] for row in rows], "<U5")
    return ContextIntervals(frames[:, 0], frames[:, 1], frames[:, 2], labels)


def find_outcomes(
    truths: Expressions, predictions: Expressions, context: ContextIntervals | None = None
) -> Outcomes:
    """Return the outcome of each truth and each prediction, by the rules above."""
    context = context_of([]) if context is None else context
    of_truths, of_predictions = map(OutcomeColumns.empty, (len(truths), len(predictions)))
    outcomes = Outcomes(truths, predictions, of_truths, of_predictions, context)
    selected = np.flatnonzero(outcomes.selected)
    candidates = np.flatnonzero(~outcomes.selected)
    truth_spans, spans = truths.spans, predictions.spans

    truth_rows, rows = match_intervals(truth_spans, spans.take(selected))
    _pair(outcomes, truth_rows, selected[rows], "hit")
    _add_recognition(outcomes, truth_rows, selected[rows])

    _pair_rest(outcomes, selected, truth_spans, spans)

    left = selected[of_predictions.outcome[selected] == ""]
    _explain_predictions(outcomes, left, truth_spans, spans)

    missed = np.flatnonzero(of_truths.outcome == "")
    of_truths.outcome[missed] = "missed"
    of_predictions.outcome[candidates] = "below threshold"
    truth_rows, rows = match_intervals(truth_spans.take(missed), spans.take(candidates))
    _pair(outcomes, missed[truth_rows], candidates[rows], "below threshold")
    return outcomes


def _pair(
    outcomes: Outcomes, truth_rows: IntegerColumn, rows: IntegerColumn, outcome: Outcome
) -> None:
    """Give truths and predictions, in pairs, the same outcome."""
    iou = _iou(outcomes, truth_rows, rows)
    sides = ((outcomes.of_truths, truth_rows, rows), (outcomes.of_predictions, rows, truth_rows))
    for columns, own, partner in sides:
        columns.outcome[own] = outcome
        columns.partner[own] = partner
        columns.iou[own] = iou


def _iou(outcomes: Outcomes, truth_rows: IntegerColumn, rows: IntegerColumn) -> FloatColumn:
    truths, predictions = outcomes.truths.take(truth_rows), outcomes.predictions.take(rows)
    first, second = (truths.onset, truths.offset), (predictions.onset, predictions.offset)
    intersection = np.minimum(first[1], second[1]) - np.maximum(first[0], second[0]) + 1
    iou: FloatColumn = intersection / (
        np.maximum(first[1], second[1]) - np.minimum(first[0], second[0]) + 1
    )
    return iou


def _add_recognition(outcomes: Outcomes, truth_rows: IntegerColumn, rows: IntegerColumn) -> None:
    """State which emotions are right, where they are analyzed."""
    labels = outcomes.truths.label[truth_rows]
    analyzed = (labels != NO_CLASS) & (outcomes.truths.kind[truth_rows] == MICRO)
    is_right = labels == outcomes.predictions.label[rows]
    text = np.where(analyzed, np.where(is_right, "right", "wrong"), "")
    outcomes.of_truths.recognition[truth_rows] = text
    outcomes.of_predictions.recognition[rows] = text


def _pair_rest(
    outcomes: Outcomes, selected: IntegerColumn, truth_spans: Spans, spans: Spans
) -> None:
    """Pair the truths and the predictions that are left, in the order of decreasing IoU."""
    truth_left = np.flatnonzero(outcomes.of_truths.outcome == "")
    left = selected[outcomes.of_predictions.outcome[selected] == ""]
    truths, predictions = truth_spans.take(truth_left), spans.take(left)
    same = overlapping_pairs(truths, predictions, LOWEST_IOU)
    other = overlapping_pairs(_of_other_kind(truths), predictions, 50)
    truth_rows = truth_left[np.concatenate([same.truth, other.truth])]
    rows = left[np.concatenate([same.prediction, other.prediction])]
    of_truth, of_prediction = truth_spans.take(truth_rows), spans.take(rows)
    order = np.lexsort(
        (
            of_truth.group,
            of_truth.label,
            of_prediction.apex,
            of_prediction.label,
            -of_prediction.score,
            of_prediction.offset,
            of_prediction.onset,
            of_truth.offset,
            of_truth.onset,
            -np.concatenate([same.iou, other.iou]),
        )
    )
    is_same = np.arange(len(order)) < len(same)
    taken_truths, taken = set(), set()
    chosen: list[int] = []
    for index in order.tolist():
        truth, prediction = int(truth_rows[index]), int(rows[index])
        if truth not in taken_truths and prediction not in taken:
            taken_truths.add(truth)
            taken.add(prediction)
            chosen.append(index)
    kept = np.array(chosen, np.int64)
    local, wrong = kept[is_same[kept]], kept[~is_same[kept]]
    _pair(outcomes, truth_rows[wrong], rows[wrong], "wrong kind")
    _pair(outcomes, truth_rows[local], rows[local], "localization")
    direction = _directions(truth_spans.take(truth_rows[local]), spans.take(rows[local]))
    outcomes.of_truths.direction[truth_rows[local]] = direction
    outcomes.of_predictions.direction[rows[local]] = direction


def _of_other_kind(spans: Spans) -> Spans:
    """Return intervals as if each were of the other kind; groups are video * 2 + kind."""
    return replace(spans, group=spans.group ^ 1)


def _directions(truths: Spans, predictions: Spans) -> NDArray[np.str_]:
    """Return how each prediction is displaced; no prediction equals its truth."""
    begins_early = predictions.onset < truths.onset
    ends_early = predictions.offset < truths.offset
    begins_late = predictions.onset > truths.onset
    ends_late = predictions.offset > truths.offset
    conditions = [begins_early & ends_early, begins_late & ends_late, begins_early | ends_late]
    return np.select(conditions, ["early", "late", "too long"], "too short")


def _explain_predictions(
    outcomes: Outcomes, rows: IntegerColumn, truth_spans: Spans, spans: Spans
) -> None:
    """Find the cause of each false positive that is in no pair."""
    columns, context = outcomes.of_predictions, outcomes.context
    columns.outcome[rows] = "background"
    predictions = spans.take(rows)
    in_video = replace(predictions, group=predictions.group // len(KINDS))
    is_blink = np.flatnonzero(context.label == "blink")
    pairs = _lying_in(_context_spans(context, is_blink), in_video)
    _explain(outcomes, rows, pairs, is_blink, "blink", in_context=True)

    for kind, name in enumerate(KINDS):
        of_kind = np.flatnonzero(context.label == name)
        others = np.flatnonzero(outcomes.predictions.kind[rows] != kind)
        pairs = _lying_in(_context_spans(context, of_kind), in_video.take(others))
        _explain(outcomes, rows[others], pairs, of_kind, "wrong kind", in_context=True)
    every = np.arange(len(outcomes.truths))
    pairs = _lying_in(_of_other_kind(truth_spans), predictions)
    _explain(outcomes, rows, pairs, every, "wrong kind")
    _explain(
        outcomes, rows, overlapping_pairs(truth_spans, predictions, LOWEST_IOU), every, "duplicate"
    )


def _context_spans(context: ContextIntervals, rows: IntegerColumn) -> Spans:
    """Return some rows of the context, one group per video."""
    of_rows = context.take(rows)
    same = np.zeros(len(rows), np.int64)
    return Spans(of_rows.video, of_rows.onset, of_rows.offset, np.zeros(len(rows)), same, same)


def _lying_in(intervals: Spans, predictions: Spans) -> Pairs:
    """Return the pairs where at least half of the prediction's frames are in the interval."""
    pairs = overlapping_pairs(intervals, predictions, 0)
    length = predictions.offset - predictions.onset + 1
    return pairs.take(2 * pairs.intersection >= length[pairs.prediction])


def _explain(
    outcomes: Outcomes,
    rows: IntegerColumn,
    pairs: Pairs,
    others: IntegerColumn,
    outcome: Outcome,
    *,
    in_context: bool = False,
) -> None:
    """Give predictions an outcome, and the other interval of their pair with the largest IoU.

    Of equal ones the other interval that begins first is taken, and of these the shortest.
    """
    context, truths = outcomes.context, outcomes.truths
    intervals: Any = context if in_context else truths
    other = others[pairs.truth]
    order = np.lexsort((intervals.offset[other], intervals.onset[other], -pairs.iou))[::-1]
    columns, row = outcomes.of_predictions, rows[pairs.prediction[order]]
    columns.outcome[row] = outcome
    # The best pair is written last.
    columns.iou[row] = pairs.iou[order]
    columns.context[row] = other[order] if in_context else NO_PARTNER
    columns.partner[row] = NO_PARTNER if in_context else other[order]
