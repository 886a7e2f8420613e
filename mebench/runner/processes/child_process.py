"""What every child process of a run does first: redirect its output, and end with its parent.

C code may hold the interpreter lock for hours and keep every thread of a process from noticing
that its parent has ended, so a second process watches.
"""

from __future__ import annotations

import os
import select
import signal
import sys
import threading
from multiprocessing import parent_process
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from multiprocessing.process import BaseProcess


def redirect_output(log: Path) -> None:
    """Append everything that this process prints to a file."""
    target = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o666)
    source = os.open(os.devnull, os.O_RDONLY)
    for descriptor, opened in ((0, source), (1, target), (2, target)):
        os.dup2(opened, descriptor)
    # Opened anew: they are None where the parent's streams are closed.
    sys.stdout = os.fdopen(1, "w", buffering=1, errors="backslashreplace", closefd=False)
    sys.stderr = os.fdopen(2, "w", buffering=1, errors="backslashreplace", closefd=False)


def detach_from_parent() -> None:
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
        kill_group()


def _end_with(parent: BaseProcess) -> None:
    parent.join()
    os._exit(1)


def kill_group() -> None:
    """Kill this process and everything that it started, at once."""
    if os.name == "posix":
        os.killpg(0, signal.SIGKILL)
    os._exit(1)
