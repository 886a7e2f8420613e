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

from collections.abc import Iterable, Iterator
from multiprocessing.connection import wait
from pathlib import Path

from mebench.runner.processes.messages import (
    Failure,
    NeedsFrames,
    Progress,
    Ready,
    decode,
)
from mebench.runner.processes.outcomes import Outcome, TaskProgressCallback
from mebench.runner.processes.sandbox import Sandbox
from mebench.runner.processes.worker_process import WorkerProcess, remove_stale_folders
from mebench.runner.tasks import Task
from mebench.runner.types import FoldResult

POLL_SECONDS = 1.0
"""The time between two checks whether all worker processes are alive."""


class LocalExecutor:
    """Execute tasks in worker processes, one task per process at a time.

    Parameters
    ----------
    jobs : int
        The number of processes.
    logs : Path or None
        The folder of the workers' logs.
    sandbox : Sandbox or None
        What confines each worker.
    """

    def __init__(self, jobs: int, logs: Path | None = None, sandbox: Sandbox | None = None) -> None:
        self._jobs, self._logs, self._sandbox = jobs, logs, sandbox
        self._workers: list[WorkerProcess] = []
        remove_stale_folders()

    def run(self, tasks: Iterable[Task], progress: TaskProgressCallback) -> Iterator[Outcome]:
        """Execute tasks; a worker that dies or reaches its time limit is replaced."""
        waiting = list(tasks)
        while waiting or any(worker.task for worker in self._workers):
            self._assign_tasks(waiting)
            patience = min([POLL_SECONDS, *(worker.time_left for worker in self._workers)])
            readable = wait([worker.connection for worker in self._workers], max(0.0, patience))
            for worker in list(self._workers):
                worker.copy_log()
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
            task = self._next_task(idle, waiting)
            if idle is not None and not idle.can_execute(task):
                self._remove(idle)
                idle = None
            if idle is None:
                self._start_worker(task)
            else:
                idle.begin(task)

    def _start_worker(self, task: Task) -> None:
        number = min(set(range(self._jobs)) - {worker.number for worker in self._workers})
        log = self._logs / f"worker-{number:02d}.txt" if self._logs else None
        self._workers.append(WorkerProcess(number, task, log, self._sandbox))

    def _remove(self, worker: WorkerProcess) -> str:
        """Kill a worker; return a description of its end."""
        self._workers.remove(worker)
        return worker.kill()

    def _next_task(self, idle: WorkerProcess | None, waiting: list[Task]) -> Task:
        """Remove and return the next task of an idle worker, or of a new one.

        Preferred are tasks with the affinity of its last task, then those whose affinity no other
        worker is busy with; among these the first.
        """
        busy = {worker.task.affinity for worker in self._workers if worker.task} - {""}
        task = min(
            waiting,
            key=lambda task: (
                idle is None or not task.affinity or task.affinity != idle.affinity,
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
            message = decode(worker.connection.recv_bytes())
        except (EOFError, OSError):  # the process ended, perhaps while it was sending
            return self._remove_dead(worker)
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            return self._remove_dead(worker)  # the baseline wrote to the connection
        match message:
            case Ready():
                worker.begin_time_limit()
            case NeedsFrames():
                worker.start_reader()
            case Progress(share, what):
                if worker.task is not None:
                    progress(worker.task, share, what)
            case _:
                if worker.task is not None:
                    return self._end_task(worker, message)
        return None

    def _end_task(self, worker: WorkerProcess, result: FoldResult | Failure) -> Outcome:
        outcome = worker.end_task(result)
        if not outcome.task.reuses_process:
            self._remove(worker)
        return outcome

    def _remove_dead(self, worker: WorkerProcess) -> Outcome | None:
        description = self._remove(worker)
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
        self._remove(worker)
        assert worker.task is not None
        return worker.end_task(
            Failure.of(
                "fold-timeout",
                f"stopped at the time limit of {worker.task.timeout:g} s.",
                "Allow more time with --fold-timeout, or look in the run's log where it hangs.",
            )
        )
