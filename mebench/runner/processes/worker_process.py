"""A worker process as its parent sees it: start, tasks, time limit, log, end.

The process is spawned, not forked: OpenCV deadlocks in a fork. Nothing that it takes over from
the parent names the run's folder or a file of a data set: its working folder is an empty one, and
its output reaches the run's log through the parent.
"""

from __future__ import annotations

import contextlib
import math
import os
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from multiprocessing import get_context
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from mebench.runner.processes.frame_reader import serve_frames
from mebench.runner.processes.messages import Failure
from mebench.runner.processes.outcomes import Outcome
from mebench.runner.processes.worker import LOG_FILE, WORKER_ENVIRONMENT, serve
from mebench.runner.tasks import Task

if TYPE_CHECKING:
    from multiprocessing.context import SpawnProcess

    from mebench.runner.locations import DatasetLocation
    from mebench.runner.processes.sandbox import Sandbox
    from mebench.runner.types import FoldResult

FOLDER_PREFIX = "mebench-worker-"
LOCK_FILE = "lock"
STALE_SECONDS = 60.0
"""The age of a folder from which on it is stale if nobody holds its lock."""


class WorkerProcess:
    """A worker process, the task that it is executing, and its reader process.

    Parameters
    ----------
    number : int
        Its place among the workers that run at the same time.
    task : Task
        Its first task.
    log : Path or None
        The file that its output is copied to.
    sandbox : Sandbox or None
        What confines it.
    """

    def __init__(self, number: int, task: Task, log: Path | None, sandbox: Sandbox | None) -> None:
        self.number, self.is_ready = number, False
        self._started = math.inf
        self._log, self._copied = log, 0
        self._folder = Path(tempfile.mkdtemp(prefix=FOLDER_PREFIX))
        self._lock = FileLock(self._folder / LOCK_FILE)
        self._lock.acquire()
        context = get_context("spawn")
        self.connection, other_end = context.Pipe()
        self._reader_end, frame_end = context.Pipe()
        self._process = context.Process(target=serve, args=(other_end, frame_end, self._folder))
        self._reader: SpawnProcess | None = None
        self._datasets: tuple[DatasetLocation, ...] | None = None
        confined = (
            sandbox.confine(self._folder, task.store) if sandbox else contextlib.nullcontext()
        )
        with _start_of_process(self._folder), confined:
            self._process.start()
        other_end.close()
        frame_end.close()
        self.begin(task)

    def begin(self, task: Task) -> None:
        """Send a task to the process.

        An error here means that the process has ended, which its connection reports too.
        """
        self.task: Task | None = task
        self.affinity = task.affinity
        self._started = time.monotonic() if self.is_ready else math.inf
        with contextlib.suppress(OSError):
            self.connection.send_bytes(task.pack())

    def can_execute(self, task: Task) -> bool:
        """Return whether the reader process, if there is one, reads the data sets of a task."""
        return self._datasets is None or self._datasets == task.datasets

    def start_reader(self) -> None:
        """Start the reader process; the time limit begins anew when it is ready."""
        if self.task is None or self._reader is not None:
            return
        self._datasets, self._started = self.task.datasets, math.inf
        log = self._log or Path(os.devnull)
        self._reader = get_context("spawn").Process(
            target=serve_frames, args=(self._reader_end, self._datasets, log)
        )
        with _start_of_process(Path.cwd()):
            self._reader.start()
        self._reader_end.close()

    def end_task(self, result: FoldResult | Failure) -> Outcome:
        """Return the outcome of the current task; the worker is idle then."""
        task, self.task = self.task, None
        assert task is not None
        return Outcome(task, result, max(0.0, time.monotonic() - self._started))

    def begin_time_limit(self) -> None:
        """Count the seconds from now on: the process has started, or has opened its data."""
        self.is_ready, self._started = True, time.monotonic()

    @property
    def time_left(self) -> float:
        """Seconds until the time limit of the task; infinite if there is no limit."""
        if self.task is None or self.task.timeout is None:
            return float("inf")
        return self._started + self.task.timeout - time.monotonic()

    @property
    def has_ended(self) -> bool:
        """Whether the process has ended; forks of it may still hold its connection open."""
        return not self._process.is_alive()

    def copy_log(self) -> None:
        """Append the new output of the process to the run's log."""
        with contextlib.suppress(OSError):
            if self._log is None or (self._folder / LOG_FILE).stat().st_size == self._copied:
                return
            with (self._folder / LOG_FILE).open("rb") as source, self._log.open("ab") as target:
                source.seek(self._copied)
                shutil.copyfileobj(source, target)
                self._copied = source.tell()

    def kill(self) -> str:
        """Kill the process and everything that it started; return a description of its end."""
        status = self._process.exitcode
        _kill(self._process)
        if self._reader is not None:
            _kill(self._reader)
        self.connection.close()
        self._reader_end.close()
        self.copy_log()
        self._lock.release()
        shutil.rmtree(self._folder, ignore_errors=True)
        status = self._process.exitcode if status is None else status
        return _exit_description(status or 0)


def _kill(process: SpawnProcess) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        if os.name == "posix":
            os.killpg(process.pid or 0, signal.SIGKILL)
    process.kill()
    process.join()


def remove_stale_folders() -> None:
    """Remove the working folders of processes that were killed together with their parent."""
    for folder in Path(tempfile.gettempdir()).glob(f"{FOLDER_PREFIX}*"):
        with contextlib.suppress(OSError, Timeout):
            if time.time() - folder.stat().st_mtime > STALE_SECONDS:
                with FileLock(folder / LOCK_FILE, timeout=0):
                    shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def _start_of_process(folder: Path) -> Iterator[None]:
    """Set what a spawned process takes over from this one.

    It must not run the user's script again, and Ctrl-C must not reach it before it has left the
    process group.
    """
    environment = {**WORKER_ENVIRONMENT, "PWD": str(folder)}
    before = {name: os.environ.get(name) for name in environment}
    main, arguments, current = sys.modules["__main__"], sys.argv, Path.cwd()
    os.environ.update(environment)
    sys.modules["__main__"], sys.argv = ModuleType("__main__"), ["mebench"]
    os.chdir(folder)
    if os.name == "posix":
        mask = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        os.chdir(current)
        sys.modules["__main__"], sys.argv = main, arguments
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
        if os.name == "posix":
            signal.pthread_sigmask(signal.SIG_SETMASK, mask)


def _exit_description(status: int) -> str:
    if status >= 0:
        return f"with exit status {status}"
    try:
        name = signal.Signals(-status).name
    except ValueError:
        name = f"signal {-status}"
    return f"by {name}" + (" (out of memory?)" if name == "SIGKILL" else "")
