"""A row of an annotation spreadsheet, and its closed interval of frames counted from 0."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from mebench.diagnostics import Findings, Place
from mebench.models.base import Kind
from mebench.models.truth import TruthInterval

Number = int | Fraction
"""A frame as a sheet gives it; some give fractions."""


@dataclass(frozen=True, slots=True)
class Annotation:
    """An expression as a sheet describes it.

    Attributes
    ----------
    place : Place
        Its row.
    name : str
        What the sheet calls it.
    subject, video : str
        Whose it is and where; spelled as the folders are, as far as that is known.
    onset, apex, offset : int, Fraction, str or None
        Frames in the sheet's counting. None is an empty cell, a text one of the marks that stand
        for a number; what no repair turns into an integer, or into no apex, is an error.
    kind : {"micro", "macro"}
        What it is.
    emotion : str or None
        As the sheet spells it; None where no sheet names it.
    counted_from : int
        The number of frame 0 in the sheet's counting, and in the names of the files.
    first : int or None
        The number of the video's first file: a sheet may have a column of it.
    unmended : str or None
        The repair that it needs, where the user has switched that off.
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
        """Return whose it is, and what the sheet calls it."""
        return f"{self.subject}/{self.name}"


def is_number(value: Number | str | None) -> bool:
    """Tell whether a cell holds a number."""
    return isinstance(value, int | Fraction)


def to_interval(row: Annotation, findings: Findings) -> TruthInterval | None:
    """Return a row as an interval.

    Parameters
    ----------
    row : Annotation
        Mended.
    findings : Findings
        Takes in what no repair has mended; the row is left out then.
    """
    problem = problem_of(row)
    if problem is not None and row.disabled_repair is not None:
        findings.warning(
            "annotation-left-out",
            f"{row}: {problem}. The expression is left out.",
            f"The repair {row.disabled_repair} would keep it, and is switched off.",
            row.place,
        )
        return None
    if problem is not None:
        findings.error(
            "annotation-invalid",
            f"{row}: {problem}.",
            "Compare the sheet with the one that was delivered. Of a release with quirks of its "
            "own, correct the cell in a copy of the sheet.",
            row.place,
        )
        return None
    onset, offset = _to_frame(row.onset, row), _to_frame(row.offset, row)
    found = TruthInterval(onset=onset, offset=offset, kind=row.kind)
    if row.apex is not None:
        found["apex"] = _to_frame(row.apex, row)
    if row.emotion is not None:
        found["emotion"] = row.emotion
    return found


def problem_of(row: Annotation) -> str | None:
    """Return why a row is no interval, in words."""
    for name, value in (("onset", row.onset), ("offset", row.offset)):
        if value is None:
            return f"the {name} is missing"
    for name, value in (("onset", row.onset), ("apex", row.apex), ("offset", row.offset)):
        if value is not None and not isinstance(value, int):
            return f"the {name}, {_value_text(value)}, is no whole number"
    onset, apex, offset = (
        None if one is None else _to_frame(one, row) for one in (row.onset, row.apex, row.offset)
    )
    assert onset is not None and offset is not None
    if onset < 0:
        return f"the onset, {row.onset}, lies before the first frame, {row.counted_from}"
    if offset < onset:
        return f"the offset, {row.offset}, lies before the onset, {row.onset}"
    if apex is not None and not onset <= apex <= offset:
        return f"the apex, {row.apex}, lies outside {row.onset} to {row.offset}"
    return None


def _to_frame(value: Number | str | None, row: Annotation) -> int:
    assert isinstance(value, int)
    return value - row.counted_from


def _value_text(value: Number | str) -> str:
    return repr(value[:40]) if isinstance(value, str) else f"{float(value):g}"
