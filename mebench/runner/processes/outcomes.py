"""How a task ended, and the attempt itself: what a worker does with one task."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol

from mebench.diagnostics import Diagnostic, MebenchError
from mebench.runner.contract import methods_of
from mebench.runner.processes.messages import Failure
from mebench.runner.tasks import Task
from mebench.runner.types import FoldResult, ProgressCallback
from mebench.util.extras import place_in_plugin


@dataclass(frozen=True, slots=True)
class Outcome:
    """A task that ended: what it returned or its :class:`Failure`, and the time it took."""

    task: Task
    result: FoldResult | Failure
    seconds: float


TaskProgressCallback = Callable[[Task, float, str], None]
"""Called with a task, the fraction of it that is done, and a word for the current step."""


class Executor(Protocol):
    """Executes tasks, several at a time, in any order."""

    def run(self, tasks: Iterable[Task], progress: TaskProgressCallback) -> Iterator[Outcome]:
        """Execute tasks; yield each outcome as soon as its task has ended."""

    def close(self) -> None:
        """Stop all workers immediately."""


def attempt(task: Task, report: ProgressCallback) -> FoldResult | Failure:
    """Execute a task; return what it returns, or a :class:`Failure`."""
    try:
        return task.execute(report)
    except MebenchError as error:
        return Failure(error.diagnostics, error.omitted)
    except (Exception, SystemExit) as error:  # a baseline is not our code: it may raise anything
        trace = traceback.format_exc()
        print(trace, file=sys.stderr, flush=True)

        diagnostic = Diagnostic(
            "baseline-raised",
            "error",
            f"the baseline raised {type(error).__name__}: {error}"[:500] + ".",
            "Correct the baseline, or check whether its input is damaged.",
            place_in_plugin(error, *methods_of(task.baseline)),
        )
        return Failure((diagnostic,), trace=trace[-20_000:])
