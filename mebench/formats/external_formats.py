"""Files of other projects: their formats are detected by content and read into tables."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from mebench.diagnostics import Findings, MebenchError, Place
from mebench.formats.action_localization import (
    is_localization_table,
    read_localization_table,
)
from mebench.formats.column_names import find_layout
from mebench.formats.csv_reader import read_csv
from mebench.formats.headerless_csv import (
    HEADERLESS_CSV,
    is_headerless_csv,
    read_headerless_csv,
)
from mebench.formats.recognition_log import LogOrder, is_recognition_log, read_recognition_log
from mebench.formats.sample_lists import detect_sample_list, read_sample_list
from mebench.formats.spotting_log import SpottingLog, is_spotting_log, read_spotting_log
from mebench.formats.table_reader import split_header
from mebench.formats.text_file import TextFile
from mebench.models.annotation_table import (
    AnnotationTable,
    PredictionTable,
    SampleRow,
    TruthTable,
)
from mebench.models.base import EMOTION_LENGTH, ID_LENGTH
from mebench.models.table_mapping import TableMapping

FirstFrame = Literal[0, 1]
Role = Literal["predictions", "truth"]

CHECK_ORDER = "Check that the files are not swapped."

KNOWN_FORMATS = (
    "mebench JSON; CSV with subject,video,onset,offset,emotion; CSV with vid,pred_onset,"
    "pred_offset,type or vid,onset,offset,type; the MEGC spotting log; "
    f"the MEGC2019 recognition log and sample list; CSV with subject,sample,emotion; "
    f"{HEADERLESS_CSV}; "
    "ActivityNet JSON; lines of video, start, end and score, separated by tabs"
)


def read_external(
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
        note_unused_mapping(mapping, source, "this format", findings, used)
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
            CHECK_ORDER,
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
    check_name_lengths(table, findings)
    return predictions, truth, log


def note_unused_mapping(
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


def check_name_lengths(table: AnnotationTable, findings: Findings) -> None:
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
