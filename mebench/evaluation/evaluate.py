"""Compare checked predictions with the truth, and count."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from mebench.diagnostics import Findings, Place
from mebench.evaluation.build_report import EvaluationResult
from mebench.evaluation.check_predictions import check_predictions
from mebench.evaluation.expected_counts import warn_if_incomplete
from mebench.evaluation.fold_checks import check_folds
from mebench.evaluation.ground_truth import RecognitionTruth, SpottingTruth, build_truth
from mebench.evaluation.scoring_options import ScoringOptions
from mebench.evaluation.signature import prediction_hash, sample_hash, signature_of, truth_hash
from mebench.metrics.expressions import Expressions
from mebench.metrics.subject_counts import CountsPerSubject, count_recognition, count_spotting
from mebench.models.annotation_table import (
    NO_CLASS,
    NO_KIND,
    IntegerColumn,
    PredictionTable,
    TruthTable,
)
from mebench.models.base import KINDS
from mebench.models.protocol import Protocol
from mebench.models.report import Units
from mebench.protocols.id_matching import canonical_name


def evaluate(
    protocol: Protocol,
    options: ScoringOptions,
    table: PredictionTable,
    truth_table: TruthTable,
    findings: Findings,
) -> EvaluationResult:
    """Compare predictions with the truth, and count.

    Raises
    ------
    MebenchError
        With all problems, if the files cannot be scored.
    """
    truth = build_truth(truth_table, protocol, findings, options.kind)
    predictions, threshold = check_predictions(table, protocol, truth, options, findings)
    folds, tests = check_folds(table, protocol, truth, findings)
    findings.raise_errors()
    remedy = "The signature states this, and leaderboards do not accept the score."
    counts_differ = warn_if_incomplete(truth, remedy, findings, Place())
    if isinstance(predictions, Expressions):
        assert isinstance(truth, SpottingTruth)
        _warn_of_constant_scores(predictions, findings)
        compared = _compare_intervals(truth, predictions, threshold)
    else:
        assert isinstance(truth, RecognitionTruth)
        compared = _compare_samples(truth, predictions)
    # The hash of the predictions covers their kinds; --kind may have changed the truth too.
    changed = (truth_table.intervals.kind == NO_KIND).any() and protocol.targets != [options.kind]
    signature = signature_of(
        protocol,
        options,
        threshold=threshold,
        truth=compared.truth_hash,
        predictions=compared.prediction_hash,
        counts_differ=counts_differ,
        kind=options.kind if protocol.spots and changed else None,
    )
    units = Units.model_construct(
        subjects=len(truth.subjects),
        videos=len(truth.names),
        truths=compared.truths,
        predictions=int(compared.predictions_per_name.sum()),
        videos_without_predictions=[
            "/".join(truth.names[row] if protocol.is_composite else truth.names[row][1:])
            for row in np.flatnonzero(compared.predictions_per_name == 0)
        ],
    )
    return EvaluationResult(
        protocol=protocol,
        options=options,
        predictions=table,
        truth=truth_table,
        signature=signature,
        units=units,
        subject_counts=compared.recount(truth.subject_index, len(truth.subjects)),
        subjects=truth.subjects,
        kinds=tuple(kind for kind in KINDS if kind in protocol.targets),
        folds=folds,
        tests=tests,
        recount=compared.recount,
        names=truth.names,
    )


class _Compared(NamedTuple):
    """What a report needs to know of the two tasks."""

    truths: int
    predictions_per_name: IntegerColumn
    truth_hash: str
    prediction_hash: str
    recount: Callable[[IntegerColumn, int], CountsPerSubject]


def _compare_intervals(truth: SpottingTruth, predictions: Expressions, threshold: str) -> _Compared:
    protocol, classes = truth.protocol, truth.classes
    names = [canonical_name(protocol, name) for name in truth.names]
    return _Compared(
        len(truth.truths),
        np.bincount(predictions.video, minlength=len(names)),
        truth_hash(names, truth.truths, classes),
        prediction_hash(names, predictions, classes, threshold),
        lambda unit, units: count_spotting(
            truth.truths,
            predictions,
            unit,
            units=units,
            classes=len(classes.names),
            one_per_video=protocol.one_per_video,
        ),
    )


def _compare_samples(truth: RecognitionTruth, predicted: IntegerColumn) -> _Compared:
    classes = truth.classes
    names = [canonical_name(truth.protocol, name) for name in truth.names]
    return _Compared(
        len(names),
        (predicted != NO_CLASS).astype(np.int64),
        sample_hash(names, truth.truth.tolist(), classes, "truth"),
        sample_hash(names, predicted.tolist(), classes, "preds"),
        lambda unit, units: count_recognition(
            truth.truth, predicted, unit, units=units, classes=len(classes.names)
        ),
    )


def _warn_of_constant_scores(predictions: Expressions, findings: Findings) -> None:
    score = predictions.score
    if score is not None and len(score) > 1 and (score == score[0]).all():
        findings.warning(
            "scores-constant",
            f"All {len(score)} scores are {score[0]:g}: they rank nothing, and the "
            "precision-recall curve of AP has one point.",
        )
