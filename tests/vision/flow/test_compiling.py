"""Where compiled functions are stored."""

import os
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

import numba
import numpy as np
import pytest

from mebench_vision.flow import flow_function, numba_compiler
from tests.sharing import compile_flow


@pytest.fixture(autouse=True)
def no_cached_folder(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.delenv("NUMBA_CACHE_DIR", raising=False)
    config: Any = numba.config
    config.reload_config()  # numba reads the environment only in some situations
    numba_compiler.cache_folder.cache_clear()
    yield
    numba_compiler.cache_folder.cache_clear()


def compiled_module(folder: Path) -> Any:
    """Import a module with a compiled function."""
    file = folder / "doubling.py"
    file.write_text(
        "from mebench_vision.flow.numba_compiler import compiled\n"
        "@compiled\ndef double(x):\n    return 2 * x\n"
    )
    specification = spec_from_file_location("doubling", file)
    assert specification and specification.loader
    module = module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


def test_in_the_cache_of_mebench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MEBENCH_CACHE", str(tmp_path / "cache"))
    config: Any = numba.config
    folder_before = config.CACHE_DIR
    assert compiled_module(tmp_path).double(21) == 42
    assert folder_before == config.CACHE_DIR
    assert list((tmp_path / "cache" / "numba").rglob("*.nbc"))
    assert not list(tmp_path.glob("__pycache__/*.nbc"))


FLOW = """
import sys, numpy
from pathlib import Path
from mebench_vision.flow import flow_function, warm_up
count = lambda: len(list(Path(sys.argv[1]).rglob("*.nbc")))
warm_up("opencv")
before = count()
warm_up("numba")
warmed = count()
images = numpy.random.default_rng(1).integers(0, 255, (2, 40, 56), numpy.uint8)
print(flow_function("numba")(*images).tobytes().hex())
print(before, warmed, count())
"""


def flow_process(folder: Path, variables: dict[str, str]) -> list[str]:
    """Return what a process prints that computes a flow."""
    command = [sys.executable, "-c", FLOW, str(folder)]
    environment = os.environ | variables
    done = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)
    return done.stdout.splitlines()


@pytest.fixture(scope="module")
def flow_here() -> str:
    """Compute the flow on this processor, with the cache of all tests."""
    compile_flow()
    images = np.random.default_rng(1).integers(0, 255, (2, 40, 56), np.uint8)
    return flow_function("numba")(*images).tobytes().hex()


def test_warmed_cached_and_on_another_processor_the_flow_is_the_same(
    flow_here: str, tmp_path: Path
) -> None:
    """With fast math they differ. What one process has compiled, no process compiles again."""
    variables = {"MEBENCH_CACHE": str(tmp_path), "NUMBA_CPU_NAME": "generic"}
    flow, first = flow_process(tmp_path, variables)
    again, second = flow_process(tmp_path, variables)
    assert flow == again == flow_here
    assert len(flow) == 2 * 4 * 2 * 40 * 56
    before, warmed, after = map(int, first.split())
    assert 0 == before < warmed == after
    assert list(map(int, second.split())) == [warmed] * 3


def test_a_folder_of_the_user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path / "own"))
    assert numba_compiler.cache_folder() == tmp_path / "own"


def test_in_the_users_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("MEBENCH_CACHE", raising=False)
    monkeypatch.setattr("platformdirs.user_cache_path", lambda name: tmp_path / name)
    folder = numba_compiler.cache_folder()
    assert folder is not None and folder.parent == tmp_path / "mebench" / "numba"


def test_a_cache_folder_that_is_not_writable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("MEBENCH_CACHE", str(tmp_path / "file"))
    assert numba_compiler.cache_folder() is None
    assert compiled_module(tmp_path).double(21) == 42


def test_changed_source_has_another_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MEBENCH_CACHE", str(tmp_path))
    before = numba_compiler.cache_folder()
    numba_compiler.cache_folder.cache_clear()
    monkeypatch.setattr(numba, "__version__", "0")
    assert numba_compiler.cache_folder() != before
