"""What a file looks like: its columns, numbers, labels and kinds, and a mapping to read it with."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np

from mebench.diagnostics import Diagnostic, Findings, MebenchError
from mebench.formats.cell_spelling import use_decimal_points
from mebench.formats.column_names import find_layout
from mebench.formats.csv_formats import FAMILIES, RECOGNITION_CSV, TABLE_CSV, TableLayout
from mebench.formats.loader import guess_role, read_predictions, read_truth
from mebench.formats.table_reader import LinePlaces, TextTable, read_text_table, split_header
from mebench.formats.text_file import TextFile
from mebench.models.annotation_table import AnnotationTable
from mebench.models.protocol import Protocol
from mebench.models.table_mapping import ColumnNames, TableMapping
from mebench.protocols.label_mapping import ClassList
from mebench.util.text import pluralize

EXAMPLES = 3
"""How many values of a column are shown."""

_NUMBER = re.compile(r"[+-]?[0-9]+(?:[.,][0-9]+)?")


class ColumnView(NamedTuple):
    """A column: its name or number, some values, and the field that it was read as."""

    name: str
    examples: str
    field: str | None


@dataclass
class Inspection:
    """What a file looks like.

    ``facts`` are lines of text; ``mapping`` reads the table, with ``comments`` on what it leaves
    open. It is None for a file that needs none, and for one that cannot be read.
    """

    title: str
    columns: list[ColumnView] = field(default_factory=list)
    facts: list[str] = field(default_factory=list)
    findings: list[Diagnostic] = field(default_factory=list)
    mapping: TableMapping | None = None
    comments: list[str] = field(default_factory=list)


def inspect(
    source: TextFile, mapping: TableMapping | None = None, protocol: Protocol | None = None
) -> Inspection:
    """Inspect a file, under a mapping as far as there is one.

    With a protocol the labels that it does not know are mapped, where their class is obvious.
    """
    given = mapping or TableMapping()
    try:
        layout = find_layout(source, given)
    except MebenchError as error:
        text = read_text_table(source, Findings())
        title, views = _title("table", text, True, None), _views(text, text.header, {}, True)
        return Inspection(title, views, findings=list(error.diagnostics))
    if layout is not None:
        return _inspect_table(source, layout, given, protocol)
    findings = Findings()
    try:
        is_truth = guess_role(source) == "truth"
        table: AnnotationTable = (
            read_truth(source, findings) if is_truth else read_predictions(source, findings).table
        )
    except MebenchError as error:
        if error.diagnostics[-1].code != "unknown-format":
            return Inspection("not read", findings=list(error.diagnostics))
        return _inspect_unknown(source, given, protocol)
    facts = list(_facts(table, _labels_of(table)))
    return Inspection(table.format, facts=facts, findings=findings.kept)


def _inspect_table(
    source: TextFile, layout: TableLayout, given: TableMapping, protocol: Protocol | None
) -> Inspection:
    findings = Findings()
    try:
        read = read_predictions(source, findings, first_frame=given.first_frame, mapping=given)
        table = read.table
    except MebenchError as error:
        findings.extend_from(error)
        table = None
    text = _columns_of(source, layout.names, layout.delimiter, layout.has_header)
    names = split_header(source, given.decimal)[0] if layout.has_header else layout.names
    known = layout.csv_format.columns
    fields = {known[name]: index for index, name in enumerate(layout.names) if name in known}
    decimal = _decimal_of(text, fields, given.decimal, source)
    found: dict[str, Any] = {"columns": ColumnNames(**_as_columns(fields, names, given.header))}
    if decimal == ",":
        found["decimal"] = ","
    if layout.fps is not None:
        found["seconds"] = True
    result = Inspection(
        _title(layout.csv_format.name, text, layout.has_header, decimal),
        _views(text, names, fields, given.header),
    )
    labels: Counter[str] = Counter()
    if table is not None:
        labels = _labels_of(table)
        found["first_frame"] = table.first_frame
        result.facts = list(_facts(table, labels))
        if layout.csv_format is not RECOGNITION_CSV and given.first_frame is None:
            result.comments += _comment_on_first_frame(table)
    result.mapping = given.model_copy(update=found)
    if protocol is not None:
        _map_labels(result, labels, protocol)
    for finding in findings.kept:
        if finding.code == "unknown-kind" and not result.mapping.kinds:
            result.comments.append('Add [kinds], such as "1" = "macro" and "2" = "micro".')
            break
    result.findings = [one for one in findings.kept if one.code != "columns-understood"]
    is_plain = layout.csv_format not in (TABLE_CSV, *FAMILIES) and not layout.understood
    if is_plain and given == TableMapping() and not result.mapping.labels:
        result.mapping = None
    return result


def _inspect_unknown(
    source: TextFile, given: TableMapping, protocol: Protocol | None
) -> Inspection:
    """Inspect a table whose columns are not known, and guess them by their values."""
    names, delimiter = split_header(source, given.decimal)
    has_header = given.header and sum(bool(_NUMBER.fullmatch(name)) for name in names) < 2
    if not has_header:
        names = [str(number) for number in range(1, len(names) + 1)]
    try:
        text = _columns_of(source, names, delimiter, has_header)
    except MebenchError as error:
        return Inspection("not a table", findings=list(error.diagnostics))
    if len(names) < 3 or not text.lines:
        return Inspection("unknown format: neither a known one nor a table")
    fields = _guess_fields(text.columns)
    if not {"video", "onset", "offset"} <= fields.keys():
        title = _title("table of unknown columns", text, has_header, None)
        comment = "Name the columns with --columns video=...,onset=...,offset=... ."
        return Inspection(title, _views(text, names, {}, has_header), comments=[comment])
    columns = ColumnNames(**_as_columns(fields, names, has_header, complete=True))
    mapping = given.model_copy(update={"columns": columns, "header": has_header})
    layout = find_layout(source, mapping)
    assert layout is not None
    result = _inspect_table(source, layout, mapping, protocol)
    result.comments.insert(0, "The columns were guessed by their values: check each of them.")
    return result


def _columns_of(source: TextFile, names: list[str], delimiter: str, has_header: bool) -> TextTable:
    return read_text_table(source, Findings(), names, delimiter=delimiter, has_header=has_header)


def _as_columns(
    fields: dict[str, int], names: list[str], has_header: bool, complete: bool = False
) -> dict[str, str | int]:
    """Return the columns of a mapping; those with the name of their field can be left out."""
    return {
        field: (has_header and names[index]) or index + 1
        for field, index in sorted(fields.items(), key=lambda item: item[1])
        if complete or not has_header or names[index] != field
    }


def _guess_fields(columns: list[list[str]]) -> dict[str, int]:
    """Guess the fields of columns by their values: names, two frames, a score, few labels."""
    numbers = [
        bool(cells) and all(map(_NUMBER.fullmatch, filter(None, cells))) for cells in columns
    ]
    frames = next(
        (
            index
            for index in range(len(columns) - 1)
            if numbers[index] and numbers[index + 1] and _are_intervals(*columns[index : index + 2])
        ),
        None,
    )
    texts = [index for index, is_number in enumerate(numbers) if not is_number]
    if frames is None or not texts:
        return {}
    fields = {"onset": frames, "offset": frames + 1}
    before = [index for index in range(frames) if index in texts or index < frames]
    fields["video"] = before[-1] if before else texts[0]
    if len(before) > 1:
        fields["subject"] = before[-2]
    for index in range(frames + 2, len(columns)):
        distinct = len(set(columns[index]))
        if numbers[index] and any(set(".,") & set(cell) for cell in columns[index]):
            fields.setdefault("score", index)
        elif not numbers[index] and distinct <= 12:
            fields.setdefault("emotion", index)
    return fields


def _are_intervals(onsets: list[str], offsets: list[str]) -> bool:
    def number(cell: str) -> float:
        return float(cell.replace(",", "."))

    pairs = [(a, b) for a, b in zip(onsets, offsets, strict=True) if a and b]
    return bool(pairs) and all(number(a) <= number(b) for a, b in pairs)


def _decimal_of(
    text: TextTable, fields: dict[str, int], stated: str | None, source: TextFile
) -> str | None:
    cells = {
        name: list(text.columns[fields[name]]) if name in fields else []
        for name in ("onset", "offset", "apex", "n_frames", "score")
    }
    places = LinePlaces(source, fields, text.delimiter)
    return use_decimal_points(
        cells, source, stated, Findings(), lambda row, name: places.cell(text.lines[row], name)
    )


def _title(name: str, text: TextTable, has_header: bool, decimal: str | None) -> str:
    header = "a header" if has_header else "no header"
    delimiter = {"\t": "tab"}.get(text.delimiter, repr(text.delimiter))
    comma = ", decimal comma" if decimal == "," else ""
    rows = pluralize(len(text.lines), "row")
    return f"{name}: {rows}, {header}, delimiter {delimiter}{comma}"


def _views(
    text: TextTable, names: list[str], fields: dict[str, int], has_header: bool
) -> list[ColumnView]:
    field_of = {index: field for field, index in fields.items()}
    views = []
    for index, cells in enumerate(text.columns):
        distinct = list(dict.fromkeys(filter(None, cells)))
        more = "; …" if len(distinct) > EXAMPLES else ""
        examples = "; ".join(cell[:24] for cell in distinct[:EXAMPLES]) + more
        name = names[index] if has_header else f"{index + 1}"
        views.append(ColumnView(name, examples, field_of.get(index)))
    return views


def _labels_of(table: AnnotationTable) -> Counter[str]:
    rows = (table.intervals.emotion_name(row) for row in range(len(table.intervals)))
    labels = Counter(name for name in rows if name is not None)
    labels.update(sample.emotion for sample in table.samples if sample.emotion is not None)
    return labels


def _facts(table: AnnotationTable, labels: Counter[str]) -> list[str]:
    intervals, facts = table.intervals, []
    if table.samples:
        facts.append(pluralize(len(table.samples), "sample"))
    else:
        videos = pluralize(len(table.videos), "video")
        facts.append(f"{pluralize(len(intervals), 'interval')} in {videos}")
    if len(intervals):
        first, last = intervals.onset.min(), intervals.offset.max()
        facts.append(
            f"frames {first + table.first_frame} to {last + table.first_frame}, counted from "
            f"{table.first_frame}"
        )
        kinds = Counter(intervals.kind_name(row) or "none" for row in range(len(intervals)))
        facts.append("kinds: " + _counted(kinds))
        if intervals.score is not None and not np.isnan(intervals.score).all():
            low, high = np.nanmin(intervals.score), np.nanmax(intervals.score)
            facts.append(f"scores {low:g} to {high:g}")
    if labels:
        facts.append("labels: " + _counted(labels))
    return facts


def _counted(values: Counter[str]) -> str:
    listed = [f"{value[:40]} {count}" for value, count in values.most_common(20)]
    return ", ".join(listed) + (", …" if len(values) > 20 else "")


def _comment_on_first_frame(table: AnnotationTable) -> list[str]:
    if not len(table.intervals) or table.first_frame == 1:
        return []
    smallest = int(table.intervals.onset.min())
    if smallest <= 0:
        return []
    return [
        f"The smallest onset is {smallest}. If the file counts from 1, set first_frame = 1 or pass "
        "--first-frame 1."
    ]


def _map_labels(result: Inspection, labels: Counter[str], protocol: Protocol) -> None:
    classes = ClassList(protocol)
    if not classes.names or result.mapping is None:
        return
    mapped = dict(result.mapping.labels)
    for label in labels:
        if classes.knows(label) or label in mapped:
            continue
        meant = classes.suggest(label)
        if meant is not None:
            mapped[label] = meant
        else:
            names = ", ".join(classes.names)
            result.comments.append(f"Add {label!r} to [labels]: it is none of {names}.")
    result.mapping = result.mapping.model_copy(update={"labels": mapped})
