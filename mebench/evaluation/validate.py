"""Validate a file: report all problems that can be found without scoring."""

from __future__ import annotations

from pathlib import Path

from mebench.diagnostics import Findings, MebenchError, Place, UsageError
from mebench.evaluation.completeness import (
    recognition_differences,
    spotting_differences,
    summarize_differences,
)
from mebench.evaluation.fold_checks import check_folds
from mebench.evaluation.ground_truth import build_recognition_truth, build_spotting_truth
from mebench.evaluation.recognition import align_samples
from mebench.evaluation.score import ProtocolInput, check_task, check_truth_task, resolve_protocol
from mebench.evaluation.scoring_options import ScoringOptions
from mebench.evaluation.spotting import align_intervals
from mebench.formats.loader import Role, guess_role, read_predictions, read_truth
from mebench.formats.text_file import TextFile, read_text
from mebench.models.annotation_table import TruthTable
from mebench.models.base import SubjectKey
from mebench.models.protocol import Protocol
from mebench.util.resources import shipped_truth_path


def validate(
    path: str | Path,
    *,
    role: Role | None = None,
    truth: str | Path | None = None,
    protocol: ProtocolInput | None = None,
    settings: ScoringOptions | None = None,
) -> tuple[Findings, str | None]:
    """Check a file.

    Parameters
    ----------
    path : str or Path
        Predictions or truth, in any known format.
    role : {"predictions", "truth"}, optional
        What the file is; guessed where it is not said.
    truth : path, optional
        The truth (it may be blind), for ids and the length of videos.
    protocol : optional
        The protocol; a submission names its own.
    settings : ScoringOptions, optional
        As in a score.

    Returns
    -------
    findings : Findings
        All of them; nothing is raised for what is in the file.
    detected_format : str or None
        The format the file was read as; None where the checks ended before their end.
    """
    findings, settings = Findings(), settings or ScoringOptions()
    try:
        source = read_text(path)
        if (role or guess_role(source)) == "truth":
            return findings, _validate_truth(source, protocol, settings, findings)
        return findings, _validate_predictions(source, truth, protocol, settings, findings)
    except UsageError:
        raise
    except MebenchError as error:
        findings.extend_from(error)
        return findings, None


def _validate_truth(
    source: TextFile, protocol: ProtocolInput | None, settings: ScoringOptions, findings: Findings
) -> str:
    sheet = read_truth(
        source, findings, first_frame=settings.truth_first_frame, log_order=settings.log_order
    )
    if protocol is None:
        _note_missing_protocol(sheet.file, findings)
        return sheet.format
    protocol = resolve_protocol(protocol, None, Place(file=sheet.file))
    check_truth_task(sheet, protocol, findings)
    differ = _check_truth(sheet, protocol, settings, findings)
    if differ and not sheet.blind:
        findings.warning(
            "counts-differ",
            f"The truth is not the one {protocol.id} expects: {summarize_differences(differ)}.",
            "Is it complete? A leaderboard refuses scores on it.",
            Place(file=sheet.file),
        )
    return sheet.format


def _check_truth(
    sheet: TruthTable, protocol: Protocol, settings: ScoringOptions, findings: Findings
) -> list[str]:
    if protocol.spots:
        return spotting_differences(
            build_spotting_truth(sheet, protocol, findings, kind=settings.kind)
        )
    return recognition_differences(build_recognition_truth(sheet, protocol, findings))


def _validate_predictions(
    source: TextFile,
    truth: str | Path | None,
    protocol: ProtocolInput | None,
    settings: ScoringOptions,
    findings: Findings,
) -> str:
    read = read_predictions(
        source, findings, first_frame=settings.first_frame, log_order=settings.log_order
    )
    sheet = read.sheet
    if protocol is None and not sheet.protocol:
        _note_missing_protocol(sheet.file, findings)
        return sheet.format
    protocol = resolve_protocol(protocol, sheet.protocol, sheet.places.header("/protocol"))
    check_task(sheet, protocol, findings)
    truth_sheet = read.truth
    if truth is None and truth_sheet is None:
        truth = shipped_truth_path(protocol.only_dataset)
    if truth is not None:
        truth_sheet = read_truth(
            truth, findings, first_frame=settings.truth_first_frame, log_order=settings.log_order
        )
    if truth_sheet is None:
        findings.note(
            "truth-not-given",
            "Without the truth, ids and the ends of videos were not checked.",
            "--truth FILE checks them; a blind truth does.",
            Place(file=sheet.file),
        )
    else:
        check_truth_task(truth_sheet, protocol, findings)
    subjects: list[SubjectKey] | None = None
    everyone: list[SubjectKey] = []
    if protocol.spots:
        spotted = (
            None
            if truth_sheet is None
            else build_spotting_truth(truth_sheet, protocol, findings, kind=settings.kind)
        )
        align_intervals(sheet, protocol, spotted, settings, findings)
        if spotted is not None:
            subjects = spotted.subjects
            everyone = [SubjectKey(one.dataset, one.subject) for one in spotted.directory.names]
    else:
        samples = (
            None
            if truth_sheet is None
            else build_recognition_truth(truth_sheet, protocol, findings)
        )
        align_samples(sheet, protocol, samples, settings, findings)
        if samples is not None:
            subjects = samples.subjects
            everyone = [SubjectKey(one.dataset, one.subject) for one in samples.directory.names]
    if truth_sheet is not None and truth_sheet.blind and protocol.video_scope != "all":
        subjects = None  # which videos bear a target is one of the answers taken out
    check_folds(sheet, protocol, subjects, everyone, findings)
    return sheet.format


def _note_missing_protocol(file: str | None, findings: Findings) -> None:
    findings.note(
        "protocol-not-given",
        "Without a protocol, kinds, emotions and scope were not checked.",
        "--protocol ID checks them.",
        Place(file=file),
    )
