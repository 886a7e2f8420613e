"""Recognition protocols: labelled samples against predicted ones."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np

from mebench.diagnostics import Findings
from mebench.metrics.trial import OUTSIDE, RecognitionInput, SubjectKey
from mebench.records.protocol import Protocol
from mebench.records.sheets import IntegerColumn, PredictionSheet, TruthSheet
from mebench.scoring.ids import Directory, Name, Problem, Spellings, shown, twin
from mebench.scoring.labels import EXCLUDED, Classes
from mebench.scoring.manifest import OUT_OF_SCOPE, excluded_by_name
from mebench.scoring.settings import Settings
from mebench.suggest import did_you_mean
from mebench.wording import counted


@dataclass(slots=True, eq=False, repr=False)
class SampleManifest:
    """The samples of a recognition protocol.

    Attributes
    ----------
    protocol, sheet, classes, directory
        As in :class:`~mebench.scoring.manifest.Manifest`.
    scope : int64
        From manifest sample to its place in ``samples``, or ``OUT_OF_SCOPE``.
    samples : list of Name
        Every sample in scope.
    subjects : list of SubjectKey
        Every subject in scope.
    subject : int64
        From sample to subject.
    truth : int64
        The true class of each sample.
    """

    protocol: Protocol
    sheet: TruthSheet
    classes: Classes
    directory: Directory
    scope: IntegerColumn
    samples: list[Name]
    subjects: list[SubjectKey]
    subject: IntegerColumn
    truth: IntegerColumn


def build_recognition_truth(
    sheet: TruthSheet, protocol: Protocol, findings: Findings
) -> SampleManifest:
    """Read a truth sheet under a recognition protocol."""
    directory, classes = Directory(protocol, "sample"), Classes(protocol)
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
    astray = np.flatnonzero((labels == OUTSIDE) & ~excluded)
    if len(astray) and not sheet.blind:
        findings.warning(
            "truth-outside-classes",
            f"{counted(len(astray), 'sample')} of the truth left out: the label is not in the "
            "class list.",
            "",
            sheet.places.sample(int(astray[0]), "emotion"),
        )
    in_scope = ~excluded if sheet.blind else ~excluded & (labels != OUTSIDE)
    scope = np.full(len(labels), OUT_OF_SCOPE, np.int64)
    scope[in_scope] = np.arange(int(in_scope.sum()))
    samples = [directory.names[row] for row in np.flatnonzero(in_scope)]
    subjects = list(dict.fromkeys(SubjectKey(one.dataset, one.subject) for one in samples))
    place = {subject: at for at, subject in enumerate(subjects)}
    subject = np.array([place[SubjectKey(*one[:2])] for one in samples], np.int64)
    return SampleManifest(
        protocol, sheet, classes, directory, scope, samples, subjects, subject, labels[in_scope]
    )


def align_samples(
    sheet: PredictionSheet,
    protocol: Protocol,
    manifest: SampleManifest | None,
    settings: Settings,
    findings: Findings,
) -> RecognitionInput | None:
    """Check predicted samples, and lay them against the truth where it is at hand."""
    classes = Classes(protocol)
    stand_in = settings.outside_place(protocol)
    predicted = None if manifest is None else np.full(len(manifest.samples), OUTSIDE, np.int64)
    seen: dict[object, int] = {}
    spellings = Spellings(protocol)
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
            if isinstance(found, Problem):
                findings.error(
                    found.code, found.message, found.remedy, sheet.places.sample(row, found.field)
                )
                continue
            meant = found
            if manifest.scope[found] == OUT_OF_SCOPE:
                ignored += 1
            else:
                predicted[manifest.scope[found]] = max(label, OUTSIDE)
        earlier = seen.setdefault(meant, row)
        if earlier != row:
            first = sheet.samples[earlier]
            findings.error(
                *twin("sample", (first.subject, first.sample), (sample.subject, sample.sample)),
                sheet.places.sample(row, "sample"),
            )
    if mapped:
        findings.warning(
            "outside-mapped",
            f"{counted(mapped, 'emotion')} outside the class list, taken as "
            f"{settings.outside_as!r}.",
        )
    if ignored:
        findings.warning(
            "out-of-scope-ignored",
            f"{counted(ignored, 'predicted sample')} ignored: in the truth, but out of the "
            "protocol's scope.",
        )
    if manifest is None or predicted is None:
        return None
    missing = [manifest.samples[row] for row in np.flatnonzero(predicted == OUTSIDE)]
    if missing:
        names = ", ".join(shown("/".join(one)) for one in missing[:5])
        findings.warning(
            "samples-without-prediction",
            f"{counted(len(missing), 'sample')} without a prediction, counted as wrong: {names}"
            + (" and others." if len(missing) > 5 else "."),
        )
    return RecognitionInput(
        manifest.subjects, manifest.subject, manifest.truth, predicted, manifest.classes.names
    )


def _report_label(sheet: PredictionSheet, row: int, classes: Classes, findings: Findings) -> None:
    label = sheet.samples[row].emotion
    wanted = f"The classes are {', '.join(classes.names)}; --outside-as CLASS maps all others."
    place = sheet.places.sample(row, "emotion")
    if label is None:
        findings.error("emotion-missing", "The sample has no emotion.", wanted, place)
    else:
        findings.error(
            "unknown-emotion",
            f"The emotion {shown(label)} is not in the class list."
            + did_you_mean(label, classes.names),
            wanted,
            place,
        )
