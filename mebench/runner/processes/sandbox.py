"""Confine a worker with bubblewrap, for a baseline whose code is not trusted: ``--isolate``.

In the sandbox there are the Python installation, the system's libraries, the prepared arrays of
the run, and an empty working folder; no network, no other process, no file of a data set, of the
run or of the user. Frames come from the reader process, which is outside.
"""

from __future__ import annotations

import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from multiprocessing import resource_tracker, spawn
from pathlib import Path

from mebench.diagnostics import UsageError
from mebench.util.array_store import FOLDS, Store
from mebench.util.entry_points import find_entry_points

SYSTEM_FOLDERS = ("/usr", "/lib", "/lib64", "/bin", "/sbin", "/opt", "/etc/alternatives")
SYSTEM_FILES = ("/etc/ld.so.cache", "/etc/ld.so.conf", "/etc/localtime")
"""What programs and libraries need; nothing else of the system is visible."""

PROGRAM = "bwrap"


class Sandbox:
    """What the worker processes of a run may see.

    Parameters
    ----------
    modules : sequence of str
        The modules of the baseline's methods.
    readable : iterable of Path
        Further files and folders that they may read.
    hidden : iterable of Path
        Folders that are empty in the sandbox, also within readable ones.

    Raises
    ------
    UsageError
        ``no-sandbox`` if bubblewrap is missing or does not work here.
    """

    def __init__(
        self, modules: Sequence[str], readable: Iterable[Path], hidden: Iterable[Path]
    ) -> None:
        _check_program()
        python = (sys.prefix, sys.base_prefix, sys.exec_prefix, *filter(None, sys.path))
        self._arguments = [
            *("--unshare-all", "--die-with-parent", "--cap-drop", "ALL"),
            *("--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp"),
            *_bind("--ro-bind", [Path(name) for name in (*SYSTEM_FOLDERS, *SYSTEM_FILES)]),
            *_bind("--ro-bind", [Path(name).absolute() for name in python]),
            *_bind("--ro-bind", readable),
            *_hide([*hidden, *_dataset_packages(modules)]),
        ]

    @contextmanager
    def confine(self, folder: Path, store: Store | None) -> Iterator[None]:
        """Make the processes that are started meanwhile start in the sandbox.

        They may write to ``folder``, which is their working folder, and to their own part of the
        store; they may read what is shared in the store.
        """
        resource_tracker.ensure_running()  # otherwise it would start in the sandbox
        arguments = [*self._arguments]
        if store is not None:
            store.own_folder.mkdir(parents=True, exist_ok=True)
            arguments += _bind("--ro-bind", [store.folder])
            arguments += _hide([store.folder / FOLDS])
            arguments += _bind("--bind", [store.own_folder])
        arguments += _bind("--bind", [folder])
        arguments += ["--chdir", str(folder), "--setenv", "HOME", str(folder)]
        start, before = folder / "start.sh", spawn.get_executable()
        command = shlex.join([PROGRAM, *arguments, sys.executable])
        start.write_text(f'#!/bin/sh\nexec {command} "$@"\n')
        start.chmod(0o700)
        spawn.set_executable(str(start))
        try:
            yield
        finally:
            spawn.set_executable(before)


def _bind(kind: str, paths: Iterable[Path]) -> list[str]:
    """Return the arguments that show paths; missing ones are left out."""
    existing = dict.fromkeys(str(path) for path in paths if path.exists())
    return [part for path in existing for part in (kind, path, path)]


def _hide(folders: Iterable[Path]) -> list[str]:
    """Return the arguments that make folders empty."""
    existing = dict.fromkeys(str(folder) for folder in folders if folder.is_dir())
    return [part for folder in existing for part in ("--tmpfs", folder)]


def _dataset_packages(modules: Sequence[str]) -> Iterator[Path]:
    """Yield the folders of packages that render or contain data sets, and thus their truth.

    The packages of the baseline's own modules stay visible.
    """
    own = {"mebench", *(module.partition(".")[0] for module in modules)}
    for point in (*find_entry_points("mebench.datasets"), *find_entry_points("mebench.truths")):
        name = point.module.partition(".")[0]
        spec = None if name in own else find_spec(name)
        for place in (spec and spec.submodule_search_locations) or ():
            yield Path(place)


def _check_program() -> None:
    remedy = "Install bubblewrap (Linux only), or run without --isolate if you trust the baseline."
    if shutil.which(PROGRAM) is None:
        message = f"There is no sandbox here: the program {PROGRAM} is not installed."
        raise UsageError.of("no-sandbox", message, remedy)
    trial = [PROGRAM, "--unshare-all", "--ro-bind", "/", "/", "true"]
    result = subprocess.run(trial, capture_output=True, text=True, timeout=30, check=False)
    if result.returncode:
        reason = " ".join(result.stderr.split())[:200] or f"exit status {result.returncode}"
        message = f"{PROGRAM} cannot make a sandbox here: {reason}."
        raise UsageError.of("no-sandbox", message, remedy)
