"""Checks of the stated folds: each subject is tested once, and not trained on in that fold."""

from __future__ import annotations

from dataclasses import replace
from shlex import quote

from mebench.diagnostics import Findings, Place
from mebench.evaluation.ground_truth import GroundTruth
from mebench.evaluation.holdout import TRAINING
from mebench.models.annotation_table import PredictionTable
from mebench.models.base import SubjectKey, SubjectReference
from mebench.models.fold_rule import FoldRule
from mebench.models.protocol import Protocol
from mebench.models.report import FoldReport
from mebench.models.submission import Fold
from mebench.protocols.fold_plan import canonical_subject, plan_folds
from mebench.protocols.id_matching import quote_name
from mebench.util.text import did_you_mean

CanonicalSubject = tuple[str, str]
NamedSubject = tuple[CanonicalSubject, str]
"""A subject, and how the file spells it."""


def fold_text(protocol: Protocol, *, stated: bool, verified: bool) -> str:
    """Return what is known of the cross-validation, as a sentence without its period."""
    if not stated:
        return "Cross-validation not stated: the file has no folds"
    if not verified:
        return "The stated folds were not checked: this needs the truth"
    rule = protocol.folds
    if rule == "leave-one-subject-out":
        return "The stated folds are leave-one-subject-out"
    if rule == "leave-one-dataset-out":
        return "The stated folds are leave-one-dataset-out"
    if isinstance(rule, FoldRule):
        return f"The stated folds are those of the protocol ({rule})"
    return "The stated folds test each subject once"


def check_folds(
    table: PredictionTable, protocol: Protocol, truth: GroundTruth | None, findings: Findings
) -> tuple[FoldReport, list[list[int]] | None]:
    """Check the folds that a submission states.

    Return the report on them, and the test subjects of each fold as indices into the subjects of
    the truth.
    """
    if table.folds is None:
        return _fold_report(protocol, None), None
    # The scope depends on labels, which a blind truth does not have.
    if truth is not None and truth.table.blind and protocol.video_scope != "all":
        truth = None
    errors_before = findings.error_count
    names = truth.id_index.names if truth else []
    known = {canonical_subject(protocol, *name[:2]): name.subject for name in names}
    subjects = truth.subjects if truth else []
    index_of = {canonical_subject(protocol, *key): index for index, key in enumerate(subjects)}
    planned = _planned_tests(protocol, subjects) if truth is not None else None
    trainable = _training_subjects(truth) if truth is not None and protocol.holdout else None
    tested: dict[CanonicalSubject, int] = {}
    tests: list[list[CanonicalSubject]] = []
    for number, fold in enumerate(table.folds):
        place = table.places.header(f"/folds/{number}")
        members = _subjects_by_role(fold, protocol, known if truth else None, place, findings)
        if trainable is not None:
            _check_training_part(members, trainable, protocol, number, place, findings)
        if truth is not None:  # subjects out of scope do not affect any number
            members = {
                role: [member for member in named if member[0] in index_of]
                for role, named in members.items()
            }
        _check_members(members, number, tested, place, findings)
        if protocol.folds == "leave-one-subject-out" and len(members["test"]) > 1:
            findings.error(
                "fold-not-loso",
                f"Fold {number} tests {len(members['test'])} subjects; {protocol.id} leaves "
                "out one subject per fold.",
                "Test one subject per fold.",
                place,
            )
        tests.append(sorted({subject for subject, _ in members["test"]}))
        if tests[-1] and planned is not None:
            _check_planned(tests[-1], planned, protocol, number, place, findings)
    if truth is None:
        return _fold_report(protocol, len(tests)), None
    untested = [subjects[index].subject for key, index in index_of.items() if key not in tested]
    if untested:
        findings.error(
            "fold-untested",
            f"No fold tests {len(untested)} of the subjects: "
            f"{', '.join(map(quote_name, untested[:10]))}{' and others' * (len(untested) > 10)}.",
            "State all folds, or remove `folds`; the report then says that the "
            "cross-validation is not stated.",
            table.places.header("/folds"),
        )
    verified = findings.error_count == errors_before
    report = _fold_report(protocol, len(tests), verified=verified)
    return report, [[index_of[subject] for subject in test] for test in tests]


def _planned_tests(
    protocol: Protocol, subjects: list[SubjectKey]
) -> list[tuple[str, set[CanonicalSubject]]] | None:
    """Return name and test subjects of the folds that a protocol prescribes, if it does."""
    if protocol.folds in ("leave-one-subject-out", "any"):
        return None
    return [
        (fold.name, {canonical_subject(protocol, *subject) for subject in fold.test})
        for fold in plan_folds(protocol, subjects)
    ]


def _check_planned(
    test: list[CanonicalSubject],
    planned: list[tuple[str, set[CanonicalSubject]]],
    protocol: Protocol,
    number: int,
    place: Place,
    findings: Findings,
) -> None:
    """Report a fold whose test subjects are those of no fold of the protocol."""
    if not planned or set(test) in [subjects for _, subjects in planned]:
        return
    name, nearest = max(planned, key=lambda fold: len(fold[1] & set(test)))
    parts = [
        f"{what} {', '.join(quote_name(subject) for _, subject in sorted(subjects)[:10])}"
        f"{' and others' * (len(subjects) > 10)}"
        for what, subjects in (("lacks", nearest - set(test)), ("adds", set(test) - nearest))
        if subjects
    ]
    findings.error(
        "fold-differs",
        f"Fold {number} is not a fold of {protocol.id} ({protocol.folds}): compared with "
        f"its fold {name!r}, it {' and '.join(parts)}.",
        f"Use its folds: `mebench template --protocol {quote(protocol.id)} --truth FILE` lists "
        "them.",
        place,
    )


def _training_subjects(truth: GroundTruth) -> set[CanonicalSubject]:
    return {
        canonical_subject(truth.protocol, name.dataset, name.subject)
        for name, part in zip(truth.id_index.names, truth.parts.tolist(), strict=True)
        if part == TRAINING
    }


def _check_training_part(
    members: dict[str, list[NamedSubject]],
    trainable: set[CanonicalSubject],
    protocol: Protocol,
    number: int,
    place: Place,
    findings: Findings,
) -> None:
    """Report subjects of a fold that are neither tested in it nor in the training part."""
    test = {subject for subject, _ in members["test"]}
    for role in ("training", "validation"):
        for subject, spelling in members[role]:
            if subject not in trainable and subject not in test:
                findings.error(
                    "fold-outside-training",
                    f"The {role} set of fold {number} names the subject {quote_name(spelling)}, "
                    f"which is not in the training part of {protocol.id}.",
                    "Train on the training part only.",
                    replace(place, dataset=subject[0], subject=spelling),
                )


def _fold_report(protocol: Protocol, count: int | None, *, verified: bool = False) -> FoldReport:
    stated = count is not None
    text = fold_text(protocol, stated=stated, verified=verified)
    return FoldReport.model_construct(stated=stated, verified=verified, count=count, text=text)


def _check_members(
    members: dict[str, list[NamedSubject]],
    number: int,
    tested: dict[CanonicalSubject, int],
    place: Place,
    findings: Findings,
) -> None:
    """Report subjects that are tested twice, and test subjects in another set of the fold."""
    for subject, spelling in members["test"]:
        if subject in tested:
            first = tested[subject]
            where = f"folds {first} and {number}" if first != number else f"fold {number} twice"
            findings.error(
                "fold-tested-twice",
                f"The subject {quote_name(spelling)} is tested in {where}.",
                "Test each subject in exactly one fold.",
                replace(place, dataset=subject[0], subject=spelling),
            )
        tested.setdefault(subject, number)
    test = {subject for subject, _ in members["test"]}
    for role in ("training", "validation"):
        for subject, spelling in members[role]:
            if subject in test:
                findings.error(
                    "fold-leakage",
                    f"The subject {quote_name(spelling)} is in the test set and in the {role} set "
                    f"of fold {number}.",
                    "Do not train or validate on a test subject.",
                    replace(place, dataset=subject[0], subject=spelling),
                )


def _subjects_by_role(
    fold: Fold,
    protocol: Protocol,
    known: dict[CanonicalSubject, str] | None,
    place: Place,
    findings: Findings,
) -> dict[str, list[NamedSubject]]:
    """Return the subjects of a fold by role; unknown ones are findings."""
    members: dict[str, list[NamedSubject]] = {"test": [], "training": [], "validation": []}
    for role, subjects in members.items():
        for reference in getattr(fold, role) or ():
            dataset, spelling = (
                (reference.dataset, reference.subject)
                if isinstance(reference, SubjectReference)
                else (protocol.only_dataset, reference)
            )
            if dataset is None or protocol.dataset(dataset) is None:
                findings.error(
                    "dataset-missing" if dataset is None else "unknown-dataset",
                    f"The fold names the subject {quote_name(spelling)} without its data set."
                    if dataset is None
                    else f"There is no data set {quote_name(dataset)}."
                    + did_you_mean(dataset, [one.id for one in protocol.datasets]),
                    'Name it in a composite protocol: {"dataset": "casme2", "subject": "sub01"}.',
                    place,
                )
                continue
            subject = canonical_subject(protocol, dataset, spelling)
            if known is not None and subject not in known:
                findings.error(
                    "unknown-subject",
                    f"The {role} set of the fold names the subject {quote_name(spelling)}, which "
                    f"is not in the truth.{did_you_mean(spelling, known.values())}",
                    "Use the ids of the truth.",
                    replace(place, dataset=dataset, subject=spelling),
                )
                continue
            subjects.append((subject, spelling))
    return members
