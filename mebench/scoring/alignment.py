"""Predictions laid against the truth: whose video, which kind, which class, inside the video."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial

import numpy as np

from mebench.diagnostics import Findings
from mebench.metrics.trial import NO_CLASS, Expressions
from mebench.records.base import KINDS
from mebench.records.protocol import Protocol
from mebench.records.sheets import NO_KIND, NO_LABEL, BoolColumn, IntegerColumn, PredictionTable
from mebench.scoring.ids import LookupProblem, SpellingChecker, duplicate_error, quote_name
from mebench.scoring.interval_checks import UNKNOWN_LENGTH, check_frame_order, check_frames
from mebench.scoring.labels import EXCLUDED, ClassList
from mebench.scoring.manifest import OUT_OF_SCOPE, SpottingTruth, resolve_kinds
from mebench.scoring.settings import ScoringOptions
from mebench.scoring.thresholds import select_operating_point
from mebench.suggest import did_you_mean
from mebench.wording import pluralize

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
            f"{pluralize(ignored, 'interval')} ignored, of a kind that {protocol.id} does not spot.",
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
