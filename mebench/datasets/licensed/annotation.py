"""A row of an annotation spreadsheet, and its closed interval of frames counted from 0."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from mebench.diagnostics import Findings, Place
from mebench.models.base import Kind
from mebench.models.truth import TruthInterval

Number = int | Fraction
"""The number of a frame in a spreadsheet; some have fractions."""


@dataclass(frozen=True, slots=True)
class Annotation:
    """An expression in a row of a spreadsheet.

    Attributes
    ----------
    place : Place
        Location of the row.
    name : str
        Name of the expression in the spreadsheet.
    subject, video : str
        Its subject and video; spelled like the folders, as far as known.
    onset, apex, offset : int, Fraction, str or None
        Frames as numbered in the spreadsheet: None for an empty cell, a text for a mark in place
        of a number. Repairs must turn onset and offset into integers, and the apex into an integer
        or None; everything else is an error.
    kind : {"micro", "macro"}
        Kind of the expression.
    emotion : str or None
        As the spreadsheet spells it; None if there is none.
    counted_from : int
        The number of frame 0 in the spreadsheet, and in the names of the files.
    first : int or None
        The number of the video's first file, if the spreadsheet has a column with it.
    disabled_repair : str or None
        The repair that the row needs and the user disabled.
    """

    place: Place
    name: str
    subject: str
    video: str
    onset: Number | str | None
    apex: Number | str | None
    offset: Number | str | None
    kind: Kind = "micro"
    emotion: str | None = None
    counted_from: int = 1
    first: int | None = None
    disabled_repair: str | None = None

    def __str__(self) -> str:
        """Return the subject and the name of the expression."""
        return f"{self.subject}/{self.name}"


def to_interval(row: Annotation, findings: Findings) -> TruthInterval | None:
    """Return the interval of a row after all repairs; None, and a finding, if it is invalid."""
    problem = _problem_of(row)
    if problem is not None and row.disabled_repair is not None:
        findings.warning(
            "annotation-left-out",
            f"{row}: {problem}. The expression is left out.",
            f"Enable the repair {row.disabled_repair} to keep the expression.",
            row.place,
        )
        return None
    if problem is not None:
        findings.error(
            "annotation-invalid",
            f"{row}: {problem}.",
            "Compare the sheet with the original. If the original has the error, correct the cell "
            "in a copy of the sheet.",
            row.place,
        )
        return None
    onset, offset = _to_frame(row.onset, row), _to_frame(row.offset, row)
    interval = TruthInterval(onset=onset, offset=offset, kind=row.kind)
    if row.apex is not None:
        interval["apex"] = _to_frame(row.apex, row)
    if row.emotion is not None:
        interval["emotion"] = row.emotion
    return interval


def _problem_of(row: Annotation) -> str | None:
    """Return why a row is not a valid interval, as the middle of a sentence; None if it is."""
    for name, value in (("onset", row.onset), ("offset", row.offset)):
        if value is None:
            return f"the {name} is missing"
    for name, value in (("onset", row.onset), ("apex", row.apex), ("offset", row.offset)):
        if value is not None and not isinstance(value, int):
            return f"the {name}, {_value_text(value)}, is not an integer"
    onset, apex, offset = (
        None if value is None else _to_frame(value, row)
        for value in (row.onset, row.apex, row.offset)
    )
    assert onset is not None and offset is not None
    if onset < 0:
        return f"the onset, {row.onset}, is before the first frame, {row.counted_from}"
    if offset < onset:
        return f"the offset, {row.offset}, is before the onset, {row.onset}"
    if apex is not None and not onset <= apex <= offset:
        return f"the apex, {row.apex}, is outside {row.onset} to {row.offset}"
    return None


def _to_frame(value: Number | str | None, row: Annotation) -> int:
    assert isinstance(value, int)
    return value - row.counted_from


def _value_text(value: Number | str) -> str:
    return repr(value[:40]) if isinstance(value, str) else f"{float(value):g}"
