"""Tasks, their outcomes and the executor interface; running tasks with a progress report.

Progress goes to standard error. Results are stored as they arrive; failures are reported when all
tasks have ended.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Protocol, Self

from mebench.diagnostics import Diagnostic, MebenchError, Place
from mebench.diagnostics.formatting import escape_unprintable
from mebench.runner.processes.ipc import Message
from mebench.util.atomic_write import write_bytes
from mebench.util.terminal import progress_bar, stderr_is_terminal

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID


@dataclass(frozen=True, slots=True)
class Task:
    """A job on its way.

    Attributes
    ----------
    name : str
        For messages: ``fold s01``.
    job : dict
        Plain data.
    timeout : float or None
        Seconds after which it is given up.
    affinity : str
        What it shares with other tasks, and a process may have at hand from the last: a subject.
    """

    name: str
    job: dict[str, Any]
    timeout: float | None = None
    affinity: str = ""


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a task gave no result.

    Attributes
    ----------
    code : str
        ``baseline-raised``, ``fold-timeout``, ``worker-died``, or that of a finding.
    message, remedy : str
        What happened, what to do.
    found : list of dict
        Findings that the worker sent, in place of a message.
    omitted : dict
        How many more there are of a code.
    trace : str
        The traceback of what the baseline raised.
    """

    code: str
    message: str = ""
    remedy: str = ""
    found: tuple[dict[str, Any], ...] = ()
    omitted: Mapping[str, int] = field(default_factory=dict)
    trace: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """A task that ended, with its result or its failure.

    Attributes
    ----------
    task : Task
        Which.
    result : Message or None
        What the job gave.
    failure : Failure or None
        Why it gave nothing.
    seconds : float
        How long it took.
    """

    task: Task
    result: Message | None
    failure: Failure | None
    seconds: float


TaskProgressCallback = Callable[[Task, float, str], None]
"""Called with a task, the share of it that is done, and a word on what is being done."""


class Executor(Protocol):
    """Carries out tasks, several at a time, in any order."""

    def run(self, tasks: Iterable[Task], progress: TaskProgressCallback) -> Iterator[Outcome]:
        """Carry out tasks; each outcome is given as soon as it is there."""

    def close(self) -> None:
        """End all workers, whatever they are doing."""


def outcome_from_message(task: Task, message: Message, seconds: float) -> Outcome:
    """Return what a worker's last message of a job says."""
    if message.head.get("type") == "result":
        head = {name: value for name, value in message.head.items() if name != "type"}
        return Outcome(task, Message(head, message.body), None, seconds)
    if "raised" in message.head:
        failure = Failure(
            "baseline-raised",
            f"{task.name}: the baseline raised {message.head['raised']}",
            "The traceback is in the run's log.",
            trace=message.head.get("trace", ""),
        )
    else:
        failure = Failure("", found=tuple(message.head["found"]), omitted=message.head["omitted"])
    return Outcome(task, None, failure, seconds)


class ProgressReporter:
    """Progress over a number of tasks of one phase.

    Parameters
    ----------
    phase : str
        What is being done: ``preparing``, ``folds``.
    total, done : int
        How many tasks there are, and how many were done before.
    """

    def __init__(self, phase: str, total: int, done: int = 0) -> None:
        self.phase, self.total, self.done = phase, total, done
        self._shares: dict[str, float] = {}
        self._bar: Progress | None = None
        self._line: TaskID | None = None

    def __enter__(self) -> Self:
        """Show the bar, where standard error is a terminal."""
        if stderr_is_terminal():
            self._bar = progress_bar(kept=True)
            self._bar.start()
            self._line = self._bar.add_task(
                self.phase, total=self.total, completed=self.done, what=""
            )
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Take the bar down."""
        if self._bar is not None:
            self._bar.stop()

    def update_task(self, task: Task, share: float, what: str) -> None:
        """Take in how far a task is."""
        self._shares[task.name] = share
        self._show(f"{task.name} {what}")

    def finish_task(self, task: Task, how: str = "") -> None:
        """Take in that a task has ended."""
        self._shares.pop(task.name, None)
        self.done += 1
        if self._bar is None:
            line = f"{self.phase} {self.done}/{self.total}: {task.name}{how}"
            # Flushed: a log that is followed tells how far the run is.
            print(escape_unprintable(line), file=sys.stderr, flush=True)
        self._show(f"{task.name}{how}")

    def _show(self, what: str) -> None:
        if self._bar is not None and self._line is not None:
            at = self.done + sum(self._shares.values())
            self._bar.update(self._line, completed=at, what=escape_unprintable(what))


def run_tasks(
    executor: Executor,
    tasks: Sequence[Task],
    reporter: ProgressReporter,
    keep: Callable[[Outcome], None],
    baseline: str,
    logs: Path | None,
) -> None:
    """Carry out tasks; what fails is reported when the others have ended.

    Parameters
    ----------
    executor : Executor
        Where.
    tasks : sequence of Task
        What.
    reporter : ProgressReporter
        Is told how far they are.
    keep : callable
        Takes each outcome that is a result.
    baseline : str
        Whose tasks they are, for messages.
    logs : Path or None
        The folder in which tracebacks are written.

    Raises
    ------
    MebenchError
        With what went wrong in each task that failed.
    """
    failures: list[tuple[Task, Failure]] = []
    with reporter:
        for outcome in executor.run(tasks, reporter.update_task):
            if outcome.failure is None:
                keep(outcome)
            else:
                failures.append((outcome.task, outcome.failure))
            reporter.finish_task(outcome.task, " failed" if outcome.failure else "")
    if failures:
        raise MebenchError(
            [
                one
                for task, failure in failures
                for one in _diagnostics(task, failure, baseline, logs)
            ],
            sum((Counter(failure.omitted) for _, failure in failures), Counter()),
        )


def _diagnostics(
    task: Task, failure: Failure, baseline: str, logs: Path | None
) -> Iterator[Diagnostic]:
    if not failure.found:
        log = _write_log(logs, task.name, failure.trace) if logs and failure.trace else logs
        place = Place(file=None if log is None else str(log))
        # Where there is no log, nobody is to look for it.
        remedy = failure.remedy
        if failure.trace and not logs:
            remedy = "The baseline has to be corrected, or what it was given is damaged."
        yield Diagnostic(failure.code, "error", failure.message, remedy, place)
    for one in failure.found:
        place = Place(
            **{key: one[key] for key in ("dataset", "subject", "video", "file") if one[key]}
        )
        message = f"{baseline}, {task.name}: {one['message']}"
        yield Diagnostic(one["code"], one["severity"], message, one["remedy"], place)


def _write_log(folder: Path, task: str, text: str) -> Path:
    """Write a log; its name is cut where a file system would not take it."""
    name = "".join(one if one.isalnum() else "-" for one in task).strip("-")
    path = folder / f"{name.encode()[:80].decode(errors='ignore')}.txt"
    write_bytes(path, text.encode(errors="backslashreplace"))
    return path
