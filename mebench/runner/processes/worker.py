"""The main function of a worker process.

A worker computes with one thread, and what a baseline prints goes to the worker's log. It ends as
soon as its parent does, with everything that it started. C code may hold the interpreter lock for
hours and keep every thread of the worker from noticing that, so a second process watches.
"""

from __future__ import annotations

import os
import pickle
import select
import signal
import sys
import threading
import time
from multiprocessing import parent_process
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from multiprocessing.process import BaseProcess

WORKER_ENVIRONMENT = {
    # Numerical libraries compute with one thread: the results do not depend on the cores.
    **dict.fromkeys(
        (
            "OMP_NUM_THREADS",
            "OPENBLAS_NUM_THREADS",
            "MKL_NUM_THREADS",
            "NUMEXPR_NUM_THREADS",
            "NUMBA_NUM_THREADS",
            "OPENCV_FOR_THREADS_NUM",
            "TF_NUM_INTRAOP_THREADS",
            "TF_NUM_INTEROP_THREADS",
        ),
        "1",
    ),
    "PYTHONHASHSEED": "0",
    "PYTHONUNBUFFERED": "1",
    # A file in the current folder must not shadow a module of the same name.
    "PYTHONSAFEPATH": "1",
}
"""The environment variables of a worker; some of them count only when Python starts."""

PROGRESS_SECONDS = 0.1
"""The shortest time between two progress messages: a baseline may report every frame."""


READY = "ready"
"""The message of a worker that has started, and of one that has opened the data of a task: the time
limit begins anew."""


class Progress(NamedTuple):
    """A message of a worker: the fraction of the task that is done, and the current step."""

    share: float
    what: str


def serve(connection: Connection, log: Path | None) -> None:
    """Execute tasks until the parent closes the connection.

    Parameters
    ----------
    connection : Connection
        Sends :data:`READY`; receives tasks as bytes, and for each of them sends :data:`READY`,
        :class:`Progress` messages, and the result.
    log : Path or None
        The file that everything printed is appended to.
    """
    _detach_from_parent()
    _redirect_output(log)
    import mebench.runner.tasks  # noqa: F401

    try:
        connection.send_bytes(pickle.dumps(READY))
        while True:
            connection.send_bytes(pickle.dumps(_execute(connection.recv_bytes(), connection)))
    except (EOFError, OSError):  # the parent has ended
        _kill_group()


def _execute(content: bytes, connection: Connection) -> object:
    from mebench.diagnostics import MebenchError
    from mebench.runner.processes.outcomes import Failure, attempt
    from mebench.runner.tasks import load_task

    last_report = 0.0

    def report(share: float, what: str = "") -> None:
        nonlocal last_report
        share = float(share)
        if time.monotonic() - last_report >= PROGRESS_SECONDS:
            last_report = time.monotonic()
            share = min(share, 1.0) if share > 0 else 0.0  # a NaN becomes 0
            connection.send_bytes(pickle.dumps(Progress(share, str(what)[:200])))

    try:
        task = load_task(content)
    except MebenchError as error:
        return Failure(error.diagnostics, error.omitted)
    connection.send_bytes(pickle.dumps(READY))
    return attempt(task, report)


def _redirect_output(log: Path | None) -> None:
    target = os.open(log or os.devnull, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o666)
    source = os.open(os.devnull, os.O_RDONLY)
    for descriptor, opened in ((0, source), (1, target), (2, target)):
        os.dup2(opened, descriptor)
    # Opened anew: they are None where the parent's streams are closed.
    sys.stdout = os.fdopen(1, "w", buffering=1, errors="backslashreplace", closefd=False)
    sys.stderr = os.fdopen(2, "w", buffering=1, errors="backslashreplace", closefd=False)


def _detach_from_parent() -> None:
    """Leave the parent's process group, and make sure to end with the parent.

    Killing the new group also kills what a baseline started, and Ctrl-C reaches only the parent.
    """
    parent = parent_process()
    assert parent is not None
    if os.name != "posix":
        threading.Thread(target=_end_with, args=(parent,), daemon=True).start()
        return
    os.setsid()
    sentinel: int = parent.sentinel  # a pipe whose other end only the parent holds
    if os.fork() == 0:
        # The parent notices the end of the worker by its pipes: they must not stay open here.
        os.closerange(0, sentinel)
        os.closerange(sentinel + 1, os.sysconf("SC_OPEN_MAX"))
        poll = select.poll()
        poll.register(sentinel, 0)
        poll.poll()
        _kill_group()


def _end_with(parent: BaseProcess) -> None:
    parent.join()
    os._exit(1)


def _kill_group() -> None:
    """Kill this process and everything that it started, at once."""
    if os.name == "posix":
        os.killpg(0, signal.SIGKILL)
    os._exit(1)
