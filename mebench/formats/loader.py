"""Read predictions or truth from a file in any known format.

The content of the file decides the format, not its name.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar, get_args

from pydantic import BaseModel

from mebench.diagnostics import Findings, MebenchError, Place
from mebench.formats import native_json, strict_json
from mebench.formats.foreign_json import (
    activitynet_key,
    refuse_foreign_json,
    refuse_json_lines,
)
from mebench.formats.packed_files import read_source, read_sources, several_files_error
from mebench.formats.text_file import TextFile
from mebench.formats.validate_model import validate_model
from mebench.models.annotation_table import (
    PredictionTable,
    TruthTable,
)
from mebench.models.submission import SUBMISSION_FORMAT, Submission
from mebench.models.table_mapping import TableMapping
from mebench.models.truth import TRUTH_FORMAT, TruthManifest
from mebench.util.arguments import wrong_argument

if TYPE_CHECKING:
    from mebench.formats.external_formats import FirstFrame, Role
    from mebench.formats.memory_tables import DataInput
    from mebench.formats.recognition_log import LogOrder
    from mebench.formats.spotting_log import SpottingLog

Model = TypeVar("Model", bound=BaseModel)
Table = TypeVar("Table", PredictionTable, TruthTable)


class LoadedPredictions(NamedTuple):
    """The content of a prediction file.

    ``truth`` is not None if the file contains both (the logs); ``log`` has the lines of a spotting
    log.
    """

    table: PredictionTable
    truth: TruthTable | None = None
    log: SpottingLog | None = None


def read_predictions(
    given: str | Path | TextFile | DataInput | Submission,
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
    if not isinstance(given, str | Path | TextFile | Submission):
        from mebench.formats.intervals_by_video import read_plain_intervals
        from mebench.formats.memory_tables import is_table

        if mapping is None and (plain := read_plain_intervals(given, first_frame or 0)) is not None:
            return LoadedPredictions(plain)
        if is_table(given):
            table, own_truth = _read_memory(
                given, "predictions", first_frame, log_order, mapping, findings
            )
            assert table is not None
            return LoadedPredictions(table, own_truth)
    _check_source("predictions", given, Submission)
    if isinstance(given, Submission):
        given = given.to_json()
    if isinstance(given, dict):
        return LoadedPredictions(_read_json_predictions(given, None, first_frame, findings))
    assert isinstance(given, str | Path | TextFile)
    sources = [given] if isinstance(given, TextFile) else read_sources(given, findings, mapping)
    if len(sources) > 1:
        return LoadedPredictions(_read_members(str(given), sources, first_frame, mapping, findings))
    [source] = sources
    if _is_json(source):
        document = _document(source, SUBMISSION_FORMAT, findings)
        native = _read_json_predictions(document, source, first_frame, findings, mapping)
        return LoadedPredictions(native)
    from mebench.formats.external_formats import read_external

    table, truth, log = read_external(
        source, "predictions", first_frame, log_order, mapping, findings
    )
    assert table is not None
    return LoadedPredictions(table, truth, log)


def _read_memory(
    given: DataInput,
    role: Role,
    first_frame: FirstFrame | None,
    log_order: LogOrder | None,
    mapping: TableMapping | None,
    findings: Findings,
) -> tuple[PredictionTable | None, TruthTable | None]:
    """Read a table in memory as a sheet; the table of ``role`` is not None."""
    from mebench.formats.external_formats import read_external
    from mebench.formats.memory_tables import raise_as_memory, read_memory_table

    table = read_memory_table(given, findings)
    found = Findings()
    try:
        predictions, truth, _ = read_external(
            table.as_sheet(), role, first_frame, log_order, table.mapping(mapping), found
        )
    except MebenchError as error:
        raise_as_memory(table, error, found)
    findings.extend_from(MebenchError(table.findings(found.kept), found.omitted))
    for one in (predictions, truth):
        if one is not None:
            table.adopt(one)
    return predictions, truth


def _read_members(
    file: str,
    sources: list[TextFile],
    first_frame: FirstFrame | None,
    mapping: TableMapping | None,
    findings: Findings,
) -> PredictionTable:
    """Read the tables of a zip as one table."""
    from mebench.formats.column_names import find_layout
    from mebench.formats.combined_tables import combine
    from mebench.formats.external_formats import read_external

    tables = []
    for source in sources:
        if _is_json(source) or find_layout(source, mapping) is None:
            raise several_files_error(file, [source.name for source in sources])
        predictions, _, _ = read_external(
            source, "predictions", first_frame, None, mapping, findings
        )
        assert predictions is not None
        tables.append(predictions)
    return combine(tables, file)


def read_truth(
    given: str | Path | TextFile | DataInput | TruthManifest,
    findings: Findings,
    *,
    first_frame: FirstFrame | None = None,
    log_order: LogOrder | None = None,
    mapping: TableMapping | None = None,
) -> TruthTable:
    """Read truth; arguments as in :func:`read_predictions`."""
    if not isinstance(given, str | Path | TextFile | TruthManifest):
        from mebench.formats.memory_tables import is_table

        if is_table(given):
            _, truth = _read_memory(given, "truth", first_frame, log_order, mapping, findings)
            return _warn_if_swapped(truth, findings)
    _check_source("truth", given, TruthManifest)
    if isinstance(given, TruthManifest):
        given = given.to_json()
    if isinstance(given, dict):
        return _read_json_truth(given, None, first_frame, findings)
    assert isinstance(given, str | Path | TextFile)
    source = given if isinstance(given, TextFile) else read_source(given, findings, mapping)
    if _is_json(source):
        document = _document(source, TRUTH_FORMAT, findings)
        return _read_json_truth(document, source, first_frame, findings, mapping)
    from mebench.formats.external_formats import read_external

    _, truth, _ = read_external(source, "truth", first_frame, log_order, mapping, findings)
    return _warn_if_swapped(truth, findings)


def _warn_if_swapped(truth: TruthTable | None, findings: Findings) -> TruthTable:
    """Warn of a truth that has what predictions have."""
    from mebench.formats.csv_formats import MEGC2022_CSV

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
        _note_unused_mapping(mapping, source, findings)
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
        _note_unused_mapping(mapping, source, findings)
        return native_json.read_truth(document, source, findings)
    return _read_activitynet(TruthTable, document, source, first_frame, findings, mapping)


def _note_unused_mapping(
    mapping: TableMapping | None, source: TextFile | None, findings: Findings
) -> None:
    if mapping is not None:
        from mebench.formats.external_formats import note_unused_mapping

        note_unused_mapping(mapping, source, "a native file", findings)


def _read_activitynet(
    table_type: type[Table],
    document: dict[str, Any],
    source: TextFile | None,
    first_frame: FirstFrame | None,
    findings: Findings,
    mapping: TableMapping | None,
) -> Table:
    from mebench.formats.action_localization import read_activitynet
    from mebench.formats.external_formats import check_name_lengths, note_unused_mapping

    note_unused_mapping(
        mapping, source, "ActivityNet JSON", findings, ("seconds", "fps", "first_frame")
    )
    if first_frame is None and mapping is not None:
        first_frame = mapping.first_frame
    table = read_activitynet(table_type, document, source, first_frame, findings)
    check_name_lengths(table, findings)
    return table


def _check_source(name: str, given: object, model: type[BaseModel]) -> None:
    if not isinstance(given, str | Path | TextFile | dict | model):
        from mebench.formats.memory_tables import EXPECTED

        raise wrong_argument(name, given, EXPECTED.format(model=model.__name__))


def guess_role(source: TextFile) -> Role:
    """Guess whether a file contains truth or predictions; CSV files count as predictions."""
    if _is_json(source):
        document = _parse(source, Findings())
        stated = document.get("format") if isinstance(document, dict) else None
        is_truth = str(stated).startswith("mebench-truth")
        is_truth |= activitynet_key(document) == "database"
    else:
        from mebench.formats.sample_lists import detect_sample_list

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
            "Check that the files are not swapped.",
            place,
        )
    return document


def _kind_of_file(format_name: str) -> str:
    """Return the kind of file for messages: ``truth`` for ``mebench-truth/1``."""
    return format_name.removeprefix("mebench-").split("/")[0][:40]
