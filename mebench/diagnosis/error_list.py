"""Every error as a record: its place, its cause and the interval that explains it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from mebench.diagnosis.outcomes import NO_PARTNER, OutcomeColumns, Outcomes
from mebench.evaluation.score_curves import VideoCurves, highest_score
from mebench.metrics.expressions import Expressions
from mebench.models.annotation_table import NO_CLASS, BoolColumn, IntegerColumn
from mebench.models.base import KINDS
from mebench.models.diagnosis import Error, OtherInterval
from mebench.protocols.id_index import ItemName

Sortable = tuple[tuple[float, ...], Error]
"""An error with the sort key of its place."""


def false_positives(outcomes: Outcomes) -> BoolColumn:
    """Return which predictions are false positives."""
    wrong: BoolColumn = outcomes.selected & (outcomes.of_predictions.outcome != "hit")
    return wrong


def misses(outcomes: Outcomes) -> BoolColumn:
    """Return which truths are missed."""
    missed: BoolColumn = outcomes.of_truths.outcome != "hit"
    return missed


def list_errors(
    outcomes: Outcomes, names: list[ItemName], classes: Sequence[str], curves: VideoCurves
) -> list[Error]:
    """Return all errors, in the order of videos and frames."""
    found = [
        *_false_positives(outcomes, names, classes, curves),
        *_of_truths(outcomes, names, classes, curves),
    ]
    return [error for _, error in sorted(found, key=_sort_key)]


def _sort_key(found: Sortable) -> tuple[Any, ...]:
    """Return a key that does not depend on the order of rows."""
    place, error = found
    return (*place, error.cause, error.direction or "", error.iou or 0.0)


def list_wrong_samples(
    names: list[ItemName], truth: IntegerColumn, predicted: IntegerColumn, classes: Sequence[str]
) -> list[Error]:
    """Return all wrong samples of a recognition protocol."""
    return [
        Error.model_construct(
            error="wrong emotion",
            cause="wrong emotion" if predicted[row] != NO_CLASS else "no prediction",
            **_ids(names[row]),
            emotion=classes[truth[row]],
            predicted=None if predicted[row] == NO_CLASS else classes[predicted[row]],
        )
        for row in np.flatnonzero(truth != predicted).tolist()
    ]


def _false_positives(
    outcomes: Outcomes, names: list[ItemName], classes: Sequence[str], curves: VideoCurves
) -> Iterator[Sortable]:
    predictions, columns = outcomes.predictions, outcomes.of_predictions
    for row in np.flatnonzero(false_positives(outcomes)).tolist():
        fields = _interval(predictions, row, names, curves)
        partner, context = int(columns.partner[row]), int(columns.context[row])
        other = None
        if partner != NO_PARTNER:
            other = _other("truth", outcomes.truths, partner)
        elif context != NO_PARTNER:
            other = _other(str(outcomes.context.label[context]), outcomes.context, context)
        label = int(predictions.label[row])
        score = None if predictions.score is None else float(predictions.score[row])
        error = Error.model_construct(
            error="false positive",
            **_cause(columns, row),
            **fields,
            score=score,
            predicted=None if label == NO_CLASS else classes[label],
            other=other,
        )
        yield _place(predictions, row, 0, -(score or 0.0), label), error


def _of_truths(
    outcomes: Outcomes, names: list[ItemName], classes: Sequence[str], curves: VideoCurves
) -> Iterator[Sortable]:
    truths, columns = outcomes.truths, outcomes.of_truths
    wrong = columns.recognition == "wrong"
    for row in np.flatnonzero(misses(outcomes) | wrong).tolist():
        partner, label = int(columns.partner[row]), int(truths.label[row])
        is_miss = columns.outcome[row] != "hit"
        other = predicted = None
        if partner != NO_PARTNER:
            other = _other("prediction", outcomes.predictions, partner)
            predicted = int(outcomes.predictions.label[partner])
        cause = _cause(columns, row)
        error = Error.model_construct(
            error="miss" if is_miss else "wrong emotion",
            **(cause if is_miss else cause | {"cause": "wrong emotion"}),
            **_interval(truths, row, names, curves),
            emotion=None if label == NO_CLASS else classes[label],
            predicted=None if predicted in (None, NO_CLASS) else classes[predicted],
            other=other,
        )
        yield _place(truths, row, 1, 0.0, label), error


def _place(rows: Expressions, row: int, side: int, score: float, label: int) -> tuple[float, ...]:
    """Return the sort key of the place of an error."""
    frames = (int(rows.onset[row]), int(rows.offset[row]))
    return (int(rows.video[row]), *frames, side, int(rows.kind[row]), score, label)


def _cause(columns: OutcomeColumns, row: int) -> dict[str, Any]:
    direction = str(columns.direction[row])
    has_other = columns.partner[row] != NO_PARTNER or columns.context[row] != NO_PARTNER
    return {
        "cause": str(columns.outcome[row]),
        "direction": direction or None,
        "iou": float(columns.iou[row]) if has_other else None,
    }


def _interval(
    rows: Expressions, row: int, names: list[ItemName], curves: VideoCurves
) -> dict[str, Any]:
    video, onset, offset = int(rows.video[row]), int(rows.onset[row]), int(rows.offset[row])
    return {
        **_ids(names[video]),
        "kind": KINDS[rows.kind[row]],
        "onset": onset,
        "offset": offset,
        "peak": highest_score(curves.get(video, {}), onset, offset),
    }


def _ids(name: ItemName) -> dict[str, Any]:
    return dict(zip(("dataset", "subject", "video"), name, strict=True))


def _other(what: Any, rows: Any, row: int) -> OtherInterval:
    onset, offset = int(rows.onset[row]), int(rows.offset[row])
    return OtherInterval.model_construct(what=what, onset=onset, offset=offset)
