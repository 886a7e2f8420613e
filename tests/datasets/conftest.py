"""Runs of baselines without worker processes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import pytest

from mebench.runner.processes.frame_reader import FrameClient
from mebench.runner.processes.outcomes import Outcome, attempt
from mebench.runner.tasks import Task, load_task


class _Here:
    """Executes tasks in this process, packed and loaded as for a worker; they see no frames."""

    def __init__(self, *_: Any) -> None:
        pass

    def run(self, tasks: Iterable[Task], _: Any) -> Iterator[Outcome]:
        for task in tasks:
            client: Any = FrameClient.__new__(FrameClient)
            yield Outcome(task, attempt(load_task(task.pack(), client), lambda *_: None), 0.0)

    def close(self) -> None:
        pass


@pytest.fixture
def no_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Run baselines that see no frames without worker processes, most of a second each."""
    monkeypatch.setattr("mebench.runner.processes.local_executor.LocalExecutor", _Here)
