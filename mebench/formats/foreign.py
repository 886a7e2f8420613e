"""Formats of other projects: told apart by how the text begins.

A module of its own because a score of native files does not need to import it.
"""

from __future__ import annotations

from mebench.diagnostics import Findings, MebenchError, Place
from mebench.formats import recognition_log, spotting_log
from mebench.formats.columns import detect_csv_format, read_csv_predictions, read_csv_truth
from mebench.formats.recognition_log import LogOrder
from mebench.formats.spotting_log import SpottingLog
from mebench.formats.table import split_header
from mebench.formats.text import TextFile
from mebench.records.base import EMOTION_LENGTH, ID_LENGTH
from mebench.records.sheets import AnnotationTable, PredictionTable, TruthTable

KNOWN_FORMATS = (
    "mebench JSON; CSV with subject,video,onset,offset,emotion; CSV with vid,pred_onset,"
    "pred_offset,type or vid,onset,offset,type; the MEGC spotting log; "
    "the MEGC2019 recognition log and sample list; CSV with subject,sample,emotion"
)


def read_external_predictions(
    source: TextFile, first_frame: int | None, log_order: LogOrder | None, findings: Findings
) -> PredictionTable | SpottingLog | tuple[PredictionTable, TruthTable]:
    """Read predictions; the logs give the truth along with them.

    Raises
    ------
    MebenchError
        ``unknown-format``, or what keeps the file from being read.
    """
    read: PredictionTable | SpottingLog | tuple[PredictionTable, TruthTable]
    table = detect_csv_format(split_header(source)[0])
    if spotting_log.is_log(source):
        read = spotting_log.read(source, first_frame, findings)
        _check_name_lengths(read.predictions, findings)
    elif table is not None:
        read = read_csv_predictions(table, source, first_frame, findings)
        _check_name_lengths(read, findings)
    elif is_truth_only(source):
        raise MebenchError.of(
            "wrong-file",
            f"This is the {recognition_log.LIST_NAME}: truth, and predictions are wanted.",
            "Are two files swapped?",
            Place(file=source.name, line=source.first_line_number),
        )
    elif recognition_log.is_log(source):
        read = recognition_log.read(source, log_order, findings)
        _check_name_lengths(read[0], findings)
    else:
        raise _unknown_format(source)
    return read


def read_external_truth(
    source: TextFile, first_frame: int | None, log_order: LogOrder | None, findings: Findings
) -> TruthTable:
    """Read truth; raises as :func:`read_external_predictions` does."""
    table = detect_csv_format(split_header(source)[0])
    if spotting_log.is_log(source):
        sheet = spotting_log.read(source, first_frame, findings).truth
    elif table is not None:
        sheet = read_csv_truth(table, source, first_frame, findings)
    elif recognition_log.is_list(source):
        sheet = recognition_log.read_list(source, findings)
    elif recognition_log.is_log(source):
        sheet = recognition_log.read(source, log_order, findings)[1]
    else:
        raise _unknown_format(source)
    _check_name_lengths(sheet, findings)
    return sheet


def _check_name_lengths(sheet: AnnotationTable, findings: Findings) -> None:
    """Report names that a native file could not hold: too long, or of a sample and empty."""
    for row, video in enumerate(sheet.videos):
        for field, name in zip(("dataset", "subject", "video"), video[:3], strict=True):
            if name is not None and len(name) > ID_LENGTH:
                findings.error(*_too_long(field, ID_LENGTH), sheet.places.video(row, field))
    for row, sample in enumerate(sheet.samples):
        for field, name in sample._asdict().items():
            most = EMOTION_LENGTH if field == "emotion" else ID_LENGTH
            if name is not None and len(name) > most:
                findings.error(*_too_long(field, most), sheet.places.sample(row, field))
            elif name == "":
                findings.error(
                    "value-empty",
                    f"The cell of {field!r} is empty.",
                    "Fill it in.",
                    sheet.places.sample(row, field),
                )
    for code, label in enumerate(sheet.intervals.labels):
        if len(label) > EMOTION_LENGTH:
            row = sheet.intervals.emotion.tolist().index(code)
            place = sheet.places.interval(row, "emotion")
            findings.error(*_too_long("emotion", EMOTION_LENGTH), place)


def _too_long(field: str, most: int) -> tuple[str, str, str]:
    message = f"{field!r} is too long: it should have at most {most} characters."
    return "value-too-long", message, "Shorten it."


def is_truth_only(source: TextFile) -> bool:
    """Tell whether the text can be nothing but truth."""
    return recognition_log.is_list(source)


def _unknown_format(source: TextFile) -> MebenchError:
    cells = len(split_header(source)[0])
    missing = " Does it lack its header line?" if cells > 2 else ""
    return MebenchError.of(
        "unknown-format",
        f"The file is in no format that mebench knows; it begins {source.first_line[:80]!r}."
        + missing,
        f"Known are: {KNOWN_FORMATS}.",
        Place(file=source.name, line=source.first_line_number, column=1),
    )
