"""Confusion matrices, side by side [Figs. 4 and 5 of the MEAN paper]."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class ConfusionMatrix:
    """Who was taken for what.

    Attributes
    ----------
    title : str
        What stands above it.
    classes : sequence of str
        The names of the C classes.
    matrix : sequence of sequence of int
        A row a true class and a column a predicted one; a column beyond the classes counts truths
        without a prediction.
    """

    title: str
    classes: Sequence[str]
    matrix: Sequence[Sequence[int]]


def draw_confusions(path: str | Path, matrices: Sequence[ConfusionMatrix]) -> None:
    """Draw confusion matrices: counts in the cells, shares of the row as colour.

    Raises
    ------
    UsageError
        ``unknown-ending`` or ``cannot-write``.
    """
    raise NotImplementedError
