"""The recognition log of MEGC2019, and the challenge's list of samples.

The log has a header line per subject, ``casme2 sub01``, followed by one line per sample,
``EP02_01f 1 0``. In some published logs the first label is the prediction, in others the second.
The order is read from a line such as ``# sample predicted truth``; a log without such a line
requires the option ``--log-order``. mebench does not guess.

The list has four columns without a header: data set, subject, sample, label. In both files, labels
are names or 0, 1, 2 for negative, positive, surprise.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Literal, TypeVar

from mebench.diagnostics import Findings, MebenchError, Place
from mebench.formats.table_reader import WORD_PATTERN, LinePlaces
from mebench.formats.text_file import TextFile
from mebench.models.annotation_table import (
    PredictionTable,
    SampleRow,
    TruthTable,
    interval_columns,
)

NAME = "MEGC2019 recognition log"
LIST_NAME = "MEGC2019 sample list"
Table = TypeVar("Table", PredictionTable, TruthTable)
LogOrder = Literal["predicted-truth", "truth-predicted"]

_LABEL_NAMES = {"0": "negative", "1": "positive", "2": "surprise"}
_PREDICTED = re.compile(r"pred|estimat|output", re.IGNORECASE)
_TRUE = re.compile(r"truth|true|actual|ground|gt\b|label", re.IGNORECASE)
_LIST_LINE = re.compile(r"[^,\s]+,[^,\s]+,[^,\s]+,[0-2]")


def is_log(source: TextFile) -> bool:
    """Return whether the text begins with a header line of a subject and a sample line."""
    first_lines = islice(_without_comments(_lines(source)), 50)
    lengths = [len(words) for _, words in first_lines]
    return len(lengths) >= 2 and lengths[0] == 2 and lengths[1] == 3 and set(lengths) <= {2, 3}


def is_list(source: TextFile) -> bool:
    """Return whether the text is the challenge's list of samples."""
    return bool(_LIST_LINE.fullmatch(source.first_line))


def read(
    source: TextFile, order: LogOrder | None, findings: Findings
) -> tuple[PredictionTable, TruthTable]:
    """Read a log; ``order`` states which label comes first, if the file does not state it."""
    first_lines = (words for _, words in islice(_lines(source), 50))
    orders = (_stated_order(words) for words in first_lines)
    stated = next((stated_order for stated_order in orders if stated_order), None)
    if order is not None and stated is not None and order != stated:
        raise MebenchError.of(
            "log-order-contradicted",
            f"--log-order is {order}, but the log states the order {stated}.",
            "Remove the option, or correct the log.",
            Place(file=source.name, line=source.first_line_number),
        )
    order = order or stated
    if order is None:
        raise MebenchError.of(
            "log-order-unknown",
            "The log does not state which of its two labels is the prediction.",
            "Pass --log-order predicted-truth or --log-order truth-predicted, or add a first line "
            "such as `# sample predicted truth`.",
            Place(file=source.name, line=source.first_line_number),
        )
    columns = (1, 2) if order == "predicted-truth" else (2, 1)
    sides = [LinePlaces(source, {"sample": 0, "emotion": i}, WORD_PATTERN) for i in columns]
    header: tuple[str, str] | None = None
    for line, words in _without_comments(_lines(source)):
        if len(words) == 2:
            header = words[0], words[1]
        elif len(words) == 3 and header is not None:
            for side, column in zip(sides, columns, strict=True):
                side.sample_rows.append(SampleRow(*header, words[0], _label(words[column])))
                side.lines["sample"].append(line)
        else:
            findings.error(
                "log-syntax",
                "The line is neither a subject (`casme2 sub01`) nor a sample (`EP02_01f 1 0`).",
                "Correct or remove the line.",
                sides[0].cell(line),
            )
    predictions, truth = sides
    return _table(PredictionTable, NAME, predictions), _table(TruthTable, NAME, truth)


def read_list(source: TextFile, findings: Findings) -> TruthTable:
    """Read the challenge's list of samples."""
    columns = {"dataset": 0, "subject": 1, "sample": 2, "emotion": 3}
    places = LinePlaces(source, columns, WORD_PATTERN)
    for line, words in _lines(source):
        if len(words) == len(columns):
            places.sample_rows.append(SampleRow(words[0], words[1], words[2], _label(words[3])))
            places.lines["sample"].append(line)
        else:
            findings.error(
                "log-syntax",
                "The line does not have four columns: data set, subject, sample, label.",
                "Correct or remove the line.",
                places.cell(line),
            )
    return _table(TruthTable, LIST_NAME, places)


def _table(table_type: type[Table], name: str, places: LinePlaces) -> Table:
    return table_type(
        name, True, places.header().file, 0, places, [], interval_columns(), places.sample_rows
    )


def _lines(source: TextFile) -> Iterator[tuple[int, list[str]]]:
    return ((number, re.findall(WORD_PATTERN, line)) for number, line in source.lines())


def _without_comments(lines: Iterable[tuple[int, list[str]]]) -> Iterator[tuple[int, list[str]]]:
    """Yield the lines that are neither comments (``#``) nor, at the top, a header of columns."""
    at_top = True
    for number, words in lines:
        if words and (words[0].startswith("#") or (at_top and _stated_order(words))):
            continue
        at_top = False
        yield number, words


def _stated_order(words: list[str]) -> LogOrder | None:
    """Return the order of the labels if the line states it, else None."""
    if not words or (not words[0].startswith("#") and len(words) < 3):
        return None
    text = " ".join(words)
    predicted, true = _PREDICTED.search(text), _TRUE.search(text)
    if not predicted or not true:
        return None
    return "predicted-truth" if predicted.start() < true.start() else "truth-predicted"


def _label(text: str) -> str:
    return _LABEL_NAMES.get(text, text)
