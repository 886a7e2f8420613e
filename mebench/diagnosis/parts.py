"""The errors by subject, kind, class and duration."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any, Literal

import numpy as np

from mebench.diagnosis.error_list import false_positives, misses
from mebench.diagnosis.outcomes import Outcomes
from mebench.evaluation.build_report import EvaluationResult, natural_sort_key
from mebench.evaluation.ground_truth import RecognitionTruth, SpottingTruth
from mebench.metrics.expressions import Expressions
from mebench.models.annotation_table import NO_CLASS, FloatColumn, IntegerColumn
from mebench.models.base import KINDS
from mebench.models.diagnosis import DiagnosedPart

PartKey = Literal["subject", "kind", "class", "duration"]
Parts = dict[PartKey, list[DiagnosedPart]]

RANGES = 4
"""The number of ranges of durations, with about the same number of true expressions each."""


def parts_of_outcomes(result: EvaluationResult, outcomes: Outcomes) -> Parts:
    """Return the errors of an evaluation by subject, kind, class and duration."""
    both = (outcomes.truths, outcomes.predictions)
    subjects = _subject_names(result)
    unit_of = result.truth.subject_index
    parts: Parts = {
        "subject": list(
            _parts(outcomes, subjects, *(unit_of[rows.video] for rows in both), natural=True)
        )
    }
    if len(result.kinds) > 1:
        parts["kind"] = list(
            _parts(outcomes, KINDS, *(rows.kind.astype(np.int64) for rows in both))
        )
    if result.protocol.analyses:
        classes = result.truth.classes.names
        names = [*classes, "(outside the classes)"]
        labels = [np.where(rows.label == NO_CLASS, len(classes), rows.label) for rows in both]
        parts["class"] = list(_parts(outcomes, names, *labels))
    if len(outcomes.truths):
        parts["duration"] = list(_by_duration(result, outcomes))
    return parts


def _subject_names(result: EvaluationResult) -> list[str]:
    """Return the names of the subjects, with their data set in composite protocols."""
    subjects = result.truth.subjects
    if result.protocol.is_composite:
        return ["/".join(subject) for subject in subjects]
    return [subject.subject for subject in subjects]


def _parts(
    outcomes: Outcomes,
    names: Sequence[str],
    truth_part: IntegerColumn,
    part: IntegerColumn,
    *,
    natural: bool = False,
) -> Iterator[DiagnosedPart]:
    """Yield the errors of each part; parts without an interval are left out, but not subjects."""
    columns, found = outcomes.of_truths, outcomes.of_predictions
    missed, wrong = misses(outcomes), false_positives(outcomes)
    order = sorted(range(len(names)), key=lambda index: natural_sort_key((names[index],)))
    for index in order if natural else range(len(names)):
        of_truths, of_predictions = truth_part == index, (part == index) & outcomes.selected
        if not natural and not of_truths.any() and not of_predictions.any():
            continue
        yield DiagnosedPart.model_construct(
            name=names[index],
            truths=int(of_truths.sum()),
            hits=int((of_truths & ~missed).sum()),
            misses=_counts(columns.outcome[of_truths & missed]),
            predictions=int(of_predictions.sum()),
            false_positives=_counts(found.outcome[of_predictions & wrong]),
            analyzed=int((columns.recognition[of_truths] != "").sum()),
            wrong_emotions=int((columns.recognition[of_truths] == "wrong").sum()),
        )


def _counts(outcomes: Any) -> dict[Any, int]:
    return dict(sorted(Counter(outcomes.tolist()).items()))


def _by_duration(result: EvaluationResult, outcomes: Outcomes) -> Iterator[DiagnosedPart]:
    """Yield the errors by duration: in seconds if all videos in scope have a frame rate."""
    truth = result.truth
    assert isinstance(truth, SpottingTruth)
    rates = _frame_rates(truth)
    durations = [_durations(rows, rates) for rows in (outcomes.truths, outcomes.predictions)]
    edges = np.quantile(durations[0], np.arange(1, RANGES) / RANGES, method="inverted_cdf")
    edges = np.unique(edges)
    edges = edges[edges < durations[0].max()]
    unit = "frames" if rates is None else "s"
    names = _range_names(edges.tolist(), unit)
    yield from _parts(outcomes, names, *(np.searchsorted(edges, rows) for rows in durations))


def _frame_rates(truth: SpottingTruth) -> FloatColumn | None:
    """Return the frames per second of each video in scope, if all are known."""
    fps = [*truth.table.video_fps] or [None] * len(truth.scope)
    rates = [rate for rate, index in zip(fps, truth.scope.tolist(), strict=True) if index >= 0]
    return None if None in rates else np.array(rates, np.float64)


def _durations(rows: Expressions, rates: FloatColumn | None) -> FloatColumn:
    frames = (rows.offset - rows.onset + 1).astype(np.float64)
    return frames if rates is None else frames / rates[rows.video]


def _range_names(edges: list[float], unit: str) -> list[str]:
    texts = [f"{edge:.0f}" if unit == "frames" else f"{edge:.3f}" for edge in edges]
    if not texts:
        return [f"any ({unit})"]
    between = [f"> {low} to {high} {unit}" for low, high in pairwise(texts)]
    return [f"up to {texts[0]} {unit}", *between, f"> {texts[-1]} {unit}"]


def parts_of_samples(result: EvaluationResult) -> Parts:
    """Return the wrong samples of a recognition protocol by subject and class."""
    truth = result.truth
    assert isinstance(truth, RecognitionTruth)
    wrong = truth.truth != result.predicted

    def parts(names: Sequence[str], part: IntegerColumn) -> Iterator[DiagnosedPart]:
        for index, name in enumerate(names):
            samples = part == index
            count = int(samples.sum())
            yield DiagnosedPart.model_construct(
                name=name,
                truths=count,
                hits=count,
                misses={},
                predictions=count,
                false_positives={},
                analyzed=count,
                wrong_emotions=int((samples & wrong).sum()),
            )

    by_subject = parts(_subject_names(result), truth.subject_index)
    return {
        "subject": sorted(by_subject, key=lambda part: natural_sort_key((part.name,))),
        "class": list(parts(truth.classes.names, truth.truth)),
    }
