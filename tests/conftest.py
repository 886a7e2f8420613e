"""What the whole test run shares: marks, the number of examples, a folder for what numba compiles.

Tests have cache folders of their own, in each of which MEAN's flow would be compiled again. Workers
of pytest-xdist and the commands that tests start inherit the variable.

Properties are tested with the same few examples each time. ``HYPOTHESIS_PROFILE=thorough`` draws
many, and other ones each time.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile(
    "quick",
    deadline=None,
    derandomize=True,
    max_examples=50,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile(
    "thorough", settings.get_profile("quick"), derandomize=False, max_examples=1000
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))

VARIABLE = "NUMBA_CACHE_DIR"

FAST = {
    *("architecture", "diagnostics", "evaluation", "matching", "metrics", "models", "published"),
    *("tables", "util"),
}
"""Folders whose tests are marked ``fast``: those of rooms that only compute."""
SLOW = {"test_against_reference", "test_invariance", "test_properties", "test_text_width"}
"""Files in these folders that take longer: many examples, and real commands."""
MADE = pytest.StashKey[str]()


def pytest_configure(config: pytest.Config) -> None:
    """Make the folder, unless there is one: each run compiles anew."""
    if VARIABLE not in os.environ:
        os.environ[VARIABLE] = config.stash[MADE] = tempfile.mkdtemp(prefix="mebench-numba-")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the fast tests, which `make check` runs."""
    for item in items:
        folder = item.path.relative_to(Path(__file__).parent).parts[0]
        if folder in FAST and item.path.stem not in SLOW:
            item.add_marker("fast")


def pytest_unconfigure(config: pytest.Config) -> None:
    """Remove it where it was made."""
    made = config.stash.get(MADE, None)
    if made is not None:
        del os.environ[VARIABLE]
        shutil.rmtree(made, ignore_errors=True)
