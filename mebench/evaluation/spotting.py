"""Spotting protocols: check predicted intervals, compare them with the truth, and count."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial

import numpy as np

from mebench.diagnostics import Findings
from mebench.evaluation.build_report import EvaluationResult, display_name, warn_if_incomplete
from mebench.evaluation.expected_counts import spotting_differences
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
from mebench.evaluation.scoring_options import ScoringOptions, outside_remedy
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
        How the operating point was given: ``none``, the number, or ``video``.
    clipped : int
        The number of intervals that were clipped to their video.
    videos_without_predictions : list of int
        Videos in scope without predictions.
    """

    predictions: Expressions
    threshold: str
    clipped: int
    videos_without_predictions: list[int] = field(default_factory=list)


def align_intervals(
    table: PredictionTable,
    protocol: Protocol,
    truth: SpottingTruth | None,
    options: ScoringOptions,
    findings: Findings,
) -> AlignedPredictions:
    """Check predictions and, if the truth is given, find their videos in it.

    Parameters
    ----------
    table : PredictionTable
        The predictions.
    protocol : Protocol
        The protocol.
    truth : SpottingTruth or None
        The truth; without it, ids and the ends of videos are not checked.
    options : ScoringOptions
        The options of the score.
    findings : Findings
        Receives all problems.
    """
    intervals = table.intervals
    rows = _truth_rows(table, truth, findings)
    lengths = np.full(len(table.videos), UNKNOWN_LENGTH, np.int64)
    if truth is not None:
        lengths[rows != NOT_FOUND] = truth.lengths[rows[rows != NOT_FOUND]]
    order_is_valid = check_frame_order(table, findings)
    frames_are_valid, clipped = check_frames(
        table,
        lengths[intervals.video],
        findings,
        keep=table.foreign and not options.clip,
        clip=options.clip,
    )
    if truth is not None:
        _warn_of_unchecked_frames(lengths[rows != NOT_FOUND], findings)
    kinds = resolve_kinds(intervals, protocol, options.kind)
    targets = _check_kinds(table, protocol, kinds, findings)
    labels = _labels(table, protocol, kinds, targets, options, findings)
    scores_complete = _check_scores(table, findings)
    in_scope = np.full(len(table.videos), OUT_OF_SCOPE, np.int64)
    if truth is not None:
        in_scope[rows != NOT_FOUND] = truth.scope[rows[rows != NOT_FOUND]]
        _note_out_of_scope(table, rows, in_scope, findings)
    selected, threshold = select_operating_point(
        table,
        kinds,
        protocol.targets,
        np.full(len(rows), True) if truth is None else in_scope != OUT_OF_SCOPE,
        options.score_threshold,
        findings,
    )
    video = in_scope[intervals.video] if len(intervals) else intervals.video
    counted = np.flatnonzero(order_is_valid & frames_are_valid & targets & (video != OUT_OF_SCOPE))
    predictions = Expressions(
        video,
        kinds,
        intervals.onset,
        intervals.offset,
        intervals.apex,
        labels,
        intervals.score if scores_complete else None,
        selected,
    ).take(counted)
    videos_without_predictions: list[int] = []
    if truth is not None:
        number = np.bincount(predictions.video, minlength=len(truth.videos))
        videos_without_predictions = np.flatnonzero(number == 0).tolist()
    return AlignedPredictions(predictions, threshold, clipped, videos_without_predictions)


def _truth_rows(
    table: PredictionTable, truth: SpottingTruth | None, findings: Findings
) -> IntegerColumn:
    """Return the row of each predicted video in the truth; report unknown and repeated videos."""
    rows = np.full(len(table.videos), NOT_FOUND, np.int64)
    seen: dict[object, int] = {}
    spellings = SpellingChecker(truth.protocol) if truth is not None else None
    for row, video in enumerate(table.videos):
        if spellings is not None:
            spellings.check(
                video.dataset or table.dataset,
                video.subject,
                partial(table.places.video, row, "subject"),
                findings,
            )
        identity: object = (video.dataset, video.subject, video.video)
        if truth is not None:
            match = truth.id_index.find(video.dataset or table.dataset, video.subject, video.video)
            if isinstance(match, LookupProblem):
                findings.error(
                    match.code, match.message, match.remedy, table.places.video(row, match.field)
                )
                continue
            rows[row] = identity = match
        earlier = seen.setdefault(identity, row)
        if earlier != row:
            first = table.videos[earlier]
            findings.error(
                *duplicate_error(
                    "video", (first.subject, first.video), (video.subject, video.video)
                ),
                table.places.video(row, "video"),
            )
    return rows


def _warn_of_unchecked_frames(lengths: IntegerColumn, findings: Findings) -> None:
    unchecked = int((lengths == UNKNOWN_LENGTH).sum())
    if unchecked:
        findings.warning(
            "frames-unchecked",
            f"The truth does not state the lengths of {unchecked} of the {len(lengths)} predicted "
            "videos; frames after their end are not detected.",
            "Add n_frames to the videos of the truth.",
        )


def _check_kinds(
    table: PredictionTable, protocol: Protocol, kinds: np.ndarray, findings: Findings
) -> BoolColumn:
    """Report missing and ignored kinds; return the rows of target kinds."""
    findings.add_rows(
        np.flatnonzero(kinds == NO_KIND).tolist(),
        lambda row: (
            f"The interval {table.describe(row)} has no kind, but "
            f"{protocol.id} spots micro and macro.",
            "Add the kind to each interval, or pass --kind for the complete file.",
            table.places.interval(row, "kind"),
        ),
        "kind-missing",
    )
    targets: BoolColumn = np.isin(kinds, [KINDS.index(kind) for kind in protocol.targets])
    ignored = int((~targets & (kinds != NO_KIND)).sum())
    if ignored:
        findings.warning(
            "kind-ignored",
            f"{pluralize(ignored, 'interval')} ignored: {protocol.id} does not spot their kind.",
        )
    return targets


def class_of_each_interval(table: PredictionTable, protocol: Protocol) -> IntegerColumn:
    """Return the index of each interval's emotion in the class list, or ``NO_CLASS``."""
    intervals = table.intervals
    if not protocol.analyses:
        return np.full(len(intervals), NO_CLASS, np.int64)
    ids = [dataset.id for dataset in protocol.datasets]
    datasets = [protocol.dataset(row.dataset or table.dataset or ids[0]) for row in table.videos]
    dataset_of_video = np.array(
        [ids.index(dataset.id) if dataset else 0 for dataset in datasets], np.int64
    )
    labels = ClassList(protocol).column(
        intervals.labels, intervals.emotion, ids, dataset_of_video[intervals.video]
    )
    labels[labels == EXCLUDED] = NO_CLASS
    return labels


def _labels(
    table: PredictionTable,
    protocol: Protocol,
    kinds: np.ndarray,
    targets: BoolColumn,
    options: ScoringOptions,
    findings: Findings,
) -> IntegerColumn:
    """Return each interval's class; emotions outside the class list are errors."""
    intervals, classes = table.intervals, ClassList(protocol)
    labels = class_of_each_interval(table, protocol)
    if not protocol.analyses:
        return labels
    # Only micro-expressions are analyzed; emotions of macro-expressions are ignored.
    outside = (labels == NO_CLASS) & targets & (kinds == KINDS.index("micro"))
    replacement = options.outside_class(protocol)
    if replacement is not None:
        if outside.any():
            findings.warning(
                "outside-mapped",
                f"{pluralize(int(outside.sum()), 'emotion')} outside the class list, counted as "
                f"{classes.names[replacement]!r}.",
            )
        labels[outside] = replacement
        return labels
    missing = np.flatnonzero(outside & (intervals.emotion == NO_LABEL))
    unknown = np.flatnonzero(outside & (intervals.emotion != NO_LABEL))
    remedy = outside_remedy(classes)
    findings.add_rows(
        missing.tolist(),
        lambda row: (
            f"The interval {table.describe(row)} has no emotion, but {protocol.id} "
            "analyzes emotions.",
            remedy,
            table.places.interval(row, "emotion"),
        ),
        "emotion-missing",
    )
    findings.add_rows(
        unknown.tolist(),
        lambda row: (
            f"The emotion {quote_name(intervals.emotion_name(row) or '')} is not in the class list."
            + did_you_mean(intervals.emotion_name(row) or "", classes.names),
            remedy,
            table.places.interval(row, "emotion"),
        ),
        "unknown-emotion",
    )
    return labels


def _check_scores(table: PredictionTable, findings: Findings) -> bool:
    """Report missing scores if other intervals have one; return whether all have one."""
    score = table.intervals.score
    if score is None:
        return False
    missing = np.flatnonzero(np.isnan(score))
    findings.add_rows(
        missing.tolist(),
        lambda row: (
            f"The interval {table.describe(row)} has no score, but others have one.",
            "Add a score to every interval, or to none.",
            table.places.interval(row, "score"),
        ),
        "score-missing",
    )
    return not len(missing)


def _note_out_of_scope(
    table: PredictionTable, rows: IntegerColumn, in_scope: IntegerColumn, findings: Findings
) -> None:
    outside = (rows != NOT_FOUND) & (in_scope == OUT_OF_SCOPE)
    if outside.any():
        intervals = int(outside[table.intervals.video].sum())
        findings.warning(
            "out-of-scope-ignored",
            f"{pluralize(int(outside.sum()), 'predicted video')} ignored, with "
            f"{pluralize(intervals, 'interval')}: they are in the truth, but out of the scope of "
            "the protocol.",
        )


def evaluate_spotting(
    protocol: Protocol,
    options: ScoringOptions,
    table: PredictionTable,
    truth_table: TruthTable,
    findings: Findings,
) -> EvaluationResult:
    """Compare predicted intervals with the truth, and count.

    Raises
    ------
    MebenchError
        With all problems, if the files cannot be scored.
    """
    truth = build_spotting_truth(truth_table, protocol, findings, kind=options.kind)
    aligned = align_intervals(table, protocol, truth, options, findings)
    all_subjects = [SubjectKey(video.dataset, video.subject) for video in truth.id_index.names]
    folds, tests = check_folds(table, protocol, truth.subjects, all_subjects, findings)
    findings.raise_errors()
    differences = spotting_differences(truth)
    warn_if_incomplete(differences, protocol, findings)
    spotting_input = SpottingInput(
        truth.videos,
        truth.subjects,
        truth.subject_of_video,
        truth.classes.names,
        protocol.one_per_video,
        truth.truths,
        aligned.predictions,
    )
    _warn_of_constant_scores(spotting_input, findings)
    names = [VideoKey(*canonical_name(protocol, video)) for video in truth.videos]
    return EvaluationResult(
        protocol,
        options,
        table,
        truth_table,
        signature_of(
            protocol,
            options,
            threshold=aligned.threshold,
            truth=truth_hash(names, truth.truths, truth.classes),
            predictions=prediction_hash(
                names, aligned.predictions, truth.classes, aligned.threshold
            ),
            counts_differ=bool(differences),
            kind=_kind_for_signature(protocol, options, truth_table),
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
        count_spotting(spotting_input),
        truth.subjects,
        tuple(kind for kind in KINDS if kind in protocol.targets),
        folds,
        tests,
        lambda unit, units: count_spotting(spotting_input, unit, units),
        list(truth.videos),
    )


def _kind_for_signature(
    protocol: Protocol, options: ScoringOptions, truth: TruthTable
) -> Kind | None:
    """Return the kind that --kind gave to the truth; None if it changed nothing there.

    The hash of the predictions covers their kinds, whether given by the file or by --kind.
    """
    has_missing_kinds = (truth.intervals.kind == NO_KIND).any()
    return options.kind if has_missing_kinds and protocol.targets != [options.kind] else None


def _warn_of_constant_scores(spotting_input: SpottingInput, findings: Findings) -> None:
    score = spotting_input.predictions.score
    if score is not None and len(score) > 1 and (score == score[0]).all():
        findings.warning(
            "scores-constant",
            f"All {len(score)} scores are {score[0]:g}: they rank nothing, and the "
            "precision-recall curve of AP has one point.",
        )
