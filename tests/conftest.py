"""What the whole test run shares: one folder for what numba compiles.

Tests have cache folders of their own, in each of which MEAN's flow would be compiled again. Workers
of pytest-xdist and the commands that tests start inherit the variable.
"""

from __future__ import annotations

import os
import shutil
import tempfile

import pytest

VARIABLE = "NUMBA_CACHE_DIR"
MADE = pytest.StashKey[str]()


def pytest_configure(config: pytest.Config) -> None:
    """Make the folder, unless there is one: each run compiles anew."""
    if VARIABLE not in os.environ:
        os.environ[VARIABLE] = config.stash[MADE] = tempfile.mkdtemp(prefix="mebench-numba-")


def pytest_unconfigure(config: pytest.Config) -> None:
    """Remove it where it was made."""
    made = config.stash.get(MADE, None)
    if made is not None:
        del os.environ[VARIABLE]
        shutil.rmtree(made, ignore_errors=True)
