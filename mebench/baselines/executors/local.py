"""Jobs in processes of this machine: the default."""

from __future__ import annotations

import selectors
from collections.abc import Iterable, Iterator
from pathlib import Path

from mebench.baselines.executors.child import WorkerProcess
from mebench.baselines.executors.contract import (
    Failure,
    Outcome,
    Task,
    TaskProgressCallback,
    outcome_from_message,
)
from mebench.baselines.wire import Message, MessageError, read

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
