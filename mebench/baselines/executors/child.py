"""One worker process, seen from its parent."""

from __future__ import annotations

import contextlib
import io
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import IO

import mebench
from mebench.baselines.executors.contract import Task
from mebench.baselines.wire import Message, write
from mebench.baselines.worker import THREAD_SETTINGS


class WorkerProcess:
    """A worker process and the task it is carrying out.

    The process is started anew, never forked (OpenCV deadlocks in a fork), in a process group of
    its own: Ctrl-C reaches the parent alone, and ending the group ends what a baseline started.

    Parameters
    ----------
    log : Path or None
        Where what it prints is appended.
    """

    def __init__(self, log: Path | None) -> None:
        self.task: Task | None = None
        self.affinity = ""
        self._began = 0.0
        package = Path(mebench.__file__).parent.parent
        paths = [str(package), os.environ.get("PYTHONPATH", "")]
        environment = {
            **os.environ,
            **dict.fromkeys(THREAD_SETTINGS, "1"),
            "PYTHONHASHSEED": "0",
            "PYTHONUNBUFFERED": "1",
            "PYTHONPATH": os.pathsep.join(filter(None, paths)),
        }
        with contextlib.ExitStack() as stack:
            errors: int | IO[bytes] = subprocess.DEVNULL
            if log is not None:
                errors = stack.enter_context(log.open("ab"))
            # -P: a file of the user's folder must not stand in for a module of the same name.
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", "mebench.baselines.worker"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                env=environment,
                start_new_session=True,
                # Unbuffered: what waits in the pipe must be seen by who waits for the pipe.
                bufsize=0,
            )
        assert self._process.stdin is not None
        self._inward = io.BufferedWriter(self._process.stdin)

    @property
    def outward(self) -> IO[bytes]:
        """The pipe on which its messages come."""
        assert self._process.stdout is not None
        return self._process.stdout

    def begin(self, task: Task) -> None:
        """Hand it a task; it may be gone already, which its pipe will tell."""
        self.task, self.affinity, self._began = task, task.affinity, time.monotonic()
        with contextlib.suppress(BrokenPipeError):
            write(self._inward, Message(task.job))

    @property
    def seconds(self) -> float:
        """How long it has been at its task."""
        return time.monotonic() - self._began

    @property
    def time_left(self) -> float | None:
        """Seconds until its task is given up."""
        if self.task is None or self.task.timeout is None:
            return None
        return self.task.timeout - self.seconds

    @property
    def is_overdue(self) -> bool:
        """Whether its task is to be given up."""
        return self.time_left is not None and self.time_left <= 0

    @property
    def is_gone(self) -> bool:
        """Whether the process has ended; its pipe stays open where it left forks behind."""
        return self._process.poll() is not None

    def end(self) -> str:
        """End it and whatever it started; return how it ended, in words."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            if os.name == "posix":
                os.killpg(self._process.pid, signal.SIGKILL)
            else:
                self._process.kill()
        for pipe in (self._inward, self.outward):
            with contextlib.suppress(BrokenPipeError):
                pipe.close()
        return _exit_description(self._process.wait())

    def wait(self) -> str:
        """Wait until it has ended by itself; return how, in words."""
        try:
            status = self._process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            return self.end()
        self.end()
        return _exit_description(status)


def _exit_description(status: int) -> str:
    if status >= 0:
        return f"with exit status {status}"
    try:
        name = signal.Signals(-status).name
    except ValueError:
        name = f"signal {-status}"
    return f"by {name}" + (" (out of memory?)" if name == "SIGKILL" else "")
