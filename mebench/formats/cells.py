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

_WHOLE = re.compile(r"[+-]?[0-9]{1,18}")
_DECIMAL = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")

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


def frames(
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
        if _WHOLE.fullmatch(text):
            value = int(text)
        elif _DECIMAL.fullmatch(text) and float(text).is_integer():
            value = int(float(text))
            spelled.append(row)
        else:
            fractional.append(row)
            continue
        if abs(value) >= FRAME_LIMIT:
            large.append(row)
        else:
            column[row] = value - first_frame
    findings.each(
        fractional,
        lambda row: (
            f"{field!r} is {cells[row].strip()[:40]!r}, no whole number.",
            "Frames are whole numbers: round before writing.",
            place(row),
        ),
        "frame-not-integer",
    )
    findings.each(
        large,
        lambda row: (
            f"{field!r} is {cells[row].strip()[:40]}: no video is that long.",
            f"Frames lie below {FRAME_LIMIT}.",
            place(row),
        ),
        "frame-too-large",
    )
    if spelled:
        findings.note(
            "frame-spelled",
            f"{len(spelled)} values of {field!r} are whole numbers spelled as fractions, such as "
            f"{cells[spelled[0]].strip()!r}; they were taken.",
            "",
            place(spelled[0]),
        )
    return column


def scores(cells: Sequence[str], findings: Findings, place: PlaceOf) -> FloatColumn | None:
    """Read a column of scores; None where all cells are empty, NaN where one is."""
    column = np.full(len(cells), np.nan)
    wrong: list[int] = []
    for row, cell in enumerate(cells):
        text = cell.strip()
        if not text:
            continue
        value = float(text) if _DECIMAL.fullmatch(text) else math.nan
        if math.isfinite(value):
            column[row] = value
        else:
            wrong.append(row)
    findings.each(
        wrong,
        lambda row: (
            f"'score' is {cells[row].strip()[:40]!r}.",
            "Give a finite number, with a point for the decimals.",
            place(row),
        ),
        "not-finite",
    )
    return column if any(cell.strip() for cell in cells) else None


def kinds(cells: Sequence[str], findings: Findings, place: PlaceOf) -> np.ndarray:
    """Read a column of kinds: micro or macro, me or mae."""
    column = np.full(len(cells), NO_KIND, np.int8)
    wrong: list[int] = []
    for row, cell in enumerate(cells):
        text = cell.strip().casefold()
        if text:
            code = KIND_NAMES.get(text)
            if code is None:
                wrong.append(row)
            else:
                column[row] = code
    findings.each(
        wrong,
        lambda row: (
            f"The kind {cells[row].strip()[:40]!r} is not known."
            + did_you_mean(cells[row][:40], KIND_NAMES),
            "Use micro or macro (me or mae).",
            place(row),
        ),
        "unknown-kind",
    )
    return column
