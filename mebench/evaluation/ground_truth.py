"""The ground truth under a protocol: the videos or samples in scope, and their labels."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property, partial

import numpy as np

from mebench.diagnostics import Findings, Place
from mebench.evaluation.frame_rates import set_truth_frames
from mebench.evaluation.holdout import NEITHER, TEST, parts_of_rows
from mebench.evaluation.interval_checks import UNKNOWN_LENGTH, check_frame_order, check_frames
from mebench.evaluation.repeated_rows import report_repeated_expressions
from mebench.evaluation.signature import HashedNames, sample_hash, truth_hash
from mebench.metrics.expressions import Expressions
from mebench.models.annotation_table import (
    NO_CLASS,
    NO_KIND,
    NO_LABEL,
    AnnotationTable,
    BoolColumn,
    IntegerColumn,
    IntervalColumns,
    TruthTable,
)
from mebench.models.base import KINDS, Kind, SubjectKey
from mebench.models.protocol import Protocol
from mebench.protocols.id_index import IdIndex, ItemName
from mebench.protocols.id_matching import canonical_name, quote_name
from mebench.protocols.label_mapping import EXCLUDED, ClassList
from mebench.protocols.loader import is_shipped
from mebench.util.text import did_you_mean, pluralize

OUT_OF_SCOPE = -1


@dataclass(eq=False, repr=False)
class GroundTruth:
    """The truth under a protocol, ready to be compared with predictions.

    ``id_index`` finds any video or sample of the table; ``scope`` has the index of each in
    ``names``, or ``OUT_OF_SCOPE``. ``names`` and ``subjects`` are those in scope;
    ``subject_index`` is the index of the subject of each name. ``parts`` has the part of each video
    or sample of the table in a holdout.
    """

    protocol: Protocol
    table: TruthTable
    classes: ClassList
    id_index: IdIndex
    scope: IntegerColumn
    parts: IntegerColumn
    names: list[ItemName] = field(init=False)
    subjects: list[SubjectKey] = field(init=False)
    subject_index: IntegerColumn = field(init=False)

    def __post_init__(self) -> None:
        """List the videos or samples, and the subjects, in scope."""
        rows = np.flatnonzero(self.scope >= 0).tolist()
        self.names = [self.id_index.names[row] for row in rows]
        keys = [name[:2] for name in self.names]
        index_of = {key: index for index, key in enumerate(dict.fromkeys(keys))}
        self.subjects = [SubjectKey(*key) for key in index_of]
        self.subject_index = np.array([index_of[key] for key in keys], np.int64)

    @cached_property
    def canonical_names(self) -> list[tuple[str, str, str]]:
        """The names in their canonical spelling, for hashes."""
        rows = np.flatnonzero(self.scope >= 0).tolist()
        return [self.id_index.canonical_names[row] for row in rows]

    @cached_property
    def hashed_names(self) -> HashedNames:
        """The same as text, for the hashes of predictions."""
        return HashedNames.of(self.canonical_names)

    @property
    def canonical_subjects(self) -> list[tuple[str, str]]:
        """The subjects in their canonical spelling, for hashes."""
        names = zip(self.subject_index.tolist(), self.canonical_names, strict=True)
        subject_of = {index: name[:2] for index, name in names}
        return [subject_of[index] for index in range(len(self.subjects))]


@dataclass(eq=False, repr=False)
class SpottingTruth(GroundTruth):
    """The truth of a spotting protocol: ``truths`` are of the target kinds and in scope.

    ``lengths`` are the frames of each video of the table, or ``UNKNOWN_LENGTH``.
    """

    lengths: IntegerColumn
    truths: Expressions

    @cached_property
    def digest(self) -> str:
        """The hash of the truth for the signature."""
        lengths = self.lengths[self.scope != OUT_OF_SCOPE].tolist()
        return truth_hash(self.canonical_names, lengths, self.truths, self.classes)


@dataclass(eq=False, repr=False)
class RecognitionTruth(GroundTruth):
    """The truth of a recognition protocol; ``truth`` is the class of each sample in scope."""

    truth: IntegerColumn

    @cached_property
    def digest(self) -> str:
        """The hash of the truth for the signature."""
        names, labels = self.canonical_names, self.truth.tolist()
        return sample_hash(names, labels, self.classes, "truth", [])


def build_truth(
    table: TruthTable, protocol: Protocol, findings: Findings, kind: Kind | None = None
) -> SpottingTruth | RecognitionTruth:
    """Apply a protocol to a truth table; ``kind`` as in :func:`build_spotting_truth`.

    Under a holdout only its test part is in scope.
    """
    if protocol.spots:
        return build_spotting_truth(table, protocol, findings, kind=kind)
    return build_recognition_truth(table, protocol, findings)


def build_spotting_truth(
    table: TruthTable,
    protocol: Protocol,
    findings: Findings,
    *,
    kind: Kind | None = None,
    clip: bool = False,
    with_training: bool = False,
) -> SpottingTruth:
    """Apply a spotting protocol to a truth table; problems of the truth are findings.

    ``kind`` is that of the expressions for which the file states none. ``clip`` clips expressions
    to their video, and ``with_training`` includes the training part of a holdout; neither is set
    for a score.
    """
    set_truth_frames(table, protocol, None, findings)
    intervals = table.intervals
    id_index = _index_rows(table, protocol, findings)
    lengths = np.array(
        [UNKNOWN_LENGTH if video.n_frames is None else video.n_frames for video in table.videos],
        np.int64,
    )
    is_valid = check_frame_order(table, findings)
    is_valid &= check_frames(table, lengths[intervals.video], findings, clip=clip)
    kinds = resolve_kinds(intervals, protocol, kind)
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
    report_repeated_expressions(table, kinds, findings)
    targets = is_target(kinds, protocol)
    is_further = _further_expressions(intervals, protocol)
    if protocol.analyses and not table.blind:
        _report_missing_emotions(table, targets & ~is_further, findings)
    label = classes_of_intervals(table, protocol)
    place = Place(file=table.file)
    parts = parts_of_rows(protocol, id_index.names, table.video_splits, findings, place)
    in_scope = ~_excluded_by_name(id_index, protocol) & _is_scored(parts, with_training)
    counted = is_valid & targets & (label != EXCLUDED) & in_scope[intervals.video]
    _note_left_out(table, np.flatnonzero(counted & is_further), protocol, findings)
    counted &= ~is_further
    if protocol.video_scope == "with-target" and not table.blind:
        in_scope &= np.bincount(intervals.video[counted], minlength=len(in_scope)) > 0
    if protocol.analyses and not table.blind:
        analyzed = counted & (kinds == KINDS.index("micro"))
        _report_outside_classes(table, analyzed, label, protocol, findings)
    scope = _numbered(in_scope)
    truths = Expressions(
        scope[intervals.video],
        kinds,
        intervals.onset,
        intervals.offset,
        intervals.apex,
        label,
        row=np.arange(len(intervals)),
    ).take(counted)
    return SpottingTruth(
        protocol, table, ClassList(protocol), id_index, scope, parts, lengths, truths
    )


def _index_rows(table: TruthTable, protocol: Protocol, findings: Findings) -> IdIndex:
    """Index the videos or samples of a truth; rows that are the same are findings."""
    if protocol.spots:
        index = IdIndex(protocol, "video", partial(table.places.video, field="video"))
    else:
        index = IdIndex(protocol, "sample", table.places.sample)
    rows = rows_of_task(table, protocol)
    index.add_all([(row[0] or table.dataset, row[1], row[2]) for row in rows], findings)
    return index


def rows_of_task(
    table: AnnotationTable, protocol: Protocol
) -> list[tuple[str | None, str | None, str]]:
    """Return data set, subject and name of each video or sample, as in the file."""
    return [row[:3] for row in (table.videos if protocol.spots else table.samples)]


def _is_scored(parts: IntegerColumn, with_training: bool) -> BoolColumn:
    scored: BoolColumn = parts != NEITHER if with_training else parts == TEST
    return scored


def _numbered(in_scope: BoolColumn) -> IntegerColumn:
    """Return consecutive numbers for the rows in scope, and ``OUT_OF_SCOPE`` for the others."""
    return np.where(in_scope, np.cumsum(in_scope) - 1, OUT_OF_SCOPE)


def resolve_kinds(intervals: IntervalColumns, protocol: Protocol, kind: Kind | None) -> np.ndarray:
    """Return the kind of each interval, or ``NO_KIND``.

    If the file states none, it is the given kind, or the only kind that the protocol spots.
    """
    if kind is None and len(protocol.targets) == 1:
        kind = protocol.targets[0]
    default = NO_KIND if kind is None else KINDS.index(kind)
    return np.where(intervals.kind == NO_KIND, default, intervals.kind).astype(np.int8)


def is_target(kinds: np.ndarray, protocol: Protocol) -> BoolColumn:
    """Return which kinds the protocol spots."""
    # The last entry belongs to NO_KIND, which is -1.
    has_kind = np.array([*(kind in protocol.targets for kind in KINDS), False])
    targets: BoolColumn = has_kind[kinds]
    return targets


def _further_expressions(intervals: IntervalColumns, protocol: Protocol) -> BoolColumn:
    """Return which expressions the rule ``first_expression_only`` leaves out."""
    if not protocol.first_expression_only or intervals.order is None:
        return np.zeros(len(intervals), bool)
    is_further: BoolColumn = intervals.order > 1
    return is_further


def _note_left_out(
    table: TruthTable, rows: IntegerColumn, protocol: Protocol, findings: Findings
) -> None:
    """State the number of expressions that would be scored if they were the first."""
    if len(rows):
        findings.note(
            "further-expressions",
            f"{pluralize(len(rows), 'further expression')} left out: {protocol.id} scores only the "
            "first of each recording.",
            "",
            table.places.interval(int(rows[0]), "order"),
        )


def classes_of_intervals(table: AnnotationTable, protocol: Protocol) -> IntegerColumn:
    """Return the index of each emotion in the class list, ``NO_CLASS`` or ``EXCLUDED``."""
    classes, intervals = ClassList(protocol), table.intervals
    ids = [dataset.id for dataset in protocol.datasets]
    index = np.zeros(len(table.videos), np.int64)
    if protocol.is_composite:
        names = [row.dataset or table.dataset or ids[0] for row in table.videos]
        datasets = {name: protocol.dataset(name) for name in dict.fromkeys(names)}
        index_of = {
            name: ids.index(dataset.id) if dataset else 0 for name, dataset in datasets.items()
        }
        index = np.array([index_of[name] for name in names], np.int64)
    # One row per data set, one column per label; the last column belongs to NO_LABEL, which is -1.
    class_of = np.array(
        [[*(classes.index(id_, label) for label in intervals.labels), NO_CLASS] for id_ in ids],
        np.int64,
    )
    labels: IntegerColumn = class_of[index[intervals.video], intervals.emotion]
    return labels


def _report_missing_emotions(table: TruthTable, targets: BoolColumn, findings: Findings) -> None:
    missing = np.flatnonzero(targets & (table.intervals.emotion == NO_LABEL))
    if not len(missing):
        return
    place = table.places.interval(int(missing[0]), "emotion")
    if len(missing) == int(targets.sum()):
        findings.error(
            "truth-without-emotions",
            "No expression of the truth has an emotion, but the protocol analyzes emotions.",
            "Add the emotions, or use a protocol for spotting only. If a table has them in a "
            "column that was not recognized, rename it to emotion.",
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


def _report_outside_classes(
    table: TruthTable,
    analyzed: BoolColumn,
    label: IntegerColumn,
    protocol: Protocol,
    findings: Findings,
) -> None:
    """Report labels of expressions that are no class, unless the protocol states their number.

    A spelling error in a truth would otherwise take expressions out of the analysis unnoticed.
    """
    if is_shipped(protocol) or protocol.expected.outside_classes is not None:
        return
    intervals = table.intervals
    outside = np.flatnonzero(analyzed & (label == NO_CLASS) & (intervals.emotion != NO_LABEL))
    if not len(outside):
        return
    labels = sorted({intervals.labels[code] for code in intervals.emotion[outside].tolist()})
    known = [*protocol.classes, *(name for one in protocol.datasets for name in one.label_map)]
    named = ", ".join(map(quote_name, labels[:5])) + ", …" * (len(labels) > 5)
    findings.warning(
        "truth-outside-classes",
        f"{pluralize(len(outside), 'expression')} of the truth counted in spotting but not in the "
        f"analysis, because no class has the label {named}.{did_you_mean(labels[0], known)}",
        "Correct the labels, add them to label_map or excluded_labels of the protocol, or state "
        "their number there: outside_classes under [expected].",
        table.places.interval(int(outside[0]), "emotion"),
    )


def _excluded_by_name(id_index: IdIndex, protocol: Protocol) -> BoolColumn:
    """Return which rows of a truth table the protocol excludes by name."""
    exclusions = {
        canonical_name(protocol, (dataset.id, exclusion.subject, exclusion.video))
        for dataset in protocol.datasets
        for exclusion in dataset.exclusions
    }
    return np.array([name in exclusions for name in id_index.canonical_names], bool)


def build_recognition_truth(
    table: TruthTable, protocol: Protocol, findings: Findings, *, with_training: bool = False
) -> RecognitionTruth:
    """Apply a recognition protocol to a truth table; ``with_training`` as in spotting."""
    id_index, classes = _index_rows(table, protocol, findings), ClassList(protocol)
    place = Place(file=table.file)
    texts = [sample.emotion for sample in table.samples]
    if protocol.labels == "objective-class" and not table.blind:
        texts = _objective_classes(table, protocol, findings)
    labels = np.array(
        [
            classes.index(name.dataset, text)
            for name, text in zip(id_index.names, texts, strict=True)
        ],
        np.int64,
    )
    parts = parts_of_rows(protocol, id_index.names, table.sample_splits, findings, place)
    in_scope = ~_excluded_by_name(id_index, protocol) & (labels != EXCLUDED)
    in_scope &= _is_scored(parts, with_training)
    if not table.blind:
        outside = np.flatnonzero((labels == NO_CLASS) & in_scope)
        if len(outside):
            findings.warning(
                "truth-outside-classes",
                f"{pluralize(len(outside), 'sample')} of the truth left out: the label is not in "
                "the class list of the protocol.",
                "",
                table.places.sample(int(outside[0]), "emotion"),
            )
        in_scope &= labels != NO_CLASS
    return RecognitionTruth(
        protocol, table, classes, id_index, _numbered(in_scope), parts, labels[in_scope]
    )


def _objective_classes(
    table: TruthTable, protocol: Protocol, findings: Findings
) -> list[str | None]:
    """Return the objective class of each sample; a data set without any is a finding."""
    classes = [*table.objective_classes] or [None] * len(table.samples)
    datasets = [row.dataset or table.dataset for row in table.samples]
    known = {dataset for dataset, text in zip(datasets, classes, strict=True) if text is not None}
    for dataset in dict.fromkeys(datasets):
        if dataset not in known:
            findings.error(
                "objective-classes-missing",
                f"No sample of {dataset or 'the truth'} has an objective class, which "
                f"{protocol.id} scores.",
                "Add `objective_class` to the samples of the truth JSON. For CASME II, copy "
                "CASME2-ObjectiveClasses.xlsx beside the sheet and export the truth again.",
                table.places.sample(datasets.index(dataset), "objective_class"),
            )
    return classes
