"""A case under a spotting protocol: intervals in videos."""

from __future__ import annotations

from mebench.diagnostics import Findings
from mebench.metrics.counting import count_spotting
from mebench.metrics.trial import SpottingInput, SubjectKey, VideoKey
from mebench.records.base import KINDS, Kind
from mebench.records.protocol import Protocol
from mebench.records.report import Units
from mebench.records.sheets import NO_KIND, PredictionTable, TruthTable
from mebench.scoring.alignment import align_intervals
from mebench.scoring.case import EvaluationResult, display_name, warn_if_incomplete
from mebench.scoring.expectations import spotting_differences
from mebench.scoring.folds import check_folds
from mebench.scoring.ids import canonical_name
from mebench.scoring.manifest import build_spotting_truth
from mebench.scoring.settings import ScoringOptions
from mebench.scoring.signature import prediction_hash, signature_of, truth_hash


def evaluate_spotting(
    protocol: Protocol,
    settings: ScoringOptions,
    sheet: PredictionTable,
    truth_sheet: TruthTable,
    findings: Findings,
) -> EvaluationResult:
    """Lay predicted intervals against the truth, and count.

    Raises
    ------
    MebenchError
        With everything that is wrong, if anything stands in the way of a score.
    """
    truth = build_spotting_truth(truth_sheet, protocol, findings, kind=settings.kind)
    aligned = align_intervals(sheet, protocol, truth, settings, findings)
    every_subject = [SubjectKey(one.dataset, one.subject) for one in truth.directory.names]
    folds, tests = check_folds(sheet, protocol, truth.subjects, every_subject, findings)
    findings.raise_errors()
    differ = spotting_differences(truth)
    warn_if_incomplete(differ, protocol, findings)
    trial = SpottingInput(
        truth.videos,
        truth.subjects,
        truth.subject_of_video,
        truth.classes.names,
        protocol.one_per_video,
        truth.truths,
        aligned.predictions,
    )
    _warn_of_constant_scores(trial, findings)
    names = [VideoKey(*canonical_name(protocol, video)) for video in truth.videos]
    return EvaluationResult(
        protocol,
        settings,
        sheet,
        truth_sheet,
        signature_of(
            protocol,
            settings,
            threshold=aligned.threshold,
            truth=truth_hash(names, truth.truths, truth.classes),
            predictions=prediction_hash(
                names, aligned.predictions, truth.classes, aligned.threshold
            ),
            counts_differ=bool(differ),
            kind=_kind_for_signature(protocol, settings, truth_sheet),
        ),
        Units.model_construct(
            subjects=len(truth.subjects),
            videos=len(truth.videos),
            truths=len(truth.truths),
            predictions=len(aligned.predictions),
            videos_without_predictions=[
                display_name(truth.videos[row], protocol)
                for row in aligned.videos_without_predictions
            ],
        ),
        count_spotting(trial),
        truth.subjects,
        tuple(kind for kind in KINDS if kind in protocol.targets),
        folds,
        tests,
        lambda unit, units: count_spotting(trial, unit, units),
        list(truth.videos),
    )


def _kind_for_signature(
    protocol: Protocol, settings: ScoringOptions, truth: TruthTable
) -> Kind | None:
    """Return the kind that --kind gave to the truth; None where it changed nothing there.

    What it gave to the predictions stands in their hash, as if the file had said it.
    """
    nameless = (truth.intervals.kind == NO_KIND).any()
    return settings.kind if nameless and protocol.targets != [settings.kind] else None


def _warn_of_constant_scores(trial: SpottingInput, findings: Findings) -> None:
    score = trial.predictions.score
    if score is not None and len(score) > 1 and (score == score[0]).all():
        findings.warning(
            "scores-constant",
            f"All {len(score)} scores are {score[0]:g}: AP has one point and ranks nothing.",
        )
