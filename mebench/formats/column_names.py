"""What the columns of a table are: by a mapping, by a known format, or by common other names."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from fractions import Fraction
from shlex import quote

from mebench.diagnostics import MebenchError, Place, UsageError
from mebench.formats.csv_formats import (
    FAMILIES,
    MEANINGS,
    RECOGNITION_CSV,
    TABLE_CSV,
    CsvFormat,
    TableLayout,
    detect_csv_format,
)
from mebench.formats.fractional_frames import exact_rate
from mebench.formats.table_reader import shorten, split_header
from mebench.formats.text_file import TextFile
from mebench.models.table_mapping import ColumnName, TableMapping
from mebench.util.text import did_you_mean, lookalike_key

SYNONYMS = {
    "dataset": "data db database datasetname corpus",
    "subject": "sub subj subjectid subjid subid subjectname subjectno participant participantid "
    "person personid",
    "video": "clip clipid clipname videoname videoid vidname videofile vid file filename sequence "
    "sequenceid sequencename",
    "sample": "sampleid samplename",
    "onset": "start startframe begin beginframe onsetframe predonset predstart",
    "offset": "end endframe stop stopframe offsetframe predoffset predend",
    "apex": "apexframe peak peakframe predapex",
    "emotion": "label class classname prediction pred predemotion predictedemotion predlabel "
    "predictedlabel predclass predictedclass emotionlabel emotionclass estimatedemotion",
    "kind": "expressiontype exprtype typeidx typeid predtype",
    "score": "conf confidence confidencescore probability prob predscore",
    "n_frames": "nframes numframes framecount",
}
"""Other names of each field in use, without ``_``, ``-``, dots and spaces."""

TIMES = {
    "onset": "starttime startsec startseconds starts begintime onsettime onsetsec onsetseconds "
    "onsets tstart",
    "offset": "endtime endsec endseconds ends offsettime offsetsec offsetseconds offsets tend",
    "apex": "apextime apexsec apexseconds",
}
"""Names of columns with seconds in place of frames."""

_FIELD_OF = {
    name: field
    for names in (SYNONYMS, TIMES)
    for field, text in names.items()
    for name in text.split()
}
_TIME_NAMES = {name for text in TIMES.values() for name in text.split()}
_LENGTHS = {"duration", "n_frames", "length", "frames"}


def find_layout(source: TextFile, mapping: TableMapping | None = None) -> TableLayout | None:
    """Return how to read a table, or None if its columns are not known.

    Raises an error if the mapping does not fit the header, if two columns may have one meaning, or
    if the table is a list of lengths.
    """
    mapping = mapping or TableMapping()
    names, delimiter = split_header(source, mapping.decimal)
    if not mapping.header:
        if not mapping.columns.given():
            raise UsageError.of(
                "columns-needed",
                "A table without a header needs the numbers of its columns.",
                "Pass --columns subject=1,video=2,onset=3,offset=4 with the numbers in this file.",
            )
        row = next(csv.reader([source.first_line], delimiter=delimiter))
        names = [str(number) for number in range(1, len(row) + 1)]
    mapped = dict(_mapped_columns(mapping, names, source))
    csv_format, fields = _fields_of(names, mapped, source)
    if csv_format is None:
        return None
    own_names: dict[str, str] = {}
    for name, field in csv_format.columns.items():
        own_names.setdefault(field, name)
    renamed, understood, unread = list(names), {}, []
    for index, name in enumerate(names):
        field = csv_format.columns.get(name, "")
        if field in mapped and mapped[field] != index:
            renamed[index] = f"{name} (not read)"
            unread.append(renamed[index])
    for field, index in fields.items():
        if csv_format.columns.get(names[index]) != field:
            renamed[index] = own_names[field]
            understood[names[index]] = field
    has_times = any(
        _normalized(name) in _TIME_NAMES for name, field in understood.items() if field in TIMES
    )
    return TableLayout(
        csv_format,
        renamed,
        delimiter,
        mapping.header,
        {name: field for name, field in understood.items() if field not in mapped},
        unread,
        bool(mapped),
        csv_format.kinds | mapping.kinds,
        mapping.decimal,
        _frame_rate(mapping, source) if mapping.seconds or has_times else None,
    )


def _mapped_columns(
    mapping: TableMapping, names: list[str], source: TextFile
) -> Iterator[tuple[str, int]]:
    """Yield the fields of a mapping, each with the index of its column."""
    for field, column in mapping.columns.given().items():
        index = _index_of(column, names)
        if index is None:
            guess = did_you_mean(str(column), names)
            raise MebenchError.of(
                "mapping-column-missing",
                f"The table has no column {shorten(str(column))!r} for {field}.{guess}",
                f"It has {', '.join(names)[:300]}.",
                Place(file=source.name, line=source.first_line_number),
            )
        yield field, index


def _index_of(column: ColumnName, names: list[str]) -> int | None:
    """Return the index of a column by its name, or else by its number from 1."""
    key = lookalike_key(str(column))
    if key in names:
        return names.index(key)
    number = int(key) if key.isascii() and key.isdecimal() and len(key) < 6 else 0
    return number - 1 if 1 <= number <= len(names) else None


Fields = dict[str, int]
"""The index of the column of each field."""


def _fields_of(
    names: list[str], mapped: Fields, source: TextFile
) -> tuple[CsvFormat | None, Fields]:
    """Return the format of a table, and the columns of its fields."""
    free = {name: i for i, name in enumerate(names) if i not in mapped.values()}
    if not mapped.keys() & {"video", "sample", "onset", "offset"}:
        families = (family for family in FAMILIES if family.required.keys() <= free.keys())
        known = next(families, None) or detect_csv_format([*free, *mapped])
        if known is not None:
            fields = _literal_fields(free, known.columns, mapped)
            if set(known.required.values()) <= fields.keys():
                return known, fields | _synonyms(free, set(known.columns.values()), fields, source)
    else:
        known = None
    literal = _literal_fields(free, MEANINGS, mapped)
    _refuse_lengths(names, literal, source)
    others = _synonyms(free, {*SYNONYMS}, literal, source)
    fields = literal | others
    if mapped or others or ("vid" in free and "subject" in fields):
        table = TABLE_CSV
        if not fields.keys() & {"onset", "offset"} and "emotion" in fields:
            table = RECOGNITION_CSV
            if "sample" not in fields and "video" in fields:
                fields["sample"] = fields.pop("video")
        fields = {field: i for field, i in fields.items() if field in table.columns.values()}
        if mapped or set(table.required.values()) <= fields.keys():
            return table, fields
    return known, {}


def _literal_fields(free: Fields, columns: dict[str, str], mapped: Fields) -> Fields:
    """Return the fields of a mapping, and those whose columns have a known name."""
    fields = dict(mapped)
    for name, index in free.items():
        if name in columns:
            fields.setdefault(columns[name], index)
    return fields


def _synonyms(free: Fields, allowed: set[str], fields: Fields, source: TextFile) -> Fields:
    """Return the fields whose columns have a common other name."""
    found: dict[str, str] = {}
    for name in free:
        field = _FIELD_OF.get(_normalized(name), "")
        if name in MEANINGS or field not in allowed or field in fields:
            continue
        other = found.setdefault(field, name)
        if other != name:
            raise MebenchError.of(
                "columns-ambiguous",
                f"Both columns {other!r} and {name!r} may be the {field}.",
                f"Pass --columns {quote(f'{field}={other}')}, or the other one.",
                Place(file=source.name, line=source.first_line_number),
            )
    return {field: free[name] for field, name in found.items()}


def _refuse_lengths(names: list[str], fields: Fields, source: TextFile) -> None:
    """Raise an error for a list of the lengths of videos."""
    lengths = [name for name in names if name in _LENGTHS]
    if lengths and len(names) <= 4 and not fields.keys() & {"onset", "offset", "emotion"}:
        raise MebenchError.of(
            "wrong-file",
            f"This is a list of the lengths of videos (column {lengths[0]!r}): it has neither "
            "intervals nor emotions.",
            "Add the lengths to the truth, in its column n_frames.",
            Place(file=source.name, line=source.first_line_number),
        )


def _frame_rate(mapping: TableMapping, source: TextFile) -> Fraction:
    rate = None if mapping.fps is None else exact_rate(mapping.fps)
    if rate is None:
        given = "" if mapping.fps is None else f", and {mapping.fps!r} is not a frame rate"
        raise MebenchError.of(
            "frame-rate-needed",
            f"The table has seconds in place of frames{given}.",
            "Pass --fps with the frames per second of the videos, such as 200 or 30000/1001.",
            Place(file=source.name, line=source.first_line_number),
        )
    return rate


def _normalized(name: str) -> str:
    return "".join(character for character in name if character not in "_-. ")
