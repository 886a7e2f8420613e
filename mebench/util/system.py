"""The computer: usable processor cores and the user's cache folder."""

from __future__ import annotations

import os
from pathlib import Path


def usable_cores() -> int:
    """Return the number of cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def expand_home(path: str | Path) -> Path:
    """Return a path with the home folder for ``~``; the name of an unknown user is unchanged."""
    try:
        return Path(path).expanduser()
    except RuntimeError:
        return Path(path)


def cache_folder() -> Path:
    """Return the cache folder: ``MEBENCH_CACHE``, or the user's cache folder of the system."""
    configured = os.environ.get("MEBENCH_CACHE")
    if configured:
        return expand_home(configured)
    from platformdirs import user_cache_path

    return user_cache_path("mebench")
