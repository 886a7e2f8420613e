"""The door: whatever file a user has, read as predictions or as truth."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from mebench.diagnostics import Findings, MebenchError, Place
from mebench.formats import native, strict_json
from mebench.formats.text import Source, read_text
from mebench.records.sheets import PredictionSheet, TruthSheet
from mebench.records.submission import SUBMISSION_FORMAT, Submission
from mebench.records.truth import TRUTH_FORMAT, TruthManifest

FirstFrame = Literal[0, 1]
Role = Literal["predictions", "truth"]
LogOrder = Literal["predicted-truth", "truth-predicted"]


@dataclass(frozen=True, slots=True)
class ReadPredictions:
    """Predictions, and what came with them.

    Attributes
    ----------
    sheet : PredictionSheet
        The predictions.
    truth : TruthSheet or None
        The truth, where the file holds both (the logs).
    verdicts : dict or None
        What a spotting log counts itself: TP, FP, FN.
    """

    sheet: PredictionSheet
    truth: TruthSheet | None = None
    verdicts: dict[str, int] | None = None


def read_predictions(
    given: str | Path | dict[str, Any] | Submission,
    findings: Findings,
    *,
    first_frame: FirstFrame | None = None,
    log_order: LogOrder | None = None,
) -> ReadPredictions:
    """Read predictions.

    Parameters
    ----------
    given : path, dict or Submission
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
        return ReadPredictions(native.read_submission(given, None, findings))
    source = read_text(given)
    if _is_json(source):
        document = _document(source, "predictions", findings)
        return ReadPredictions(native.read_submission(document, source, findings))
    from mebench.formats import foreign

    read = foreign.read_predictions(source, first_frame, log_order, findings)
    if isinstance(read, PredictionSheet):
        return ReadPredictions(read)
    if isinstance(read, tuple):
        return ReadPredictions(*read)
    return ReadPredictions(read.predictions, read.truth, read.verdicts)


def read_truth(
    given: str | Path | dict[str, Any] | TruthManifest,
    findings: Findings,
    *,
    first_frame: FirstFrame | None = None,
    log_order: LogOrder | None = None,
) -> TruthSheet:
    """Read truth; arguments as in :func:`read_predictions`."""
    if isinstance(given, TruthManifest):
        given = given.to_json()
    if isinstance(given, dict):
        return native.read_truth(given, None, findings)
    source = read_text(given)
    if _is_json(source):
        return native.read_truth(_document(source, "truth", findings), source, findings)
    from mebench.formats import foreign

    return foreign.read_truth(source, first_frame, log_order, findings)


def role_of(path: str | Path) -> Role:
    """Guess whether a file holds truth or predictions; tables could be either, and count as both.

    Raises
    ------
    MebenchError
        If the file cannot be read.
    """
    source = read_text(path)
    if _is_json(source):
        document = strict_json.parse(source, Findings())
        stated = document.get("format") if isinstance(document, dict) else None
        if isinstance(stated, str) and stated.startswith("mebench-truth"):
            return "truth"
        return "predictions"
    from mebench.formats import foreign

    return "truth" if foreign.is_truth_only(source) else "predictions"


def _is_json(source: Source) -> bool:
    return source.first_line.startswith(("{", "["))


def _document(source: Source, role: Role, findings: Findings) -> Any:
    """Parse JSON and see that it is the right kind of file."""
    document = strict_json.parse(source, findings)
    place = Place(file=source.name, line=1, column=1, pointer="")
    wanted = SUBMISSION_FORMAT if role == "predictions" else TRUTH_FORMAT
    if not isinstance(document, dict):
        raise MebenchError.of(
            "wrong-type",
            "The document is a list [ ], and should be an object { }.",
            f'It begins {{"format": "{wanted}", ...}}; `mebench template` writes one.',
            place,
        )
    stated = document.get("format")
    if isinstance(stated, str) and stated.startswith("mebench-"):
        given, expected = stated.split("/")[0], wanted.split("/")[0]
        if given != expected:
            raise MebenchError.of(
                "wrong-file",
                f"This is a {given.removeprefix('mebench-')} file, where {role} were expected.",
                "Are two files swapped?",
                place,
            )
    return document
