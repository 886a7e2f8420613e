"""The seam between a run and where its jobs are carried out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from mebench.baselines.wire import Message


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
    kin : str
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
