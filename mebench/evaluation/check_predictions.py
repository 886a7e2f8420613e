"""Check predicted intervals and labels under a protocol, and find their rows in the truth."""

from __future__ import annotations

from collections.abc import Callable
from shlex import quote

import numpy as np

from mebench.diagnostics import Findings, Place
from mebench.evaluation.frame_rates import note_ignored_labels, set_predicted_frames
from mebench.evaluation.ground_truth import (
    OUT_OF_SCOPE,
    GroundTruth,
    RecognitionTruth,
    SpottingTruth,
    classes_of_intervals,
    is_target,
    resolve_kinds,
    rows_of_task,
)
from mebench.evaluation.holdout import TEST, TRAINING
from mebench.evaluation.interval_checks import (
    UNKNOWN_LENGTH,
    check_frame_order,
    check_frames,
    select_operating_point,
)
from mebench.evaluation.repeated_rows import warn_of_repeated_predictions
from mebench.evaluation.scoring_options import ScoringOptions
from mebench.metrics.expressions import Expressions
from mebench.models.annotation_table import (
    NO_CLASS,
    NO_KIND,
    NO_LABEL,
    BoolColumn,
    IntegerColumn,
    PredictionTable,
)
from mebench.models.base import KINDS
from mebench.models.protocol import Protocol
from mebench.protocols.alias_sets import suggest_alias_set
from mebench.protocols.id_index import LookupProblem
from mebench.protocols.id_matching import (
    SpellingChecker,
    duplicate_error,
    quote_name,
)
from mebench.protocols.label_mapping import ClassList
from mebench.util.text import closest_name, did_you_mean, pluralize

NOT_FOUND = -1


def check_predictions(
    table: PredictionTable,
    protocol: Protocol,
    truth: SpottingTruth | RecognitionTruth | None,
    options: ScoringOptions,
    findings: Findings,
) -> tuple[Expressions | IntegerColumn, str]:
    """Check predictions; without a truth, ids and the ends of videos are not checked.

    Return the intervals in scope, or the class predicted for each sample in scope; and the
    operating point as text, for the signature.
    """
    if protocol.spots:
        assert truth is None or isinstance(truth, SpottingTruth)
        return _check_intervals(table, protocol, truth, options, findings)
    assert truth is None or isinstance(truth, RecognitionTruth)
    return _check_samples(table, protocol, truth, options, findings), "none"


def _check_intervals(
    table: PredictionTable,
    protocol: Protocol,
    truth: SpottingTruth | None,
    options: ScoringOptions,
    findings: Findings,
) -> tuple[Expressions, str]:
    intervals = table.intervals
    rows = _rows_in_truth(table, protocol, truth, findings)
    if table.times is not None:
        in_truth = [
            truth.table.videos[row]._replace(dataset=truth.id_index.names[row].dataset)
            if truth is not None and row != NOT_FOUND
            else None
            for row in rows.tolist()
        ]
        set_predicted_frames(table, protocol, in_truth, options.rate, findings)
    lengths = _of_found(rows, truth.lengths if truth else None, UNKNOWN_LENGTH)
    is_valid = check_frame_order(table, findings)
    is_valid &= check_frames(table, lengths[intervals.video], findings, clip=options.clip)
    lengths = lengths[rows != NOT_FOUND]
    unchecked = int((lengths == UNKNOWN_LENGTH).sum())
    if unchecked:
        source = protocol.id if protocol.is_blind else "The truth"
        findings.warning(
            "frames-unchecked",
            f"{source} does not state the lengths of {unchecked} of the {len(lengths)} predicted "
            "videos; frames after their end are not detected.",
            "Their lengths are not public."
            if protocol.is_blind
            else "Add n_frames to the videos of the truth.",
        )
    kinds = resolve_kinds(intervals, protocol, options.kind)
    warn_of_repeated_predictions(table, kinds, findings)
    targets = _check_kinds(table, protocol, kinds, findings)
    labels = _labels(table, protocol, kinds, targets, options, findings)
    score = intervals.score
    missing = np.flatnonzero(np.isnan(score) if score is not None else ())
    findings.add_rows(
        missing.tolist(),
        lambda row: (
            f"The interval {table.describe(row)} has no score, but others have one.",
            "Add a score to every interval, or to none.",
            table.places.interval(row, "score"),
        ),
        "score-missing",
    )
    scope = _of_found(rows, truth.scope if truth else None, OUT_OF_SCOPE)
    ignored = (rows != NOT_FOUND) & (scope == OUT_OF_SCOPE)
    ignored &= ~_note_of_training(rows, truth, "predicted video", findings)
    with_intervals = f", with {pluralize(int(ignored[intervals.video].sum()), 'interval')}"
    _warn_of_ignored(int(ignored.sum()), "predicted video", with_intervals, findings)
    selected, threshold = select_operating_point(
        table,
        kinds,
        protocol.targets,
        np.full(len(rows), True) if truth is None else scope != OUT_OF_SCOPE,
        options.score_threshold,
        findings,
    )
    video = scope[intervals.video]
    predictions = Expressions(
        video,
        kinds,
        intervals.onset,
        intervals.offset,
        intervals.apex,
        labels,
        None if len(missing) else score,
        selected,
        np.arange(len(intervals)),
    )
    return predictions.take(is_valid & targets & (video != OUT_OF_SCOPE)), threshold


def _rows_in_truth(
    table: PredictionTable,
    protocol: Protocol,
    truth: GroundTruth | None,
    findings: Findings,
    check_label: Callable[[int], None] | None = None,
) -> IntegerColumn:
    """Return the row of each video or sample in the truth; report unknown and repeated ones."""
    what = "video" if protocol.spots else "sample"
    place = table.places.video if protocol.spots else table.places.sample
    names = rows_of_task(table, protocol)
    if truth is not None:
        known = truth.id_index.find_all(names, table.dataset)
        if known is not None:
            if check_label is not None:
                for row in range(len(names)):
                    check_label(row)
            return np.array(known, np.int64)
    rows = [NOT_FOUND] * len(names)
    seen: dict[object, int] = {}
    spellings, is_checked = SpellingChecker(protocol), truth is not None or not protocol.spots
    for row, (own_dataset, subject, name) in enumerate(names):
        dataset = own_dataset or table.dataset
        if is_checked and (problem := spellings.check(dataset, subject)):
            findings.error(*problem, place(row, "subject"))
        if check_label is not None:
            check_label(row)
        identity: object = names[row]
        if truth is not None:
            match = truth.id_index.find(dataset, subject, name)
            if isinstance(match, LookupProblem):
                remedy = match.remedy
                if table.foreign:
                    ids = dataset, subject, name
                    remedy = suggest_alias_set(truth.id_index, *ids) or match.remedy
                    if match.code == "dataset-missing":
                        remedy += " If all rows are of one data set, pass --dataset."
                findings.error(match.code, match.message, remedy, place(row, match.field))
                continue
            rows[row] = identity = match
        earlier = seen.setdefault(identity, row)
        if earlier != row:
            error = duplicate_error(what, names[earlier][1:], (subject, name))
            findings.error(*error, place(row, what))
    return np.array(rows, np.int64)


def _of_found(rows: IntegerColumn, column: IntegerColumn | None, missing: int) -> IntegerColumn:
    """Return the values of a column of the truth; ``missing`` for rows that were not found."""
    values = np.full(len(rows), missing, np.int64)
    if column is not None:
        values[rows != NOT_FOUND] = column[rows[rows != NOT_FOUND]]
    return values


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
    targets = is_target(kinds, protocol)
    ignored = int((~targets & (kinds != NO_KIND)).sum())
    if ignored:
        findings.warning(
            "kind-ignored",
            f"{pluralize(ignored, 'interval')} ignored: {protocol.id} does not spot their kind.",
        )
    return targets


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
    labels = np.maximum(classes_of_intervals(table, protocol), NO_CLASS)
    if not protocol.analyses:
        note_ignored_labels(table, findings)
        return labels
    # Only micro-expressions are analyzed; emotions of macro-expressions are ignored.
    outside = (labels == NO_CLASS) & targets & (kinds == KINDS.index("micro"))
    replacement = options.outside_class(protocol)
    if replacement is not None:
        _warn_of_replaced(int(outside.sum()), classes.names[replacement], findings)
        labels[outside] = replacement
        return labels
    missing_remedy = _label_remedy(set(), classes)
    if not intervals.labels:
        missing_remedy += " In a table, --columns emotion=COLUMN names their column."
    findings.add_rows(
        np.flatnonzero(outside & (intervals.emotion == NO_LABEL)).tolist(),
        lambda row: (
            f"The interval {table.describe(row)} has no emotion, but {protocol.id} "
            "analyzes emotions.",
            missing_remedy,
            table.places.interval(row, "emotion"),
        ),
        "emotion-missing",
    )
    codes = set(intervals.emotion[outside & (intervals.emotion != NO_LABEL)].tolist())
    remedy = _label_remedy({intervals.labels[code] for code in codes}, classes)
    findings.add_rows(
        np.flatnonzero(outside & (intervals.emotion != NO_LABEL)).tolist(),
        lambda row: (
            _unknown_label(intervals.emotion_name(row) or "", classes),
            remedy,
            table.places.interval(row, "emotion"),
        ),
        "unknown-emotion",
    )
    return labels


def _label_remedy(labels: set[str], classes: ClassList) -> str:
    """Return the remedy for labels that are outside the class list; none are missing labels."""
    names, others = ", ".join(classes.names), "--outside-as CLASS replaces all others."
    if not labels:
        return f"Use one of {names}; {others}"
    meanings = [
        (label, classes.suggest(label) or closest_name(label, classes.names))
        for label in sorted(labels)[:8]
    ]
    options = ["--label " + quote(f"{label}={name or 'CLASS'}") for label, name in meanings]
    unsure = "" if all(name for _, name in meanings) else " with the CLASS that it means"
    return f"Pass {' '.join(options)}{unsure}, or use one of {names}; {others}"


def _unknown_label(label: str, classes: ClassList) -> str:
    suggestion = did_you_mean(label, classes.names)
    return f"The emotion {quote_name(label)} is not in the class list.{suggestion}"


def _warn_of_ignored(count: int, what: str, details: str, findings: Findings) -> None:
    if count:
        findings.warning(
            "out-of-scope-ignored",
            f"{pluralize(count, what)} ignored{details}: they are in the truth, but out of the "
            "scope of the protocol.",
        )


def _note_of_training(
    rows: IntegerColumn, truth: GroundTruth | None, what: str, findings: Findings
) -> BoolColumn:
    """Note the number of predictions outside the test part of a holdout; return which they are."""
    parts = _of_found(rows, truth.parts if truth else None, TEST)
    outside: BoolColumn = parts != TEST
    if truth is not None and outside.any():
        training = int((parts == TRAINING).sum())
        others = int(outside.sum()) - training
        counts = [
            f"{pluralize(count, what)} {of}"
            for count, of in ((training, "of the training part"), (others, "of no part"))
            if count
        ]
        findings.note(
            "not-in-test-part",
            f"{' and '.join(counts)} ignored: {truth.protocol.id} scores its test part only.",
        )
    return outside


def _warn_of_replaced(count: int, name: str | None, findings: Findings) -> None:
    if count:
        findings.warning(
            "outside-mapped",
            f"{pluralize(count, 'emotion')} outside the class list, counted as {name!r}.",
        )


def _check_samples(
    table: PredictionTable,
    protocol: Protocol,
    truth: RecognitionTruth | None,
    options: ScoringOptions,
    findings: Findings,
) -> IntegerColumn:
    classes, replacement = ClassList(protocol), options.outside_class(protocol)
    labels = np.full(len(table.samples), NO_CLASS, np.int64)
    is_replaced = np.zeros(len(labels), bool)
    named = {sample.emotion for sample in table.samples if sample.emotion is not None}
    unknown = {label for label in named if not classes.knows(label)}

    def check_label(row: int) -> None:
        sample = table.samples[row]
        dataset = protocol.dataset(sample.dataset or table.dataset or protocol.only_dataset or "")
        label = classes.index(dataset.id if dataset else "", sample.emotion)
        labels[row] = max(label, NO_CLASS)
        if label >= 0:
            return
        if replacement is not None:
            labels[row], is_replaced[row] = replacement, True
            return
        place = table.places.sample(row, "emotion")
        if sample.emotion is None:
            remedy = _label_remedy(set(), classes)
            findings.error("emotion-missing", "The sample has no emotion.", remedy, place)
        else:
            message = _unknown_label(sample.emotion, classes)
            findings.error("unknown-emotion", message, _label_remedy(unknown, classes), place)

    rows = _rows_in_truth(table, protocol, truth, findings, check_label)
    _warn_of_replaced(int(is_replaced.sum()), options.outside_as, findings)
    scope = _of_found(rows, truth.scope if truth else None, OUT_OF_SCOPE)
    ignored = (rows != NOT_FOUND) & (scope == OUT_OF_SCOPE)
    ignored &= ~_note_of_training(rows, truth, "predicted sample", findings)
    _warn_of_ignored(int(ignored.sum()), "predicted sample", "", findings)
    predicted = np.full(len(truth.names) if truth else 0, NO_CLASS, np.int64)
    predicted[scope[scope != OUT_OF_SCOPE]] = labels[scope != OUT_OF_SCOPE]
    # If no id was found, all are wrong, and no sample is missing in particular.
    if truth is not None and (not len(rows) or (rows != NOT_FOUND).any()):
        has_row = np.isin(np.arange(len(truth.names)), scope)
        _report_missing_samples(np.flatnonzero(~has_row).tolist(), table, truth, options, findings)
    return predicted


def _report_missing_samples(
    rows: list[int],
    table: PredictionTable,
    truth: RecognitionTruth,
    options: ScoringOptions,
    findings: Findings,
) -> None:
    """Report the samples in scope that the file does not have.

    With a blind truth it is a warning, because the scope depends on labels.
    """
    names = [quote_name("/".join(truth.names[row])) for row in rows]
    if not options.allow_missing and not truth.table.blind:
        findings.add_rows(
            range(len(rows)),
            lambda index: (
                f"The sample {names[index]} has no prediction.",
                "Predict every sample of the truth; --allow-missing counts missing ones as wrong, "
                "and no board ranks such a score.",
                Place(table.file, None, None, None, *truth.names[rows[index]]),
            ),
            "sample-missing",
        )
    elif rows:
        findings.warning(
            "samples-without-prediction",
            f"{pluralize(len(rows), 'sample')} without a prediction, counted as wrong: "
            f"{', '.join(names[:5])}{' and others' * (len(names) > 5)}.",
        )
