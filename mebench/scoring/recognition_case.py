"""A case under a recognition protocol: labelled samples."""

from __future__ import annotations

import numpy as np

from mebench.diagnostics import Findings
from mebench.metrics.counting import count_recognition
from mebench.metrics.trial import SubjectKey
from mebench.protocols import Rules
from mebench.records.report import Units
from mebench.records.sheets import PredictionSheet, TruthSheet
from mebench.scoring import recognition, signature
from mebench.scoring.case import Case, spoken, warn_of_differences
from mebench.scoring.expectations import sample_differences
from mebench.scoring.folds import check_folds
from mebench.scoring.ids import Name, key_of_name
from mebench.scoring.settings import Settings


def count_case(
    rules: Rules,
    settings: Settings,
    sheet: PredictionSheet,
    truth_sheet: TruthSheet,
    findings: Findings,
) -> Case:
    """Lay predicted samples against the truth, and count.

    Raises
    ------
    MebenchError
        With everything that is wrong, if anything stands in the way of a score.
    """
    truth = recognition.build(truth_sheet, rules, findings)
    samples = recognition.align(sheet, rules, truth, settings, findings)
    every_subject = [SubjectKey(one.dataset, one.subject) for one in truth.directory.names]
    folds, tests = check_folds(sheet, rules, truth.subjects, every_subject, findings)
    findings.raise_errors()
    assert samples is not None
    differ = sample_differences(truth)
    warn_of_differences(differ, rules, findings)
    names = [Name(*key_of_name(rules, name)) for name in truth.samples]
    return Case(
        rules,
        settings,
        sheet,
        truth_sheet,
        signature.signature_of(
            rules,
            settings,
            threshold="none",
            truth=signature.samples_hash(names, truth.truth.tolist(), truth.classes, "truth"),
            predictions=signature.samples_hash(
                names, samples.prediction.tolist(), truth.classes, "preds"
            ),
            counts_differ=bool(differ),
        ),
        Units.model_construct(
            subjects=len(truth.subjects),
            videos=len(truth.samples),
            truths=len(truth.samples),
            predictions=int((samples.prediction >= 0).sum()),
            videos_without_predictions=[
                spoken(truth.samples[row], rules) for row in np.flatnonzero(samples.prediction < 0)
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
