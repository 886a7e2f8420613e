"""The scoring pipeline from files to a report; ``mebench score`` and ``mebench.score`` call it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from mebench.diagnostics import Findings, MebenchError, Place, UsageError
from mebench.evaluation.results import EvaluationResult, PartUnit, build_report
from mebench.evaluation.scoring_options import ScoringOptions
from mebench.formats.loader import LoadedPredictions, read_predictions, read_truth
from mebench.models.annotation_table import PredictionTable, TruthTable
from mebench.models.protocol import Protocol
from mebench.models.report import Report
from mebench.models.submission import Submission, Threshold
from mebench.models.truth import TruthManifest
from mebench.protocols.id_matching import quote_name
from mebench.protocols.loader import load_protocol, load_shipped_protocol, prefer_shipped
from mebench.util.resources import shipped_truth_path

PredictionsInput = str | Path | dict[str, Any] | Submission
TruthInput = str | Path | dict[str, Any] | TruthManifest | TruthTable
"""A sheet is a truth that was read before, so that many submissions are scored on one reading."""

ProtocolInput = str | Path | Protocol


def resolve_protocol(given: ProtocolInput | None, stated: str | None, place: Place) -> Protocol:
    """Return the protocol that was asked for, or else the one the predictions state.

    Raises
    ------
    MebenchError
        ``protocol-needed``, ``unknown-protocol`` or ``wrong-protocol``.
    """
    if given is None:
        if not stated:
            raise UsageError.of(
                "protocol-needed",
                "The file does not say which protocol it answers.",
                "Pass --protocol ID; `mebench protocols` lists them.",
                place,
            )
        try:
            return load_shipped_protocol(stated)
        except UsageError as error:
            first = error.diagnostics[0]
            raise MebenchError.of(first.code, first.message, first.remedy, place) from None
    protocol = prefer_shipped(given) if isinstance(given, Protocol) else load_protocol(given)
    if stated and stated not in {protocol.id, protocol.id.rpartition("@")[0]}:
        raise MebenchError.of(
            "wrong-protocol",
            f"The file answers {stated!r}, and {protocol.id!r} was asked for.",
            "Drop --protocol, or change the file's `protocol`.",
            place,
        )
    return protocol


def evaluate_predictions(
    predictions: PredictionsInput,
    truth: TruthInput | None,
    protocol: ProtocolInput | None,
    settings: ScoringOptions,
    findings: Findings,
) -> EvaluationResult:
    """Read, check and count.

    Raises
    ------
    MebenchError
        With everything that is wrong, if anything stands in the way of a score.
    """
    try:
        return _evaluate_predictions(predictions, truth, protocol, settings, findings)
    except MebenchError as error:
        # What ends the reading comes together with all that was found before.
        if isinstance(error, UsageError) and not findings.has_errors:
            raise
        findings.extend_from(error)
        raise MebenchError(findings.kept, findings.omitted) from None


def _evaluate_predictions(
    predictions: PredictionsInput,
    truth: TruthInput | None,
    protocol: ProtocolInput | None,
    settings: ScoringOptions,
    findings: Findings,
) -> EvaluationResult:
    read = read_predictions(
        predictions, findings, first_frame=settings.first_frame, log_order=settings.log_order
    )
    sheet = read.sheet
    protocol = resolve_protocol(protocol, sheet.protocol, sheet.places.header("/protocol"))
    if not sheet.foreign and settings.first_frame is not None:
        settings = replace(settings, first_frame=None)
        findings.note("first-frame-ignored", "A native file counts frames from 0, always.")
    truth_sheet = _read_truth_table(read, truth, protocol, settings, findings)
    check_task(sheet, protocol, findings)
    if sheet.system is not None and sheet.system.uses_truth:
        findings.warning(
            "uses-truth",
            f"{quote_name(sheet.system.name)} saw the answers of what it predicts.",
            "Such a score is a bound for others to be measured by; no leaderboard ranks it.",
            sheet.places.header("/system"),
        )
    # Imported here because a score needs one of the two.
    if protocol.spots:
        from mebench.evaluation.spotting import evaluate_spotting as evaluate
    else:
        from mebench.evaluation.recognition import evaluate_recognition as evaluate
    case = evaluate(protocol, settings, sheet, truth_sheet, findings)
    if read.verdicts is not None:
        _compare_with_log(read.verdicts, case, findings)
    return case


def check_task(sheet: PredictionTable, protocol: Protocol, findings: Findings) -> None:
    """Report rows of the other task: samples under a spotting protocol, or intervals."""
    if protocol.spots and sheet.samples:
        findings.error(
            "wrong-task",
            f"{protocol.id} scores intervals in videos, and the file has samples.",
            "Is it meant for a recognition protocol?",
            Place(file=sheet.file),
        )
    if not protocol.spots and sheet.videos:
        findings.error(
            "wrong-task",
            f"{protocol.id} scores labelled samples, and the file has intervals.",
            "Is it meant for a spotting protocol?",
            Place(file=sheet.file),
        )


def check_truth_task(sheet: TruthTable, protocol: Protocol, findings: Findings) -> None:
    """Report a truth that holds nothing for the protocol's task; one may hold both kinds of rows.

    A truth without any rows is legal: the truth of an empty data set.
    """
    wanted, others = (
        (sheet.videos, sheet.samples) if protocol.spots else (sheet.samples, sheet.videos)
    )
    if others and not wanted:
        names = ("intervals in videos", "samples")
        needed, given = names if protocol.spots else reversed(names)
        findings.error(
            "wrong-task",
            f"{protocol.id} scores {needed}, and the truth has only {given}.",
            "Is it the truth of another protocol?",
            Place(file=sheet.file),
        )


def _read_truth_table(
    read: LoadedPredictions,
    truth: TruthInput | None,
    protocol: Protocol,
    settings: ScoringOptions,
    findings: Findings,
) -> TruthTable:
    if isinstance(truth, TruthTable):
        sheet = truth
    elif truth is not None:
        sheet = read_truth(
            truth, findings, first_frame=settings.truth_first_frame, log_order=settings.log_order
        )
    elif read.truth is not None:
        sheet = read.truth
        findings.note("truth-from-log", "The truth was taken from the same file.")
    elif (shipped := shipped_truth_path(protocol.only_dataset)) is not None:
        sheet = read_truth(shipped, findings)
        findings.note("truth-shipped", f"The truth of {protocol.only_dataset} came with mebench.")
    else:
        raise UsageError.of(
            "truth-needed",
            f"The truth of {protocol.id} does not come with mebench.",
            "Pass --truth FILE: a manifest, or a CSV with subject,video,onset,offset,emotion.",
        )
    check_truth_task(sheet, protocol, findings)
    if sheet.blind:
        raise MebenchError.of(
            "truth-blind",
            "This truth manifest is blind: the answers were taken out.",
            "Predictions can be validated against it, not scored.",
            Place(file=sheet.file),
        )
    return sheet


def _compare_with_log(verdicts: dict[str, int], case: EvaluationResult, findings: Findings) -> None:
    counts = case.tally.pool(case.tally.each_unit_once(), case.kinds)
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


def score(
    predictions: PredictionsInput,
    truth: TruthInput | None = None,
    protocol: ProtocolInput | None = None,
    *,
    by: PartUnit | None = None,
    clip: bool = False,
    outside_as: str | None = None,
    score_threshold: Threshold | None = None,
) -> Report:
    """Score predictions against the truth under a protocol.

    Parameters
    ----------
    predictions : path, dict or Submission
        A file in any known format, a submission's JSON data, or a record.
    truth : path, dict or TruthManifest, optional
        The truth; a log that holds it too needs none.
    protocol : str, path or Protocol, optional
        ``casme2-str@1``, the path of a ``.toml`` file or a record. A submission names its own.
    by : {"subject", "video", "dataset"}, optional
        Adds the same numbers for each of them.
    clip : bool
        Clip intervals that reach outside their video.
    outside_as : str, optional
        The class that stands for predicted emotions outside the class list.
    score_threshold : float or dict, optional
        The operating point, a number or one a kind.

    Returns
    -------
    Report
        ``report.metrics["strs"].value``; ``print(mebench.render(report))`` shows the table.

    Raises
    ------
    MebenchError
        With everything that is wrong with the files.
    """
    settings = ScoringOptions(clip=clip, outside_as=outside_as, score_threshold=score_threshold)
    return score_with_options(predictions, truth, protocol, settings, by=by)


def score_with_options(
    predictions: PredictionsInput,
    truth: TruthInput | None,
    protocol: ProtocolInput | None,
    settings: ScoringOptions,
    *,
    by: PartUnit | None = None,
    findings: Findings | None = None,
) -> Report:
    """Score as :func:`score` does, with every setting."""
    findings = findings if findings is not None else Findings()
    case = evaluate_predictions(predictions, truth, protocol, settings, findings)
    return build_report(case, findings, by)
