"""The test distribution: on disk for commands, and importable for calls."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from multiprocessing import resource_tracker
from pathlib import Path

import pytest

from mebench.datasets.registry import adapter_ids
from mebench.runner.registry import baseline_names
from tests.runner.distribution import install, simple, write
from tests.runner.running import Bench, bench_in


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of the test distribution."""
    return install(tmp_path_factory.mktemp("distribution"))


@pytest.fixture(scope="session")
def two(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a data set of two subjects with a video each."""
    return write(tmp_path_factory.mktemp("two"), simple(2, videos=1))


@pytest.fixture(scope="session")
def four(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a data set of four subjects with two videos each."""
    return write(tmp_path_factory.mktemp("four"), simple(4))


@pytest.fixture(scope="session")
def eight(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a data set of eight subjects with one video each."""
    return write(tmp_path_factory.mktemp("eight"), simple(8, videos=1))


@pytest.fixture
def bench(home: Path, installed: None, four: Path, tmp_path: Path) -> Iterator[Bench]:
    """Give the command line; whatever a test started must have ended."""
    found = bench_in(home, tmp_path, four)
    yield found
    if Path("/proc/self/environ").exists():
        assert found.nothing_left() == []


@pytest.fixture(scope="module")
def installed(home: Path) -> Iterator[None]:
    """Make the distribution importable here and in the processes started from here."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(home)
        patch.setenv("PYTHONPATH", str(home), prepend=os.pathsep)
        for found in (baseline_names, adapter_ids):
            found.cache_clear()
        # It lasts as long as this process; started here, it has no mark of a single test.
        resource_tracker.ensure_running()
        yield
    for found in (baseline_names, adapter_ids):
        found.cache_clear()
    for name in [name for name in sys.modules if name.partition(".")[0] == "trials"]:
        del sys.modules[name]
