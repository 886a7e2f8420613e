"""The recognition log of MEGC2019, with predictions and truth in one file.

It has a header line per subject, ``casme2 sub01``, followed by one line per sample,
``EP02_01f 1 0``. In some published logs the first label is the prediction, in others the second.
The order is read from a line such as ``# sample predicted truth``; a log without such a line
requires the option ``--log-order``. mebench does not guess.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import Literal

from mebench.diagnostics import Findings, MebenchError, Place
from mebench.formats.sample_lists import class_name, sample_table, words_of_lines
from mebench.formats.table_reader import WORD_PATTERN, LinePlaces
from mebench.formats.text_file import TextFile
from mebench.models.annotation_table import PredictionTable, SampleRow, TruthTable

LogOrder = Literal["predicted-truth", "truth-predicted"]

_PREDICTED = re.compile(r"pred|estimat|output", re.IGNORECASE)
_TRUE = re.compile(r"truth|true|actual|ground|gt\b|label", re.IGNORECASE)


def is_recognition_log(source: TextFile) -> bool:
    """Return whether the text begins with a header line of a subject and a sample line."""
    lengths = [len(words) for _, words in islice(_uncommented_lines(source), 50)]
    return len(lengths) >= 2 and lengths[0] == 2 and lengths[1] == 3 and set(lengths) <= {2, 3}


def read_recognition_log(
    source: TextFile, order: LogOrder | None, findings: Findings
) -> tuple[PredictionTable, TruthTable]:
    """Read a log; ``order`` states which label comes first, if the file does not state it."""
    orders = (_stated_order(words) for _, words in islice(words_of_lines(source), 50))
    stated = next((found for found in orders if found is not None), None)
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
    for line, words in _uncommented_lines(source):
        if len(words) == 2:
            header = words[0], words[1]
        elif len(words) == 3 and header is not None:
            for side, column in zip(sides, columns, strict=True):
                side.add_sample(line, SampleRow(*header, words[0], class_name(words[column])))
        else:
            findings.error(
                "log-syntax",
                "The line is neither a subject (`casme2 sub01`) nor a sample (`EP02_01f 1 0`).",
                "Correct or remove the line.",
                sides[0].cell(line),
            )
    name = "MEGC2019 recognition log"
    return sample_table(PredictionTable, name, sides[0]), sample_table(TruthTable, name, sides[1])


def _uncommented_lines(source: TextFile) -> Iterator[tuple[int, list[str]]]:
    """Yield the lines that are neither comments (``#``) nor, at the top, a header of columns."""
    at_top = True
    for number, words in words_of_lines(source):
        if words and (words[0].startswith("#") or (at_top and _stated_order(words))):
            continue
        at_top = False
        yield number, words


def _stated_order(words: list[str]) -> LogOrder | None:
    """Return the order of the labels if the line states it, else None."""
    text = " ".join(words)
    predicted, true = _PREDICTED.search(text), _TRUE.search(text)
    if not predicted or not true or (len(words) < 3 and not text.startswith("#")):
        return None
    return "predicted-truth" if predicted.start() < true.start() else "truth-predicted"
