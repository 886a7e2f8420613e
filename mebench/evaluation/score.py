"""The scoring pipeline from predictions and truth to a report."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from mebench.diagnostics import Findings, MebenchError, Place, UsageError
from mebench.evaluation.build_report import EvaluationResult, PartUnit, build_report
from mebench.evaluation.check_predictions import check_predictions
from mebench.evaluation.expected_counts import warn_if_incomplete
from mebench.evaluation.fold_checks import check_folds
from mebench.evaluation.frame_hint import hint_at_wrong_frames
from mebench.evaluation.ground_truth import (
    GroundTruth,
    RecognitionTruth,
    SpottingTruth,
    build_truth,
)
from mebench.evaluation.inputs import (
    PredictionsInput,
    ProtocolInput,
    TruthInput,
    check_task,
    load_predictions,
    read_truth_table,
    resolve_protocol,
    translate_predictions,
)
from mebench.evaluation.interval_checks import warn_of_constant_scores
from mebench.evaluation.left_out import subjects_left_out
from mebench.evaluation.log_scores import (
    described_pairs,
    pairs_of_unknown_kind,
    rows_of_pairs,
    verdicts_of_log,
    with_any_kind,
)
from mebench.evaluation.scoring_options import ScoringOptions
from mebench.evaluation.signature import (
    hashed_folds,
    prediction_hash,
    sample_hash,
    signature_of,
)
from mebench.matching.iou import half_overlapping_pairs
from mebench.metrics.expressions import Expressions
from mebench.metrics.replicates import SubjectSums
from mebench.metrics.subject_counts import CountsPerSubject, count_recognition, count_spotting
from mebench.models.annotation_table import (
    NO_CLASS,
    NO_KIND,
    IntegerColumn,
    PredictionTable,
)
from mebench.models.base import KINDS
from mebench.models.protocol import Protocol
from mebench.models.report import Report, Units
from mebench.models.submission import SUBMISSION_FORMAT
from mebench.protocols.id_matching import quote_name
from mebench.statistics.jackknife import effective_subjects


def evaluate_predictions(
    predictions: PredictionsInput,
    truth: TruthInput | GroundTruth | None,
    protocol: ProtocolInput | None,
    options: ScoringOptions,
    findings: Findings,
) -> EvaluationResult:
    """Read, check and count predictions; raise all problems if the files cannot be scored.

    A ground truth was prepared under the same protocol and options (:func:`prepare_truth`).
    """
    try:
        read = load_predictions(predictions, options, findings)
        table = read.table
        protocol = resolve_protocol(protocol, table.protocol, table.places.header("/protocol"))
        if not table.foreign and options.first_frame is not None:
            options = replace(options, first_frame=None)
            findings.note("first-frame-ignored", "A native file counts frames from 0, always.")
        read = translate_predictions(read, protocol, options, findings)
        table = read.table
        prepared = truth if isinstance(truth, GroundTruth) else None
        truth_table = (
            read_truth_table(read, truth, protocol, options, findings)
            if not isinstance(truth, GroundTruth)
            else truth.table
        )
        options = replace(
            options,
            ids=options.ids if table.foreign else None,
            truth_ids=options.truth_ids if truth_table.foreign else None,
            dataset=options.dataset if table.foreign else None,
        )
        check_task(table, protocol, findings)
        options.check_metrics(protocol)
        if table.system is not None and table.system.uses_truth:
            findings.warning(
                "uses-truth",
                f"{quote_name(table.system.name)} used the truth of the videos that it predicts.",
                "Use its score only as an upper bound; leaderboards do not accept it.",
                table.places.header("/system"),
            )
        own_truth = truth is None
        pairs = pairs_of_unknown_kind(read, protocol, options, findings) if own_truth else None
        reading = options if pairs is None else with_any_kind(options)
        if prepared is None:
            prepared = build_truth(truth_table, protocol, findings, reading.kind)
        result = _compare_with_truth(prepared, options, table, findings, pairs)
    except MebenchError as error:
        # The error that ends the reading is reported together with all earlier findings.
        if isinstance(error, UsageError) and not findings.has_errors:
            raise
        findings.extend_from(error)
        raise MebenchError(findings.kept, findings.omitted) from None
    result.log = verdicts_of_log(read, result, findings)
    return result


def prepare_truth(
    truth: TruthInput | None,
    protocol: Protocol,
    options: ScoringOptions,
    findings: Findings,
) -> GroundTruth:
    """Read and check a truth for any number of scores; raise all problems."""
    no_predictions: dict[str, Any] = {
        "format": SUBMISSION_FORMAT,
        "protocol": protocol.id,
        "system": {"name": "no predictions"},
    }
    read = load_predictions(no_predictions, options, Findings())
    table = read_truth_table(read, truth, protocol, options, findings)
    prepared = build_truth(table, protocol, findings, options.kind)
    findings.raise_errors()
    return prepared


def _compare_with_truth(
    truth: GroundTruth,
    options: ScoringOptions,
    table: PredictionTable,
    findings: Findings,
    pairs: IntegerColumn | None,
) -> EvaluationResult:
    protocol, truth_table = truth.protocol, truth.table
    assert isinstance(truth, SpottingTruth | RecognitionTruth)
    reading = options if pairs is None else with_any_kind(options)
    predictions, threshold = check_predictions(table, protocol, truth, reading, findings)
    folds, tests = check_folds(table, protocol, truth, findings)
    findings.raise_errors()
    remedy = "The signature states this, and leaderboards do not accept the score."
    counts_differ = warn_if_incomplete(truth, remedy, findings, Place())
    names = truth.canonical_names
    classes, missing = truth.classes, 0
    hashed = [] if tests is None else hashed_folds(tests, truth.canonical_subjects)
    subjects = len(truth.subjects)
    recount: Callable[..., CountsPerSubject]
    if isinstance(truth, SpottingTruth):
        assert isinstance(predictions, Expressions)
        warn_of_constant_scores(predictions, findings)
        overlapping = half_overlapping_pairs(truth.truths.spans, predictions.spans)
        if pairs is None:
            hint_at_wrong_frames(truth, predictions, table, findings, overlapping)
        truths = len(truth.truths)
        pairs = rows_of_pairs(pairs, truth.truths, predictions)
        listed_pairs = described_pairs(pairs, names, truth.truths, predictions)
        predictions_per_name = np.bincount(predictions.video, minlength=len(names))
        digest_of_predictions = prediction_hash(
            truth.hashed_names, predictions, classes, threshold, hashed, listed_pairs
        )
        recount = partial(
            count_spotting,
            truth.truths,
            predictions,
            classes=len(classes.names),
            one_per_video=protocol.one_per_video,
            pairs=pairs,
        )
        subject_counts = recount(truth.subject_index, units=subjects, overlapping=overlapping)
    else:
        assert not isinstance(predictions, Expressions)
        truths = len(names)
        predictions_per_name = (predictions != NO_CLASS).astype(np.int64)
        missing = int((predictions == NO_CLASS).sum())
        digest_of_predictions = sample_hash(names, predictions.tolist(), classes, "preds", hashed)
        recount = partial(count_recognition, truth.truth, predictions, classes=len(classes.names))
        subject_counts = recount(truth.subject_index, units=subjects)
    # The hash of the predictions covers their kinds; --kind may have changed the truth too.
    changed = (truth_table.intervals.kind == NO_KIND).any() and protocol.targets != [options.kind]
    kind = options.kind if protocol.spots and changed else None
    signature = signature_of(
        protocol,
        options,
        threshold=threshold,
        truth=truth.digest,
        predictions=digest_of_predictions,
        counts_differ=counts_differ,
        kind=kind if pairs is None else "none",
        missing=missing,
        rounded=table.rounded or truth_table.rounded,
    )
    kinds = tuple(kind for kind in KINDS if kind in protocol.targets)
    sums = SubjectSums.of(subject_counts, kinds)
    units = Units.model_construct(
        subjects=subjects,
        effective_subjects=effective_subjects(sums.truths),
        videos=len(names),
        truths=truths,
        predictions=int(predictions_per_name.sum()),
        videos_without_predictions=[
            "/".join(truth.names[row] if protocol.is_composite else truth.names[row][1:])
            for row in np.flatnonzero(predictions_per_name == 0)
        ],
        subjects_left_out=subjects_left_out(table, protocol, truth.subjects, truth.id_index),
    )
    return EvaluationResult(
        protocol=protocol,
        options=options,
        predictions=table,
        truth=truth,
        signature=signature,
        units=units,
        subject_counts=subject_counts,
        sums=sums,
        kinds=kinds,
        folds=folds,
        tests=tests,
        recount=recount,
        predicted=predictions,
        kinds_known=pairs is None,
    )


def score_with_options(
    predictions: PredictionsInput,
    truth: TruthInput | None,
    protocol: ProtocolInput | None,
    options: ScoringOptions,
    *,
    by: PartUnit | None = None,
    ci: bool = True,
    curves: str | Path | None = None,
    findings: Findings | None = None,
) -> Report:
    """Score predictions against the truth under a protocol.

    ``by`` adds the same numbers per subject, video or data set; ``ci`` is whether metrics have
    confidence intervals; ``curves`` is a file with scores per frame, which are only checked.
    """
    findings = findings if findings is not None else Findings()
    result = evaluate_predictions(predictions, truth, protocol, options, findings)
    if curves is not None:
        from mebench.evaluation.score_curves import read_curves_of_videos

        read_curves_of_videos(curves, result.truth, findings)
    return build_report(result, findings, by, intervals=ci)
