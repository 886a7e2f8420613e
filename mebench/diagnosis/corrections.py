"""What the metrics would be without the errors of some causes.

The predictions are changed, and counted again by the same functions as a score:

- localization: the predicted interval becomes that of the truth;
- wrong kind: the prediction gets the kind of the missed truth; without one it is removed;
- duplicate, blink, background: the prediction is removed;
- below threshold: the candidate is selected;
- missed: a prediction with the frames of the truth and the highest score is added. Its emotion is
  not known, so the analysis counts stay the same.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import fields, replace
from typing import Any

import numpy as np

from mebench.diagnosis.outcomes import Direction, Outcome, Outcomes
from mebench.metrics.analysis_f1 import ANALYSIS_F1
from mebench.metrics.average_precision import AP
from mebench.metrics.counts import ConfusionCounts, PooledCounts
from mebench.metrics.expressions import Expressions
from mebench.metrics.metric import Metric
from mebench.metrics.ratios import Undefined
from mebench.metrics.spotting_f1 import SPOTTING_F1
from mebench.metrics.strs import STRS
from mebench.metrics.subject_counts import count_spotting
from mebench.models.base import KINDS, Kind
from mebench.models.report import MetricMap, MetricValue

SPOTTING_METRICS: tuple[Metric, ...] = (SPOTTING_F1, AP)
ANALYSIS_METRICS: tuple[Metric, ...] = (ANALYSIS_F1, STRS)

SPOTTING_CAUSES: tuple[Outcome, ...] = (
    "localization",
    "duplicate",
    "wrong kind",
    "blink",
    "background",
    "below threshold",
    "missed",
)


def correct(
    outcomes: Outcomes, causes: Collection[Outcome], direction: Direction = ""
) -> Expressions:
    """Return the predictions without the errors of some causes.

    With a direction, only localization errors with that direction are corrected.
    """
    truths, predictions = outcomes.truths, outcomes.predictions
    of_truths, columns = outcomes.of_truths, outcomes.of_predictions
    chosen = np.any([columns.are(cause, direction) for cause in causes], axis=0)
    rows = np.arange(len(predictions))
    partner = columns.partner
    is_paired = partner >= 0
    is_paired[is_paired] = of_truths.partner[partner[is_paired]] == rows[is_paired]

    changed = {field.name: getattr(predictions, field.name) for field in fields(predictions)}
    moved = chosen & (columns.outcome == "localization")
    changed |= {
        name: _with(changed[name], moved, getattr(truths, name)[partner[moved]])
        for name in ("onset", "offset", "apex")
    }
    turned = chosen & (columns.outcome == "wrong kind") & is_paired
    changed["kind"] = _with(changed["kind"], turned, truths.kind[partner[turned]])
    candidate = chosen & (columns.outcome == "below threshold") & is_paired
    changed["selected"] = outcomes.selected | candidate
    is_removed = chosen & outcomes.selected & ~moved & ~turned
    corrected = Expressions(**changed).take(~is_removed)
    if "missed" not in causes:
        return corrected
    return _joined(corrected, truths.take(of_truths.outcome == "missed"))


def _with(column: Any, rows: Any, values: Any) -> Any:
    changed = column.copy()
    changed[rows] = values
    return changed


def _joined(predictions: Expressions, added: Expressions) -> Expressions:
    """Return predictions and true expressions, which get the highest score."""
    score = predictions.score
    if not len(predictions):
        score = np.zeros(0)
    if score is not None:
        highest = np.nextafter(score.max(initial=0.0), np.inf)
        score = np.append(score, np.full(len(added), highest))
    selected = predictions.selected
    if selected is not None:
        selected = np.append(selected, np.ones(len(added), bool))
    columns = {
        name: np.append(getattr(predictions, name), getattr(added, name))
        for name in ("video", "kind", "onset", "offset", "apex", "label")
    }
    return Expressions(**columns, score=score, selected=selected)


class Recount:
    """Counts changed predictions, and returns the metrics of a diagnosis.

    ``metrics`` are those of the given kinds pooled; analysis and STRS are of micro-expressions.
    """

    def __init__(self, outcomes: Outcomes, kinds: tuple[Kind, ...], classes: int) -> None:
        self._truths = outcomes.truths
        self._kinds = kinds
        self._classes = classes
        self.analyzes = bool(classes) and "micro" in kinds
        self._videos = 1 + max(
            (
                int(rows.video.max())
                for rows in (outcomes.truths, outcomes.predictions)
                if len(rows)
            ),
            default=-1,
        )

    def counts(self, predictions: Expressions) -> tuple[PooledCounts, PooledCounts]:
        """Return the counts of all kinds, and of micro-expressions."""
        of_unit = count_spotting(
            self._truths,
            predictions,
            np.zeros(self._videos, np.int64),
            units=1,
            classes=self._classes,
        )
        return of_unit.pool(self._kinds), of_unit.pool(KINDS[:1])

    def metrics(
        self, predictions: Expressions, analysis: ConfusionCounts | None = None
    ) -> MetricMap:
        """Return the metrics of predictions; ``analysis`` replaces their confusion matrix."""
        return self.of_counts(*self.counts(predictions), analysis)

    def of_counts(
        self,
        pooled: PooledCounts,
        of_micro: PooledCounts,
        analysis: ConfusionCounts | None = None,
    ) -> MetricMap:
        """Return the metrics of counts."""
        if analysis is not None:
            of_micro = replace(of_micro, analysis=analysis)
        values = metric_values(SPOTTING_METRICS, pooled)
        return values | metric_values(ANALYSIS_METRICS, of_micro) if self.analyzes else values


def metric_values(metrics: Collection[Metric], counts: PooledCounts) -> MetricMap:
    """Return the values of metrics, or the reasons why they are undefined."""
    values: MetricMap = {}
    for metric in metrics:
        value = metric.value(counts)
        values[metric.id] = (
            MetricValue.model_construct(value=None, reason=value.reason)
            if isinstance(value, Undefined)
            else MetricValue.model_construct(value=float(value))
        )
    return values


def wrong_cells(analysis: ConfusionCounts) -> dict[tuple[int, int], int]:
    """Return the true and the predicted class of wrong emotions, the most frequent first.

    The predicted class is the number of classes where there is no prediction.
    """
    cells = {
        (truth, predicted): count
        for truth, row in enumerate(analysis.matrix)
        for predicted, count in enumerate(row)
        if count and truth != predicted
    }
    return dict(sorted(cells.items(), key=lambda item: (-item[1], item[0])))


def with_correct_emotions(
    analysis: ConfusionCounts, cells: Collection[tuple[int, int]] | None = None
) -> ConfusionCounts:
    """Return a confusion matrix without the errors in some cells; default: without any."""
    matrix = [list(row) for row in analysis.matrix]
    for truth, predicted in wrong_cells(analysis) if cells is None else cells:
        count, matrix[truth][predicted] = matrix[truth][predicted], 0
        matrix[truth][truth] += count
    return replace(analysis, matrix=tuple(map(tuple, matrix)))
