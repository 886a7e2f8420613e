"""The spotting log of MEGC2019 and MEGC2020: predictions and truth in one file.

The first line is ``1`` for SAMM Long Videos or ``2`` for CAS(ME)². Each further line has a video,
the onset and offset of the truth, the onset and offset of the prediction, and a verdict: ``TP``
with both intervals, ``FP`` with dashes for the truth, ``FN`` with dashes for the prediction. Frames
count from 1. The log does not distinguish macro- from micro-expressions.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np

from mebench.diagnostics import Findings
from mebench.formats.table_reader import WORD_PATTERN, LinePlaces, parse_frames
from mebench.formats.text_file import TextFile
from mebench.models.annotation_table import (
    NO_FRAME,
    NO_KIND,
    NO_LABEL,
    IntervalColumns,
    PredictionTable,
    TruthTable,
    VideoRow,
)

NAME = "MEGC spotting log"
FIRST_FRAME = 1
DATASETS = {"1": "sammlv", "2": "casme-sq"}
_COLUMNS = {"video": 0, "truth onset": 1, "truth offset": 2, "onset": 3, "offset": 4, "verdict": 5}
_HAS_INTERVALS = {"TP": (True, True), "FP": (False, True), "FN": (True, False)}
"""Whether a line with this verdict has a true and a predicted interval."""


@dataclass(slots=True)
class SpottingLog:
    """The content of a spotting log.

    Attributes
    ----------
    predictions, truth
        The two tables.
    verdicts : dict
        The numbers of lines with the verdicts TP, FP and FN.
    """

    predictions: PredictionTable
    truth: TruthTable
    verdicts: dict[str, int]


def is_log(source: TextFile) -> bool:
    """Return whether the text begins like a spotting log."""
    return source.first_line in DATASETS


def read(source: TextFile, first_frame: int | None, findings: Findings) -> SpottingLog:
    """Read a log; arguments as in ``read_csv_predictions``."""
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
            continue
        has_intervals = tuple(words[i] != "-" and words[i + 1] != "-" for i in (1, 3))
        if has_intervals != _HAS_INTERVALS[verdict]:
            findings.error(
                "log-verdict",
                f"The verdict {verdict} does not fit the frames in the line.",
                "Correct the line: TP has both intervals, FP only the predicted interval, FN only "
                "the true interval.",
                places.cell(number, "verdict"),
            )
            continue
        verdicts[verdict] += 1
        rows.append((number, words))
    video_index: dict[str, int] = {}
    first_lines = []
    for number, words in rows:
        if words[0] not in video_index:
            video_index[words[0]] = len(video_index)
            first_lines.append(number)
    videos = [VideoRow(dataset, None, name) for name in video_index]
    sides = []
    for prefix in ("truth ", ""):
        columns = {name: _COLUMNS[f"{prefix}{name}"] for name in ("onset", "offset")}
        places = LinePlaces(source, _COLUMNS | columns, WORD_PATTERN)
        places.video_rows = videos
        places.line_of_video = first_lines
        sides.append((places, _intervals(rows, video_index, prefix, first, places, findings)))
    (truth_places, truths), (places, predictions) = sides
    return SpottingLog(
        PredictionTable(
            NAME, True, source.name, first, places, videos, predictions, [], dataset=dataset
        ),
        TruthTable(
            NAME, True, source.name, first, truth_places, videos, truths, [], dataset=dataset
        ),
        verdicts,
    )


def _intervals(
    rows: list[tuple[int, list[str]]],
    video_index: dict[str, int],
    prefix: str,
    first_frame: int,
    places: LinePlaces,
    findings: Findings,
) -> IntervalColumns:
    """Return the true intervals (prefix ``"truth "``) or the predicted intervals (``""``)."""
    present = [
        (number, words) for number, words in rows if words[_COLUMNS[f"{prefix}onset"]] != "-"
    ]

    def column(name: str) -> np.ndarray:
        return parse_frames(
            [words[_COLUMNS[name]] for _, words in present],
            name,
            first_frame,
            findings,
            lambda row: places.cell(present[row][0], name),
        )

    onset, offset = column(f"{prefix}onset"), column(f"{prefix}offset")
    usable = np.flatnonzero((onset != NO_FRAME) & (offset != NO_FRAME))
    places.line_of_interval = [present[row][0] for row in usable]
    places.video_of_interval = np.array(
        [video_index[present[row][1][0]] for row in usable], np.int64
    )
    return IntervalColumns(
        video=places.video_of_interval,
        onset=onset[usable],
        offset=offset[usable],
        apex=np.full(len(usable), NO_FRAME, np.int64),
        score=None,
        kind=np.full(len(usable), NO_KIND, np.int8),
        emotion=np.full(len(usable), NO_LABEL, np.int32),
        labels=(),
    )
