"""Tasks, their outcomes and the executor interface; running tasks with a progress report.

Progress is printed to standard error. Results are stored as they arrive; failures are reported
after all tasks have ended.
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
    """A job for an executor.

    Attributes
    ----------
    name : str
        The name for messages: ``fold 1 (s01)``.
    job : dict
        The job as plain data.
    timeout : float or None
        The time limit in seconds.
    affinity : str
        Tasks with the same affinity run in the same process where possible, since they share data
        that the process has cached. Usually a subject.
    """

    name: str
    job: dict[str, Any]
    timeout: float | None = None
    affinity: str = ""


@dataclass(frozen=True, slots=True)
class Failure:
    """The reason why a task failed.

    Attributes
    ----------
    code : str
        ``baseline-raised``, ``fold-timeout`` or ``worker-died``; empty if there are findings.
    message, remedy : str
        What happened, and what to do.
    found : tuple of dict
        Findings that the worker sent instead of a message.
    omitted : dict
        The number of further findings per code.
    trace : str
        The traceback of the baseline's exception.
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
        The task.
    result : Message or None
        The result of the job.
    failure : Failure or None
        The reason if there is no result.
    seconds : float
        The time that the task took.
    """

    task: Task
    result: Message | None
    failure: Failure | None
    seconds: float


TaskProgressCallback = Callable[[Task, float, str], None]
"""Called with a task, the fraction of it that is done, and a word for the current step."""


class Executor(Protocol):
    """Executes tasks, several at a time, in any order."""

    def run(self, tasks: Iterable[Task], progress: TaskProgressCallback) -> Iterator[Outcome]:
        """Execute tasks; yield each outcome as soon as its task has ended."""

    def close(self) -> None:
        """Stop all workers immediately."""


def outcome_from_message(task: Task, message: Message, seconds: float) -> Outcome:
    """Return the outcome that a worker's last message of a task states."""
    if message.head.get("type") == "result":
        head = {name: value for name, value in message.head.items() if name != "type"}
        return Outcome(task, Message(head, message.body), None, seconds)
    if "raised" in message.head:
        failure = Failure(
            "baseline-raised",
            f"{task.name}: the baseline raised {message.head['raised']}",
            "Look at the traceback in the run's log.",
            trace=message.head.get("trace", ""),
        )
    else:
        failure = Failure("", found=tuple(message.head["found"]), omitted=message.head["omitted"])
    return Outcome(task, None, failure, seconds)


class ProgressReporter:
    """Report the progress of the tasks of one phase: a bar, or lines if there is no terminal.

    Parameters
    ----------
    phase : str
        The phase: ``preparing``, ``folds``.
    total, done : int
        The number of all tasks, and of those done before.
    """

    def __init__(self, phase: str, total: int, done: int = 0) -> None:
        self.phase, self.total, self.done = phase, total, done
        self._shares: dict[str, float] = {}
        self._bar: Progress | None = None
        self._line: TaskID | None = None

    def __enter__(self) -> Self:
        """Show the bar if standard error is a terminal."""
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
        """Stop the bar."""
        if self._bar is not None:
            self._bar.stop()

    def update_task(self, task: Task, share: float, what: str) -> None:
        """Record the progress of a task."""
        self._shares[task.name] = share
        self._update_bar(f"{task.name} {what}")

    def finish_task(self, task: Task, status: str = "") -> None:
        """Record that a task has ended."""
        self._shares.pop(task.name, None)
        self.done += 1
        if self._bar is None:
            line = f"{self.phase} {self.done}/{self.total}: {task.name}{status}"
            # Flushed, so that the line appears in a log file at once.
            print(escape_unprintable(line), file=sys.stderr, flush=True)
        self._update_bar(f"{task.name}{status}")

    def _update_bar(self, what: str) -> None:
        if self._bar is not None and self._line is not None:
            completed = self.done + sum(self._shares.values())
            self._bar.update(self._line, completed=completed, what=escape_unprintable(what))


def run_tasks(
    executor: Executor,
    tasks: Sequence[Task],
    reporter: ProgressReporter,
    store_result: Callable[[Outcome], None],
    baseline: str,
    logs: Path | None,
) -> None:
    """Run tasks; report failures after all tasks have ended.

    Parameters
    ----------
    executor : Executor
        The executor.
    tasks : sequence of Task
        The tasks.
    reporter : ProgressReporter
        Reports the progress.
    store_result : callable
        Called with each successful outcome.
    baseline : str
        The baseline's name, for messages.
    logs : Path or None
        The folder for tracebacks.

    Raises
    ------
    MebenchError
        With the errors of all failed tasks.
    """
    failures: list[tuple[Task, Failure]] = []
    with reporter:
        for outcome in executor.run(tasks, reporter.update_task):
            if outcome.failure is None:
                store_result(outcome)
            else:
                failures.append((outcome.task, outcome.failure))
            reporter.finish_task(outcome.task, " failed" if outcome.failure else "")
    if failures:
        raise MebenchError(
            [
                diagnostic
                for task, failure in failures
                for diagnostic in _diagnostics(task, failure, baseline, logs)
            ],
            sum((Counter(failure.omitted) for _, failure in failures), Counter()),
        )


def _diagnostics(
    task: Task, failure: Failure, baseline: str, logs: Path | None
) -> Iterator[Diagnostic]:
    if not failure.found:
        log = _write_log(logs, task.name, failure.trace) if logs and failure.trace else logs
        place = Place(file=None if log is None else str(log))
        remedy = failure.remedy
        if failure.trace and not logs:  # a remedy that refers to the log would be of no use
            remedy = "Correct the baseline, or check whether its input is damaged."
        yield Diagnostic(failure.code, "error", failure.message, remedy, place)
    for finding in failure.found:
        place = Place(
            **{key: finding[key] for key in ("dataset", "subject", "video", "file") if finding[key]}
        )
        message = f"{baseline}, {task.name}: {finding['message']}"
        yield Diagnostic(finding["code"], finding["severity"], message, finding["remedy"], place)


def _write_log(folder: Path, task: str, text: str) -> Path:
    """Write a log file; its name is the task's, shortened to what file systems allow."""
    name = "".join(letter if letter.isalnum() else "-" for letter in task).strip("-")
    path = folder / f"{name.encode()[:80].decode(errors='ignore')}.txt"
    write_bytes(path, text.encode(errors="backslashreplace"))
    return path
