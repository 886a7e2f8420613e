"""From a table's cells to numbers and names, with everything doubtful reported by its place."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence

import numpy as np

from mebench.diagnostics import Findings, Place
from mebench.records.base import FRAME_LIMIT, KINDS
from mebench.records.sheets import NO_FRAME, NO_KIND, FloatColumn, IntegerColumn
from mebench.suggest import did_you_mean

_WHOLE_NUMBER = re.compile(r"[+-]?[0-9]+")
_DECIMAL_NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")

KIND_NAMES = {
    "micro": 0,
    "me": 0,
    "micro-expression": 0,
    "macro": 1,
    "mae": 1,
    "macro-expression": 1,
}
assert KINDS == ("micro", "macro")

PlaceOf = Callable[[int], Place]


def parse_frames(
    cells: Sequence[str], field: str, first_frame: int, findings: Findings, place: PlaceOf
) -> IntegerColumn:
    """Read a column of frames and make it 0-based.

    Parameters
    ----------
    cells : sequence of str
        The column; an empty cell gives ``NO_FRAME``.
    field : str
        The column's name, for messages.
    first_frame : {0, 1}
        The number that the file gives to a video's first frame.
    findings : Findings
        Takes in ``frame-not-integer``, ``frame-too-large`` and the note ``frame-spelled``.
    place : callable
        From a row to its place.
    """
    column = np.full(len(cells), NO_FRAME, np.int64)
    spelled: list[int] = []
    fractional: list[int] = []
    large: list[int] = []
    for row, cell in enumerate(cells):
        text = cell.strip()
        if not text:
            continue
        is_whole = _WHOLE_NUMBER.fullmatch(text) is not None
        if not is_whole and not _DECIMAL_NUMBER.fullmatch(text):
            fractional.append(row)
            continue
        number = float(text)
        if abs(number) >= FRAME_LIMIT:
            large.append(row)
        elif not number.is_integer():
            fractional.append(row)
        else:
            column[row] = int(number) - first_frame
            if not is_whole:
                spelled.append(row)
    findings.add_rows(
        fractional,
        lambda row: (
            f"{field!r} is {shorten(cells[row].strip())!r}, and should be a whole number.",
            "Frames are whole numbers: round before writing.",
            place(row),
        ),
        "frame-not-integer",
    )
    findings.add_rows(
        large,
        lambda row: (
            f"{field!r} is {shorten(cells[row].strip())}: no video is that long.",
            f"Frames lie below {FRAME_LIMIT}.",
            place(row),
        ),
        "frame-too-large",
    )
    if spelled:
        findings.note(
            "frame-spelled",
            f"Whole numbers spelled as fractions in {field!r} were taken: {len(spelled)} of them, "
            f"such as {cells[spelled[0]].strip()[:40]!r}.",
            "",
            place(spelled[0]),
        )
    return column


def parse_scores(cells: Sequence[str], findings: Findings, place: PlaceOf) -> FloatColumn | None:
    """Read a column of scores; None where all cells are empty, NaN where one is."""
    column = np.full(len(cells), np.nan)
    wrong: list[int] = []
    for row, cell in enumerate(cells):
        text = cell.strip()
        if not text:
            continue
        value = float(text) if _DECIMAL_NUMBER.fullmatch(text) else math.nan
        if not math.isfinite(value):
            wrong.append(row)
            value = 0.0  # said once: it is not missing as well
        column[row] = value
    findings.add_rows(
        wrong,
        lambda row: (
            f"'score' is {shorten(cells[row].strip())!r}.",
            "Give a finite number, with a point for the decimals.",
            place(row),
        ),
        "not-finite",
    )
    return column if any(cell.strip() for cell in cells) else None


def parse_kinds(cells: Sequence[str], findings: Findings, place: PlaceOf) -> np.ndarray:
    """Read a column of kinds: micro or macro, me or mae."""
    column = np.full(len(cells), NO_KIND, np.int8)
    wrong: list[int] = []
    for row, cell in enumerate(cells):
        text = cell.strip().casefold()
        if text:
            code = KIND_NAMES.get(text)
            if code is None:
                wrong.append(row)
                code = 0  # said once: it is not missing as well
            column[row] = code
    findings.add_rows(
        wrong,
        lambda row: (
            f"The kind {shorten(cells[row].strip())!r} is not known."
            + did_you_mean(cells[row][:40], KIND_NAMES),
            "Use micro or macro (me or mae).",
            place(row),
        ),
        "unknown-kind",
    )
    return column


def shorten(text: str) -> str:
    """Return a cell as a message quotes it."""
    return text if len(text) <= 40 else text[:39] + "…"
