"""Telling on standard error how far a run is: a bar for people, lines for logs."""

from __future__ import annotations

import sys
from types import TracebackType
from typing import TYPE_CHECKING, Self

from mebench.diagnostics.showing import escape_unprintable
from mebench.terminal import progress_bar, stderr_is_terminal

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

    from mebench.baselines.executors.contract import Task


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
