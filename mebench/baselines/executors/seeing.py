"""Seeing tasks through: results kept as they come, failures told when all have ended."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from mebench.baselines.executors.contract import Executor, Failure, Outcome, Task
from mebench.baselines.progress import ProgressReporter
from mebench.diagnostics import Diagnostic, MebenchError, Place
from mebench.files import write_bytes


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
    teller : ProgressReporter
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
