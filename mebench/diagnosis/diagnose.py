"""From predictions and truth to a diagnosis."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from mebench.diagnosis.corrections import (
    SPOTTING_CAUSES,
    Recount,
    correct,
    metric_values,
    with_correct_emotions,
    wrong_cells,
)
from mebench.diagnosis.error_list import (
    false_positives,
    list_errors,
    list_wrong_samples,
    misses,
)
from mebench.diagnosis.outcomes import DIRECTIONS, Outcomes, outcomes_of
from mebench.diagnosis.parts import parts_of_outcomes, parts_of_samples
from mebench.diagnostics import Findings, MebenchError, Place
from mebench.evaluation.build_report import EvaluationResult
from mebench.evaluation.ground_truth import RecognitionTruth
from mebench.evaluation.inputs import PredictionsInput, ProtocolInput, TruthInput
from mebench.evaluation.score import evaluate_predictions
from mebench.evaluation.score_curves import VideoCurves, read_curves_of_videos
from mebench.evaluation.scoring_options import ScoringOptions
from mebench.metrics.accuracy import ACCURACY
from mebench.metrics.analysis_f1 import ANALYSIS_F1
from mebench.metrics.counts import ConfusionCounts, PooledCounts
from mebench.metrics.ratios import Undefined
from mebench.metrics.spotting_f1 import SPOTTING_F1
from mebench.metrics.uar import UAR
from mebench.metrics.uf1 import UF1
from mebench.models import diagnosis as records
from mebench.models.report import Finding, MetricMap

RECOGNITION_METRICS = (ACCURACY, UF1, UAR)


def diagnose_with_options(
    predictions: PredictionsInput,
    truth: TruthInput | None,
    protocol: ProtocolInput | None,
    options: ScoringOptions,
    curves: str | Path | None = None,
) -> records.Diagnosis:
    """Explain the errors of predictions: one cause per error, and what each cause costs.

    With a file of ``curves``, every error has the highest score per frame of its interval.
    """
    findings = Findings()
    result = evaluate_predictions(predictions, truth, protocol, options, findings)
    of_videos = None if curves is None else read_curves_of_videos(curves, result.truth, findings)
    return diagnose_result(result, findings, of_videos)


def diagnose_result(
    result: EvaluationResult, findings: Findings, curves: VideoCurves | None = None
) -> records.Diagnosis:
    """Build the diagnosis of an evaluation; ``findings`` belong to the score.

    With ``curves`` the listed errors have the highest score per frame of their interval.
    """
    if not result.kinds_known:
        raise MebenchError.of(
            "kinds-needed",
            "The log does not state which expressions are macro and which micro, so a false "
            "positive cannot be explained.",
            "If all expressions are of one kind, pass --kind; else use a file with kinds.",
            Place(file=result.predictions.file),
        )
    protocol = result.protocol
    fields = _of_spotting(result, curves or {}) if protocol.spots else _of_recognition(result)
    return records.Diagnosis.model_construct(
        signature=result.signature,
        protocol=protocol.id,
        protocol_title=protocol.title,
        task=protocol.task,
        system=result.predictions.system,
        findings=[
            Finding.model_construct(
                code=diagnostic.code, severity=diagnostic.severity, message=diagnostic.message
            )
            for diagnostic in findings.kept
        ],
        **fields,
    )


def _of_spotting(result: EvaluationResult, curves: VideoCurves) -> dict[str, Any]:
    outcomes = outcomes_of(result)
    classes = result.protocol.classes if result.protocol.analyses else []
    recount = Recount(outcomes, result.kinds, len(classes))
    counts = recount.counts(outcomes.predictions)
    analysis: ConfusionCounts = counts[1].analysis
    scored = recount.of_counts(*counts)
    of_all = recount.counts(correct(outcomes, SPOTTING_CAUSES))
    truths = replace(outcomes.truths, score=np.ones(len(outcomes.truths)))
    fields: dict[str, Any] = {
        "truths": len(outcomes.truths),
        "predictions": int(outcomes.selected.sum()),
        "hits": int((~misses(outcomes)).sum()),
        "candidates": int((~outcomes.selected).sum()),
        "analyzed": 0,
        "context": dict(sorted(Counter(outcomes.context.label.tolist()).items())),
        "metrics": scored,
        "causes": list(_spotting_causes(outcomes, recount, analysis, scored)),
        "all_corrected": recount.of_counts(*of_all, with_correct_emotions(of_all[1].analysis)),
        "perfect_spotting": recount.metrics(truths, analysis),
        "confusions": [],
        "parts": parts_of_outcomes(result, outcomes),
        "errors": list_errors(outcomes, result.truth.names, result.truth.classes.names, curves),
    }
    if not recount.analyzes:
        return fields

    def with_right(cells: Collection[tuple[int, int]] | None = None) -> MetricMap:
        return recount.of_counts(*counts, with_correct_emotions(analysis, cells))

    cells = wrong_cells(analysis)
    wrong = _cause("wrong emotion", with_right(), wrong_emotions=sum(cells.values()))
    return fields | {
        "analyzed": analysis.total,
        "causes": [*fields["causes"], wrong],
        "perfect_recognition": wrong.corrected,
        "lost_strs": _lost_strs(counts[1]),
        "confusions": _confusions(classes, cells, with_right),
    }


def _spotting_causes(
    outcomes: Outcomes, recount: Recount, analysis: ConfusionCounts, scored: MetricMap
) -> Iterator[records.Cause]:
    """Yield the causes of false positives and misses, with the directions of localization."""
    wrong, missed = false_positives(outcomes), misses(outcomes)
    for cause in SPOTTING_CAUSES:
        # The emotion of an expression that was missed is not known.
        kept = analysis if cause == "missed" else None
        for direction in ("", *(DIRECTIONS if cause == "localization" else ())):
            false, miss = (
                int((chosen & rows.are(cause, direction)).sum())
                for chosen, rows in (
                    (wrong, outcomes.of_predictions),
                    (missed, outcomes.of_truths),
                )
            )
            changed = correct(outcomes, {cause}, direction) if false or miss else None
            metrics = scored if changed is None else recount.metrics(changed, kept)
            yield _cause(cause, metrics, false, miss, direction=direction)


def _of_recognition(result: EvaluationResult) -> dict[str, Any]:
    truth = result.truth
    assert isinstance(truth, RecognitionTruth)
    assert isinstance(result.predicted, np.ndarray)
    classes = result.protocol.classes
    analysis: ConfusionCounts = result.subject_counts.pool(result.kinds).analysis

    def with_right(cells: Collection[tuple[int, int]] | None = None) -> MetricMap:
        counts = PooledCounts(analysis=with_correct_emotions(analysis, cells))
        return metric_values(RECOGNITION_METRICS, counts)

    cells = wrong_cells(analysis)
    missing = {cell: count for cell, count in cells.items() if cell[1] == len(classes)}
    wrong = {cell: count for cell, count in cells.items() if cell not in missing}
    return {
        "truths": analysis.total,
        "predictions": analysis.total - sum(missing.values()),
        "hits": analysis.total,
        "candidates": 0,
        "analyzed": analysis.total,
        "context": {},
        "metrics": with_right([]),
        "causes": [
            _cause("wrong emotion", with_right(wrong), wrong_emotions=sum(wrong.values())),
            _cause("no prediction", with_right(missing), wrong_emotions=sum(missing.values())),
        ],
        "all_corrected": with_right(),
        "perfect_recognition": with_right(),
        "confusions": _confusions(classes, cells, with_right),
        "parts": parts_of_samples(result),
        "errors": list_wrong_samples(truth.names, truth.truth, result.predicted, classes),
    }


def _cause(
    cause: Any,
    corrected: MetricMap,
    false_positives: int = 0,
    misses: int = 0,
    wrong_emotions: int = 0,
    direction: Any = "",
) -> records.Cause:
    return records.Cause.model_construct(
        cause=cause,
        direction=direction or None,
        false_positives=false_positives,
        misses=misses,
        wrong_emotions=wrong_emotions,
        corrected=corrected,
    )


def _confusions(
    classes: list[str],
    cells: dict[tuple[int, int], int],
    with_right: Callable[[Collection[tuple[int, int]]], MetricMap],
) -> list[records.ConfusedClasses]:
    return [
        records.ConfusedClasses.model_construct(
            truth=classes[truth],
            predicted=classes[predicted] if predicted < len(classes) else None,
            count=count,
            corrected=with_right([(truth, predicted)]),
        )
        for (truth, predicted), count in cells.items()
    ]


def _lost_strs(of_micro: PooledCounts) -> records.LostScore | None:
    """Split 1 - STRS: each factor loses its gain, averaged over both orders of correction."""
    f1, analysis_f1 = SPOTTING_F1.value(of_micro), ANALYSIS_F1.value(of_micro)
    if isinstance(f1, Undefined) or isinstance(analysis_f1, Undefined):
        return None
    return records.LostScore.model_construct(
        spotting=float((1 - f1) * (1 + analysis_f1) / 2),
        recognition=float((1 - analysis_f1) * (1 + f1) / 2),
    )
