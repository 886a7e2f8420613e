"""A case under a recognition protocol: labelled samples."""

from __future__ import annotations

import numpy as np

from mebench.diagnostics import Findings
from mebench.metrics.counting import count_recognition
from mebench.metrics.trial import SubjectKey
from mebench.records.protocol import Protocol
from mebench.records.report import Units
from mebench.records.sheets import PredictionTable, TruthTable
from mebench.scoring.case import EvaluationResult, display_name, warn_if_incomplete
from mebench.scoring.expectations import recognition_differences
from mebench.scoring.folds import check_folds
from mebench.scoring.ids import ItemName, canonical_name
from mebench.scoring.recognition import align_samples, build_recognition_truth
from mebench.scoring.settings import ScoringOptions
from mebench.scoring.signature import sample_hash, signature_of


def evaluate_recognition(
    protocol: Protocol,
    settings: ScoringOptions,
    sheet: PredictionTable,
    truth_sheet: TruthTable,
    findings: Findings,
) -> EvaluationResult:
    """Lay predicted samples against the truth, and count.

    Raises
    ------
    MebenchError
        With everything that is wrong, if anything stands in the way of a score.
    """
    truth = build_recognition_truth(truth_sheet, protocol, findings)
    samples = align_samples(sheet, protocol, truth, settings, findings)
    every_subject = [SubjectKey(one.dataset, one.subject) for one in truth.directory.names]
    folds, tests = check_folds(sheet, protocol, truth.subjects, every_subject, findings)
    findings.raise_errors()
    assert samples is not None
    differ = recognition_differences(truth)
    warn_if_incomplete(differ, protocol, findings)
    names = [ItemName(*canonical_name(protocol, name)) for name in truth.samples]
    return EvaluationResult(
        protocol,
        settings,
        sheet,
        truth_sheet,
        signature_of(
            protocol,
            settings,
            threshold="none",
            truth=sample_hash(names, truth.truth.tolist(), truth.classes, "truth"),
            predictions=sample_hash(names, samples.prediction.tolist(), truth.classes, "preds"),
            counts_differ=bool(differ),
        ),
        Units.model_construct(
            subjects=len(truth.subjects),
            videos=len(truth.samples),
            truths=len(truth.samples),
            predictions=int((samples.prediction >= 0).sum()),
            videos_without_predictions=[
                display_name(truth.samples[row], protocol)
                for row in np.flatnonzero(samples.prediction < 0)
            ],
        ),
        count_recognition(samples),
        truth.subjects,
        (),
        folds,
        tests,
        lambda unit, units: count_recognition(samples, unit, units),
        list(truth.samples),
    )
