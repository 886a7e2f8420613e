"""The recognition log of MEGC2019, and the challenge's list of samples.

The log has a header line for each subject, ``casme2 sub01``, and below it a line a sample:
``EP02_01f 1 0``. Which of the two labels is the predicted one differs between logs in circulation.
A log that says so itself, in a line such as ``# sample predicted truth``, is believed; else it must
be said with ``--log-order``: mebench does not guess.

The list has four columns without a header: data set, subject, sample, label. In both, labels are
names or 0, 1, 2 for negative, positive, surprise.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Literal

from mebench.diagnostics import Findings, MebenchError, Place
from mebench.formats.text_file import TextFile
from mebench.formats.text_table import WORD_PATTERN, LinePlaces
from mebench.models.annotation_table import PredictionTable, SampleRow, TruthTable, empty_intervals

NAME = "MEGC2019 recognition log"
LIST_NAME = "MEGC2019 sample list"
LogOrder = Literal["predicted-truth", "truth-predicted"]

_LABEL_NAMES = {"0": "negative", "1": "positive", "2": "surprise"}
_PREDICTED = re.compile(r"pred|estimat|output", re.IGNORECASE)
_TRUE = re.compile(r"truth|true|actual|ground|gt\b|label", re.IGNORECASE)
_LIST_LINE = re.compile(r"[^,\s]+,[^,\s]+,[^,\s]+,[0-2]")


def is_log(source: TextFile) -> bool:
    """Tell whether the text has a subject's header line with sample lines below it."""
    first = islice(_without_comments(_lines(source)), 50)
    lengths = [len(words) for _, words in first]
    return len(lengths) >= 2 and lengths[0] == 2 and lengths[1] == 3 and set(lengths) <= {2, 3}


def is_list(source: TextFile) -> bool:
    """Tell whether the text is the challenge's list."""
    return bool(_LIST_LINE.fullmatch(source.first_line))


def read(
    source: TextFile, order: LogOrder | None, findings: Findings
) -> tuple[PredictionTable, TruthTable]:
    """Read a log.

    Parameters
    ----------
    source : TextFile
        The text.
    order : {"predicted-truth", "truth-predicted"}, optional
        Which label comes first, where the file does not say.
    findings : Findings
        Takes in lines that are neither header nor sample.

    Raises
    ------
    MebenchError
        ``log-order-unknown``, ``log-order-contradicted``.
    """
    opening = (_stated_order(words) for _, words in islice(_lines(source), 50))
    stated = next((found for found in opening if found), None)
    if order is not None and stated is not None and order != stated:
        raise MebenchError.of(
            "log-order-contradicted",
            f"--log-order says {order}, and the log itself says {stated}.",
            "Drop the option, or correct the log.",
            Place(file=source.name, line=source.first_line_number),
        )
    order = order or stated
    if order is None:
        raise MebenchError.of(
            "log-order-unknown",
            "The log does not say which of its two labels is the predicted one.",
            "Say it with --log-order predicted-truth or truth-predicted, or with a first line "
            "such as `# sample predicted truth`.",
            Place(file=source.name, line=source.first_line_number),
        )
    columns = {"sample": 0, "emotion": 1 if order == "predicted-truth" else 2}
    true_columns = {"sample": 0, "emotion": 2 if order == "predicted-truth" else 1}
    places, true_places = (LinePlaces(source, one, WORD_PATTERN) for one in (columns, true_columns))
    header: tuple[str, str] | None = None
    for number, words in _without_comments(_lines(source)):
        if len(words) == 2:
            header = words[0], words[1]
        elif len(words) == 3 and header is not None:
            for side, where in ((places, columns), (true_places, true_columns)):
                side.sample_rows.append(
                    SampleRow(*header, words[0], _label(words[where["emotion"]]))
                )
                side.line_of_sample.append(number)
        else:
            findings.error(
                "log-syntax",
                "The line is neither a subject (`casme2 sub01`) nor a sample (`EP02_01f 1 0`).",
                "Mend or remove it.",
                places.cell(number),
            )
    none = empty_intervals()
    return (
        PredictionTable(NAME, True, source.name, 0, places, [], none, places.sample_rows),
        TruthTable(NAME, True, source.name, 0, true_places, [], none, true_places.sample_rows),
    )


def read_list(source: TextFile, findings: Findings) -> TruthTable:
    """Read the challenge's list of samples."""
    columns = {"dataset": 0, "subject": 1, "sample": 2, "emotion": 3}
    places = LinePlaces(source, columns, WORD_PATTERN)
    for number, words in _lines(source):
        if len(words) == len(columns):
            places.sample_rows.append(SampleRow(words[0], words[1], words[2], _label(words[3])))
            places.line_of_sample.append(number)
        else:
            findings.error(
                "log-syntax",
                "The line is not: data set, subject, sample, label.",
                "Mend or remove it.",
                places.cell(number),
            )
    return TruthTable(
        LIST_NAME, True, source.name, 0, places, [], empty_intervals(), places.sample_rows
    )


def _lines(source: TextFile) -> Iterator[tuple[int, list[str]]]:
    return ((number, re.findall(WORD_PATTERN, line)) for number, line in source.lines())


def _without_comments(lines: Iterable[tuple[int, list[str]]]) -> Iterator[tuple[int, list[str]]]:
    """Leave out lines that begin with ``#``, and at the top one that says what the columns are."""
    begun = False
    for number, words in lines:
        if words and (words[0].startswith("#") or (not begun and _stated_order(words))):
            continue
        begun = True
        yield number, words


def _stated_order(words: list[str]) -> LogOrder | None:
    """Return the order that a line of documentation states, if it is one."""
    if not words or (not words[0].startswith("#") and len(words) < 3):
        return None
    text = " ".join(words)
    predicted, true = _PREDICTED.search(text), _TRUE.search(text)
    if not predicted or not true:
        return None
    return "predicted-truth" if predicted.start() < true.start() else "truth-predicted"


def _label(text: str) -> str:
    return _LABEL_NAMES.get(text, text)
