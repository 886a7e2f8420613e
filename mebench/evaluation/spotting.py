"""Spotting protocols: check predicted intervals, compare them with the truth, and count."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial

import numpy as np

from mebench.diagnostics import Findings
from mebench.evaluation.completeness import spotting_differences
from mebench.evaluation.fold_checks import check_folds
from mebench.evaluation.ground_truth import (
    OUT_OF_SCOPE,
    SpottingTruth,
    build_spotting_truth,
    resolve_kinds,
)
from mebench.evaluation.interval_checks import (
    UNKNOWN_LENGTH,
    check_frame_order,
    check_frames,
    select_operating_point,
)
from mebench.evaluation.results import EvaluationResult, display_name, warn_if_incomplete
from mebench.evaluation.scoring_options import ScoringOptions
from mebench.evaluation.signature import prediction_hash, signature_of, truth_hash
from mebench.metrics.evaluation_input import Expressions, SpottingInput
from mebench.metrics.subject_counts import count_spotting
from mebench.models.annotation_table import (
    NO_CLASS,
    NO_KIND,
    NO_LABEL,
    BoolColumn,
    IntegerColumn,
    PredictionTable,
    TruthTable,
)
from mebench.models.base import KINDS, Kind, SubjectKey, VideoKey
from mebench.models.protocol import Protocol
from mebench.models.report import Units
from mebench.protocols.id_matching import (
    LookupProblem,
    SpellingChecker,
    canonical_name,
    duplicate_error,
    quote_name,
)
from mebench.protocols.label_mapping import EXCLUDED, ClassList
from mebench.util.text import did_you_mean, pluralize

NOT_FOUND = -1


@dataclass(slots=True, eq=False, repr=False)
class AlignedPredictions:
    """Predictions of the videos in scope.

    Attributes
    ----------
    predictions : Expressions
        Of the target kinds; all of them, with ``selected`` for the operating point.
    threshold : str
        How the operating point was said: ``none``, the number, or ``video``.
    clipped : int
        Intervals that were clipped to their video.
    silent : list of int
        Videos in scope for which nothing was predicted.
    """

    predictions: Expressions
    threshold: str
    clipped: int
    videos_without_predictions: list[int] = field(default_factory=list)


def align_intervals(
    sheet: PredictionTable,
    protocol: Protocol,
    manifest: SpottingTruth | None,
    settings: ScoringOptions,
    findings: Findings,
) -> AlignedPredictions:
    """Check predictions, and lay them against the truth where it is at hand.

    Parameters
    ----------
    sheet : PredictionTable
        The predictions.
    protocol : Protocol
        The protocol.
    manifest : SpottingTruth or None
        The truth; without it, ids and upper frame bounds go unchecked.
    settings : ScoringOptions
        What was asked for.
    findings : Findings
        Takes in everything that is wrong.
    """
    intervals = sheet.intervals
    rows = _truth_rows(sheet, manifest, findings)
    lengths = np.full(len(sheet.videos), UNKNOWN_LENGTH, np.int64)
    if manifest is not None:
        lengths[rows != NOT_FOUND] = manifest.lengths[rows[rows != NOT_FOUND]]
    sound = check_frame_order(sheet, findings)
    whole, clipped = check_frames(
        sheet,
        lengths[intervals.video],
        findings,
        keep=sheet.foreign and not settings.clip,
        clip=settings.clip,
    )
    if manifest is not None:
        _warn_of_unchecked_frames(lengths[rows != NOT_FOUND], findings)
    kinds = resolve_kinds(intervals, protocol, settings.kind)
    targets = _check_kinds(sheet, protocol, kinds, findings)
    labels = _labels(sheet, protocol, kinds, targets, settings, findings)
    scores_complete = _check_scores(sheet, findings)
    in_scope = np.full(len(sheet.videos), OUT_OF_SCOPE, np.int64)
    if manifest is not None:
        in_scope[rows != NOT_FOUND] = manifest.scope[rows[rows != NOT_FOUND]]
        _note_out_of_scope(sheet, rows, in_scope, findings)
    selected, threshold = select_operating_point(
        sheet,
        kinds,
        protocol.targets,
        np.full(len(rows), True) if manifest is None else in_scope != OUT_OF_SCOPE,
        settings.score_threshold,
        findings,
    )
    video = in_scope[intervals.video] if len(intervals) else intervals.video
    pluralize = np.flatnonzero(sound & whole & targets & (video != OUT_OF_SCOPE))
    predictions = Expressions(
        video,
        kinds,
        intervals.onset,
        intervals.offset,
        intervals.apex,
        labels,
        intervals.score if scores_complete else None,
        selected,
    ).take(pluralize)
    videos_without_predictions: list[int] = []
    if manifest is not None:
        seen = np.bincount(predictions.video, minlength=len(manifest.videos))
        videos_without_predictions = np.flatnonzero(seen == 0).tolist()
    return AlignedPredictions(predictions, threshold, clipped, videos_without_predictions)


def _truth_rows(
    sheet: PredictionTable, manifest: SpottingTruth | None, findings: Findings
) -> IntegerColumn:
    """Find each predicted video in the truth; no video may be meant twice."""
    rows = np.full(len(sheet.videos), NOT_FOUND, np.int64)
    seen: dict[object, int] = {}
    spellings = SpellingChecker(manifest.protocol) if manifest is not None else None
    for place, video in enumerate(sheet.videos):
        if spellings is not None:
            spellings.check(
                video.dataset or sheet.dataset,
                video.subject,
                partial(sheet.places.video, place, "subject"),
                findings,
            )
        meant: object = (video.dataset, video.subject, video.video)
        if manifest is not None:
            found = manifest.directory.find(
                video.dataset or sheet.dataset, video.subject, video.video
            )
            if isinstance(found, LookupProblem):
                findings.error(
                    found.code,
                    found.message,
                    found.remedy,
                    sheet.places.video(place, found.field),
                )
                continue
            rows[place], meant = found, found
        earlier = seen.setdefault(meant, place)
        if earlier != place:
            first = sheet.videos[earlier]
            findings.error(
                *duplicate_error(
                    "video", (first.subject, first.video), (video.subject, video.video)
                ),
                sheet.places.video(place, "video"),
            )
    return rows


def _warn_of_unchecked_frames(lengths: IntegerColumn, findings: Findings) -> None:
    unchecked = int((lengths == UNKNOWN_LENGTH).sum())
    if unchecked:
        findings.warning(
            "frames-unchecked",
            f"The truth does not say how long {unchecked} of the {len(lengths)} predicted videos "
            "are: frames beyond their end go unnoticed.",
            "A truth manifest with n_frames has them checked.",
        )


def _check_kinds(
    sheet: PredictionTable, protocol: Protocol, kinds: np.ndarray, findings: Findings
) -> BoolColumn:
    """Report missing kinds, count ignored ones; return the rows of target kinds."""
    findings.add_rows(
        np.flatnonzero(kinds == NO_KIND).tolist(),
        lambda row: (
            f"The interval {sheet.describe(row)} has no kind, and "
            f"{protocol.id} spots micro and macro.",
            "Give each interval its kind; --kind says it for a whole file.",
            sheet.places.interval(row, "kind"),
        ),
        "kind-missing",
    )
    targets: BoolColumn = np.isin(kinds, [KINDS.index(kind) for kind in protocol.targets])
    ignored = int((~targets & (kinds != NO_KIND)).sum())
    if ignored:
        findings.warning(
            "kind-ignored",
            f"{pluralize(ignored, 'interval')} ignored, of a kind that {protocol.id} does not "
            "spot.",
        )
    return targets


def class_of_each_interval(sheet: PredictionTable, protocol: Protocol) -> IntegerColumn:
    """Return the place of each interval's emotion in the class list, or ``NO_CLASS``."""
    intervals = sheet.intervals
    if not protocol.analyses:
        return np.full(len(intervals), NO_CLASS, np.int64)
    ids = [dataset.id for dataset in protocol.datasets]
    named = [protocol.dataset(one.dataset or sheet.dataset or ids[0]) for one in sheet.videos]
    datasets = np.array([ids.index(one.id) if one else 0 for one in named], np.int64)
    labels = ClassList(protocol).column(
        intervals.labels, intervals.emotion, ids, datasets[intervals.video]
    )
    labels[labels == EXCLUDED] = NO_CLASS
    return labels


def _labels(
    sheet: PredictionTable,
    protocol: Protocol,
    kinds: np.ndarray,
    targets: BoolColumn,
    settings: ScoringOptions,
    findings: Findings,
) -> IntegerColumn:
    """Return each interval's class; emotions outside the class list are errors."""
    intervals, classes = sheet.intervals, ClassList(protocol)
    labels = class_of_each_interval(sheet, protocol)
    if not protocol.analyses:
        return labels
    # Emotions belong to micro-expressions; what a file says of a macro one is not looked at.
    astray = (labels == NO_CLASS) & targets & (kinds == KINDS.index("micro"))
    stand_in = settings.outside_place(protocol)
    if stand_in is not None:
        if astray.any():
            findings.warning(
                "outside-mapped",
                f"{pluralize(int(astray.sum()), 'emotion')} outside the class list, taken as "
                f"{classes.names[stand_in]!r}.",
            )
        labels[astray] = stand_in
        return labels
    missing = np.flatnonzero(astray & (intervals.emotion == NO_LABEL))
    unknown = np.flatnonzero(astray & (intervals.emotion != NO_LABEL))
    wanted = f"The classes are {', '.join(classes.names)}; --outside-as CLASS maps all others."
    findings.add_rows(
        missing.tolist(),
        lambda row: (
            f"The interval {sheet.describe(row)} has no emotion, and {protocol.id} "
            "analyses emotions.",
            wanted,
            sheet.places.interval(row, "emotion"),
        ),
        "emotion-missing",
    )
    findings.add_rows(
        unknown.tolist(),
        lambda row: (
            f"The emotion {quote_name(intervals.emotion_name(row) or '')} is not in the class list."
            + did_you_mean(intervals.emotion_name(row) or "", classes.names),
            wanted,
            sheet.places.interval(row, "emotion"),
        ),
        "unknown-emotion",
    )
    return labels


def _check_scores(sheet: PredictionTable, findings: Findings) -> bool:
    """Report intervals without a score beside others with one; return whether all have one."""
    score = sheet.intervals.score
    if score is None:
        return False
    missing = np.flatnonzero(np.isnan(score))
    findings.add_rows(
        missing.tolist(),
        lambda row: (
            f"The interval {sheet.describe(row)} has no score, and others have one.",
            "Give every interval a score, or none.",
            sheet.places.interval(row, "score"),
        ),
        "score-missing",
    )
    return not len(missing)


def _note_out_of_scope(
    sheet: PredictionTable, rows: IntegerColumn, in_scope: IntegerColumn, findings: Findings
) -> None:
    outside = (rows != NOT_FOUND) & (in_scope == OUT_OF_SCOPE)
    if outside.any():
        intervals = int(outside[sheet.intervals.video].sum())
        findings.warning(
            "out-of-scope-ignored",
            f"{pluralize(int(outside.sum()), 'predicted video')} ignored, with "
            f"{pluralize(intervals, 'interval')}: in the truth, but out of the protocol's scope.",
        )


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
