"""Recognition protocols: labelled samples against predicted ones."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np

from mebench.diagnostics import Findings
from mebench.metrics.trial import NO_CLASS, RecognitionInput, SubjectKey
from mebench.records.protocol import Protocol
from mebench.records.sheets import IntegerColumn, PredictionTable, TruthTable
from mebench.scoring.ids import (
    IdIndex,
    ItemName,
    LookupProblem,
    SpellingChecker,
    duplicate_error,
    quote_name,
)
from mebench.scoring.labels import EXCLUDED, ClassList
from mebench.scoring.manifest import OUT_OF_SCOPE, excluded_by_name
from mebench.scoring.settings import ScoringOptions
from mebench.suggest import did_you_mean
from mebench.wording import pluralize


@dataclass(slots=True, eq=False, repr=False)
class RecognitionTruth:
    """The samples of a recognition protocol.

    Attributes
    ----------
    protocol, sheet, classes, directory
        As in :class:`~mebench.scoring.manifest.Manifest`.
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


def align_samples(
    sheet: PredictionTable,
    protocol: Protocol,
    manifest: RecognitionTruth | None,
    settings: ScoringOptions,
    findings: Findings,
) -> RecognitionInput | None:
    """Check predicted samples, and lay them against the truth where it is at hand."""
    classes = ClassList(protocol)
    stand_in = settings.outside_place(protocol)
    predicted = None if manifest is None else np.full(len(manifest.samples), NO_CLASS, np.int64)
    seen: dict[object, int] = {}
    spellings = SpellingChecker(protocol)
    mapped = ignored = 0
    for row, sample in enumerate(sheet.samples):
        spellings.check(
            sample.dataset or sheet.dataset,
            sample.subject,
            partial(sheet.places.sample, row, "subject"),
            findings,
        )
        dataset = protocol.dataset(sample.dataset or sheet.dataset or protocol.only_dataset or "")
        label = classes.place(dataset.id if dataset else "", sample.emotion)
        if label < 0 and stand_in is not None:
            label, mapped = stand_in, mapped + 1
        elif label < 0:
            _report_label(sheet, row, classes, findings)
        meant: object = (sample.dataset, sample.subject, sample.sample)
        if manifest is not None and predicted is not None:
            found = manifest.directory.find(
                sample.dataset or sheet.dataset, sample.subject, sample.sample
            )
            if isinstance(found, LookupProblem):
                findings.error(
                    found.code, found.message, found.remedy, sheet.places.sample(row, found.field)
                )
                continue
            meant = found
            if manifest.scope[found] == OUT_OF_SCOPE:
                ignored += 1
            else:
                predicted[manifest.scope[found]] = max(label, NO_CLASS)
        earlier = seen.setdefault(meant, row)
        if earlier != row:
            first = sheet.samples[earlier]
            findings.error(
                *duplicate_error(
                    "sample", (first.subject, first.sample), (sample.subject, sample.sample)
                ),
                sheet.places.sample(row, "sample"),
            )
    if mapped:
        findings.warning(
            "outside-mapped",
            f"{pluralize(mapped, 'emotion')} outside the class list, taken as "
            f"{settings.outside_as!r}.",
        )
    if ignored:
        findings.warning(
            "out-of-scope-ignored",
            f"{pluralize(ignored, 'predicted sample')} ignored: in the truth, but out of the "
            "protocol's scope.",
        )
    if manifest is None or predicted is None:
        return None
    missing = [manifest.samples[row] for row in np.flatnonzero(predicted == NO_CLASS)]
    if missing:
        names = ", ".join(quote_name("/".join(one)) for one in missing[:5])
        findings.warning(
            "samples-without-prediction",
            f"{pluralize(len(missing), 'sample')} without a prediction, counted as wrong: {names}"
            + (" and others." if len(missing) > 5 else "."),
        )
    return RecognitionInput(
        manifest.subjects, manifest.subject, manifest.truth, predicted, manifest.classes.names
    )


def _report_label(sheet: PredictionTable, row: int, classes: ClassList, findings: Findings) -> None:
    label = sheet.samples[row].emotion
    wanted = f"The classes are {', '.join(classes.names)}; --outside-as CLASS maps all others."
    place = sheet.places.sample(row, "emotion")
    if label is None:
        findings.error("emotion-missing", "The sample has no emotion.", wanted, place)
    else:
        findings.error(
            "unknown-emotion",
            f"The emotion {quote_name(label)} is not in the class list."
            + did_you_mean(label, classes.names),
            wanted,
            place,
        )
