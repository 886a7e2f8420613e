"""The door: whatever file a user has, read as predictions or as truth."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeVar, get_args

from pydantic import BaseModel

from mebench.diagnostics import Findings, MebenchError, Place
from mebench.formats import native, strict_json
from mebench.formats.checking import validate_model
from mebench.formats.foreign import is_truth_only, read_external_predictions, read_external_truth
from mebench.formats.recognition_log import LogOrder
from mebench.formats.text import TextFile, read_text
from mebench.records.sheets import PredictionTable, TruthTable
from mebench.records.submission import SUBMISSION_FORMAT, Submission
from mebench.records.truth import TRUTH_FORMAT, TruthManifest

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
        return LoadedPredictions(native.read_submission(given, None, findings))
    source = given if isinstance(given, TextFile) else read_text(given)
    if _is_json(source):
        document = _document(source, SUBMISSION_FORMAT, findings)
        return LoadedPredictions(native.read_submission(document, source, findings))
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
        return native.read_truth(given, None, findings)
    source = given if isinstance(given, TextFile) else read_text(given)
    if _is_json(source):
        return native.read_truth(_document(source, TRUTH_FORMAT, findings), source, findings)
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
