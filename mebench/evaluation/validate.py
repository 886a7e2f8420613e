"""Validate a file: report all problems that can be found without scoring."""

from __future__ import annotations

from pathlib import Path

from mebench.diagnostics import Findings, MebenchError, Place, UsageError
from mebench.evaluation.expected_counts import (
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
    options: ScoringOptions | None = None,
) -> tuple[Findings, str | None]:
    """Report all problems in a file.

    Parameters
    ----------
    path : str or Path
        Predictions or truth, in any known format.
    role : {"predictions", "truth"}, optional
        What the file is; guessed if not given.
    truth : path, optional
        The truth (it may be blind), for ids and the lengths of videos.
    protocol : optional
        The protocol; a submission names one.
    options : ScoringOptions, optional
        As for a score.

    Returns
    -------
    findings : Findings
        All problems; none of them is raised as an error.
    detected_format : str or None
        The format the file was read as; None if the checks could not be completed.
    """
    findings, options = Findings(), options or ScoringOptions()
    try:
        source = read_text(path)
        if (role or guess_role(source)) == "truth":
            return findings, _validate_truth(source, protocol, options, findings)
        return findings, _validate_predictions(source, truth, protocol, options, findings)
    except UsageError:
        raise
    except MebenchError as error:
        findings.extend_from(error)
        return findings, None


def _validate_truth(
    source: TextFile, protocol: ProtocolInput | None, options: ScoringOptions, findings: Findings
) -> str:
    table = read_truth(
        source, findings, first_frame=options.truth_first_frame, log_order=options.log_order
    )
    if protocol is None:
        _note_missing_protocol(table.file, findings)
        return table.format
    protocol = resolve_protocol(protocol, None, Place(file=table.file))
    check_truth_task(table, protocol, findings)
    differences = _check_truth(table, protocol, options, findings)
    if differences and not table.blind:
        findings.warning(
            "counts-differ",
            f"The truth does not have the counts that {protocol.id} expects: "
            f"{summarize_differences(differences)}.",
            "Check that it is complete; leaderboards do not accept scores on it.",
            Place(file=table.file),
        )
    return table.format


def _check_truth(
    table: TruthTable, protocol: Protocol, options: ScoringOptions, findings: Findings
) -> list[str]:
    if protocol.spots:
        return spotting_differences(
            build_spotting_truth(table, protocol, findings, kind=options.kind)
        )
    return recognition_differences(build_recognition_truth(table, protocol, findings))


def _validate_predictions(
    source: TextFile,
    truth: str | Path | None,
    protocol: ProtocolInput | None,
    options: ScoringOptions,
    findings: Findings,
) -> str:
    read = read_predictions(
        source, findings, first_frame=options.first_frame, log_order=options.log_order
    )
    table = read.table
    if protocol is None and not table.protocol:
        _note_missing_protocol(table.file, findings)
        return table.format
    protocol = resolve_protocol(protocol, table.protocol, table.places.header("/protocol"))
    check_task(table, protocol, findings)
    truth_table = read.truth
    if truth is None and truth_table is None:
        truth = shipped_truth_path(protocol.only_dataset)
    if truth is not None:
        truth_table = read_truth(
            truth, findings, first_frame=options.truth_first_frame, log_order=options.log_order
        )
    if truth_table is None:
        findings.note(
            "truth-not-given",
            "Ids and the ends of videos were not checked: no truth was given.",
            "Pass --truth FILE; a blind truth is sufficient.",
            Place(file=table.file),
        )
    else:
        check_truth_task(truth_table, protocol, findings)
    subjects: list[SubjectKey] | None = None
    all_subjects: list[SubjectKey] = []
    if protocol.spots:
        spotting_truth = (
            None
            if truth_table is None
            else build_spotting_truth(truth_table, protocol, findings, kind=options.kind)
        )
        align_intervals(table, protocol, spotting_truth, options, findings)
        if spotting_truth is not None:
            subjects = spotting_truth.subjects
            all_subjects = [
                SubjectKey(video.dataset, video.subject) for video in spotting_truth.id_index.names
            ]
    else:
        recognition_truth = (
            None
            if truth_table is None
            else build_recognition_truth(truth_table, protocol, findings)
        )
        align_samples(table, protocol, recognition_truth, options, findings)
        if recognition_truth is not None:
            subjects = recognition_truth.subjects
            all_subjects = [
                SubjectKey(sample.dataset, sample.subject)
                for sample in recognition_truth.id_index.names
            ]
    if truth_table is not None and truth_table.blind and protocol.video_scope != "all":
        subjects = None  # the scope depends on labels, which a blind truth does not have
    check_folds(table, protocol, subjects, all_subjects, findings)
    return table.format


def _note_missing_protocol(file: str | None, findings: Findings) -> None:
    findings.note(
        "protocol-not-given",
        "Kinds, emotions and scope were not checked: no protocol was given.",
        "Pass --protocol ID.",
        Place(file=file),
    )
