"""The ground truth under a protocol: what is in scope, and what is to be found there."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np

from mebench.diagnostics import Findings
from mebench.evaluation.interval_checks import UNKNOWN_LENGTH, check_frame_order, check_frames
from mebench.metrics.evaluation_input import Expressions
from mebench.models.annotation_table import (
    NO_CLASS,
    NO_KIND,
    NO_LABEL,
    IntegerColumn,
    IntervalColumns,
    TruthTable,
)
from mebench.models.base import KINDS, Kind, SubjectKey, VideoKey
from mebench.models.protocol import Protocol
from mebench.protocols.id_matching import IdIndex, ItemName, canonical_id
from mebench.protocols.label_mapping import EXCLUDED, ClassList
from mebench.util.text import pluralize

OUT_OF_SCOPE = -1


@dataclass(slots=True, eq=False, repr=False)
class SpottingTruth:
    """The truth of a spotting protocol, ready to be compared with predictions.

    Attributes
    ----------
    protocol : Protocol
        The protocol.
    sheet : TruthTable
        What was read.
    classes : ClassList
        The class list.
    directory : IdIndex
        Finds any manifest video.
    lengths : int64
        Frames of each manifest video, or ``UNKNOWN_LENGTH``.
    scope : int64
        From manifest video to its place in ``videos``, or ``OUT_OF_SCOPE``.
    videos, subjects, subject_of_video, truths
        As in :class:`~mebench.metrics.evaluation_input.SpottingInput`.
    """

    protocol: Protocol
    sheet: TruthTable
    classes: ClassList
    directory: IdIndex
    lengths: IntegerColumn
    scope: IntegerColumn
    videos: list[VideoKey]
    subjects: list[SubjectKey]
    subject_of_video: IntegerColumn
    truths: Expressions


def build_spotting_truth(
    sheet: TruthTable,
    protocol: Protocol,
    findings: Findings,
    *,
    kind: Kind | None = None,
    clip: bool = False,
) -> SpottingTruth:
    """Read a truth sheet under a protocol.

    Parameters
    ----------
    sheet : TruthTable
        The truth.
    protocol : Protocol
        The protocol.
    findings : Findings
        Takes in what is wrong with it.
    kind : {"micro", "macro"}, optional
        The kind of expressions for which the file names none.
    clip : bool
        Clip expressions to their video; a score never does that to the truth.
    """
    intervals = sheet.intervals
    directory = IdIndex(protocol, "video")
    for row, video in enumerate(sheet.videos):
        directory.add(
            video.dataset or sheet.dataset,
            video.subject,
            video.video,
            partial(sheet.places.video, row, "video"),
            findings,
        )
    lengths = np.array(
        [UNKNOWN_LENGTH if one.n_frames is None else one.n_frames for one in sheet.videos], np.int64
    )
    sound = check_frame_order(sheet, findings)
    whole, _ = check_frames(
        sheet, lengths[intervals.video], findings, keep=sheet.foreign and not clip, clip=clip
    )
    kinds = resolve_kinds(intervals, protocol, kind)
    _report_missing_kinds(sheet, kinds, findings)

    classes = ClassList(protocol)
    ids = [dataset.id for dataset in protocol.datasets]
    places = {name: place for place, name in enumerate(ids)}
    dataset_of_video = np.array([places.get(one.dataset, 0) for one in directory.names], np.int64)
    label = classes.column(
        intervals.labels, intervals.emotion, ids, dataset_of_video[intervals.video]
    )
    targets = np.isin(kinds, [KINDS.index(one) for one in protocol.targets])
    if protocol.analyses and not sheet.blind:
        _report_missing_emotions(sheet, targets, findings)
    excluded = excluded_by_name(directory, protocol)
    pluralize = sound & whole & targets & (label != EXCLUDED) & ~excluded[intervals.video]

    in_scope = ~excluded
    if protocol.video_scope == "with-target" and not sheet.blind:
        in_scope &= np.bincount(intervals.video[pluralize], minlength=len(excluded)) > 0
    scope = np.full(len(excluded), OUT_OF_SCOPE, np.int64)
    scope[in_scope] = np.arange(int(in_scope.sum()))
    videos = [VideoKey(*directory.names[row]) for row in np.flatnonzero(in_scope)]
    subjects = list(dict.fromkeys(SubjectKey(one.dataset, one.subject) for one in videos))
    subject_place = {subject: place for place, subject in enumerate(subjects)}
    truths = Expressions(
        scope[intervals.video],
        kinds,
        intervals.onset,
        intervals.offset,
        intervals.apex,
        label,
    ).take(np.flatnonzero(pluralize))
    return SpottingTruth(
        protocol,
        sheet,
        classes,
        directory,
        lengths,
        scope,
        videos,
        subjects,
        np.array([subject_place[SubjectKey(*one[:2])] for one in videos], np.int64),
        truths,
    )


def resolve_kinds(intervals: IntervalColumns, protocol: Protocol, kind: Kind | None) -> np.ndarray:
    """Return the kind of each interval, where the file names none the one that is meant.

    That is the one asked for, or the only one that the protocol spots; else ``NO_KIND``.
    """
    if kind is None and len(protocol.targets) == 1:
        kind = protocol.targets[0]
    if kind is None:
        return intervals.kind
    return np.where(intervals.kind == NO_KIND, KINDS.index(kind), intervals.kind).astype(np.int8)


def _report_missing_kinds(sheet: TruthTable, kinds: np.ndarray, findings: Findings) -> None:
    findings.add_rows(
        np.flatnonzero(kinds == NO_KIND).tolist(),
        lambda row: (
            f"The expression {sheet.describe(row)} has no kind, and the protocol spots "
            "micro and macro.",
            "Give a kind; --kind says it for a whole file.",
            sheet.places.interval(row, "kind"),
        ),
        "kind-missing",
    )


def _report_missing_emotions(sheet: TruthTable, targets: np.ndarray, findings: Findings) -> None:
    missing = np.flatnonzero(targets & (sheet.intervals.emotion == NO_LABEL))
    if not len(missing):
        return
    place = sheet.places.interval(int(missing[0]), "emotion")
    if len(missing) == int(targets.sum()):
        findings.error(
            "truth-without-emotions",
            "No expression of the truth has an emotion, and the protocol analyses emotions.",
            "Give the emotions, or score with a protocol that only spots.",
            place,
        )
    else:
        findings.warning(
            "truth-emotion-missing",
            f"{pluralize(len(missing), 'expression')} of the truth without an emotion, counted in "
            "spotting and not in analysis.",
            "",
            place,
        )


def excluded_by_name(directory: IdIndex, protocol: Protocol) -> np.ndarray:
    """Tell which manifest rows the protocol leaves out by name."""
    out = {
        (
            dataset.id,
            canonical_id(dataset.subjects, one.subject),
            canonical_id(dataset.videos, one.video),
        )
        for dataset in protocol.datasets
        for one in dataset.exclusions
    }
    excluded = np.zeros(len(directory.names), bool)
    for row, name in enumerate(directory.names):
        dataset = protocol.dataset(name.dataset)
        excluded[row] = (
            dataset is not None
            and (
                name.dataset,
                canonical_id(dataset.subjects, name.subject),
                canonical_id(dataset.videos, name.name),
            )
            in out
        )
    return excluded


@dataclass(slots=True, eq=False, repr=False)
class RecognitionTruth:
    """The samples of a recognition protocol.

    Attributes
    ----------
    protocol, sheet, classes, directory
        As in :class:`~mebench.evaluation.ground_truth.Manifest`.
    scope : int64
        From manifest sample to its place in ``samples``, or ``OUT_OF_SCOPE``.
    samples : list of ItemName
        Every sample in scope.
    subjects : list of SubjectKey
        Every subject in scope.
    subject : int64
        From sample to subject.
    truth : int64
        The true class of each sample.
    """

    protocol: Protocol
    sheet: TruthTable
    classes: ClassList
    directory: IdIndex
    scope: IntegerColumn
    samples: list[ItemName]
    subjects: list[SubjectKey]
    subject: IntegerColumn
    truth: IntegerColumn


def build_recognition_truth(
    sheet: TruthTable, protocol: Protocol, findings: Findings
) -> RecognitionTruth:
    """Read a truth sheet under a recognition protocol."""
    directory, classes = IdIndex(protocol, "sample"), ClassList(protocol)
    for row, sample in enumerate(sheet.samples):
        directory.add(
            sample.dataset or sheet.dataset,
            sample.subject,
            sample.sample,
            partial(sheet.places.sample, row),
            findings,
        )
    labels = np.array(
        [
            classes.place(name.dataset, sample.emotion)
            for name, sample in zip(directory.names, sheet.samples, strict=True)
        ],
        np.int64,
    )
    excluded = excluded_by_name(directory, protocol) | (labels == EXCLUDED)
    astray = np.flatnonzero((labels == NO_CLASS) & ~excluded)
    if len(astray) and not sheet.blind:
        findings.warning(
            "truth-outside-classes",
            f"{pluralize(len(astray), 'sample')} of the truth left out: the label is not in the "
            "class list.",
            "",
            sheet.places.sample(int(astray[0]), "emotion"),
        )
    in_scope = ~excluded if sheet.blind else ~excluded & (labels != NO_CLASS)
    scope = np.full(len(labels), OUT_OF_SCOPE, np.int64)
    scope[in_scope] = np.arange(int(in_scope.sum()))
    samples = [directory.names[row] for row in np.flatnonzero(in_scope)]
    subjects = list(dict.fromkeys(SubjectKey(one.dataset, one.subject) for one in samples))
    place = {subject: at for at, subject in enumerate(subjects)}
    subject = np.array([place[SubjectKey(*one[:2])] for one in samples], np.int64)
    return RecognitionTruth(
        protocol, sheet, classes, directory, scope, samples, subjects, subject, labels[in_scope]
    )
