"""Validate a file: report all problems that can be found without scoring."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from mebench.diagnostics import Findings, MebenchError, Place, UsageError
from mebench.evaluation.check_predictions import check_predictions
from mebench.evaluation.expected_counts import warn_if_incomplete
from mebench.evaluation.fold_checks import check_folds
from mebench.evaluation.frame_hint import hint_at_wrong_frames
from mebench.evaluation.ground_truth import SpottingTruth, build_truth
from mebench.evaluation.inputs import (
    PredictionsInput,
    ProtocolInput,
    TruthInput,
    check_task,
    load_predictions,
    load_truth,
    resolve_protocol,
    translate_predictions,
)
from mebench.evaluation.left_out import warn_of_left_out
from mebench.evaluation.log_scores import pairs_of_unknown_kind, with_any_kind
from mebench.evaluation.repeated_rows import warn_of_repeated_predictions
from mebench.evaluation.scoring_options import ScoringOptions
from mebench.evaluation.signature import prediction_hash, sample_hash
from mebench.formats.external_formats import Role
from mebench.formats.loader import guess_role
from mebench.formats.packed_files import read_source, read_sources
from mebench.formats.text_file import TextFile
from mebench.metrics.expressions import Expressions
from mebench.models.annotation_table import TruthTable
from mebench.models.truth import TruthManifest
from mebench.protocols.blind_videos import blind_truth, report_missing_videos
from mebench.util.hashing import digest_of_list
from mebench.util.resources import shipped_truth_path
from mebench.util.short_paths import distinct_names


class ValidatedFile(NamedTuple):
    """The result for one file.

    The format that the file was read as is None if the checks could not be completed. ``content``
    is a hash: that of the predictions under the protocol and the truth, otherwise of the text.
    """

    path: Path
    findings: Findings
    format: str | None
    content: str | None


def validate_files(
    paths: Sequence[str | Path],
    *,
    role: Role | None = None,
    truth: str | Path | None = None,
    protocol: ProtocolInput | None = None,
    options: ScoringOptions | None = None,
) -> list[ValidatedFile]:
    """Validate several files, and warn of those with the same predictions."""
    options = options or ScoringOptions()
    validated = [_validate(path, role, truth, protocol, options) for path in paths]
    names = distinct_names(paths)
    first: dict[str, ValidatedFile] = {}
    for one in validated:
        same = None if one.content is None else first.setdefault(one.content, one)
        if same is not None and same is not one:
            one.findings.warning(
                "duplicate-file",
                f"The file has the same content as {names[str(same.path)]}.",
                "Check that it is not the same submission twice.",
                Place(file=str(one.path)),
            )
    return validated


def validate(
    data: PredictionsInput | TruthInput,
    *,
    role: Role | None = None,
    truth: TruthInput | None = None,
    protocol: ProtocolInput | None = None,
    options: ScoringOptions | None = None,
) -> tuple[Findings, str | None]:
    """Report all problems in a file, or in data in memory; none of them is raised as an error.

    The ``role`` of a file is guessed if not given; data in memory are predictions. The truth,
    which may be blind, is for ids and the lengths of videos. The format that the data were read as
    is None if the checks could not be completed.
    """
    options = options or ScoringOptions()
    if isinstance(data, str | Path):
        one = _validate(data, role, truth, protocol, options)
        return one.findings, one.format
    findings, read_as = Findings(), None
    try:
        if role == "truth" or isinstance(data, TruthManifest | TruthTable):
            read_as = _validate_truth(data, protocol, options, findings)
        else:
            read_as, _ = _validate_predictions(data, truth, protocol, options, findings)
    except UsageError:
        raise
    except MebenchError as error:
        findings.extend_from(error)
    return findings, read_as


def _validate(
    path: str | Path,
    role: Role | None,
    truth: TruthInput | None,
    protocol: ProtocolInput | None,
    options: ScoringOptions,
) -> ValidatedFile:
    findings, content, read_as = Findings(), None, None
    try:
        sources = read_sources(path, findings, options.mapping)
        content = digest_of_list([source.text for source in sources])
        if (role or guess_role(sources[0])) == "truth":
            source = sources[0] if len(sources) == 1 else read_source(path, findings)
            read_as = _validate_truth(source, protocol, options, findings)
        else:
            given = sources[0] if len(sources) == 1 else path
            read_as, predicted = _validate_predictions(given, truth, protocol, options, findings)
            content = predicted or content
    except UsageError:
        raise
    except MebenchError as error:
        findings.extend_from(error)
    return ValidatedFile(Path(path), findings, read_as, content)


def _validate_truth(
    source: TextFile | TruthInput,
    protocol: ProtocolInput | None,
    options: ScoringOptions,
    findings: Findings,
) -> str:
    place = Place(file=source.name if isinstance(source, TextFile) else None)
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
    source: TextFile | PredictionsInput,
    given_truth: TruthInput | None,
    protocol: ProtocolInput | None,
    options: ScoringOptions,
    findings: Findings,
) -> tuple[str, str | None]:
    """Return the format, and a hash of the predictions if they could be compared with a truth."""
    read = load_predictions(source, options, findings)
    table, place = read.table, Place(file=read.table.file)
    if protocol is None and not table.protocol:
        _note_missing_protocol(place, findings)
        warn_of_repeated_predictions(table, table.intervals.kind, findings)
        return table.format, None
    protocol = resolve_protocol(protocol, table.protocol, table.places.header("/protocol"))
    read = translate_predictions(read, protocol, options, findings)
    table = read.table
    check_task(table, protocol, findings)
    truth_table = read.truth
    if given_truth is None and truth_table is None:
        given_truth = shipped_truth_path(protocol.only_dataset)
    if given_truth is not None:
        truth_table = load_truth(given_truth, protocol, options, findings)
    elif truth_table is None and protocol.is_blind:
        truth_table = blind_truth(protocol, findings, table)
        report_missing_videos(protocol, table, findings)
    pairs_unknown = (
        given_truth is None and pairs_of_unknown_kind(read, protocol, options, findings) is not None
    )
    if pairs_unknown:
        options = with_any_kind(options)
    truth = None
    if truth_table is not None:
        check_task(truth_table, protocol, findings)
        truth = build_truth(truth_table, protocol, findings, options.kind)
    else:
        remedy = "Pass --truth FILE; a blind truth is sufficient."
        message = "Ids and the ends of videos were not checked: no truth was given."
        findings.note("truth-not-given", message, remedy, place)
    predictions, threshold = check_predictions(table, protocol, truth, options, findings)
    check_folds(table, protocol, truth, findings)
    if truth is None or findings.has_errors:
        return table.format, None
    names = truth.canonical_names
    if not isinstance(predictions, Expressions):
        labels = predictions.tolist()
        return table.format, sample_hash(names, labels, truth.classes, "preds", [])
    assert isinstance(truth, SpottingTruth)
    if not truth.table.blind and not pairs_unknown:
        hint_at_wrong_frames(truth, predictions, table, findings)
    if not protocol.is_blind and (not truth.table.blind or protocol.video_scope == "all"):
        warn_of_left_out(table, truth, findings)
    hashed = prediction_hash(truth.hashed_names, predictions, truth.classes, threshold, [])
    return table.format, hashed


def _note_missing_protocol(place: Place, findings: Findings) -> None:
    message = "Kinds, emotions and scope were not checked: no protocol was given."
    findings.note("protocol-not-given", message, "Pass --protocol ID.", place)
