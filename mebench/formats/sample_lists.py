"""Lists of labeled samples without a header row; they are truth files.

*MEGC2019 sample list*: data set, subject, sample, label. Labels are names or 0, 1, 2 for negative,
positive, surprise. The list can begin with the header ``data,subject,clip,label``, and can have
rows of empty cells.

*Recognition list*: subject, sample, onset, apex, offset, label, such as
``sub01,EP02_01f,46,59,86,1``. The frames are not used, because the samples are given. Such lists
number the classes differently, so the labels keep their numbers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TypeVar

from mebench.diagnostics import Findings
from mebench.formats.table_reader import WORD_PATTERN, LinePlaces
from mebench.formats.text_file import TextFile
from mebench.models.annotation_table import (
    PredictionTable,
    SampleRow,
    TruthTable,
    interval_columns,
)

Table = TypeVar("Table", PredictionTable, TruthTable)

SAMPLE_LIST = "MEGC2019 sample list"
RECOGNITION_LIST = "recognition list"

_COLUMNS = {
    SAMPLE_LIST: ("dataset", "subject", "sample", "emotion"),
    RECOGNITION_LIST: ("subject", "sample", "onset", "apex", "offset", "emotion"),
}
_LINES = {
    SAMPLE_LIST: re.compile(r"[^,\s]+,[^,\s]+,[^,\s]+,[0-2]"),
    RECOGNITION_LIST: re.compile(r"[^,\s]+,[^,\s]+,[0-9]+,[0-9]+,[0-9]+,[^,\s]+"),
}
_HEADER = re.compile(r"data(?:set)?,subject,(?:clip|sample|video|file),(?:label|emotion|class)")
_CLASS_NAMES = {"0": "negative", "1": "positive", "2": "surprise"}


def detect_sample_list(source: TextFile) -> str | None:
    """Return the name of the list's format; None if the text is no list of samples."""
    lines = [line for line in source.first_lines(5) if line.strip(", ")]
    if lines and _HEADER.fullmatch(lines[0].lower()):
        del lines[0]
    for name, pattern in _LINES.items():
        if lines and pattern.fullmatch(lines[0]):
            return name
    return None


def read_sample_list(name: str, source: TextFile, findings: Findings) -> TruthTable:
    """Read a list of the format ``name``."""
    columns = _COLUMNS[name]
    places = LinePlaces(source, {column: i for i, column in enumerate(columns)}, WORD_PATTERN)
    at_top = True
    for line, words in words_of_lines(source):
        is_header = at_top and bool(_HEADER.fullmatch(",".join(words).lower()))
        at_top = False
        if is_header or not words:
            continue
        if len(words) == len(columns):
            row = dict(zip(columns, words, strict=True))
            label = row["emotion"] if name == RECOGNITION_LIST else class_name(row["emotion"])
            sample = SampleRow(row.get("dataset"), row["subject"], row["sample"], label)
            places.add_sample(line, sample)
        else:
            findings.error(
                "log-syntax",
                f"The line does not have {len(columns)} columns: {', '.join(columns)}.",
                "Correct or remove the line.",
                places.cell(line),
            )
    numbers = sorted({row.emotion or "" for row in places.sample_rows})
    if name == RECOGNITION_LIST and all(number.isdigit() for number in numbers):
        findings.note(
            "numbered-labels",
            f"The labels are the numbers {', '.join(numbers[:20])}; the list does not state their "
            "classes.",
            'Name them in the `label_map` of a protocol of your own, such as 1 = "happiness".',
            places.header(),
        )
    return sample_table(TruthTable, name, places)


def sample_table(table_type: type[Table], name: str, places: LinePlaces) -> Table:
    """Return the table of the samples that were added to ``places``."""
    file = places.header().file
    return table_type(name, True, file, 0, places, [], interval_columns(), places.sample_rows)


def words_of_lines(source: TextFile) -> Iterator[tuple[int, list[str]]]:
    """Yield number and words of the lines that are not blank."""
    return ((number, re.findall(WORD_PATTERN, line)) for number, line in source.lines())


def class_name(text: str) -> str:
    """Return the class of a label of MEGC2019."""
    return _CLASS_NAMES.get(text, text)
