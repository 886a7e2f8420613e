"""Execute tasks in worker processes of this machine: the default."""

from __future__ import annotations

import contextlib
import io
import os
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO

import mebench
from mebench.runner.processes.ipc import Message, MessageError, read, write
from mebench.runner.processes.tasks import (
    Failure,
    Outcome,
    Task,
    TaskProgressCallback,
    outcome_from_message,
)
from mebench.runner.processes.worker import THREAD_SETTINGS


class WorkerProcess:
    """A worker process and the task that it is executing.

    The process is started, not forked (OpenCV deadlocks in a fork), in its own process group:
    Ctrl-C reaches only the parent, and killing the group also kills what a baseline started.

    Parameters
    ----------
    log : Path or None
        The file that its output is appended to.
    """

    def __init__(self, log: Path | None) -> None:
        self.task: Task | None = None
        self.affinity = ""
        self._started = 0.0
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
            # -P: a file in the current folder must not shadow a module of the same name.
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", "mebench.runner.processes.worker"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                env=environment,
                start_new_session=True,
                # Unbuffered: select() does not see bytes that Python has read ahead.
                bufsize=0,
            )
        assert self._process.stdin is not None
        self._job_pipe = io.BufferedWriter(self._process.stdin)

    @property
    def message_pipe(self) -> IO[bytes]:
        """The pipe that carries the messages of the worker."""
        assert self._process.stdout is not None
        return self._process.stdout

    def begin(self, task: Task) -> None:
        """Send a task to the process.

        An error here means that the process has ended, which its message pipe reports too.
        """
        self.task, self.affinity, self._started = task, task.affinity, time.monotonic()
        with contextlib.suppress(BrokenPipeError):
            write(self._job_pipe, Message(task.job))

    @property
    def seconds(self) -> float:
        """The time since the task began."""
        return time.monotonic() - self._started

    @property
    def time_left(self) -> float | None:
        """Seconds until the time limit of the task; None if there is no limit."""
        if self.task is None or self.task.timeout is None:
            return None
        return self.task.timeout - self.seconds

    @property
    def is_overdue(self) -> bool:
        """Whether the task has reached its time limit."""
        return self.time_left is not None and self.time_left <= 0

    @property
    def has_ended(self) -> bool:
        """Whether the process has ended; forks of it may still hold its pipe open."""
        return self._process.poll() is not None

    def kill(self) -> str:
        """Kill the process and everything that it started; return a description of its end."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            if os.name == "posix":
                os.killpg(self._process.pid, signal.SIGKILL)
            else:
                self._process.kill()
        for pipe in (self._job_pipe, self.message_pipe):
            with contextlib.suppress(BrokenPipeError):
                pipe.close()
        return _exit_description(self._process.wait())

    def wait(self) -> str:
        """Wait until the process has ended; return a description of its end."""
        try:
            status = self._process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            return self.kill()
        self.kill()
        return _exit_description(status)


def _exit_description(status: int) -> str:
    if status >= 0:
        return f"with exit status {status}"
    try:
        name = signal.Signals(-status).name
    except ValueError:
        name = f"signal {-status}"
    return f"by {name}" + (" (out of memory?)" if name == "SIGKILL" else "")


POLL_SECONDS = 1.0
"""The time between two checks whether all worker processes are alive."""


class LocalExecutor:
    """Execute tasks in worker processes, one task per process at a time.

    Parameters
    ----------
    jobs : int
        The number of worker processes.
    logs : Path or None
        The folder for the logs of the workers.
    """

    def __init__(self, jobs: int, logs: Path | None = None) -> None:
        self._jobs, self._logs = jobs, logs
        self._workers: list[WorkerProcess] = []
        self._n_started = 0

    def run(self, tasks: Iterable[Task], progress: TaskProgressCallback) -> Iterator[Outcome]:
        """Execute tasks; a worker that dies or reaches its time limit is replaced."""
        waiting = list(tasks)
        while waiting or any(worker.task for worker in self._workers):
            self._assign_tasks(waiting)
            for worker in self._wait_for_messages():
                outcome = self._read_message(worker, progress)
                if outcome is not None:
                    yield outcome
            yield from self._collect_dead()
            for worker in [worker for worker in self._workers if worker.is_overdue]:
                yield self._stop_overdue(worker)

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
        last = idle.affinity
        busy = {worker.task.affinity for worker in self._workers if worker.task} - {""}
        index = min(
            range(len(waiting)),
            key=lambda index: (
                not (last and waiting[index].affinity == last),
                waiting[index].affinity in busy,
                index,
            ),
        )
        return waiting.pop(index)

    def _wait_for_messages(self) -> list[WorkerProcess]:
        """Return the workers that have sent something; wait at most until a time limit."""
        limits = [worker.time_left for worker in self._workers if worker.time_left is not None]
        return self._readable(self._workers, max(0.0, min([POLL_SECONDS, *limits])))

    def _collect_dead(self) -> Iterator[Outcome]:
        """Yield the outcomes of workers that have ended while a fork holds their pipe open."""
        ended = [worker for worker in self._workers if worker.has_ended]
        unread = self._readable(ended, 0) if ended else []
        for worker in ended:
            outcome = None if worker in unread else self._remove_dead(worker)
            if outcome is not None:
                yield outcome

    @staticmethod
    def _readable(workers: list[WorkerProcess], seconds: float) -> list[WorkerProcess]:
        """Return the workers whose pipe has unread bytes or is closed, after a time at most."""
        with selectors.DefaultSelector() as selector:
            for worker in workers:
                selector.register(worker.message_pipe, selectors.EVENT_READ, worker)
            return [key.data for key, _ in selector.select(seconds)]

    def _read_message(
        self, worker: WorkerProcess, progress: TaskProgressCallback
    ) -> Outcome | None:
        """Read one message of a worker; return an outcome if the message ends its task."""
        try:
            message = read(worker.message_pipe)  # type: ignore[arg-type]
        except MessageError:
            message = None
        if message is None:
            return self._remove_dead(worker)
        task, kind = worker.task, message.head.get("type")
        if task is None or kind == "ready":
            return None
        if kind == "progress":
            progress(task, message.head["share"], message.head["what"])
            return None
        worker.task = None
        return outcome_from_message(task, message, worker.seconds)

    def _remove_dead(self, worker: WorkerProcess) -> Outcome | None:
        self._workers.remove(worker)
        description = worker.wait()
        if worker.task is None:
            return None
        failure = Failure(
            "worker-died",
            f"{worker.task.name}: the worker process ended {description}.",
            "Look at its last output in the run's log.",
        )
        return Outcome(worker.task, None, failure, worker.seconds)

    def _stop_overdue(self, worker: WorkerProcess) -> Outcome:
        self._workers.remove(worker)
        worker.kill()
        assert worker.task is not None
        failure = Failure(
            "fold-timeout",
            f"{worker.task.name}: stopped at the time limit of {worker.task.timeout:g} s.",
            "Allow more time with --fold-timeout, or look in the run's log where it hangs.",
        )
        return Outcome(worker.task, None, failure, worker.seconds)
