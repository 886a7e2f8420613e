"""Estimate what a data set can show; ``mebench power`` calls it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from mebench.diagnostics import Findings, MebenchError, Place
from mebench.evaluation.build_report import EvaluationResult, metrics_of_group
from mebench.evaluation.ground_truth import RecognitionTruth, SpottingTruth
from mebench.evaluation.inputs import (
    PredictionsInput,
    ProtocolInput,
    TruthInput,
    resolve_protocol,
)
from mebench.evaluation.score import evaluate_predictions
from mebench.evaluation.scoring_options import ScoringOptions
from mebench.evaluation.signature import parse_signature
from mebench.metrics.registry import METRICS_BY_ID
from mebench.models import power_analysis as records
from mebench.models.protocol import Protocol
from mebench.models.report import Finding
from mebench.models.submission import SUBMISSION_FORMAT
from mebench.statistics.error_profile import Design, ErrorProfile
from mebench.statistics.jackknife import effective_subjects
from mebench.statistics.power import PowerCurve, power_curves
from mebench.util.arguments import check_argument
from mebench.util.text import pluralize

METRICS = ("spotting_f1", "uf1", "strs")
"""The metrics whose power is estimated, as far as the protocol has them."""

SIZES = (0.5, 1, 2, 4, 8)
"""Multiples of the number of subjects for which the detectable difference is listed."""

DIFFERENCES = (0.05, 0.1)
"""The differences whose requirements are listed by default."""


def estimate_power(
    predictions: PredictionsInput | None,
    truth: TruthInput | None,
    protocol: ProtocolInput | None,
    options: ScoringOptions,
    *,
    differences: Sequence[float] = DIFFERENCES,
    shared_difficulty: float = 1.0,
    trials: int = 1000,
    seed: int = 0,
) -> records.PowerAnalysis:
    """Estimate which differences between two systems a data set can show.

    Parameters
    ----------
    predictions : path, dict or Submission, or None
        A submission whose errors the simulated systems have; None: a default profile.
    truth, protocol
        As for :func:`mebench.score`.
    options : ScoringOptions
        How the submission is scored.
    differences : sequence of float
        The differences for which the necessary subjects and expressions are computed.
    shared_difficulty : float
        1 if both systems find the same subjects difficult, 0 if that is independent.
    trials, seed : int
        Simulated comparisons per difference, and the seed of their random numbers.
    """
    are_rates = all(0 < difference <= 1 for difference in differences)
    check_argument("differences", differences, are_rates, "numbers above 0 and up to 1")
    is_share = 0 <= shared_difficulty <= 1
    check_argument("shared_difficulty", shared_difficulty, is_share, "a number from 0 to 1")
    check_argument("trials", trials, type(trials) is int and trials >= 100, "100 or more")
    check_argument("seed", seed, type(seed) is int and seed >= 0, "a number from 0 on")
    findings = Findings()
    result = _evaluate(predictions, truth, protocol, options, findings)
    design = _design_of(result)
    _require_subjects(design, result.protocol)
    profile = ErrorProfile.default(design)
    if predictions is not None:
        profile = _profile_of(result, design)
    profile = replace(profile, shared=float(shared_difficulty))
    available = {metric.id for metric in metrics_of_group(result, "overall")}
    metrics = [METRICS_BY_ID[name] for name in METRICS if name in available]
    curves = power_curves(design, profile, metrics, trials=trials, seed=seed)
    signature = parse_signature(result.signature)
    return records.PowerAnalysis.model_construct(
        protocol=result.protocol.id,
        protocol_title=result.protocol.title,
        task=result.protocol.task,
        truth=signature["truth"],
        subjects=result.units.subjects,
        effective_subjects=effective_subjects(design.truths),
        videos=result.units.videos,
        truths=len(design.subject),
        seed=seed,
        trials=trials,
        profile=_profile_record(profile, result if predictions is not None else None),
        metrics={curve.metric.id: _metric_record(curve, differences) for curve in curves},
        findings=[
            Finding.model_construct(code=one.code, severity=one.severity, message=one.message)
            for one in findings.kept
            if predictions is not None or one.code == "counts-differ"
        ],
        version=signature["v"],
    )


def _evaluate(
    predictions: PredictionsInput | None,
    truth: TruthInput | None,
    protocol: ProtocolInput | None,
    options: ScoringOptions,
    findings: Findings,
) -> EvaluationResult:
    """Score the submission, or an empty one, which is how a truth is read and checked."""
    if predictions is not None:
        return evaluate_predictions(predictions, truth, protocol, options, findings)
    known = resolve_protocol(protocol, None, Place())
    empty: dict[str, Any] = {
        "format": SUBMISSION_FORMAT,
        "protocol": known.id,
        "system": {"name": "no predictions"},
        "videos" if known.spots else "samples": [],
    }
    of_truth = ScoringOptions(
        allow_missing=not known.spots,
        kind=options.kind,
        truth_first_frame=options.truth_first_frame,
        truth_ids=options.truth_ids,
        log_order=options.log_order,
        truth_mapping=options.truth_mapping,
    )
    return evaluate_predictions(empty, truth, known, of_truth, findings)


def _design_of(result: EvaluationResult) -> Design:
    truth, protocol = result.truth, result.protocol
    if isinstance(truth, SpottingTruth):
        subject, label = truth.subject_index[truth.truths.video], truth.truths.label
    else:
        assert isinstance(truth, RecognitionTruth)
        subject, label = truth.subject_index, truth.truth
    videos = np.bincount(truth.subject_index, minlength=len(truth.subjects))
    return Design(
        subject,
        label,
        videos.astype(np.float64),
        len(protocol.classes) if protocol.analyses else 0,
        protocol.spots,
        protocol.one_per_video,
    )


def _require_subjects(design: Design, protocol: Protocol) -> None:
    """Refuse a truth in which all expressions are of one subject, which is the unit."""
    subjects = int((design.truths > 0).sum())
    if subjects < 2:
        what = "expressions" if protocol.spots else "samples"
        raise MebenchError.of(
            "few-subjects",
            f"{pluralize(subjects, 'subject')} of the truth {'has' if subjects == 1 else 'have'} "
            f"{what}; a comparison needs at least 2.",
            "Pass the truth of more subjects.",
        )


def _profile_of(result: EvaluationResult, design: Design) -> ErrorProfile:
    """Estimate the errors of the submission."""
    analyzed, classes = result.sums.analyzed, design.classes
    counts = result.subject_counts.pool(result.kinds).analysis
    matrix = np.array(counts.matrix, np.float64).reshape(len(counts.matrix), -1)
    return ErrorProfile.of(
        design,
        result.sums.spotting,
        analyzed.columns[:, :classes].sum(axis=1),
        analyzed.truths.sum(axis=1),
        matrix[:classes, :classes],
    )


def _profile_record(profile: ErrorProfile, result: EvaluationResult | None) -> records.PowerProfile:
    source = None
    if result is not None:
        table = result.predictions
        source = table.system.name if table.system else table.file and Path(table.file).name
    return records.PowerProfile.model_construct(
        source=source,
        hit_rate=profile.hit_rate,
        hit_correlation=profile.hit_correlation,
        false_positives=profile.false_positives,
        false_positive_variation=profile.false_positive_variation,
        confusion=profile.confusion.tolist(),
        label_correlation=profile.label_correlation,
        shared_difficulty=profile.shared,
    )


def _metric_record(curve: PowerCurve, differences: Sequence[float]) -> records.MetricPower:
    sizes = sorted({max(2, round(curve.subjects * factor)) for factor in SIZES})
    return records.MetricPower.model_construct(
        value=curve.value,
        detectable=curve.detectable,
        curve=[
            records.PowerPoint.model_construct(difference=float(difference), power=float(power))
            for difference, power in zip(curve.differences, curve.power, strict=True)
        ],
        sizes=[
            records.SizePoint.model_construct(
                subjects=number, detectable=curve.detectable_with(number)
            )
            for number in sizes
        ],
        requirements=[
            records.Requirement.model_construct(
                difference=difference,
                subjects=curve.subjects_for(difference),
                truths=curve.truths_for(difference),
            )
            for difference in differences
        ],
    )
