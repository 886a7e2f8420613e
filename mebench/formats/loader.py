"""Read predictions or truth from a file in any known format; the content decides the format."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeVar, get_args

from pydantic import BaseModel

from mebench.diagnostics import Findings, MebenchError, Place
from mebench.formats import native_json, recognition_log, spotting_log, strict_json
from mebench.formats.csv_formats import detect_csv_format, read_csv_predictions, read_csv_truth
from mebench.formats.recognition_log import LogOrder
from mebench.formats.spotting_log import SpottingLog
from mebench.formats.text_file import TextFile, read_text
from mebench.formats.text_table import split_header
from mebench.formats.validate_model import validate_model
from mebench.models.annotation_table import AnnotationTable, PredictionTable, TruthTable
from mebench.models.base import EMOTION_LENGTH, ID_LENGTH
from mebench.models.submission import SUBMISSION_FORMAT, Submission
from mebench.models.truth import TRUTH_FORMAT, TruthManifest

Model = TypeVar("Model", bound=BaseModel)

FirstFrame = Literal[0, 1]
Role = Literal["predictions", "truth"]


@dataclass(frozen=True, slots=True)
class LoadedPredictions:
    """Predictions, and what came with them.

    Attributes
    ----------
    sheet : PredictionTable
        The predictions.
    truth : TruthTable or None
        The truth, where the file holds both (the logs).
    verdicts : dict or None
        What a spotting log counts itself: TP, FP, FN.
    """

    sheet: PredictionTable
    truth: TruthTable | None = None
    verdicts: dict[str, int] | None = None


def read_predictions(
    given: str | Path | TextFile | dict[str, Any] | Submission,
    findings: Findings,
    *,
    first_frame: FirstFrame | None = None,
    log_order: LogOrder | None = None,
) -> LoadedPredictions:
    """Read predictions.

    Parameters
    ----------
    given : path, Source, dict or Submission
        A file in any known format, or a submission in memory.
    findings : Findings
        Takes in what is wrong with single rows.
    first_frame : {0, 1}, optional
        The number of the first frame in a foreign file; each format has its own otherwise.
    log_order : {"predicted-truth", "truth-predicted"}, optional
        For a recognition log that does not say.

    Raises
    ------
    MebenchError
        If the file cannot be read as predictions at all.
    """
    if isinstance(given, Submission):
        given = given.to_json()
    if isinstance(given, dict):
        return LoadedPredictions(native_json.read_submission(given, None, findings))
    source = given if isinstance(given, TextFile) else read_text(given)
    if _is_json(source):
        document = _document(source, SUBMISSION_FORMAT, findings)
        return LoadedPredictions(native_json.read_submission(document, source, findings))
    read = read_external_predictions(source, first_frame, log_order, findings)
    if isinstance(read, PredictionTable):
        return LoadedPredictions(read)
    if isinstance(read, tuple):
        return LoadedPredictions(*read)
    return LoadedPredictions(read.predictions, read.truth, read.verdicts)


def read_truth(
    given: str | Path | TextFile | dict[str, Any] | TruthManifest,
    findings: Findings,
    *,
    first_frame: FirstFrame | None = None,
    log_order: LogOrder | None = None,
) -> TruthTable:
    """Read truth; arguments as in :func:`read_predictions`."""
    if isinstance(given, TruthManifest):
        given = given.to_json()
    if isinstance(given, dict):
        return native_json.read_truth(given, None, findings)
    source = given if isinstance(given, TextFile) else read_text(given)
    if _is_json(source):
        return native_json.read_truth(_document(source, TRUTH_FORMAT, findings), source, findings)
    return read_external_truth(source, first_frame, log_order, findings)


def guess_role(source: TextFile) -> Role:
    """Guess whether a text holds truth or predictions; a table, which could be either, the latter.

    Raises
    ------
    MebenchError
        If it begins as JSON and is none.
    """
    if _is_json(source):
        document = strict_json.parse(source, Findings())
        stated = document.get("format") if isinstance(document, dict) else None
        if isinstance(stated, str) and stated.startswith("mebench-truth"):
            return "truth"
        return "predictions"
    return "truth" if is_truth_only(source) else "predictions"


def _is_json(source: TextFile) -> bool:
    return source.first_line.startswith(("{", "["))


def read_model(path: str | Path, model: type[Model], findings: Findings) -> Model | None:
    """Read a native file as a record; None where something is wrong with it.

    Parameters
    ----------
    path : str or Path
        The file.
    model : type
        The record.
    findings : Findings
        Takes in what is wrong.

    Raises
    ------
    MebenchError
        If it is another kind of file, or cannot be read at all.
    """
    source = read_text(path)
    wanted = str(get_args(model.model_fields["format"].annotation)[0])
    if not _is_json(source):
        raise MebenchError.of(
            "wrong-file",
            f"This is no JSON file, and a {_kind_of_file(wanted)} file is wanted.",
            "`mebench convert` makes native files of others.",
            Place(file=source.name, line=source.first_line_number, column=1),
        )
    document = _document(source, wanted, findings)
    locator = strict_json.JsonLocator(source.text)
    return validate_model(
        model,
        document,
        findings,
        lambda keys: source.place(locator.offset(keys), strict_json.json_pointer(keys)),
    )


def _document(source: TextFile, wanted: str, findings: Findings) -> Any:
    """Parse JSON and see that it is the right kind of file."""
    document = strict_json.parse(source, findings)
    place = Place(file=source.name, line=source.first_line_number, column=1, pointer="")
    if not isinstance(document, dict):
        raise MebenchError.of(
            "wrong-type",
            "The document is a list [ ], and should be an object { }.",
            f'It begins {{"format": "{wanted}", ...}}.',
            place,
        )
    stated = document.get("format")
    if isinstance(stated, str) and stated.startswith("mebench-"):
        given, expected = _kind_of_file(stated), _kind_of_file(wanted)
        if given != expected:
            raise MebenchError.of(
                "wrong-file",
                f"This is a {given} file, and a {expected} file is wanted.",
                "Are two files swapped?",
                place,
            )
    return document


def _kind_of_file(stated: str) -> str:
    """Return ``truth`` for ``mebench-truth/1``."""
    return stated.removeprefix("mebench-").split("/")[0][:40]


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
