"""What is expensive is made once for all workers of pytest-xdist, in a folder of the test run."""

from __future__ import annotations

import os
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

from filelock import FileLock

VARIABLE = "MEBENCH_TESTS_SHARED"
"""The environment variable that names the folder; tests/conftest.py makes and removes it."""


def shared_folder(name: str, make: Callable[[Path], object]) -> Path:
    """Return a folder that the first caller of all workers fills; nobody may change it."""
    root = Path(os.environ[VARIABLE])
    folder, done = root / name, root / f"{name}.done"
    with FileLock(root / f"{name}.lock"):
        if not done.exists():
            folder.mkdir()
            make(folder)
            done.touch()
    return folder


def compile_flow() -> None:
    """Compile MEAN's flow, unless it has been: two processes at once would both compile it."""
    from mebench_vision.flow import warm_up

    shared_folder("flow", lambda _: warm_up("numba"))


def shared_object(name: str, make: Callable[[], Any]) -> Any:
    """Return an object that the first caller of all workers makes and the others unpickle."""

    def write(folder: Path) -> None:
        (folder / "object.pickle").write_bytes(pickle.dumps(make()))

    return pickle.loads((shared_folder(name, write) / "object.pickle").read_bytes())
