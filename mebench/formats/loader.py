"""Read predictions or truth from a file in any known format.

The content of the file decides the format, not its name.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal, NamedTuple, TypeVar, get_args

from pydantic import BaseModel

from mebench.diagnostics import Findings, MebenchError, Place
from mebench.formats import native_json, strict_json
from mebench.formats.action_localization import (
    activitynet_key,
    is_localization_table,
    read_activitynet,
    read_localization_table,
)
from mebench.formats.column_names import find_layout
from mebench.formats.combined_tables import combine
from mebench.formats.csv_formats import MEGC2022_CSV
from mebench.formats.csv_reader import read_csv
from mebench.formats.foreign_json import refuse_foreign_json, refuse_json_lines
from mebench.formats.headerless_csv import (
    HEADERLESS_CSV,
    is_headerless_csv,
    read_headerless_csv,
)
from mebench.formats.packed_files import read_source, read_sources, several_files_error
from mebench.formats.recognition_log import LogOrder, is_recognition_log, read_recognition_log
from mebench.formats.sample_lists import detect_sample_list, read_sample_list
from mebench.formats.spotting_log import SpottingLog, is_spotting_log, read_spotting_log
from mebench.formats.table_reader import split_header
from mebench.formats.text_file import TextFile
from mebench.formats.validate_model import validate_model
from mebench.models.annotation_table import (
    AnnotationTable,
    PredictionTable,
    SampleRow,
    TruthTable,
)
from mebench.models.base import EMOTION_LENGTH, ID_LENGTH
from mebench.models.submission import SUBMISSION_FORMAT, Submission
from mebench.models.table_mapping import TableMapping
from mebench.models.truth import TRUTH_FORMAT, TruthManifest
from mebench.util.arguments import check_argument

Model = TypeVar("Model", bound=BaseModel)
Table = TypeVar("Table", PredictionTable, TruthTable)

FirstFrame = Literal[0, 1]
Role = Literal["predictions", "truth"]


class LoadedPredictions(NamedTuple):
    """The content of a prediction file.

    ``truth`` is not None if the file contains both (the logs); ``log`` has the lines of a spotting
    log.
    """

    table: PredictionTable
    truth: TruthTable | None = None
    log: SpottingLog | None = None


def read_predictions(
    given: str | Path | TextFile | dict[str, Any] | Submission,
    findings: Findings,
    *,
    first_frame: FirstFrame | None = None,
    log_order: LogOrder | None = None,
    mapping: TableMapping | None = None,
) -> LoadedPredictions:
    """Read predictions from a file in any known format, or a submission in memory.

    ``first_frame`` is the number of a video's first frame in an external format; default: that of
    the format. ``log_order`` is which label comes first in a recognition log, if the log does not
    state it. ``mapping`` states how to read a table. Problems in single rows are findings; an
    error is raised if nothing can be read.
    """
    _check_source("predictions", given, Submission)
    if isinstance(given, Submission):
        given = given.to_json()
    if isinstance(given, dict):
        return LoadedPredictions(_read_json_predictions(given, None, first_frame, findings))
    sources = [given] if isinstance(given, TextFile) else read_sources(given, findings, mapping)
    if len(sources) > 1:
        return LoadedPredictions(_read_members(str(given), sources, first_frame, mapping, findings))
    [source] = sources
    if _is_json(source):
        document = _document(source, SUBMISSION_FORMAT, findings)
        native = _read_json_predictions(document, source, first_frame, findings, mapping)
        return LoadedPredictions(native)
    table, truth, log = _read_external(
        source, "predictions", first_frame, log_order, mapping, findings
    )
    assert table is not None
    return LoadedPredictions(table, truth, log)


def _read_members(
    file: str,
    sources: list[TextFile],
    first_frame: FirstFrame | None,
    mapping: TableMapping | None,
    findings: Findings,
) -> PredictionTable:
    """Read the tables of a zip as one table."""
    tables = []
    for source in sources:
        if _is_json(source) or find_layout(source, mapping) is None:
            raise several_files_error(file, [source.name for source in sources])
        predictions, _, _ = _read_external(
            source, "predictions", first_frame, None, mapping, findings
        )
        assert predictions is not None
        tables.append(predictions)
    return combine(tables, file)


def read_truth(
    given: str | Path | TextFile | dict[str, Any] | TruthManifest,
    findings: Findings,
    *,
    first_frame: FirstFrame | None = None,
    log_order: LogOrder | None = None,
    mapping: TableMapping | None = None,
) -> TruthTable:
    """Read truth; arguments as in :func:`read_predictions`."""
    _check_source("truth", given, TruthManifest)
    if isinstance(given, TruthManifest):
        given = given.to_json()
    if isinstance(given, dict):
        return _read_json_truth(given, None, first_frame, findings)
    source = given if isinstance(given, TextFile) else read_source(given, findings, mapping)
    if _is_json(source):
        document = _document(source, TRUTH_FORMAT, findings)
        return _read_json_truth(document, source, first_frame, findings, mapping)
    _, truth, _ = _read_external(source, "truth", first_frame, log_order, mapping, findings)
    assert truth is not None
    if truth.intervals.score is not None or truth.format == MEGC2022_CSV.name:
        column = "score" if truth.intervals.score is not None else "pred_onset"
        findings.warning(
            "truth-like-predictions",
            f"This truth has a column {column!r}, as files with predictions have.",
            "Check that truth and predictions are not swapped.",
            truth.places.header(),
        )
    return truth


def _read_json_predictions(
    document: dict[str, Any],
    source: TextFile | None,
    first_frame: FirstFrame | None,
    findings: Findings,
    mapping: TableMapping | None = None,
) -> PredictionTable:
    if activitynet_key(document) is None:
        _note_unused(mapping, source, "a native file", findings)
        return native_json.read_submission(document, source, findings)
    return _read_activitynet(PredictionTable, document, source, first_frame, findings, mapping)


def _read_json_truth(
    document: dict[str, Any],
    source: TextFile | None,
    first_frame: FirstFrame | None,
    findings: Findings,
    mapping: TableMapping | None = None,
) -> TruthTable:
    if activitynet_key(document) is None:
        _note_unused(mapping, source, "a native file", findings)
        return native_json.read_truth(document, source, findings)
    return _read_activitynet(TruthTable, document, source, first_frame, findings, mapping)


def _read_activitynet(
    table_type: type[Table],
    document: dict[str, Any],
    source: TextFile | None,
    first_frame: FirstFrame | None,
    findings: Findings,
    mapping: TableMapping | None,
) -> Table:
    _note_unused(mapping, source, "ActivityNet JSON", findings, ("seconds", "fps", "first_frame"))
    if first_frame is None and mapping is not None:
        first_frame = mapping.first_frame
    table = read_activitynet(table_type, document, source, first_frame, findings)
    _check_name_lengths(table, findings)
    return table


def _check_source(name: str, given: object, model: type[BaseModel]) -> None:
    expected = f"a path, a dict, or a {model.__name__}"
    known = isinstance(given, str | Path | TextFile | dict | model)
    check_argument(name, given, known, expected)


def guess_role(source: TextFile) -> Role:
    """Guess whether a file contains truth or predictions; CSV files count as predictions."""
    if _is_json(source):
        document = _parse(source, Findings())
        stated = document.get("format") if isinstance(document, dict) else None
        is_truth = str(stated).startswith("mebench-truth")
        is_truth |= activitynet_key(document) == "database"
    else:
        is_truth = detect_sample_list(source) is not None
    return "truth" if is_truth else "predictions"


def _is_json(source: TextFile) -> bool:
    return source.first_line.startswith(("{", "["))


def is_native(path: str | Path) -> bool:
    """Return whether a file is JSON of mebench, also if it has errors."""
    source = read_sources(path, Findings(), None)[0]
    if not _is_json(source):
        return False
    try:
        return activitynet_key(strict_json.parse(source, Findings())) is None
    except MebenchError:
        return True


def read_model(path: str | Path, model: type[Model], findings: Findings) -> Model | None:
    """Read a mebench JSON file as a model; return None if it has errors."""
    source = read_source(path, findings)
    expected = str(get_args(model.model_fields["format"].annotation)[0])
    if not _is_json(source):
        raise MebenchError.of(
            "wrong-file",
            f"Not a JSON file; expected a mebench {_kind_of_file(expected)} file.",
            "Convert files of other formats with `mebench convert`.",
            Place(file=source.name, line=source.first_line_number, column=1),
        )
    document = _document(source, expected, findings)
    if activitynet_key(document) is not None:
        raise MebenchError.of(
            "wrong-file",
            f"This is ActivityNet JSON; expected a mebench {_kind_of_file(expected)} file.",
            "Convert it with `mebench convert`.",
            Place(file=source.name, line=source.first_line_number, column=1),
        )
    return validate_model(model, document, findings, native_json.JsonPlaces(source).at)


def _parse(source: TextFile, findings: Findings) -> Any:
    try:
        return strict_json.parse(source, findings)
    except MebenchError:
        refuse_json_lines(source)
        raise


def _document(source: TextFile, expected: str, findings: Findings) -> dict[str, Any]:
    """Parse JSON and raise an error if it is another kind of file than expected."""
    document = _parse(source, findings)
    if not isinstance(document, dict) or "format" not in document:
        refuse_foreign_json(document, source)
    place = Place(file=source.name, line=source.first_line_number, column=1, pointer="")
    if not isinstance(document, dict):
        raise MebenchError.of(
            "wrong-type",
            "The document is a list [ ], but must be an object { }.",
            f'Begin the file with {{"format": "{expected}", ...}}.',
            place,
        )
    stated = str(document.get("format"))
    if stated.startswith("mebench-") and _kind_of_file(stated) != _kind_of_file(expected):
        raise MebenchError.of(
            "wrong-file",
            f"This is a mebench {_kind_of_file(stated)} file; expected a mebench "
            f"{_kind_of_file(expected)} file.",
            _CHECK_ORDER,
            place,
        )
    return document


def _kind_of_file(format_name: str) -> str:
    """Return the kind of file for messages: ``truth`` for ``mebench-truth/1``."""
    return format_name.removeprefix("mebench-").split("/")[0][:40]


_CHECK_ORDER = "Check that the files are not swapped."


KNOWN_FORMATS = (
    "mebench JSON; CSV with subject,video,onset,offset,emotion; CSV with vid,pred_onset,"
    "pred_offset,type or vid,onset,offset,type; the MEGC spotting log; "
    f"the MEGC2019 recognition log and sample list; CSV with subject,sample,emotion; "
    f"{HEADERLESS_CSV}; "
    "ActivityNet JSON; lines of video, start, end and score, separated by tabs"
)


def _read_external(
    source: TextFile,
    role: Role,
    first_frame: FirstFrame | None,
    log_order: LogOrder | None,
    mapping: TableMapping | None,
    findings: Findings,
) -> tuple[PredictionTable | None, TruthTable | None, SpottingLog | None]:
    """Return the predictions, truth and log of a file; the table of ``role`` is not None."""
    predictions, truth, log = None, None, None
    if first_frame is None and mapping is not None:
        first_frame = mapping.first_frame
    layout = find_layout(source, mapping)
    is_table = layout is None and role == "predictions" and is_localization_table(source)
    seconds = mapping is not None and mapping.seconds
    if layout is None:
        used = ("seconds", "fps", "first_frame") if is_table else ()
        _note_unused(mapping, source, "this format", findings, used)
    is_mapped = layout is not None and layout.is_mapped
    sample_list = None if is_mapped else detect_sample_list(source)
    if is_spotting_log(source) and not is_mapped:
        log = read_spotting_log(source, first_frame, findings)
        predictions, truth = log.predictions(), log.truth()
    elif is_table:
        predictions = read_localization_table(source, first_frame, findings, seconds=seconds)
    elif is_headerless_csv(source) and not is_mapped and role == "truth":
        truth = read_headerless_csv(TruthTable, source, first_frame, findings)
    elif is_headerless_csv(source) and not is_mapped:
        predictions = read_headerless_csv(PredictionTable, source, first_frame, findings)
    elif sample_list is not None and role == "truth":
        truth = read_sample_list(sample_list, source, findings)
    elif sample_list is not None:
        raise MebenchError.of(
            "wrong-file",
            f"This is a {sample_list}, which contains truth; expected predictions.",
            _CHECK_ORDER,
            Place(file=source.name, line=source.first_line_number),
        )
    elif layout is not None and role == "truth":
        truth = read_csv(TruthTable, layout, source, first_frame, findings)
    elif layout is not None:
        predictions = read_csv(PredictionTable, layout, source, first_frame, findings)
    elif is_recognition_log(source):
        predictions, truth = read_recognition_log(source, log_order, findings)
    else:
        hint = " Is the header row missing?" if len(split_header(source)[0]) > 2 else ""
        raise MebenchError.of(
            "unknown-format",
            f"Unknown file format; the file begins with {source.first_line[:80]!r}.{hint}",
            f"Use one of these formats: {KNOWN_FORMATS}. For any other table pass --columns; "
            "`mebench inspect FILE` proposes them.",
            Place(file=source.name, line=source.first_line_number, column=1),
        )
    table = predictions if role == "predictions" else truth
    assert table is not None
    _check_name_lengths(table, findings)
    return predictions, truth, log


def _note_unused(
    mapping: TableMapping | None,
    source: TextFile | None,
    what: str,
    findings: Findings,
    used: tuple[str, ...] = (),
) -> None:
    """Note that a mapping has more than labels and the fields in ``used``."""
    if mapping is None:
        return
    defaults = {name: TableMapping.model_fields[name].default for name in used}
    if mapping.without_labels.model_copy(update=defaults) != TableMapping():
        kept = " and ".join(["labels", *(["times"] if used else [])])
        findings.note(
            "mapping-unused",
            f"Of the mapping only the {kept} count: {what} has no columns to map.",
            "",
            Place(file=source.name if source else None),
        )


def _check_name_lengths(table: AnnotationTable, findings: Findings) -> None:
    """Report names that a JSON file could not contain: too long, or empty names of samples."""

    def check(
        text: str | None, field: str, row: int, place_of: Callable[[int, str], Place]
    ) -> None:
        limit = EMOTION_LENGTH if field == "emotion" else ID_LENGTH
        if text is not None and len(text) > limit:
            message = f"{field!r} is too long: at most {limit} characters are allowed."
            findings.error("value-too-long", message, "Shorten it.", place_of(row, field))
        elif text == "" and table.samples:
            message = f"The cell in column {field!r} is empty."
            findings.error("value-empty", message, "Enter a value.", place_of(row, field))

    for row, video in enumerate(table.videos):
        for field, text in zip(("dataset", "subject", "video"), video[:3], strict=True):
            check(text, field, row, table.places.video)
    for row, sample in enumerate(table.samples):
        for field, text in zip(SampleRow._fields, sample, strict=True):
            check(text, field, row, table.places.sample)
    for code, label in enumerate(table.intervals.labels):
        if len(label) > EMOTION_LENGTH:
            row = table.intervals.emotion.tolist().index(code)
            check(label, "emotion", row, table.places.interval)
