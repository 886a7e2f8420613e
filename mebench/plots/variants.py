"""A comparison of settings: a few metrics of each, as bars [Tables 6 to 9 of the MEAN paper]."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Setting:
    """One of the settings that are compared.

    Attributes
    ----------
    label : str
        What stands below its bars.
    values : dict of str to float or None
        From 0 to 1 under the metric's title, in the order of the bars; None where undefined.
    """

    label: str
    values: Mapping[str, float | None]


def draw_variants(path: str | Path, settings: Sequence[Setting], *, title: str = "") -> None:
    """Draw a group of bars a setting, one bar a metric, with the values above.

    Raises
    ------
    UsageError
        ``unknown-ending`` or ``cannot-write``.
    """
    raise NotImplementedError
