"""The ids of the data sets that mebench knows: those of installed adapters, and of its packages."""

from __future__ import annotations

from functools import cache

from mebench.util.entry_points import find_entry_points
from mebench.util.extras import DATASET_PACKAGES

GROUP = "mebench.datasets"
"""The entry points of adapters."""


@cache
def adapter_ids() -> tuple[str, ...]:
    """Return the ids of all data sets with an adapter, in alphabetical order."""
    return tuple(sorted({point.name for point in find_entry_points(GROUP)}))


def missing_ids() -> tuple[str, ...]:
    """Return the ids of this project's data sets whose package is not installed."""
    return tuple(sorted(DATASET_PACKAGES.keys() - set(adapter_ids())))


def reserved_ids() -> frozenset[str]:
    """Return all ids that mebench knows, installed or not."""
    return frozenset((*adapter_ids(), *missing_ids()))
