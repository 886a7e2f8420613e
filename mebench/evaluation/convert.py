"""Convert a file of any known format, checked under a protocol, to native JSON or STR CSV."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from mebench.diagnostics import Findings, MebenchError, Place
from mebench.evaluation.check_predictions import check_predictions
from mebench.evaluation.ground_truth import (
    GroundTruth,
    build_recognition_truth,
    build_spotting_truth,
    build_truth,
    resolve_kinds,
)
from mebench.evaluation.score import (
    ProtocolInput,
    check_task,
    load_predictions,
    load_truth,
    resolve_protocol,
)
from mebench.evaluation.scoring_options import ScoringOptions
from mebench.formats import writers as writing
from mebench.formats.loader import Role, read_model
from mebench.models.annotation_table import (
    NO_FRAME,
    AnnotationTable,
    PredictionTable,
    TruthTable,
    VideoRow,
)
from mebench.models.protocol import Protocol
from mebench.models.submission import Submission
from mebench.protocols.id_matching import LookupProblem, subject_from_name
from mebench.protocols.loader import load_protocol
from mebench.util.atomic_write import to_json_text


class ConvertedFile(NamedTuple):
    """The text of a converted file, and the table that was read."""

    text: str
    table: AnnotationTable


def convert(
    role: Role,
    path: str | Path,
    protocol: ProtocolInput,
    options: ScoringOptions,
    findings: Findings,
    *,
    truth: str | Path | None = None,
    as_csv: bool = False,
) -> ConvertedFile:
    """Convert a file to native JSON or STR CSV, or raise all its problems.

    Frames outside the video are errors unless ``clip`` is set; predicted emotions outside the class
    list are always errors. With predictions, the truth is for ids and lengths.
    """
    protocol = protocol if isinstance(protocol, Protocol) else load_protocol(protocol)
    # Replacing emotions is allowed only in a score, whose signature states it. A part of the
    # samples can be converted, but not scored.
    options = replace(options, outside_as=None, allow_missing=True)
    table: AnnotationTable
    if role == "predictions":
        table = _predictions(path, protocol, options, findings, truth)
    else:
        table = _truth(path, protocol, options, findings)
    findings.raise_errors()
    if as_csv:
        if isinstance(table, TruthTable) and table.blind:
            raise MebenchError.of(
                "truth-blind",
                "This truth is blind, and a CSV cannot state that: its videos would appear to be "
                "without expressions.",
                "Convert it to JSON.",
                Place(file=table.file),
            )
        if isinstance(table, PredictionTable):
            _warn_of_loss(table, findings)
        text = writing.as_csv(table)
    elif isinstance(table, PredictionTable):
        text = to_json_text(_submission(table, protocol, path, options).to_json())
    else:
        assert isinstance(table, TruthTable)
        record = writing.to_truth_manifest(table, path)
        if record.dataset is None:
            record = record.model_copy(update={"dataset": protocol.only_dataset})
        text = to_json_text(record.to_json())
    return ConvertedFile(text, table)


def _warn_of_loss(table: PredictionTable, findings: Findings) -> None:
    thresholds = [table.threshold, *(video.threshold for video in table.videos)]
    lost = {
        "system": table.system is not None,
        "folds": table.folds is not None,
        "score_threshold": any(threshold is not None for threshold in thresholds),
    }
    if any(lost.values()):
        findings.warning(
            "convert-loses",
            "A CSV cannot contain these fields, and they were left out: "
            f"{', '.join(name for name, is_lost in lost.items() if is_lost)}.",
            "Pass --score-threshold to `mebench score` to set the operating point.",
            Place(file=table.file),
        )


def _predictions(
    path: str | Path,
    protocol: Protocol,
    options: ScoringOptions,
    findings: Findings,
    truth_file: str | Path | None,
) -> PredictionTable:
    read = load_predictions(path, options, findings)
    table, truth_table = read.table, read.truth
    resolve_protocol(protocol, table.protocol, table.places.header("/protocol"))
    check_task(table, protocol, findings)
    if truth_file is not None:
        truth_table = load_truth(truth_file, options, findings)
    foreign, table.foreign = table.foreign, False  # frames outside are errors, or clipped
    truth = None
    if truth_table is not None:
        truth = build_truth(truth_table, protocol, findings, options.kind)
    check_predictions(table, protocol, truth, options, findings)
    table.foreign = foreign
    _complete(table, protocol, truth, options, findings)
    return table


def _truth(
    path: str | Path, protocol: Protocol, options: ScoringOptions, findings: Findings
) -> TruthTable:
    table = load_truth(path, options, findings)
    check_task(table, protocol, findings)
    if protocol.spots:
        foreign, table.foreign = table.foreign, False  # frames outside are errors
        truth = build_spotting_truth(
            table, protocol, findings, kind=options.kind, clip=options.clip
        )
        table.foreign = foreign
        _complete(table, protocol, truth, options, findings)
    else:
        build_recognition_truth(table, protocol, findings)
    return table


def _complete(
    table: AnnotationTable,
    protocol: Protocol,
    truth: GroundTruth | None,
    options: ScoringOptions,
    findings: Findings,
) -> None:
    """Add missing kinds, add missing subjects to videos, and spell ids as the truth does."""
    if protocol.spots and options.kind is not None:
        table.intervals.kind = resolve_kinds(table.intervals, protocol, options.kind)
    filled = []
    for row, video in enumerate(table.videos):
        dataset = video.dataset or table.dataset
        if truth is not None and protocol.spots:
            match = truth.id_index.find(dataset, video.subject, video.video)
            if not isinstance(match, LookupProblem):
                name = truth.id_index.names[match]
                dataset = name.dataset if protocol.is_composite else video.dataset
                filled.append(VideoRow(dataset, *name[1:], video.n_frames, video.threshold))
                continue
        rule = protocol.dataset(dataset or protocol.only_dataset or "")
        subject = video.subject or (subject_from_name(rule, video.video) if rule else None)
        if subject is None:
            findings.error(
                "subject-needed",
                "The file does not state the subject of the video.",
                "Pass --truth FILE; the subject is then read from the truth.",
                table.places.video(row, "video"),
            )
        filled.append(video._replace(subject=subject))
    table.videos = filled


def _submission(
    table: PredictionTable, protocol: Protocol, path: str | Path, options: ScoringOptions
) -> Submission:
    """Return the submission; a native file keeps all its fields, frames and kinds aside."""
    if table.foreign:
        return writing.to_submission(table, protocol.id, Path(path).stem)
    record = read_model(path, Submission, Findings())
    assert record is not None
    if not options.clip and options.kind is None:
        return record
    rows = table.intervals
    videos = [video.model_copy(update={"intervals": []}) for video in record.videos]
    originals = [interval for video in record.videos for interval in video.intervals]
    for row, original in enumerate(originals):
        interval = {**original, "onset": int(rows.onset[row]), "offset": int(rows.offset[row])}
        if rows.apex[row] != NO_FRAME:
            interval["apex"] = int(rows.apex[row])
        if rows.kind_name(row) is not None:
            interval["kind"] = rows.kind_name(row)
        videos[int(rows.video[row])].intervals.append(interval)  # type: ignore[arg-type]
    return record.model_copy(update={"videos": videos})
