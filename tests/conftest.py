"""What the whole test run shares: marks, the number of examples, a folder of expensive results.

Tests have cache folders of their own, in each of which MEAN's flow would be compiled again: so what
numba compiles is kept for the whole run, and with it the rendered people. Workers of pytest-xdist
and the commands that tests start inherit the variables.

Properties are tested with the same few examples each time. ``HYPOTHESIS_PROFILE=thorough`` draws
many, and other ones each time.
"""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, settings

from mebench.runner.processes.worker import WORKER_ENVIRONMENT
from tests.sharing import VARIABLE, shared_object

if TYPE_CHECKING:
    from mebench_synthetic.faces.rig import Rig

settings.register_profile(
    "quick",
    deadline=None,
    derandomize=True,
    max_examples=20,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile(
    "thorough", settings.get_profile("quick"), derandomize=False, max_examples=1000
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))

NUMBA = "NUMBA_CACHE_DIR"
THREADS = [name for name in WORKER_ENVIRONMENT if "THREADS" in name]

FAST = {
    *("architecture", "audit", "diagnosis", "diagnostics", "evaluation", "formats", "matching"),
    *("metrics", "models", "published", "tables", "util"),
}
"""Folders whose tests are marked ``fast``: those of rooms that only compute."""
SLOW = {"test_against_reference", "test_invariance", "test_properties", "test_fuzz"}
"""Files in these folders that take longer: many examples."""
MADE = pytest.StashKey[str]()


def pytest_configure(config: pytest.Config) -> None:
    """Make the folder of this run, unless there is one; compute with one thread, as workers do."""
    os.environ.update(dict.fromkeys(THREADS, "1"))
    # A shell starts what runs in the background with Ctrl-C ignored, and commands would inherit it.
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    if VARIABLE not in os.environ:
        os.environ[VARIABLE] = config.stash[MADE] = tempfile.mkdtemp(prefix="mebench-tests-")
        os.environ.setdefault(NUMBA, str(Path(os.environ[VARIABLE]) / "numba"))


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Import no slow tests where only fast ones run: they import TensorFlow."""
    alone = config.getoption("markexpr") == "fast" and collection_path.is_dir()
    here = collection_path.parent == Path(__file__).parent
    return True if alone and here and collection_path.name not in FAST else None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the fast tests, which `make check` runs, and all others as slow."""
    for item in items:
        folder = item.path.relative_to(Path(__file__).parent).parts[0]
        fast = folder in FAST and item.path.stem not in SLOW
        item.add_marker("fast" if fast else "slow")


def pytest_unconfigure(config: pytest.Config) -> None:
    """Remove it where it was made."""
    made = config.stash.get(MADE, None)
    if made is not None:
        if os.environ[NUMBA].startswith(made):
            del os.environ[NUMBA]
        del os.environ[VARIABLE]
        shutil.rmtree(made, ignore_errors=True)


@pytest.fixture(scope="session", autouse=True)
def shared_people() -> Iterator[None]:
    """Build each rendered person once, which takes seconds."""
    if find_spec("mebench_synthetic") is None:
        yield
        return
    from mebench_synthetic import dataset

    build: Any = dataset.cached_rig.__wrapped__

    @lru_cache(maxsize=1)
    def cached_rig(seed: int, subject_index: int) -> Rig:
        name = f"person-{seed}-{subject_index}"
        rig: Rig = shared_object(name, lambda: build(seed, subject_index))
        return rig

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(dataset, "cached_rig", cached_rig)
        yield
