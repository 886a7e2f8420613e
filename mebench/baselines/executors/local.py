"""Jobs in processes of this machine: the default."""

from __future__ import annotations

import selectors
from collections.abc import Iterable, Iterator
from pathlib import Path

from mebench.baselines.executors.child import Child
from mebench.baselines.executors.contract import Failure, Outcome, Progress, Task, outcome_of
from mebench.baselines.wire import Message, WireError, read

LOOKING_SECONDS = 1.0
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
        self._children: list[Child] = []
        self._started = 0

    def run(self, tasks: Iterable[Task], progress: Progress) -> Iterator[Outcome]:
        """Carry out tasks; a worker that dies or hangs is replaced."""
        waiting = list(tasks)[::-1]
        while waiting or any(child.task for child in self._children):
            self._hand_out(waiting)
            for child in self._ready():
                outcome = self._hear(child, progress)
                if outcome is not None:
                    yield outcome
            yield from self._missed()
            for child in [one for one in self._children if one.is_late]:
                yield self._give_up(child)

    def close(self) -> None:
        """End all workers, whatever they are doing."""
        while self._children:
            self._children.pop().end()

    def _hand_out(self, waiting: list[Task]) -> None:
        while waiting:
            idle = next((child for child in self._children if child.task is None), None)
            if idle is None and len(self._children) >= self._jobs:
                return
            if idle is None:
                log = self._logs / f"worker-{self._started:02d}.txt" if self._logs else None
                idle = Child(log)
                self._started += 1
                self._children.append(idle)
            idle.begin(self._next(idle, waiting))

    def _next(self, idle: Child, waiting: list[Task]) -> Task:
        """Take the task that a worker is to have: kin of its last one, else kin of nobody's."""
        last = idle.kin
        busy = {child.task.kin for child in self._children if child.task}
        chosen = min(
            range(len(waiting)),
            key=lambda place: (
                not (last and waiting[place].kin == last),
                waiting[place].kin in busy - {""},
                -place,  # the first stands last
            ),
        )
        return waiting.pop(chosen)

    def _ready(self) -> list[Child]:
        """Wait until a worker says something, until one is gone, or a task's time is up."""
        left = [one.time_left for one in self._children if one.time_left is not None]
        patience = max(0.0, min([LOOKING_SECONDS, *left]))
        with selectors.DefaultSelector() as selector:
            for child in self._children:
                selector.register(child.outward, selectors.EVENT_READ, child)
            events = selector.select(patience)
        return [key.data for key, _ in events]

    def _missed(self) -> Iterator[Outcome]:
        """Give the tasks of workers that are gone, though a fork of theirs holds the pipe open."""
        gone = [one for one in self._children if one.is_gone]
        with selectors.DefaultSelector() as selector:
            for child in gone:
                selector.register(child.outward, selectors.EVENT_READ, child)
            heard = {key.data for key, _ in selector.select(0)} if gone else set()
        for child in gone:
            outcome = None if child in heard else self._bury(child)
            if outcome is not None:
                yield outcome

    def _hear(self, child: Child, progress: Progress) -> Outcome | None:
        """Take in one message of a worker."""
        try:
            message = read(child.outward)  # type: ignore[arg-type]
        except WireError:
            message = None
        if message is None:
            return self._bury(child)
        if message.head.get("type") == "progress" and child.task is not None:
            progress(child.task, message.head["share"], message.head["what"])
        elif message.head.get("type") != "ready" and child.task is not None:
            return self._ended(child, message)
        return None

    def _ended(self, child: Child, message: Message) -> Outcome:
        task, child.task = child.task, None
        assert task is not None
        return outcome_of(task, message, child.seconds)

    def _bury(self, child: Child) -> Outcome | None:
        self._children.remove(child)
        how = child.wait()
        if child.task is None:
            return None
        failure = Failure(
            "worker-died",
            f"{child.task.name}: the worker process ended {how}.",
            "What it printed last is in the run's log.",
        )
        return Outcome(child.task, None, failure, child.seconds)

    def _give_up(self, child: Child) -> Outcome:
        self._children.remove(child)
        child.end()
        assert child.task is not None
        failure = Failure(
            "fold-timeout",
            f"{child.task.name}: not done after {child.task.timeout:g} s, and ended.",
            "Allow more with --fold-timeout, or see in the run's log where it hangs.",
        )
        return Outcome(child.task, None, failure, child.seconds)
