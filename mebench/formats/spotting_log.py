"""The spotting log of the MEGC challenges, with predictions and truth in one file.

Each line has a video, the onset and offset of the truth, the onset and offset of the prediction,
and a verdict: ``TP``, ``FP`` or ``FN``. Cells are separated by blanks, or by commas, semicolons or
tabs. A line ``1`` begins a section of SAMM Long Videos, a line ``2`` one of CAS(ME)²; without such
a line the file does not state the data set. A missing interval is two cells ``-``, ``__``, ``nan``
or nothing. An ``FP`` line can also have the truth that the prediction does not match. A trailing
``*`` of a video and a seventh cell have no meaning. Frames count from 1. The log does not
distinguish macro- from micro-expressions.

Lines are not intervals: the log repeats a prediction that meets several truths, and a truth that
several predictions meet. Each different interval of a video is one truth or one prediction.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal, NamedTuple

from mebench.diagnostics import Findings
from mebench.formats.interval_rows import Interval, IntervalRow, Table, build_table
from mebench.formats.table_reader import WORD_PATTERN, LinePlaces, parse_frames
from mebench.formats.text_file import TextFile
from mebench.models.annotation_table import NO_FRAME, PredictionTable, TruthTable, VideoRow

SPOTTING_LOG = "MEGC spotting log"

Verdict = Literal["TP", "FP", "FN"]
VERDICTS: tuple[Verdict, ...] = ("TP", "FP", "FN")

_DATASETS = {"1": "sammlv", "2": "casme-sq"}
_FIELDS = ("video", "truth onset", "truth offset", "onset", "offset", "verdict")
_FRAME_FIELDS = _FIELDS[1:5]
_MISSING = re.compile(r"[-_–—]*|nan", re.IGNORECASE)
_SEPARATED = re.compile(r"(?:^|[,;\t]) *([^,;\t]*?) *(?=[,;\t]|$)")
_WORDS = re.compile(r"([^,;\s]+)")


class LogRow(NamedTuple):
    """A line of the log."""

    line: int
    dataset: str | None
    video: str
    truth: Interval | None
    prediction: Interval | None
    verdict: Verdict


@dataclass(frozen=True)
class SpottingLog:
    """The lines of a spotting log."""

    source: TextFile
    first_frame: int
    rows: list[LogRow]

    @property
    def verdicts(self) -> dict[str, int]:
        """The number of lines with each verdict."""
        counts = Counter(row.verdict for row in self.rows)
        return {verdict: counts[verdict] for verdict in VERDICTS}

    def only(self, is_kept: Callable[[LogRow], bool]) -> SpottingLog:
        """Return the log with some of its lines."""
        return replace(self, rows=list(filter(is_kept, self.rows)))

    def predictions(self) -> PredictionTable:
        """Return the different predictions of each video."""
        return self._table(PredictionTable, "", lambda row: row.prediction)

    def truth(self) -> TruthTable:
        """Return the different truths of each video."""
        return self._table(TruthTable, "truth ", lambda row: row.truth)

    def matched_pairs(self) -> list[tuple[int, int]]:
        """Return the pairs that the log calls TP, as interval rows of the two tables."""
        truths = _number_intervals(self.rows, lambda row: row.truth)
        predictions = _number_intervals(self.rows, lambda row: row.prediction)
        return [
            (truths[_key(row, row.truth)], predictions[_key(row, row.prediction)])
            for row in self.rows
            if row.verdict == "TP" and row.truth is not None and row.prediction is not None
        ]

    def _table(
        self, table_type: type[Table], prefix: str, side: Callable[[LogRow], Interval | None]
    ) -> Table:
        columns = {name: _FIELDS.index(f"{prefix}{name}") for name in ("onset", "offset")}
        seen: set[object] = set()
        rows = []
        for row in self.rows:
            interval, key = side(row), _key(row, side(row))
            rows.append(
                IntervalRow(
                    row.line,
                    VideoRow(row.dataset, None, row.video),
                    None if key in seen else interval,
                )
            )
            seen.add(key)
        places = _LogPlaces(self.source, columns)
        return build_table(table_type, SPOTTING_LOG, self.first_frame, places, rows)


def is_spotting_log(source: TextFile) -> bool:
    """Return whether the text begins like a spotting log."""
    line = _without_empty_cells(source.first_line)
    return line in _DATASETS or _cells(line) is not None


def read_spotting_log(source: TextFile, first_frame: int | None, findings: Findings) -> SpottingLog:
    """Read a log; lines with problems are left out."""
    first = 1 if first_frame is None else first_frame
    places = _LogPlaces(source, {})
    dataset: str | None = None
    lines: list[tuple[int, str | None, list[str]]] = []
    for number, text in source.lines():
        line = _without_empty_cells(text)
        cells = [cell for _, cell in _cells(line) or ()]
        if line in _DATASETS:
            dataset = _DATASETS[line]
        elif not cells and line:
            findings.error(
                "log-syntax",
                "The line does not have six columns: video, true onset, true offset, predicted "
                "onset, predicted offset, and TP, FP or FN.",
                "Correct the line; write a dash for a missing frame.",
                places.cell(number),
            )
        elif cells and not _fits_verdict(cells):
            findings.error(
                "log-verdict",
                f"The verdict {cells[5].upper()} does not fit the frames in the line.",
                "Correct the line: TP has both intervals, FP the predicted interval and possibly a "
                "true one, FN only the true interval.",
                places.cell(number, "verdict"),
            )
        elif cells:
            lines.append((number, dataset, cells))

    def frames(field: str) -> list[int]:
        column = _FIELDS.index(field)
        cells = ["" if _is_missing(cells[column]) else cells[column] for *_, cells in lines]
        parsed = parse_frames(
            cells, field, first, findings, lambda row: places.cell(lines[row][0], field)
        )
        return [int(frame) for frame in parsed]

    columns = [frames(field) for field in _FRAME_FIELDS]
    rows = [
        LogRow(
            number,
            dataset,
            cells[0].rstrip("*"),
            _interval(*of_row[:2]),
            _interval(*of_row[2:]),
            VERDICTS[VERDICTS.index(cells[5].upper())],
        )
        for (number, dataset, cells), *of_row in zip(lines, *columns, strict=True)
    ]
    return SpottingLog(source, first, rows)


class _LogPlaces(LinePlaces):
    """Finds the cells of a log, whatever separates them."""

    def __init__(self, source: TextFile, columns: dict[str, int]) -> None:
        super().__init__(
            source, {name: index for index, name in enumerate(_FIELDS)} | columns, WORD_PATTERN
        )

    def _start_of_cell(self, text: str, index: int) -> int:
        cells = _cells(text)
        return cells[index][0] if cells else 1


def _cells(line: str) -> list[tuple[int, str]] | None:
    """Return the six cells of a line, each with its column (1-based); None if it has others."""
    words: list[tuple[int, str]] = []
    for pattern in (_SEPARATED, _WORDS):
        words = [(match.start(1) + 1, match[1]) for match in pattern.finditer(line)]
        if len(words) in (6, 7) and words[5][1].upper() in VERDICTS and words[0][1].strip("*"):
            return words[:6]
    if len(words) == 4:
        video, onset, offset, verdict = words
        missing = (verdict[0], "")
        if verdict[1].upper() == "FP":
            return [video, missing, missing, onset, offset, verdict]
        if verdict[1].upper() == "FN":
            return [video, onset, offset, missing, missing, verdict]
    return None


def _without_empty_cells(line: str) -> str:
    """Return a line without empty cells at its end, as spreadsheets write them."""
    return line.strip().rstrip(",; \t")


def _is_missing(cell: str) -> bool:
    return bool(_MISSING.fullmatch(cell))


def _fits_verdict(cells: list[str]) -> bool:
    """Return whether a line has the intervals of its verdict, complete."""
    truth, prediction = ([not _is_missing(cell) for cell in cells[i : i + 2]] for i in (1, 3))
    if len({*truth}) > 1 or len({*prediction}) > 1:
        return False
    has_truth, has_prediction = truth[0], prediction[0]
    return {
        "TP": has_truth and has_prediction,
        "FP": has_prediction,
        "FN": has_truth and not has_prediction,
    }[cells[5].upper()]


def _interval(onset: int, offset: int) -> Interval | None:
    return None if NO_FRAME in (onset, offset) else (onset, offset)


def _key(row: LogRow, interval: Interval | None) -> object:
    return row.dataset, row.video, interval


def _number_intervals(
    rows: list[LogRow], side: Callable[[LogRow], Interval | None]
) -> dict[object, int]:
    """Return the number of each different interval, in the order of the file."""
    keys = dict.fromkeys(_key(row, side(row)) for row in rows if side(row) is not None)
    return {key: number for number, key in enumerate(keys)}
