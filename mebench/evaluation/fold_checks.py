"""Checks of the stated folds: each subject is tested once, and not trained on in that fold."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from mebench.diagnostics import Findings, Place
from mebench.models.annotation_table import PredictionTable
from mebench.models.base import SubjectKey
from mebench.models.protocol import Protocol
from mebench.models.report import FoldReport
from mebench.models.submission import Fold, SubjectReference
from mebench.protocols.id_matching import canonical_id, quote_name
from mebench.util.text import did_you_mean

CanonicalSubject = tuple[str, str]


def check_folds(
    sheet: PredictionTable,
    protocol: Protocol,
    subjects: Sequence[SubjectKey] | None,
    manifest_subjects: Iterable[SubjectKey],
    findings: Findings,
) -> tuple[FoldReport, list[list[int]] | None]:
    """Check the folds that a submission states.

    Parameters
    ----------
    sheet : PredictionTable
        The submission.
    protocol : Protocol
        The protocol.
    subjects : sequence of SubjectKey or None
        The subjects in scope; None where the truth is not at hand.
    manifest_subjects : iterable of SubjectKey
        All subjects of the truth; those out of scope may stand in folds.
    findings : Findings
        Takes in contradictions.

    Returns
    -------
    report : FoldReport
        For the score report.
    tests : list of list of int or None
        The test subjects of each fold, as places in ``subjects``.
    """
    loso = protocol.folds == "leave-one-subject-out"
    name = "LOSO" if loso else "folds"
    unverified = f"{name} unverified"
    if sheet.folds is None:
        return FoldReport.model_construct(stated=False, verified=False, text=unverified), None
    before = findings.error_count
    known = {
        _canonical_subject(protocol, one.dataset, one.subject): one.subject
        for one in manifest_subjects
    }
    tested: dict[CanonicalSubject, int] = {}
    tests: list[list[CanonicalSubject]] = []
    places = {
        _canonical_subject(protocol, one.dataset, one.subject): at
        for at, one in enumerate(subjects or ())
    }
    for number, fold in enumerate(sheet.folds):
        place = sheet.places.header(f"/folds/{number}")
        named = _subjects_by_role(
            fold, protocol, known if subjects is not None else None, place, findings
        )
        if subjects is not None:  # what folds do with subjects out of scope changes no number
            named = {
                role: [one for one in members if one[0] in places]
                for role, members in named.items()
            }
        for key, spelled in named["test"]:
            if key in tested:
                findings.error(
                    "fold-tested-twice",
                    f"The subject {quote_name(spelled)} is tested in "
                    + (
                        f"folds {tested[key]} and {number}."
                        if tested[key] != number
                        else f"fold {number} twice."
                    ),
                    "Each subject is tested in exactly one fold.",
                    replace(place, dataset=key[0], subject=spelled),
                )
            tested.setdefault(key, number)
        test = {key for key, _ in named["test"]}
        for role in ("training", "validation"):
            for key, spelled in named[role]:
                if key in test:
                    findings.error(
                        "fold-leakage",
                        f"The subject {quote_name(spelled)} is tested in fold {number} and stands "
                        f"in its own {role} set.",
                        "A test subject is neither trained nor validated on.",
                        replace(place, dataset=key[0], subject=spelled),
                    )
        if loso and len(named["test"]) > 1:
            findings.error(
                "fold-not-loso",
                f"Fold {number} tests {len(named['test'])} subjects; {protocol.id} leaves "
                "out one at a time.",
                "Test one subject a fold.",
                place,
            )
        tests.append(sorted(test))
    if subjects is None:
        return FoldReport.model_construct(
            stated=True, verified=False, count=len(tests), text=unverified
        ), None
    untested = [subjects[at].subject for key, at in places.items() if key not in tested]
    if untested:
        findings.error(
            "fold-untested",
            f"No fold tests {len(untested)} of the subjects: "
            f"{', '.join(map(quote_name, untested[:10]))}{' and others' * (len(untested) > 10)}.",
            "State every fold, or leave the list out (`folds`: shown as unverified).",
            sheet.places.header("/folds"),
        )
    verified = findings.error_count == before
    report = FoldReport.model_construct(
        stated=True,
        verified=verified,
        count=len(tests),
        text=f"{name} {'verified' if verified else 'contradicted'}",
    )
    return report, [[places[key] for key in test if key in places] for test in tests]


def _subjects_by_role(
    fold: Fold,
    protocol: Protocol,
    known: dict[CanonicalSubject, str] | None,
    place: Place,
    findings: Findings,
) -> dict[str, list[tuple[CanonicalSubject, str]]]:
    """Return the subjects of a fold by role, with their spelling; unknown ones are findings."""
    named: dict[str, list[tuple[CanonicalSubject, str]]] = {}
    for role in ("test", "training", "validation"):
        named[role] = []
        for one in getattr(fold, role) or ():
            dataset, subject = (
                (one.dataset, one.subject)
                if isinstance(one, SubjectReference)
                else (protocol.only_dataset, one)
            )
            if dataset is None or protocol.dataset(dataset) is None:
                findings.error(
                    "dataset-missing" if dataset is None else "unknown-dataset",
                    f"The fold's subject {quote_name(subject)} needs its data set."
                    if dataset is None
                    else f"There is no data set {quote_name(dataset)}.",
                    'In composites: {"dataset": "casme2", "subject": "sub01"}.',
                    place,
                )
                continue
            key = _canonical_subject(protocol, dataset, subject)
            if known is not None and key not in known:
                findings.error(
                    "unknown-subject",
                    f"The truth has no subject {quote_name(subject)}, which stands in the fold's "
                    f"{role} set.{did_you_mean(subject, known.values())}",
                    "Use the truth's ids.",
                    replace(place, dataset=dataset, subject=subject),
                )
                continue
            named[role].append((key, subject))
    return named


def _canonical_subject(protocol: Protocol, dataset: str, subject: str) -> CanonicalSubject:
    rule = protocol.dataset(dataset)
    return (rule.id, canonical_id(rule.subjects, subject)) if rule else (dataset, subject)
