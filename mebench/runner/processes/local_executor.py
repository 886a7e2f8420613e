"""Execute tasks in worker processes of this machine: the default.

Why not a pool of a library: a fold that hangs in C code must be killed at its time limit, Ctrl-C
and a killed parent must leave no process, and a worker that dies must take down its own fold
alone. The pool of `concurrent.futures` has no time limits and breaks as a whole when a worker
dies, as loky's does. Pebble's workers share one pipe and its lock: a worker that is killed while
it sends breaks the others. A Dask cluster adds seconds to every start, and cannot stop a worker
whose C code holds the interpreter lock. One process, one connection and one task at a time is
what `multiprocessing` offers, and all that is needed.
"""

from __future__ import annotations

import contextlib
import math
import os
import pickle
import signal
import sys
import time
from collections.abc import Iterable, Iterator
from multiprocessing import get_context
from multiprocessing.connection import wait
from pathlib import Path
from types import ModuleType

from mebench.runner.processes.outcomes import Failure, Outcome, TaskProgressCallback
from mebench.runner.processes.worker import READY, WORKER_ENVIRONMENT, Progress, serve
from mebench.runner.tasks import Task

POLL_SECONDS = 1.0
"""The time between two checks whether all worker processes are alive."""


class WorkerProcess:
    """A worker process and the task that it is executing; its output is appended to a log.

    The process is spawned, not forked: OpenCV deadlocks in a fork.
    """

    def __init__(self, log: Path | None) -> None:
        self.task: Task | None = None
        self.affinity = ""
        self.is_ready = False
        self._started = math.inf
        context = get_context("spawn")
        self.connection, other_end = context.Pipe()
        self._process = context.Process(target=serve, args=(other_end, log))
        with _start_of_workers():
            self._process.start()
        other_end.close()

    def begin(self, task: Task) -> None:
        """Send a task to the process.

        An error here means that the process has ended, which its connection reports too.
        """
        self.task, self.affinity = task, task.affinity
        self._started = time.monotonic() if self.is_ready else math.inf
        with contextlib.suppress(OSError):
            self.connection.send_bytes(task.pack())

    def end_task(self, result: object) -> Outcome:
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

    def kill(self) -> str:
        """Kill the process and everything that it started; return a description of its end."""
        status = self._process.exitcode
        with contextlib.suppress(ProcessLookupError, PermissionError):
            if os.name == "posix":
                os.killpg(self._process.pid or 0, signal.SIGKILL)
        self._process.kill()
        self._process.join()
        self.connection.close()
        status = self._process.exitcode if status is None else status
        return _exit_description(status or 0)


@contextlib.contextmanager
def _start_of_workers() -> Iterator[None]:
    """Set what a spawned process takes over from this one.

    It must not run the user's script again, and Ctrl-C must not reach it before it has left the
    process group.
    """
    main, before = (
        sys.modules["__main__"],
        {name: os.environ.get(name) for name in WORKER_ENVIRONMENT},
    )
    os.environ.update(WORKER_ENVIRONMENT)
    sys.modules["__main__"] = ModuleType("__main__")
    if os.name == "posix":
        mask = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        sys.modules["__main__"] = main
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


class LocalExecutor:
    """Execute tasks in worker processes, one task per process at a time; they write logs."""

    def __init__(self, jobs: int, logs: Path | None = None) -> None:
        self._jobs, self._logs = jobs, logs
        self._workers: list[WorkerProcess] = []
        self._n_started = 0

    def run(self, tasks: Iterable[Task], progress: TaskProgressCallback) -> Iterator[Outcome]:
        """Execute tasks; a worker that dies or reaches its time limit is replaced."""
        waiting = list(tasks)
        while waiting or any(worker.task for worker in self._workers):
            self._assign_tasks(waiting)
            patience = min([POLL_SECONDS, *(worker.time_left for worker in self._workers)])
            readable = wait([worker.connection for worker in self._workers], max(0.0, patience))
            for worker in list(self._workers):
                # Asked before reading: a process that has ended has sent all that it will.
                ended = worker.has_ended
                if worker.connection in readable or worker.connection.poll():
                    outcome = self._read_message(worker, progress)
                elif ended:
                    outcome = self._remove_dead(worker)
                elif worker.time_left <= 0:
                    outcome = self._stop_overdue(worker)
                else:
                    continue
                if outcome is not None:
                    yield outcome

    def close(self) -> None:
        """Kill all workers."""
        while self._workers:
            self._workers.pop().kill()

    def _assign_tasks(self, waiting: list[Task]) -> None:
        while waiting:
            idle = next((worker for worker in self._workers if worker.task is None), None)
            if idle is None and len(self._workers) >= self._jobs:
                return
            if idle is None:
                log = self._logs / f"worker-{self._n_started:02d}.txt" if self._logs else None
                idle = WorkerProcess(log)
                self._n_started += 1
                self._workers.append(idle)
            idle.begin(self._next_task(idle, waiting))

    def _next_task(self, idle: WorkerProcess, waiting: list[Task]) -> Task:
        """Remove and return the next task of an idle worker.

        Preferred are tasks with the affinity of its last task, then those whose affinity no other
        worker is busy with; among these the first.
        """
        busy = {worker.task.affinity for worker in self._workers if worker.task} - {""}
        task = min(
            waiting,
            key=lambda task: (
                not task.affinity or task.affinity != idle.affinity,
                task.affinity in busy,
            ),
        )
        waiting.remove(task)
        return task

    def _read_message(
        self, worker: WorkerProcess, progress: TaskProgressCallback
    ) -> Outcome | None:
        """Read one message of a worker; return an outcome if the message ends its task."""
        try:
            message = pickle.loads(worker.connection.recv_bytes())
        except (EOFError, OSError):  # the process ended, perhaps while it was sending
            return self._remove_dead(worker)
        if message == READY:
            worker.begin_time_limit()
            return None
        if isinstance(message, Progress):
            if worker.task is not None:
                progress(worker.task, message.share, message.what)
            return None
        return worker.end_task(message)

    def _remove_dead(self, worker: WorkerProcess) -> Outcome | None:
        self._workers.remove(worker)
        description = worker.kill()
        if worker.task is None:
            return None
        return worker.end_task(
            Failure.of(
                "worker-died",
                f"the worker process ended {description}.",
                "Look at its last output in the run's log.",
            )
        )

    def _stop_overdue(self, worker: WorkerProcess) -> Outcome:
        self._workers.remove(worker)
        worker.kill()
        assert worker.task is not None
        return worker.end_task(
            Failure.of(
                "fold-timeout",
                f"stopped at the time limit of {worker.task.timeout:g} s.",
                "Allow more time with --fold-timeout, or look in the run's log where it hangs.",
            )
        )
