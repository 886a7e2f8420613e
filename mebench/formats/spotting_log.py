"""The spotting log of MEGC2019 and MEGC2020: predictions and truth in one file.

The first line is ``1`` for SAMM Long Videos or ``2`` for CAS(ME)². Each further line has a video,
the onset and offset of the truth, the onset and offset of the prediction, and a verdict: ``TP``
with both intervals, ``FP`` with dashes for the truth, ``FN`` with dashes for the prediction. Frames
count from 1. The log does not distinguish macro- from micro-expressions.
"""

from __future__ import annotations

import re
from typing import TypeVar

import numpy as np

from mebench.diagnostics import Findings
from mebench.formats.table_reader import WORD_PATTERN, LinePlaces, parse_frames
from mebench.formats.text_file import TextFile
from mebench.models.annotation_table import (
    NO_FRAME,
    IntegerColumn,
    PredictionTable,
    TruthTable,
    VideoRow,
    interval_columns,
)

Table = TypeVar("Table", PredictionTable, TruthTable)

NAME = "MEGC spotting log"
FIRST_FRAME = 1
DATASETS = {"1": "sammlv", "2": "casme-sq"}
_COLUMNS = {"video": 0, "truth onset": 1, "truth offset": 2, "onset": 3, "offset": 4, "verdict": 5}
_HAS_INTERVALS = {"TP": (True, True), "FP": (False, True), "FN": (True, False)}
"""Whether a line with this verdict has a true and a predicted interval."""


def is_log(source: TextFile) -> bool:
    """Return whether the text begins like a spotting log."""
    return source.first_line in DATASETS


def read(
    source: TextFile, first_frame: int | None, findings: Findings
) -> tuple[PredictionTable, TruthTable, dict[str, int]]:
    """Return the two tables of a log, and the numbers of lines with the verdicts TP, FP and FN."""
    first = FIRST_FRAME if first_frame is None else first_frame
    lines = ((number, re.findall(WORD_PATTERN, line)) for number, line in source.lines())
    dataset = DATASETS[next(lines)[1][0]]
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
        elif tuple("-" not in words[i : i + 2] for i in (1, 3)) != _HAS_INTERVALS[verdict]:
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
    video_index = {name: index for index, name in enumerate(first_lines)}
    videos = [VideoRow(dataset, None, name) for name in first_lines]

    def read_side(table_type: type[Table], prefix: str) -> Table:
        """Return the true intervals (prefix ``"truth "``) or the predicted intervals (``""``)."""
        columns = {name: _COLUMNS[f"{prefix}{name}"] for name in ("onset", "offset")}
        places = LinePlaces(source, _COLUMNS | columns, WORD_PATTERN)
        present = [(number, words) for number, words in rows if words[columns["onset"]] != "-"]

        def column(name: str) -> IntegerColumn:
            cells = [words[columns[name]] for _, words in present]
            return parse_frames(
                cells,
                f"{prefix}{name}",
                first,
                findings,
                lambda row: places.cell(present[row][0], f"{prefix}{name}"),
            )

        onset, offset = column("onset"), column("offset")
        usable = np.flatnonzero((onset != NO_FRAME) & (offset != NO_FRAME))
        places.video_rows = videos
        places.lines["video"] = list(first_lines.values())
        places.lines["interval"] = [present[row][0] for row in usable]
        places.video_of_interval = np.array(
            [video_index[present[row][1][0]] for row in usable], np.int64
        )
        intervals = interval_columns(places.video_of_interval, onset[usable], offset[usable])
        return table_type(
            NAME, True, source.name, first, places, videos, intervals, [], dataset=dataset
        )

    truth = read_side(TruthTable, "truth ")
    return read_side(PredictionTable, ""), truth, verdicts
