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
                [sys.executable, "-P", "-m", "mebench.runner.processes.worker"],
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


POLL_SECONDS = 1.0
"""So often it is seen whether all workers are there."""


class LocalExecutor:
    """Worker processes, each carrying out one task at a time.

    Parameters
    ----------
    jobs : int
        How many at a time.
    logs : Path or None
        The folder in which each writes what it prints.
    """

    def __init__(self, jobs: int, logs: Path | None = None) -> None:
        self._jobs, self._logs = jobs, logs
        self._workers: list[WorkerProcess] = []
        self._started = 0

    def run(self, tasks: Iterable[Task], progress: TaskProgressCallback) -> Iterator[Outcome]:
        """Carry out tasks; a worker that dies or hangs is replaced."""
        waiting = list(tasks)[::-1]
        while waiting or any(child.task for child in self._workers):
            self._assign_tasks(waiting)
            for child in self._ready():
                outcome = self._read_message(child, progress)
                if outcome is not None:
                    yield outcome
            yield from self._collect_dead()
            for child in [one for one in self._workers if one.is_overdue]:
                yield self._stop_overdue(child)

    def close(self) -> None:
        """End all workers, whatever they are doing."""
        while self._workers:
            self._workers.pop().end()

    def _assign_tasks(self, waiting: list[Task]) -> None:
        while waiting:
            idle = next((child for child in self._workers if child.task is None), None)
            if idle is None and len(self._workers) >= self._jobs:
                return
            if idle is None:
                log = self._logs / f"worker-{self._started:02d}.txt" if self._logs else None
                idle = WorkerProcess(log)
                self._started += 1
                self._workers.append(idle)
            idle.begin(self._next(idle, waiting))

    def _next(self, idle: WorkerProcess, waiting: list[Task]) -> Task:
        """Take the task that a worker is to have: kin of its last one, else kin of nobody's."""
        last = idle.affinity
        busy = {child.task.affinity for child in self._workers if child.task}
        chosen = min(
            range(len(waiting)),
            key=lambda place: (
                not (last and waiting[place].affinity == last),
                waiting[place].affinity in busy - {""},
                -place,  # the first stands last
            ),
        )
        return waiting.pop(chosen)

    def _ready(self) -> list[WorkerProcess]:
        """Wait until a worker says something, until one is gone, or a task's time is up."""
        left = [one.time_left for one in self._workers if one.time_left is not None]
        patience = max(0.0, min([POLL_SECONDS, *left]))
        with selectors.DefaultSelector() as selector:
            for child in self._workers:
                selector.register(child.outward, selectors.EVENT_READ, child)
            events = selector.select(patience)
        return [key.data for key, _ in events]

    def _collect_dead(self) -> Iterator[Outcome]:
        """Give the tasks of workers that are gone, though a fork of theirs holds the pipe open."""
        gone = [one for one in self._workers if one.is_gone]
        with selectors.DefaultSelector() as selector:
            for child in gone:
                selector.register(child.outward, selectors.EVENT_READ, child)
            heard = {key.data for key, _ in selector.select(0)} if gone else set()
        for child in gone:
            outcome = None if child in heard else self._remove_dead(child)
            if outcome is not None:
                yield outcome

    def _read_message(self, child: WorkerProcess, progress: TaskProgressCallback) -> Outcome | None:
        """Take in one message of a worker."""
        try:
            message = read(child.outward)  # type: ignore[arg-type]
        except MessageError:
            message = None
        if message is None:
            return self._remove_dead(child)
        if message.head.get("type") == "progress" and child.task is not None:
            progress(child.task, message.head["share"], message.head["what"])
        elif message.head.get("type") != "ready" and child.task is not None:
            return self._ended(child, message)
        return None

    def _ended(self, child: WorkerProcess, message: Message) -> Outcome:
        task, child.task = child.task, None
        assert task is not None
        return outcome_from_message(task, message, child.seconds)

    def _remove_dead(self, child: WorkerProcess) -> Outcome | None:
        self._workers.remove(child)
        how = child.wait()
        if child.task is None:
            return None
        failure = Failure(
            "worker-died",
            f"{child.task.name}: the worker process ended {how}.",
            "What it printed last is in the run's log.",
        )
        return Outcome(child.task, None, failure, child.seconds)

    def _stop_overdue(self, child: WorkerProcess) -> Outcome:
        self._workers.remove(child)
        child.end()
        assert child.task is not None
        failure = Failure(
            "fold-timeout",
            f"{child.task.name}: not done after {child.task.timeout:g} s, and ended.",
            "Allow more with --fold-timeout, or see in the run's log where it hangs.",
        )
        return Outcome(child.task, None, failure, child.seconds)
