"""Entry points of the installed packages, searched once.

A search reads a file of every installed package, and a command asks several times. The result is
kept until the search path changes, or a folder on it.
"""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from functools import lru_cache
from importlib.metadata import EntryPoint, entry_points


def find_entry_points(group: str, name: str | None = None) -> list[EntryPoint]:
    """Return the entry points of a group, or those with a name."""
    points = _installed(group, _state_of_path())
    return [point for point in points if name is None or point.name == name]


@lru_cache(maxsize=8)
def _installed(group: str, state: tuple[tuple[str, int], ...]) -> tuple[EntryPoint, ...]:
    return tuple(entry_points(group=group))


def _state_of_path() -> tuple[tuple[str, int], ...]:
    """Return the folders that are searched, with the times of their last change."""
    state = []
    for path in sys.path:
        changed = 0
        with suppress(OSError):
            changed = os.stat(path or ".").st_mtime_ns  # noqa: PTH116 - half the time of Path.stat
        state.append((path, changed))
    return tuple(state)
