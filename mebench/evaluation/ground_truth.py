"""The ground truth under a protocol: the videos or samples in scope, and their labels."""

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
    table : TruthTable
        The table that was read.
    classes : ClassList
        The class list.
    id_index : IdIndex
        Finds any video of the table.
    lengths : int64
        Number of frames of each video of the table, or ``UNKNOWN_LENGTH``.
    scope : int64
        From video of the table to its index in ``videos``, or ``OUT_OF_SCOPE``.
    videos, subjects, subject_of_video, truths
        As in :class:`~mebench.metrics.evaluation_input.SpottingInput`.
    """

    protocol: Protocol
    table: TruthTable
    classes: ClassList
    id_index: IdIndex
    lengths: IntegerColumn
    scope: IntegerColumn
    videos: list[VideoKey]
    subjects: list[SubjectKey]
    subject_of_video: IntegerColumn
    truths: Expressions


def build_spotting_truth(
    table: TruthTable,
    protocol: Protocol,
    findings: Findings,
    *,
    kind: Kind | None = None,
    clip: bool = False,
) -> SpottingTruth:
    """Apply a spotting protocol to a truth table.

    Parameters
    ----------
    table : TruthTable
        The truth.
    protocol : Protocol
        The protocol.
    findings : Findings
        Receives problems of the truth.
    kind : {"micro", "macro"}, optional
        The kind of expressions for which the file states none.
    clip : bool
        Clip expressions to their video; never set for a score.
    """
    intervals = table.intervals
    id_index = IdIndex(protocol, "video")
    for row, video in enumerate(table.videos):
        id_index.add(
            video.dataset or table.dataset,
            video.subject,
            video.video,
            partial(table.places.video, row, "video"),
            findings,
        )
    lengths = np.array(
        [UNKNOWN_LENGTH if video.n_frames is None else video.n_frames for video in table.videos],
        np.int64,
    )
    order_is_valid = check_frame_order(table, findings)
    frames_are_valid, _ = check_frames(
        table, lengths[intervals.video], findings, keep=table.foreign and not clip, clip=clip
    )
    kinds = resolve_kinds(intervals, protocol, kind)
    _report_missing_kinds(table, kinds, findings)

    classes = ClassList(protocol)
    ids = [dataset.id for dataset in protocol.datasets]
    index_of = {name: index for index, name in enumerate(ids)}
    dataset_of_video = np.array(
        [index_of.get(video.dataset, 0) for video in id_index.names], np.int64
    )
    label = classes.column(
        intervals.labels, intervals.emotion, ids, dataset_of_video[intervals.video]
    )
    targets = np.isin(kinds, [KINDS.index(target) for target in protocol.targets])
    if protocol.analyses and not table.blind:
        _report_missing_emotions(table, targets, findings)
    excluded = excluded_by_name(id_index, protocol)
    counted = (
        order_is_valid
        & frames_are_valid
        & targets
        & (label != EXCLUDED)
        & ~excluded[intervals.video]
    )

    in_scope = ~excluded
    if protocol.video_scope == "with-target" and not table.blind:
        in_scope &= np.bincount(intervals.video[counted], minlength=len(excluded)) > 0
    scope = np.full(len(excluded), OUT_OF_SCOPE, np.int64)
    scope[in_scope] = np.arange(int(in_scope.sum()))
    videos = [VideoKey(*id_index.names[row]) for row in np.flatnonzero(in_scope)]
    subjects = list(dict.fromkeys(SubjectKey(video.dataset, video.subject) for video in videos))
    subject_index = {subject: index for index, subject in enumerate(subjects)}
    truths = Expressions(
        scope[intervals.video],
        kinds,
        intervals.onset,
        intervals.offset,
        intervals.apex,
        label,
    ).take(np.flatnonzero(counted))
    return SpottingTruth(
        protocol,
        table,
        classes,
        id_index,
        lengths,
        scope,
        videos,
        subjects,
        np.array([subject_index[SubjectKey(*video[:2])] for video in videos], np.int64),
        truths,
    )


def resolve_kinds(intervals: IntervalColumns, protocol: Protocol, kind: Kind | None) -> np.ndarray:
    """Return the kind of each interval.

    If the file states none: the given kind, or the only kind that the protocol spots, or
    ``NO_KIND``.
    """
    if kind is None and len(protocol.targets) == 1:
        kind = protocol.targets[0]
    if kind is None:
        return intervals.kind
    return np.where(intervals.kind == NO_KIND, KINDS.index(kind), intervals.kind).astype(np.int8)


def _report_missing_kinds(table: TruthTable, kinds: np.ndarray, findings: Findings) -> None:
    findings.add_rows(
        np.flatnonzero(kinds == NO_KIND).tolist(),
        lambda row: (
            f"The expression {table.describe(row)} has no kind, but the protocol spots "
            "micro and macro.",
            "Add the kind, or pass --kind for the complete file.",
            table.places.interval(row, "kind"),
        ),
        "kind-missing",
    )


def _report_missing_emotions(table: TruthTable, targets: np.ndarray, findings: Findings) -> None:
    missing = np.flatnonzero(targets & (table.intervals.emotion == NO_LABEL))
    if not len(missing):
        return
    place = table.places.interval(int(missing[0]), "emotion")
    if len(missing) == int(targets.sum()):
        findings.error(
            "truth-without-emotions",
            "No expression of the truth has an emotion, but the protocol analyzes emotions.",
            "Add the emotions, or use a spotting-only protocol.",
            place,
        )
    else:
        findings.warning(
            "truth-emotion-missing",
            f"{pluralize(len(missing), 'expression')} of the truth without an emotion, counted in "
            "spotting but not in the analysis.",
            "",
            place,
        )


def excluded_by_name(id_index: IdIndex, protocol: Protocol) -> np.ndarray:
    """Return which rows of a truth table the protocol excludes by name."""
    exclusions = {
        (
            dataset.id,
            canonical_id(dataset.subjects, exclusion.subject),
            canonical_id(dataset.videos, exclusion.video),
        )
        for dataset in protocol.datasets
        for exclusion in dataset.exclusions
    }
    excluded = np.zeros(len(id_index.names), bool)
    for row, name in enumerate(id_index.names):
        dataset = protocol.dataset(name.dataset)
        excluded[row] = (
            dataset is not None
            and (
                name.dataset,
                canonical_id(dataset.subjects, name.subject),
                canonical_id(dataset.videos, name.name),
            )
            in exclusions
        )
    return excluded


@dataclass(slots=True, eq=False, repr=False)
class RecognitionTruth:
    """The truth of a recognition protocol, ready to be compared with predictions.

    Attributes
    ----------
    protocol, table, classes, id_index
        As in :class:`SpottingTruth`.
    scope : int64
        From sample of the table to its index in ``samples``, or ``OUT_OF_SCOPE``.
    samples : list of ItemName
        All samples in scope.
    subjects : list of SubjectKey
        All subjects in scope.
    subject_of_sample : int64
        The index of each sample's subject in ``subjects``.
    truth : int64
        The true class of each sample.
    """

    protocol: Protocol
    table: TruthTable
    classes: ClassList
    id_index: IdIndex
    scope: IntegerColumn
    samples: list[ItemName]
    subjects: list[SubjectKey]
    subject_of_sample: IntegerColumn
    truth: IntegerColumn


def build_recognition_truth(
    table: TruthTable, protocol: Protocol, findings: Findings
) -> RecognitionTruth:
    """Apply a recognition protocol to a truth table."""
    id_index, classes = IdIndex(protocol, "sample"), ClassList(protocol)
    for row, sample in enumerate(table.samples):
        id_index.add(
            sample.dataset or table.dataset,
            sample.subject,
            sample.sample,
            partial(table.places.sample, row),
            findings,
        )
    labels = np.array(
        [
            classes.index(name.dataset, sample.emotion)
            for name, sample in zip(id_index.names, table.samples, strict=True)
        ],
        np.int64,
    )
    excluded = excluded_by_name(id_index, protocol) | (labels == EXCLUDED)
    outside = np.flatnonzero((labels == NO_CLASS) & ~excluded)
    if len(outside) and not table.blind:
        findings.warning(
            "truth-outside-classes",
            f"{pluralize(len(outside), 'sample')} of the truth left out: the label is not in the "
            "class list of the protocol.",
            "",
            table.places.sample(int(outside[0]), "emotion"),
        )
    in_scope = ~excluded if table.blind else ~excluded & (labels != NO_CLASS)
    scope = np.full(len(labels), OUT_OF_SCOPE, np.int64)
    scope[in_scope] = np.arange(int(in_scope.sum()))
    samples = [id_index.names[row] for row in np.flatnonzero(in_scope)]
    subjects = list(dict.fromkeys(SubjectKey(sample.dataset, sample.subject) for sample in samples))
    index_of = {subject: index for index, subject in enumerate(subjects)}
    subject_of_sample = np.array(
        [index_of[SubjectKey(*sample[:2])] for sample in samples], np.int64
    )
    return RecognitionTruth(
        protocol,
        table,
        classes,
        id_index,
        scope,
        samples,
        subjects,
        subject_of_sample,
        labels[in_scope],
    )
