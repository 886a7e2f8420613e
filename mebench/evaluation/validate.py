"""Validate a file: report all problems that can be found without scoring."""

from __future__ import annotations

from pathlib import Path

from mebench.diagnostics import Findings, MebenchError, Place, UsageError
from mebench.evaluation.check_predictions import check_predictions
from mebench.evaluation.check_task import check_task
from mebench.evaluation.expected_counts import warn_if_incomplete
from mebench.evaluation.fold_checks import check_folds
from mebench.evaluation.ground_truth import build_truth
from mebench.evaluation.log_scores import pairs_of_unknown_kind, with_any_kind
from mebench.evaluation.score import (
    ProtocolInput,
    load_predictions,
    load_truth,
    resolve_protocol,
    translate_predictions,
)
from mebench.evaluation.scoring_options import ScoringOptions
from mebench.formats.loader import Role, guess_role
from mebench.formats.packed_files import read_source, read_sources
from mebench.formats.text_file import TextFile
from mebench.protocols.blind_videos import blind_truth, report_missing_videos
from mebench.util.resources import shipped_truth_path


def validate(
    path: str | Path,
    *,
    role: Role | None = None,
    truth: str | Path | None = None,
    protocol: ProtocolInput | None = None,
    options: ScoringOptions | None = None,
) -> tuple[Findings, str | None]:
    """Report all problems in a file; none of them is raised as an error.

    ``role`` is guessed if not given. The truth, which may be blind, is for ids and the lengths of
    videos. The format that the file was read as is None if the checks could not be completed.
    """
    findings, options = Findings(), options or ScoringOptions()
    try:
        sources = read_sources(path, findings, options.mapping)
        if (role or guess_role(sources[0])) == "truth":
            source = sources[0] if len(sources) == 1 else read_source(path, findings)
            return findings, _validate_truth(source, protocol, options, findings)
        given = sources[0] if len(sources) == 1 else path
        return findings, _validate_predictions(given, truth, protocol, options, findings)
    except UsageError:
        raise
    except MebenchError as error:
        findings.extend_from(error)
        return findings, None


def _validate_truth(
    source: TextFile, protocol: ProtocolInput | None, options: ScoringOptions, findings: Findings
) -> str:
    place = Place(file=source.name)
    protocol = None if protocol is None else resolve_protocol(protocol, None, place)
    table = load_truth(source, protocol, options, findings)
    if protocol is None:
        _note_missing_protocol(place, findings)
        return table.format
    check_task(table, protocol, findings)
    truth = build_truth(table, protocol, findings, options.kind)
    if not table.blind:
        remedy = "Check that it is complete; leaderboards do not accept scores on it."
        warn_if_incomplete(truth, remedy, findings, place)
    return table.format


def _validate_predictions(
    source: TextFile | str | Path,
    truth_file: str | Path | None,
    protocol: ProtocolInput | None,
    options: ScoringOptions,
    findings: Findings,
) -> str:
    read = load_predictions(source, options, findings)
    table, place = read.table, Place(file=read.table.file)
    if protocol is None and not table.protocol:
        _note_missing_protocol(place, findings)
        return table.format
    protocol = resolve_protocol(protocol, table.protocol, table.places.header("/protocol"))
    read = translate_predictions(read, protocol, options, findings)
    table = read.table
    check_task(table, protocol, findings)
    truth_table = read.truth
    if truth_file is None and truth_table is None:
        truth_file = shipped_truth_path(protocol.only_dataset)
    if truth_file is not None:
        truth_table = load_truth(truth_file, protocol, options, findings)
    elif truth_table is None and protocol.is_blind:
        truth_table = blind_truth(protocol, findings, table)
        report_missing_videos(protocol, table, findings)
    if truth_file is None and pairs_of_unknown_kind(read, protocol, options, findings) is not None:
        options = with_any_kind(options)
    truth = None
    if truth_table is not None:
        check_task(truth_table, protocol, findings)
        truth = build_truth(truth_table, protocol, findings, options.kind)
    else:
        remedy = "Pass --truth FILE; a blind truth is sufficient."
        message = "Ids and the ends of videos were not checked: no truth was given."
        findings.note("truth-not-given", message, remedy, place)
    check_predictions(table, protocol, truth, options, findings)
    check_folds(table, protocol, truth, findings)
    return table.format


def _note_missing_protocol(place: Place, findings: Findings) -> None:
    message = "Kinds, emotions and scope were not checked: no protocol was given."
    findings.note("protocol-not-given", message, "Pass --protocol ID.", place)
