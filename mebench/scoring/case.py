"""One thing to be scored: files read, checked, laid against each other and counted.

``Case`` hides whether a protocol spots or only recognizes: both end in a tally of subjects.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mebench.diagnostics import Findings, MebenchError, Place, UsageError
from mebench.formats.reading import ReadPredictions, read_predictions, read_truth
from mebench.metrics.tally import Tally
from mebench.metrics.trial import SubjectKey
from mebench.protocols import Rules, load, of_record
from mebench.records.base import Kind
from mebench.records.protocol import Protocol
from mebench.records.report import FoldReport, Units
from mebench.records.sheets import IntegerColumn, PredictionSheet, TruthSheet
from mebench.records.submission import Submission
from mebench.records.truth import TruthManifest
from mebench.scoring.settings import Settings

PredictionsGiven = str | Path | dict[str, Any] | Submission
TruthGiven = str | Path | dict[str, Any] | TruthManifest
ProtocolGiven = str | Path | Protocol | Rules


@dataclass(slots=True)
class Case:
    """A counted case.

    Attributes
    ----------
    rules, settings
        How it was scored.
    sheet, truth : sheets
        What was read.
    signature : str
        Fixes the number.
    units : Units
        What was scored.
    tally : Tally
        Counts a subject.
    subjects : list of SubjectKey
        The tally's units.
    kinds : tuple of kind
        The kinds of the headline.
    folds : FoldReport
        What is known of the cross-validation.
    tests : list of list of int or None
        The test subjects of each fold.
    recount : callable
        Counts again by other units: from (unit of each video or sample, number of units).
    names : sequence of tuple
        (data set, subject, video or sample) in scope.
    """

    rules: Rules
    settings: Settings
    sheet: PredictionSheet
    truth: TruthSheet
    signature: str
    units: Units
    tally: Tally
    subjects: list[SubjectKey]
    kinds: tuple[Kind, ...]
    folds: FoldReport
    tests: list[list[int]] | None
    recount: Callable[[IntegerColumn, int], Tally]
    names: Sequence[tuple[str, str, str]]


def resolve_rules(protocol: ProtocolGiven | None, stated: str | None, place: Place) -> Rules:
    """Return the protocol that was asked for, or else the one the predictions state.

    Raises
    ------
    MebenchError
        ``protocol-needed``, ``unknown-protocol`` or ``wrong-protocol``.
    """
    if protocol is None:
        if not stated:
            raise UsageError.of(
                "protocol-needed",
                "The file does not say which protocol it answers.",
                "Pass --protocol ID; `mebench protocols` lists them.",
                place,
            )
        try:
            return load(stated)
        except UsageError as error:
            first = error.diagnostics[0]
            raise MebenchError.of(first.code, first.message, first.remedy, place) from None
    rules = (
        protocol
        if isinstance(protocol, Rules)
        else of_record(protocol)
        if isinstance(protocol, Protocol)
        else load(protocol)
    )
    if stated and stated != rules.protocol.id:
        raise MebenchError.of(
            "wrong-protocol",
            f"The file answers {stated!r}, and {rules.protocol.id!r} was asked for.",
            "Drop --protocol, or change the file's `protocol`.",
            place,
        )
    return rules


def open_case(
    predictions: PredictionsGiven,
    truth: TruthGiven | None,
    protocol: ProtocolGiven | None,
    settings: Settings,
    findings: Findings,
) -> Case:
    """Read, check and count.

    Raises
    ------
    MebenchError
        With everything that is wrong, if anything stands in the way of a score.
    """
    read = read_predictions(
        predictions, findings, first_frame=settings.first_frame, log_order=settings.log_order
    )
    sheet = read.sheet
    rules = resolve_rules(protocol, sheet.protocol, sheet.places.header("/protocol"))
    if not sheet.foreign:
        settings = _without_first_frame(settings)
    truth_sheet = _truth_sheet(read, truth, rules, settings, findings)
    check_task(sheet, rules, findings)
    if rules.protocol.spots:
        from mebench.scoring.spotting_case import count_case
    else:
        from mebench.scoring.recognition_case import count_case
    case = count_case(rules, settings, sheet, truth_sheet, findings)
    if read.verdicts is not None:
        _compare_verdicts(read.verdicts, case, findings)
    return case


def check_task(sheet: PredictionSheet, rules: Rules, findings: Findings) -> None:
    """Report rows of the other task: samples under a spotting protocol, or intervals."""
    if rules.protocol.spots and sheet.samples:
        findings.error(
            "wrong-task",
            f"{rules.protocol.id} scores intervals in videos, and the file has samples.",
            "Is it meant for a recognition protocol?",
            Place(file=sheet.file),
        )
    if not rules.protocol.spots and sheet.videos:
        findings.error(
            "wrong-task",
            f"{rules.protocol.id} scores labelled samples, and the file has intervals.",
            "Is it meant for a spotting protocol?",
            Place(file=sheet.file),
        )


def _without_first_frame(settings: Settings) -> Settings:
    from dataclasses import replace

    return replace(settings, first_frame=None)


def _truth_sheet(
    read: ReadPredictions,
    truth: TruthGiven | None,
    rules: Rules,
    settings: Settings,
    findings: Findings,
) -> TruthSheet:
    if truth is not None:
        sheet = read_truth(
            truth, findings, first_frame=settings.truth_first_frame, log_order=settings.log_order
        )
    elif read.truth is not None:
        sheet = read.truth
        findings.note("truth-from-log", "The truth was taken from the same file.")
    else:
        raise UsageError.of(
            "truth-needed",
            f"The truth of {rules.protocol.id} does not come with mebench.",
            "Pass --truth FILE: a manifest, or a CSV with subject,video,onset,offset,emotion.",
        )
    if sheet.blind:
        raise MebenchError.of(
            "truth-blind",
            "This truth manifest is blind: the answers were taken out.",
            "Predictions can be validated against it, not scored.",
            Place(file=sheet.file),
        )
    return sheet


def spoken(name: tuple[str, ...], rules: Rules) -> str:
    """Return a name for people; the data set only where there are several."""
    return "/".join(name if rules.protocol.is_composite else name[1:])


def warn_of_differences(differ: list[str], rules: Rules, findings: Findings) -> None:
    """Warn of a truth that is not the complete data set."""
    if differ:
        findings.warning(
            "counts-differ",
            f"The truth is not the one {rules.protocol.id} expects: {'; '.join(differ)}.",
            "The signature says so, and a leaderboard refuses the row.",
        )


def _compare_verdicts(verdicts: dict[str, int], case: Case, findings: Findings) -> None:
    counts = case.tally.pool(case.tally.everything(), case.kinds)
    ours = {
        "TP": counts.hits,
        "FP": counts.predictions - counts.hits,
        "FN": counts.truths - counts.hits,
    }
    if verdicts != ours:
        said, found = (
            ", ".join(f"{name} {number}" for name, number in one.items())
            for one in (verdicts, ours)
        )
        findings.warning(
            "log-verdicts-differ",
            f"The log counts {said}; by the standard it is {found}.",
        )
