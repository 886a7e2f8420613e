"""A row of an annotation sheet, in the sheet's own numbers."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from mebench.diagnostics import Place
from mebench.records.base import Kind

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
