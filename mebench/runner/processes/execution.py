"""Run tasks with a progress report; failures are reported after all tasks have ended."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from mebench.diagnostics import Diagnostic, MebenchError, Place
from mebench.diagnostics.formatting import escape_unprintable
from mebench.runner.processes.messages import Failure
from mebench.runner.processes.outcomes import Executor, Outcome
from mebench.runner.tasks import Task
from mebench.util.atomic_write import write_bytes
from mebench.util.terminal import progress_bar, stderr_is_terminal


def run_tasks(
    executor: Executor,
    tasks: Sequence[Task],
    phase: str,
    store_result: Callable[[Outcome], None],
    *,
    done: int = 0,
    logs: Path | None = None,
    store_failure: Callable[[Task, MebenchError], None] | None = None,
) -> None:
    """Run tasks.

    Parameters
    ----------
    executor : Executor
        The executor.
    tasks : sequence of Task
        The tasks.
    phase : str
        A word for the progress report: ``folds``.
    store_result : callable
        Called with each successful outcome.
    done : int
        The number of tasks that were done before.
    logs : Path or None
        The folder for tracebacks.
    store_failure : callable or None
        Called with each failed task and its errors, which are then not raised.

    Raises
    ------
    MebenchError
        With the errors of all failed tasks, unless ``store_failure`` takes them.
    """
    failed: list[tuple[Task, Failure]] = []
    with _progress(phase, done, done + len(tasks)) as progress:
        for outcome in executor.run(tasks, progress.update):
            if isinstance(outcome.result, Failure):
                if store_failure is None:
                    failed.append((outcome.task, outcome.result))
                else:
                    store_failure(outcome.task, _error([(outcome.task, outcome.result)], logs))
            else:
                store_result(outcome)
            progress.finish(outcome)
    if failed:
        raise _error(failed, logs)


def _error(failed: Sequence[tuple[Task, Failure]], logs: Path | None) -> MebenchError:
    return MebenchError(
        [one for task, failure in failed for one in _diagnostics(task, failure, logs)],
        sum((Counter(failure.omitted) for _, failure in failed), Counter()),
    )


def _diagnostics(task: Task, failure: Failure, logs: Path | None) -> Iterator[Diagnostic]:
    """Yield the diagnostics of a failed task, with its name."""
    for diagnostic in failure.diagnostics:
        place, remedy = diagnostic.place, diagnostic.remedy
        if failure.trace and logs:
            remedy = f"The traceback is in {_write_log(logs, task.name, failure.trace)}."
        elif logs and place == Place():
            place = Place(file=str(logs))
        message = f"{task.name}: {diagnostic.message}"
        yield replace(diagnostic, message=message, remedy=remedy, place=place)


def _write_log(folder: Path, task: str, text: str) -> Path:
    """Write a log file; its name is the task's, shortened to what file systems allow."""
    name = "".join(letter if letter.isalnum() else "-" for letter in task).strip("-")
    path = folder / f"{name.encode()[:80].decode(errors='ignore')}.txt"
    write_bytes(path, text.encode(errors="backslashreplace"))
    return path


class _Lines:
    """Progress as a line per task that has ended: for log files."""

    def __init__(self, phase: str, done: int, total: int) -> None:
        self.phase, self.done, self.total = phase, done, total

    def update(self, task: Task, share: float, what: str) -> None:
        """Do nothing: within a task there is no line."""

    def finish(self, outcome: Outcome) -> None:
        """Print a line, and flush it, so that it appears in a log file at once."""
        self.done += 1
        line = f"{self.phase} {self.done}/{self.total}: {_label(outcome)}"
        print(line, file=sys.stderr, flush=True)


class _Bar(_Lines):
    """Progress as a bar on a terminal."""

    def __init__(self, phase: str, done: int, total: int) -> None:
        super().__init__(phase, done, total)
        self._shares: dict[str, float] = {}
        self.bar = progress_bar(kept=True)
        self._line = self.bar.add_task(phase, total=total, completed=done, what="")

    def update(self, task: Task, share: float, what: str) -> None:
        """Show how much of a task is done."""
        self._shares[task.name] = share
        self._show(escape_unprintable(f"{task.name} {what}"))

    def finish(self, outcome: Outcome) -> None:
        """Show that a task has ended."""
        self._shares.pop(outcome.task.name, None)
        self.done += 1
        self._show(_label(outcome))

    def _show(self, what: str) -> None:
        self.bar.update(self._line, completed=self.done + sum(self._shares.values()), what=what)


def _label(outcome: Outcome) -> str:
    failed = " failed" if isinstance(outcome.result, Failure) else ""
    return escape_unprintable(f"{outcome.task.name}{failed}")


@contextmanager
def _progress(phase: str, done: int, total: int) -> Iterator[_Lines]:
    """Show a bar if standard error is a terminal, and lines if it is not."""
    if stderr_is_terminal():
        progress = _Bar(phase, done, total)
        with progress.bar:
            yield progress
    else:
        yield _Lines(phase, done, total)
