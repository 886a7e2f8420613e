"""Recognition protocols: check predicted labels, compare them with the truth, and count."""

from __future__ import annotations

from functools import partial

import numpy as np

from mebench.diagnostics import Findings
from mebench.evaluation.completeness import recognition_differences
from mebench.evaluation.fold_checks import check_folds
from mebench.evaluation.ground_truth import (
    OUT_OF_SCOPE,
    RecognitionTruth,
    build_recognition_truth,
)
from mebench.evaluation.results import EvaluationResult, display_name, warn_if_incomplete
from mebench.evaluation.scoring_options import ScoringOptions
from mebench.evaluation.signature import sample_hash, signature_of
from mebench.metrics.evaluation_input import RecognitionInput
from mebench.metrics.subject_counts import count_recognition
from mebench.models.annotation_table import NO_CLASS, PredictionTable, TruthTable
from mebench.models.base import SubjectKey
from mebench.models.protocol import Protocol
from mebench.models.report import Units
from mebench.protocols.id_matching import (
    ItemName,
    LookupProblem,
    SpellingChecker,
    canonical_name,
    duplicate_error,
    quote_name,
)
from mebench.protocols.label_mapping import ClassList
from mebench.util.text import did_you_mean, pluralize


def align_samples(
    sheet: PredictionTable,
    protocol: Protocol,
    manifest: RecognitionTruth | None,
    settings: ScoringOptions,
    findings: Findings,
) -> RecognitionInput | None:
    """Check predicted samples, and lay them against the truth where it is at hand."""
    classes = ClassList(protocol)
    stand_in = settings.outside_place(protocol)
    predicted = None if manifest is None else np.full(len(manifest.samples), NO_CLASS, np.int64)
    seen: dict[object, int] = {}
    spellings = SpellingChecker(protocol)
    mapped = ignored = 0
    for row, sample in enumerate(sheet.samples):
        spellings.check(
            sample.dataset or sheet.dataset,
            sample.subject,
            partial(sheet.places.sample, row, "subject"),
            findings,
        )
        dataset = protocol.dataset(sample.dataset or sheet.dataset or protocol.only_dataset or "")
        label = classes.place(dataset.id if dataset else "", sample.emotion)
        if label < 0 and stand_in is not None:
            label, mapped = stand_in, mapped + 1
        elif label < 0:
            _report_label(sheet, row, classes, findings)
        meant: object = (sample.dataset, sample.subject, sample.sample)
        if manifest is not None and predicted is not None:
            found = manifest.directory.find(
                sample.dataset or sheet.dataset, sample.subject, sample.sample
            )
            if isinstance(found, LookupProblem):
                findings.error(
                    found.code, found.message, found.remedy, sheet.places.sample(row, found.field)
                )
                continue
            meant = found
            if manifest.scope[found] == OUT_OF_SCOPE:
                ignored += 1
            else:
                predicted[manifest.scope[found]] = max(label, NO_CLASS)
        earlier = seen.setdefault(meant, row)
        if earlier != row:
            first = sheet.samples[earlier]
            findings.error(
                *duplicate_error(
                    "sample", (first.subject, first.sample), (sample.subject, sample.sample)
                ),
                sheet.places.sample(row, "sample"),
            )
    if mapped:
        findings.warning(
            "outside-mapped",
            f"{pluralize(mapped, 'emotion')} outside the class list, taken as "
            f"{settings.outside_as!r}.",
        )
    if ignored:
        findings.warning(
            "out-of-scope-ignored",
            f"{pluralize(ignored, 'predicted sample')} ignored: in the truth, but out of the "
            "protocol's scope.",
        )
    if manifest is None or predicted is None:
        return None
    missing = [manifest.samples[row] for row in np.flatnonzero(predicted == NO_CLASS)]
    if missing:
        names = ", ".join(quote_name("/".join(one)) for one in missing[:5])
        findings.warning(
            "samples-without-prediction",
            f"{pluralize(len(missing), 'sample')} without a prediction, counted as wrong: {names}"
            + (" and others." if len(missing) > 5 else "."),
        )
    return RecognitionInput(
        manifest.subjects, manifest.subject, manifest.truth, predicted, manifest.classes.names
    )


def _report_label(sheet: PredictionTable, row: int, classes: ClassList, findings: Findings) -> None:
    label = sheet.samples[row].emotion
    wanted = f"The classes are {', '.join(classes.names)}; --outside-as CLASS maps all others."
    place = sheet.places.sample(row, "emotion")
    if label is None:
        findings.error("emotion-missing", "The sample has no emotion.", wanted, place)
    else:
        findings.error(
            "unknown-emotion",
            f"The emotion {quote_name(label)} is not in the class list."
            + did_you_mean(label, classes.names),
            wanted,
            place,
        )


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
