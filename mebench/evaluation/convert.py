"""Convert a file of any known format, checked under a protocol, to native JSON or STR CSV."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

from mebench.diagnostics import Findings, Place
from mebench.evaluation.check_predictions import check_predictions
from mebench.evaluation.fold_checks import check_folds
from mebench.evaluation.ground_truth import (
    GroundTruth,
    build_recognition_truth,
    build_spotting_truth,
    build_truth,
    resolve_kinds,
)
from mebench.evaluation.inputs import (
    ProtocolInput,
    check_task,
    load_predictions,
    load_truth,
    resolve_protocol,
    translate_predictions,
)
from mebench.evaluation.scoring_options import ScoringOptions
from mebench.evaluation.system_entry import SystemEntry, predicted_subjects, subjects_in_scope
from mebench.formats import writers as writing
from mebench.formats.external_formats import Role
from mebench.formats.loader import read_model
from mebench.models.annotation_table import (
    NO_FRAME,
    AnnotationTable,
    PredictionTable,
    SampleRow,
    TruthTable,
)
from mebench.models.protocol import Protocol
from mebench.models.submission import Submission
from mebench.models.truth import TruthManifest
from mebench.protocols.blind_videos import blind_truth
from mebench.protocols.id_index import LookupProblem
from mebench.protocols.id_matching import subject_from_name
from mebench.protocols.loader import load_protocol
from mebench.util.atomic_write import to_json_text


class ConvertedFile(NamedTuple):
    """The text of a converted file, its content as a model, and the table that was read."""

    text: str
    record: Submission | TruthManifest
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
    entry: SystemEntry | None = None,
) -> ConvertedFile:
    """Convert a file to native JSON or STR CSV, or raise all its problems.

    Frames outside the video are errors unless ``clip`` is set; predicted emotions outside the class
    list are always errors. With predictions, the truth is for ids and lengths, and ``entry`` is
    stated in the new file.
    """
    protocol = protocol if isinstance(protocol, Protocol) else load_protocol(protocol)
    # Replacing emotions is allowed only in a score, whose signature states it. A part of the
    # samples can be converted, but not scored.
    options = replace(options, outside_as=None, allow_missing=True)
    table: PredictionTable | TruthTable
    in_truth: GroundTruth | None = None
    if role == "predictions":
        table, in_truth = _predictions(path, protocol, options, findings, truth)
    else:
        table = _truth(path, protocol, options, findings)
    if as_csv:
        if isinstance(table, TruthTable) and table.blind:
            findings.error(
                "truth-blind",
                "This truth is blind, and a CSV cannot state that: its videos would appear to be "
                "without expressions.",
                "Convert it to JSON.",
                Place(file=table.file),
            )
        writing.report_unfit_text(table, samples=not protocol.spots, findings=findings)
    findings.raise_errors()
    record = _record(table, protocol, path)
    if entry is not None and isinstance(record, Submission):
        # A subject without predictions was tested too.
        subjects = predicted_subjects(record) if in_truth is None else subjects_in_scope(in_truth)
        record = entry.add_to(record, subjects, Place(file=table.file), findings)
        findings.raise_errors()
    names_system = not table.foreign or (entry is not None and entry.names_system)
    _warn_of_loss(table, record.to_json(), protocol, as_csv, findings, names_system)
    if as_csv:
        text = writing.as_csv(table, samples=not protocol.spots)
    else:
        text = to_json_text(record.to_json())
    return ConvertedFile(text, record, table)


def _warn_of_loss(
    table: PredictionTable | TruthTable,
    record: dict[str, Any],
    protocol: Protocol,
    as_csv: bool,
    findings: Findings,
    names_system: bool,
) -> None:
    """Warn of fields that the new file does not have; ``record`` is the content as JSON.

    Without ``names_system``, the system's name was taken from the file, and is no loss.
    """
    lost = set()
    if isinstance(table, PredictionTable):
        lost |= (
            {"n_frames"} if table.foreign and any(row.n_frames for row in table.videos) else set()
        )
    elif table.intervals.score is not None:
        lost.add("score")
    if as_csv:
        other_rows = "samples" if protocol.spots else "videos"
        lost |= {other_rows} if record.pop(other_rows, None) else set()
        if not names_system:
            record.pop("system", None)
        written = SampleRow._fields if not protocol.spots else writing.CSV_COLUMNS
        lost |= set(_unwritten_fields(record, {*written, "format", "protocol", "$schema"}))
    if lost:
        threshold = "score_threshold" in lost
        findings.warning(
            "convert-loses",
            f"{'A CSV' if as_csv else 'The new file'} cannot contain these fields, and they were "
            f"left out: {', '.join(sorted(lost))}.",
            "Pass --score-threshold to `mebench score` to set the operating point."
            if threshold
            else "",
            Place(file=table.file),
        )


def _unwritten_fields(record: dict[str, Any], written: set[str]) -> Iterator[str]:
    """Yield the fields of a record and its rows that are not written."""
    for name, value in record.items():
        if name in ("videos", "samples", "intervals"):
            for row in value or ():
                yield from _unwritten_fields(row, written)
        elif name not in written:
            yield name


def _predictions(
    path: str | Path,
    protocol: Protocol,
    options: ScoringOptions,
    findings: Findings,
    truth_file: str | Path | None,
) -> tuple[PredictionTable, GroundTruth | None]:
    read = load_predictions(path, options, findings)
    resolve_protocol(protocol, read.table.protocol, read.table.places.header("/protocol"))
    read = translate_predictions(read, protocol, options, findings)
    table, truth_table = read.table, read.truth
    check_task(table, protocol, findings)
    if truth_file is not None:
        truth_table = load_truth(truth_file, protocol, options, findings)
    elif truth_table is None and protocol.is_blind:
        truth_table = blind_truth(protocol, findings, table)
    foreign, table.foreign = table.foreign, False  # frames outside are errors, or clipped
    truth = None
    if truth_table is not None:
        truth = build_truth(truth_table, protocol, findings, options.kind)
    check_predictions(table, protocol, truth, options, findings)
    check_folds(table, protocol, truth, findings)
    table.foreign = foreign
    _complete(table, protocol, truth, options, findings)
    return table, truth


def _truth(
    path: str | Path, protocol: Protocol, options: ScoringOptions, findings: Findings
) -> TruthTable:
    table = load_truth(path, protocol, options, findings)
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
                filled.append(
                    video._replace(dataset=dataset, subject=name.subject, video=name.name)
                )
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
        filled.append(video._replace(dataset=dataset, subject=subject))
    table.videos = filled


def _record(
    table: PredictionTable | TruthTable, protocol: Protocol, path: str | Path
) -> Submission | TruthManifest:
    """Return the content as a model; that of a native file keeps all fields of the file."""
    record: Submission | TruthManifest
    if isinstance(table, TruthTable):
        record = writing.to_truth_manifest(table, path)
        if record.dataset is None:
            record = record.model_copy(update={"dataset": protocol.only_dataset})
    elif table.foreign:
        return writing.to_submission(table, protocol.id, Path(path).stem)
    else:
        submission = read_model(path, Submission, Findings())
        assert submission is not None
        record = submission
    return record if table.foreign else _with_intervals(record, table)


def _with_intervals(
    record: Submission | TruthManifest, table: PredictionTable | TruthTable
) -> Submission | TruthManifest:
    """Return a native file with what options can change: frames, kinds and labels."""
    rows = table.intervals
    of_videos: list[Any] = [*record.videos]
    of_samples: list[Any] = [*record.samples]
    originals = [row for video in of_videos for row in video.intervals or ()]
    intervals: list[list[dict[str, Any]]] = [[] for _ in of_videos]
    for row, original in enumerate(originals):
        interval = {**original, "onset": int(rows.onset[row]), "offset": int(rows.offset[row])}
        if rows.apex[row] != NO_FRAME:
            interval["apex"] = int(rows.apex[row])
        if rows.kind_name(row) is not None:
            interval["kind"] = rows.kind_name(row)
        if rows.emotion_name(row) is not None:
            interval["emotion"] = rows.emotion_name(row)
        intervals[int(rows.video[row])].append(interval)
    videos = [
        video if video.intervals is None else video.model_copy(update={"intervals": changed})
        for video, changed in zip(of_videos, intervals, strict=True)
    ]
    samples = [
        sample.model_copy(update={"emotion": row.emotion})
        for sample, row in zip(of_samples, table.samples, strict=True)
    ]
    return record.model_copy(update={"videos": videos, "samples": samples})
