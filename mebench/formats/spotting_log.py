"""The spotting log of MEGC2019 and MEGC2020: predictions and truth in one file.

The first line is ``1`` for SAMM Long Videos or ``2`` for CAS(ME)². Each further line is a video,
the truth's onset and offset, the prediction's onset and offset, and the verdict: ``TP`` with both,
``FP`` with dashes for the truth, ``FN`` with dashes for the prediction. Frames count from 1. No
column tells macro from micro.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np

from mebench.diagnostics import Findings
from mebench.formats.text_file import TextFile
from mebench.formats.text_table import WORD_PATTERN, LinePlaces, parse_frames
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
_HAS = {"TP": (True, True), "FP": (False, True), "FN": (True, False)}


@dataclass(slots=True)
class SpottingLog:
    """Both sheets of a log, and what it says of itself.

    Attributes
    ----------
    predictions, truth
        The two sheets.
    verdicts : dict
        How often the file itself says TP, FP and FN.
    """

    predictions: PredictionTable
    truth: TruthTable
    verdicts: dict[str, int]


def is_log(source: TextFile) -> bool:
    """Tell whether the text begins as a log does."""
    return source.first_line in DATASETS


def read(source: TextFile, first_frame: int | None, findings: Findings) -> SpottingLog:
    """Read a log; arguments as in ``read_csv_predictions``."""
    first = FIRST_FRAME if first_frame is None else first_frame
    lines = ((number, re.findall(WORD_PATTERN, line)) for number, line in source.lines())
    dataset = DATASETS[next(lines)[1][0]]
    places = LinePlaces(source, _COLUMNS, WORD_PATTERN)
    rows: list[tuple[int, list[str]]] = []
    verdicts = dict.fromkeys(_HAS, 0)
    for number, words in lines:
        verdict = words[-1].upper() if words else ""
        if len(words) != len(_COLUMNS) or verdict not in _HAS:
            findings.error(
                "log-syntax",
                "The line is not: video, truth onset and offset, predicted onset and offset, "
                "TP, FP or FN.",
                "Put a dash where a frame is missing.",
                places.cell(number),
            )
            continue
        has = tuple(words[at] != "-" and words[at + 1] != "-" for at in (1, 3))
        if has != _HAS[verdict]:
            findings.error(
                "log-verdict",
                f"The verdict {verdict} does not fit the frames in the line.",
                "TP has both intervals, FP only the predicted one, FN only the true one.",
                places.cell(number, "verdict"),
            )
            continue
        verdicts[verdict] += 1
        rows.append((number, words))
    known: dict[str, int] = {}
    first_lines = []
    for number, words in rows:
        if words[0] not in known:
            known[words[0]] = len(known)
            first_lines.append(number)
    videos = [VideoRow(dataset, None, name) for name in known]
    sheets = []
    for prefix in ("truth ", ""):
        own = {name: _COLUMNS[f"{prefix}{name}"] for name in ("onset", "offset")}
        places = LinePlaces(source, _COLUMNS | own, WORD_PATTERN)
        places.video_rows = videos
        places.line_of_video = first_lines
        sheets.append((places, _intervals(rows, known, prefix, first, places, findings)))
    (truth_places, truths), (places, predictions) = sheets
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
    known: dict[str, int],
    prefix: str,
    first_frame: int,
    places: LinePlaces,
    findings: Findings,
) -> IntervalColumns:
    """Take one side of the log: the truth's two columns, or the prediction's."""
    at = _COLUMNS[f"{prefix}onset"]
    present = [(number, words) for number, words in rows if words[at] != "-"]

    def column(name: str, cell: int) -> np.ndarray:
        return parse_frames(
            [words[cell] for _, words in present],
            name,
            first_frame,
            findings,
            lambda row: places.cell(present[row][0], name),
        )

    onset, offset = column(f"{prefix}onset", at), column(f"{prefix}offset", at + 1)
    usable = np.flatnonzero((onset != NO_FRAME) & (offset != NO_FRAME))
    places.line_of_interval = [present[row][0] for row in usable]
    places.video_of_interval = np.array([known[present[row][1][0]] for row in usable], np.int64)
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
