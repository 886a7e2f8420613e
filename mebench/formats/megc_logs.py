"""The logs of the MEGC challenges, with predictions and truth in one file, and a list of samples.

*Spotting log* (MEGC2019, MEGC2020): The first line is ``1`` for SAMM Long Videos or ``2`` for
CAS(ME)². Each further line has a video, the onset and offset of the truth, the onset and offset of
the prediction, and a verdict: ``TP`` with both intervals, ``FP`` with dashes for the truth, ``FN``
with dashes for the prediction. Frames count from 1. The log does not distinguish macro- from
micro-expressions.

*Recognition log* (MEGC2019): a header line per subject, ``casme2 sub01``, followed by one line per
sample, ``EP02_01f 1 0``. In some published logs the first label is the prediction, in others the
second. The order is read from a line such as ``# sample predicted truth``; a log without such a
line requires the option ``--log-order``. mebench does not guess.

*Sample list* (MEGC2019): four columns without a header: data set, subject, sample, label. Labels
are names or 0, 1, 2 for negative, positive, surprise, as in the recognition log.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import Literal, TypeVar

import numpy as np

from mebench.diagnostics import Findings, MebenchError, Place
from mebench.formats.table_reader import WORD_PATTERN, LinePlaces, parse_frames
from mebench.formats.text_file import TextFile
from mebench.models.annotation_table import (
    NO_FRAME,
    IntegerColumn,
    PredictionTable,
    SampleRow,
    TruthTable,
    VideoRow,
    interval_columns,
)

Table = TypeVar("Table", PredictionTable, TruthTable)
LogOrder = Literal["predicted-truth", "truth-predicted"]

SAMPLE_LIST = "MEGC2019 sample list"

_DATASETS = {"1": "sammlv", "2": "casme-sq"}
_COLUMNS = {"video": 0, "truth onset": 1, "truth offset": 2, "onset": 3, "offset": 4, "verdict": 5}
_HAS_INTERVALS = {"TP": (True, True), "FP": (False, True), "FN": (True, False)}
"""Whether a line with this verdict has a true and a predicted interval."""

_LABEL_NAMES = {"0": "negative", "1": "positive", "2": "surprise"}
_PREDICTED = re.compile(r"pred|estimat|output", re.IGNORECASE)
_TRUE = re.compile(r"truth|true|actual|ground|gt\b|label", re.IGNORECASE)
_LIST_LINE = re.compile(r"[^,\s]+,[^,\s]+,[^,\s]+,[0-2]")


def is_spotting_log(source: TextFile) -> bool:
    """Return whether the text begins like a spotting log."""
    return source.first_line in _DATASETS


def is_recognition_log(source: TextFile) -> bool:
    """Return whether the text begins with a header line of a subject and a sample line."""
    lengths = [len(words) for _, words in islice(_uncommented_lines(source), 50)]
    return len(lengths) >= 2 and lengths[0] == 2 and lengths[1] == 3 and set(lengths) <= {2, 3}


def is_sample_list(source: TextFile) -> bool:
    """Return whether the text is the challenge's list of samples."""
    return bool(_LIST_LINE.fullmatch(source.first_line))


def read_spotting_log(
    source: TextFile, first_frame: int | None, findings: Findings
) -> tuple[PredictionTable, TruthTable, dict[str, int]]:
    """Return the two tables of a log, and the numbers of lines with the verdicts TP, FP and FN."""
    first = 1 if first_frame is None else first_frame
    lines = _lines(source)
    dataset = _DATASETS[next(lines)[1][0]]
    places = LinePlaces(source, _COLUMNS, WORD_PATTERN)
    rows: list[tuple[int, list[str]]] = []
    verdicts = dict.fromkeys(_HAS_INTERVALS, 0)
    for number, words in lines:
        verdict = words[-1].upper() if words else ""
        if len(words) != len(_COLUMNS) or verdict not in _HAS_INTERVALS:
            findings.error(
                "log-syntax",
                "The line does not have six columns: video, true onset, true offset, predicted "
                "onset, predicted offset, and TP, FP or FN.",
                "Correct the line; write a dash for a missing frame.",
                places.cell(number),
            )
        elif ("-" not in words[1:3], "-" not in words[3:5]) != _HAS_INTERVALS[verdict]:
            findings.error(
                "log-verdict",
                f"The verdict {verdict} does not fit the frames in the line.",
                "Correct the line: TP has both intervals, FP only the predicted interval, FN only "
                "the true interval.",
                places.cell(number, "verdict"),
            )
        else:
            verdicts[verdict] += 1
            rows.append((number, words))
    first_lines: dict[str, int] = {}
    for number, words in rows:
        first_lines.setdefault(words[0], number)
    index_of = {name: index for index, name in enumerate(first_lines)}

    def read_side(table_type: type[Table], prefix: str) -> Table:
        """Return the true intervals (prefix ``"truth "``) or the predicted intervals (``""``)."""
        columns = {name: _COLUMNS[f"{prefix}{name}"] for name in ("onset", "offset")}
        places = LinePlaces(source, _COLUMNS | columns, WORD_PATTERN)
        present = [(number, words) for number, words in rows if words[columns["onset"]] != "-"]

        def frames(name: str) -> IntegerColumn:
            cells, field = [words[columns[name]] for _, words in present], f"{prefix}{name}"
            return parse_frames(
                cells, field, first, findings, lambda row: places.cell(present[row][0], field)
            )

        onset, offset = frames("onset"), frames("offset")
        usable = np.flatnonzero((onset != NO_FRAME) & (offset != NO_FRAME))
        videos = [index_of[present[row][1][0]] for row in usable]
        intervals = interval_columns(videos, onset[usable], offset[usable])
        places.video_of_interval = intervals.video
        places.video_rows = [VideoRow(dataset, None, name) for name in index_of]
        places.lines["video"] = list(first_lines.values())
        places.lines["interval"] = [present[row][0] for row in usable]
        return table_type(
            "MEGC spotting log",
            True,
            source.name,
            first,
            places,
            places.video_rows,
            intervals,
            [],
            dataset=dataset,
        )

    truth = read_side(TruthTable, "truth ")
    return read_side(PredictionTable, ""), truth, verdicts


def read_recognition_log(
    source: TextFile, order: LogOrder | None, findings: Findings
) -> tuple[PredictionTable, TruthTable]:
    """Read a log; ``order`` states which label comes first, if the file does not state it."""
    orders = (_stated_order(words) for _, words in islice(_lines(source), 50))
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
                side.add_sample(line, SampleRow(*header, words[0], _label(words[column])))
        else:
            findings.error(
                "log-syntax",
                "The line is neither a subject (`casme2 sub01`) nor a sample (`EP02_01f 1 0`).",
                "Correct or remove the line.",
                sides[0].cell(line),
            )
    name = "MEGC2019 recognition log"
    return _table(PredictionTable, name, sides[0]), _table(TruthTable, name, sides[1])


def read_sample_list(source: TextFile, findings: Findings) -> TruthTable:
    """Read the challenge's list of samples."""
    columns = {"dataset": 0, "subject": 1, "sample": 2, "emotion": 3}
    places = LinePlaces(source, columns, WORD_PATTERN)
    for line, words in _lines(source):
        if len(words) == len(columns):
            places.add_sample(line, SampleRow(words[0], words[1], words[2], _label(words[3])))
        else:
            findings.error(
                "log-syntax",
                "The line does not have four columns: data set, subject, sample, label.",
                "Correct or remove the line.",
                places.cell(line),
            )
    return _table(TruthTable, SAMPLE_LIST, places)


def _table(table_type: type[Table], name: str, places: LinePlaces) -> Table:
    file = places.header().file
    return table_type(name, True, file, 0, places, [], interval_columns(), places.sample_rows)


def _lines(source: TextFile) -> Iterator[tuple[int, list[str]]]:
    return ((number, re.findall(WORD_PATTERN, line)) for number, line in source.lines())


def _uncommented_lines(source: TextFile) -> Iterator[tuple[int, list[str]]]:
    """Yield the lines that are neither comments (``#``) nor, at the top, a header of columns."""
    at_top = True
    for number, words in _lines(source):
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


def _label(text: str) -> str:
    return _LABEL_NAMES.get(text, text)
