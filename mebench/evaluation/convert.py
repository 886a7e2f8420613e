"""Convert a file of any known format, checked under a protocol, to native JSON or STR CSV."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from mebench.diagnostics import Findings, MebenchError, Place
from mebench.evaluation.ground_truth import (
    build_recognition_truth,
    build_spotting_truth,
    resolve_kinds,
)
from mebench.evaluation.recognition import align_samples
from mebench.evaluation.score import ProtocolInput, check_task, check_truth_task, resolve_protocol
from mebench.evaluation.scoring_options import ScoringOptions
from mebench.evaluation.spotting import align_intervals
from mebench.formats import writers as writing
from mebench.formats.loader import Role, read_model, read_predictions, read_truth
from mebench.models.annotation_table import (
    NO_FRAME,
    AnnotationTable,
    PredictionTable,
    TruthTable,
    VideoRow,
)
from mebench.models.protocol import Protocol
from mebench.models.submission import Submission
from mebench.protocols.id_matching import IdIndex, LookupProblem, subject_from_name
from mebench.protocols.loader import load_protocol
from mebench.util.atomic_write import to_json_text


@dataclass(frozen=True, slots=True)
class ConvertedFile:
    """A converted file.

    Attributes
    ----------
    text : str
        The new file's content.
    detected_format : str
        The format the old one was read as.
    videos, intervals, samples : int
        What is in it.
    """

    text: str
    detected_format: str
    videos: int
    intervals: int
    samples: int


def convert(
    role: Role,
    path: str | Path,
    protocol: ProtocolInput,
    settings: ScoringOptions,
    findings: Findings,
    *,
    truth: str | Path | None = None,
    as_csv: bool = False,
) -> ConvertedFile:
    """Convert a file.

    Parameters
    ----------
    role : {"predictions", "truth"}
        What the file is.
    path : str or Path
        The file.
    protocol : str or path
        Under which it must make sense.
    settings : ScoringOptions
        As in a score; frames outside the video are refused unless ``clip`` is set, and predicted
        emotions outside the class list always.
    findings : Findings
        Takes in what was noticed.
    truth : path, optional
        For predictions: the truth, which knows ids and lengths.
    as_csv : bool
        STR CSV instead of native JSON.

    Raises
    ------
    MebenchError
        With everything that is wrong with the file.
    """
    protocol = protocol if isinstance(protocol, Protocol) else load_protocol(protocol)
    # A stand-in for other emotions belongs to a score, whose signature says so; a file could not.
    settings = replace(settings, outside_as=None)
    sheet = (
        _predictions(path, protocol, settings, findings, truth)
        if role == "predictions"
        else _truth(path, protocol, settings, findings)
    )
    findings.raise_errors()
    if as_csv:
        if isinstance(sheet, TruthTable) and sheet.blind:
            raise MebenchError.of(
                "truth-blind",
                "This truth manifest is blind, and a CSV cannot say so.",
                "In a CSV its videos would stand as videos without expressions.",
                Place(file=sheet.file),
            )
        if isinstance(sheet, PredictionTable):
            _warn_of_loss(sheet, findings)
        text = writing.as_csv(sheet)
    elif isinstance(sheet, PredictionTable):
        text = to_json_text(_submission(sheet, protocol, path, settings).to_json())
    else:
        assert isinstance(sheet, TruthTable)
        record = writing.to_truth_manifest(sheet, path)
        if record.dataset is None:
            record = record.model_copy(update={"dataset": protocol.only_dataset})
        text = to_json_text(record.to_json())
    return ConvertedFile(
        text, sheet.format, len(sheet.videos), len(sheet.intervals), len(sheet.samples)
    )


def _warn_of_loss(sheet: PredictionTable, findings: Findings) -> None:
    thresholds = [sheet.threshold, *(video.threshold for video in sheet.videos)]
    lost = {
        "system": sheet.system is not None,
        "folds": sheet.folds is not None,
        "score_threshold": any(one is not None for one in thresholds),
    }
    if any(lost.values()):
        findings.warning(
            "convert-loses",
            f"A CSV has no place for {', '.join(name for name, is_lost in lost.items() if is_lost)}"
            ": left out.",
            "--score-threshold gives a CSV its operating point.",
            Place(file=sheet.file),
        )


def _predictions(
    path: str | Path,
    protocol: Protocol,
    settings: ScoringOptions,
    findings: Findings,
    truth: str | Path | None,
) -> PredictionTable:
    read = read_predictions(
        path, findings, first_frame=settings.first_frame, log_order=settings.log_order
    )
    sheet = read.sheet
    resolve_protocol(protocol, sheet.protocol, sheet.places.header("/protocol"))
    check_task(sheet, protocol, findings)
    truth_sheet = read.truth
    if truth is not None:
        truth_sheet = read_truth(
            truth, findings, first_frame=settings.truth_first_frame, log_order=settings.log_order
        )
    foreign, sheet.foreign = sheet.foreign, False  # frames outside are refused, or clipped
    directory: IdIndex | None = None
    if protocol.spots:
        built = (
            None
            if truth_sheet is None
            else build_spotting_truth(truth_sheet, protocol, findings, kind=settings.kind)
        )
        align_intervals(sheet, protocol, built, settings, findings)
        directory = built.directory if built else None
        if settings.kind is not None:
            sheet.intervals.kind = resolve_kinds(sheet.intervals, protocol, settings.kind)
    else:
        samples = (
            None
            if truth_sheet is None
            else build_recognition_truth(truth_sheet, protocol, findings)
        )
        align_samples(sheet, protocol, samples, settings, findings)
    sheet.foreign = foreign
    _fill_in(sheet, protocol, directory, findings)
    return sheet


def _truth(
    path: str | Path, protocol: Protocol, settings: ScoringOptions, findings: Findings
) -> TruthTable:
    sheet = read_truth(
        path, findings, first_frame=settings.truth_first_frame, log_order=settings.log_order
    )
    check_truth_task(sheet, protocol, findings)
    if protocol.spots:
        foreign, sheet.foreign = sheet.foreign, False  # frames outside are refused
        built = build_spotting_truth(
            sheet, protocol, findings, kind=settings.kind, clip=settings.clip
        )
        sheet.foreign = foreign
        if settings.kind is not None:
            sheet.intervals.kind = resolve_kinds(sheet.intervals, protocol, settings.kind)
        _fill_in(sheet, protocol, built.directory, findings)
    else:
        build_recognition_truth(sheet, protocol, findings)
    return sheet


def _fill_in(
    sheet: AnnotationTable, protocol: Protocol, directory: IdIndex | None, findings: Findings
) -> None:
    """Give the videos of a format without subjects their subject; spell ids as the truth does."""
    filled = []
    for row, video in enumerate(sheet.videos):
        dataset = video.dataset or sheet.dataset
        found = directory.find(dataset, video.subject, video.video) if directory else None
        if found is not None and not isinstance(found, LookupProblem) and directory is not None:
            name = directory.names[found]
            own = name.dataset if protocol.is_composite else video.dataset
            filled.append(VideoRow(own, name.subject, name.name, video.n_frames, video.threshold))
            continue
        rule = protocol.dataset(dataset or protocol.only_dataset or "")
        subject = video.subject or (subject_from_name(rule, video.video) if rule else None)
        if subject is None:
            findings.error(
                "subject-needed",
                "The file does not say whose the video is.",
                "Pass --truth FILE, which knows.",
                sheet.places.video(row, "video"),
            )
        filled.append(video._replace(subject=subject))
    sheet.videos = filled


def _submission(
    sheet: PredictionTable, protocol: Protocol, path: str | Path, settings: ScoringOptions
) -> Submission:
    """Return the record; of a native file everything is kept, its frames clipped if asked."""
    if sheet.foreign:
        return writing.to_submission(sheet, protocol.id, Path(path).stem)
    record = read_model(path, Submission, Findings())
    assert record is not None
    if not settings.clip and settings.kind is None:
        return record
    rows = sheet.intervals
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
