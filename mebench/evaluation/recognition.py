"""Recognition protocols: check predicted labels, compare them with the truth, and count."""

from __future__ import annotations

from functools import partial

import numpy as np

from mebench.diagnostics import Findings
from mebench.evaluation.build_report import EvaluationResult, display_name, warn_if_incomplete
from mebench.evaluation.expected_counts import recognition_differences
from mebench.evaluation.fold_checks import check_folds
from mebench.evaluation.ground_truth import (
    OUT_OF_SCOPE,
    RecognitionTruth,
    build_recognition_truth,
)
from mebench.evaluation.scoring_options import ScoringOptions, outside_remedy
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
    table: PredictionTable,
    protocol: Protocol,
    truth: RecognitionTruth | None,
    options: ScoringOptions,
    findings: Findings,
) -> RecognitionInput | None:
    """Check predicted samples; if the truth is given, return both, ready to be counted."""
    classes = ClassList(protocol)
    replacement = options.outside_class(protocol)
    predicted = None if truth is None else np.full(len(truth.samples), NO_CLASS, np.int64)
    seen: dict[object, int] = {}
    spellings = SpellingChecker(protocol)
    replaced = ignored = 0
    for row, sample in enumerate(table.samples):
        spellings.check(
            sample.dataset or table.dataset,
            sample.subject,
            partial(table.places.sample, row, "subject"),
            findings,
        )
        dataset = protocol.dataset(sample.dataset or table.dataset or protocol.only_dataset or "")
        label = classes.index(dataset.id if dataset else "", sample.emotion)
        if label < 0 and replacement is not None:
            label, replaced = replacement, replaced + 1
        elif label < 0:
            _report_label(table, row, classes, findings)
        identity: object = (sample.dataset, sample.subject, sample.sample)
        if truth is not None and predicted is not None:
            match = truth.id_index.find(
                sample.dataset or table.dataset, sample.subject, sample.sample
            )
            if isinstance(match, LookupProblem):
                findings.error(
                    match.code, match.message, match.remedy, table.places.sample(row, match.field)
                )
                continue
            identity = match
            if truth.scope[match] == OUT_OF_SCOPE:
                ignored += 1
            else:
                predicted[truth.scope[match]] = max(label, NO_CLASS)
        earlier = seen.setdefault(identity, row)
        if earlier != row:
            first = table.samples[earlier]
            findings.error(
                *duplicate_error(
                    "sample", (first.subject, first.sample), (sample.subject, sample.sample)
                ),
                table.places.sample(row, "sample"),
            )
    if replaced:
        findings.warning(
            "outside-mapped",
            f"{pluralize(replaced, 'emotion')} outside the class list, counted as "
            f"{options.outside_as!r}.",
        )
    if ignored:
        findings.warning(
            "out-of-scope-ignored",
            f"{pluralize(ignored, 'predicted sample')} ignored: they are in the truth, but "
            "out of the scope of the protocol.",
        )
    if truth is None or predicted is None:
        return None
    missing = [truth.samples[row] for row in np.flatnonzero(predicted == NO_CLASS)]
    if missing:
        names = ", ".join(quote_name("/".join(sample)) for sample in missing[:5])
        findings.warning(
            "samples-without-prediction",
            f"{pluralize(len(missing), 'sample')} without a prediction, counted as wrong: {names}"
            + (" and others." if len(missing) > 5 else "."),
        )
    return RecognitionInput(
        truth.subjects, truth.subject_of_sample, truth.truth, predicted, truth.classes.names
    )


def _report_label(table: PredictionTable, row: int, classes: ClassList, findings: Findings) -> None:
    label = table.samples[row].emotion
    remedy = outside_remedy(classes)
    place = table.places.sample(row, "emotion")
    if label is None:
        findings.error("emotion-missing", "The sample has no emotion.", remedy, place)
    else:
        findings.error(
            "unknown-emotion",
            f"The emotion {quote_name(label)} is not in the class list."
            + did_you_mean(label, classes.names),
            remedy,
            place,
        )


def evaluate_recognition(
    protocol: Protocol,
    options: ScoringOptions,
    table: PredictionTable,
    truth_table: TruthTable,
    findings: Findings,
) -> EvaluationResult:
    """Compare predicted samples with the truth, and count.

    Raises
    ------
    MebenchError
        With all problems, if the files cannot be scored.
    """
    truth = build_recognition_truth(truth_table, protocol, findings)
    samples = align_samples(table, protocol, truth, options, findings)
    all_subjects = [SubjectKey(sample.dataset, sample.subject) for sample in truth.id_index.names]
    folds, tests = check_folds(table, protocol, truth.subjects, all_subjects, findings)
    findings.raise_errors()
    assert samples is not None
    differences = recognition_differences(truth)
    warn_if_incomplete(differences, protocol, findings)
    names = [ItemName(*canonical_name(protocol, name)) for name in truth.samples]
    return EvaluationResult(
        protocol,
        options,
        table,
        truth_table,
        signature_of(
            protocol,
            options,
            threshold="none",
            truth=sample_hash(names, truth.truth.tolist(), truth.classes, "truth"),
            predictions=sample_hash(names, samples.prediction.tolist(), truth.classes, "preds"),
            counts_differ=bool(differences),
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
