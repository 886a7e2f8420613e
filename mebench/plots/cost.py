"""What a method costs: seconds of each phase, as stacked bars."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class CostBar:
    """One bar.

    Attributes
    ----------
    label : str
        What stands before it: ``training``, ``inference with flow``.
    seconds : dict of str to float
        Of each phase, in the order of the bar.
    """

    label: str
    seconds: Mapping[str, float]


def draw_costs(path: str | Path, bars: Sequence[CostBar], *, title: str = "") -> None:
    """Draw a horizontal bar each, stacked from its phases, with their sum at its end.

    Raises
    ------
    UsageError
        ``unknown-ending`` or ``cannot-write``.
    """
    raise NotImplementedError
