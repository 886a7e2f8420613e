"""Jobs on a Dask cluster, with the same result as on this machine.

Each Dask worker keeps one worker process of ours, which does the work: a job is carried out the
same way everywhere, with one thread, and can be ended when its time is up. What travels is bytes
(:mod:`mebench.runner.processes.ipc`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from typing import TYPE_CHECKING, Any

from mebench.diagnostics import UsageError
from mebench.runner.processes.ipc import Message, decode, encode
from mebench.runner.processes.local_executor import LocalExecutor
from mebench.runner.processes.tasks import (
    Failure,
    Outcome,
    Task,
    TaskProgressCallback,
    outcome_from_message,
)

if TYPE_CHECKING:
    from distributed import Client


CONNECT_SECONDS = 20


class DaskExecutor:
    """Workers of a running Dask scheduler.

    Parameters
    ----------
    address : str
        ``tcp://host:8786``.

    Raises
    ------
    UsageError
        ``dask-missing``, ``scheduler-unreachable``, ``scheduler-empty`` or ``worker-threads``.
    """

    def __init__(self, address: str) -> None:
        self._client = _connect(address)
        self._futures: list[Any] = []
        try:
            self._check(address)
        except UsageError:
            self.close()
            raise

    def _check(self, address: str) -> None:
        workers = self._client.scheduler_info(n_workers=-1)["workers"]
        if not workers:
            raise UsageError.of(
                "scheduler-empty",
                f"The scheduler at {address} has no workers.",
                f"Start some: dask worker {address} --nthreads 1",
            )
        several = sorted(name for name, one in workers.items() if one["nthreads"] != 1)
        if several:
            raise UsageError.of(
                "worker-threads",
                f"Workers with several threads: {', '.join(several[:5])}.",
                "Results are the same everywhere with one: dask worker ... --nthreads 1",
            )

    def run(self, tasks: Iterable[Task], progress: TaskProgressCallback) -> Iterator[Outcome]:
        """Carry out tasks; progress is known when they end."""
        from distributed import as_completed

        by_key = {}
        for task in tasks:
            content = encode(Message({"name": task.name, "timeout": task.timeout, "job": task.job}))
            future = self._client.submit(run_task_remotely, content, pure=False, retries=0)
            by_key[future.key] = task
            self._futures.append(future)
        done = as_completed(  # type: ignore[no-untyped-call]
            list(self._futures), loop=self._client.loop
        )
        for future in done:
            task = by_key[future.key]
            self._futures.remove(future)
            if future.status == "finished":
                yield _outcome(task, decode(future.result()))
            else:
                failure = Failure(
                    "worker-died",
                    f"{task.name}: {future.exception()!r:.300}",
                    "See the log of the Dask workers.",
                )
                yield Outcome(task, None, failure, 0.0)

    def close(self) -> None:
        """Give up what is still running, and leave the cluster as it was."""
        if self._futures:
            self._client.cancel(self._futures, force=True)  # type: ignore[no-untyped-call]
            self._futures.clear()
        self._client.close()  # type: ignore[no-untyped-call]


def _connect(address: str) -> Client:
    try:
        from distributed import Client
    except ImportError:
        raise UsageError.of(
            "dask-missing",
            "--scheduler needs Dask, which is not installed.",
            "Install it: python -m pip install 'mebench[dask]'",
        ) from None
    try:
        return Client(  # type: ignore[no-untyped-call]
            address, timeout=CONNECT_SECONDS, set_as_default=False
        )
    except (OSError, ValueError, TypeError) as error:  # the last where TLS is not set up
        raise UsageError.of(
            "scheduler-unreachable",
            f"There is no scheduler at {address}: {str(error)[:200]}",
            "Start one: dask scheduler",
        ) from None


@cache
def _own_executor() -> LocalExecutor:
    """Return the executor of this Dask worker; its process is kept from job to job."""
    return LocalExecutor(1)


def run_task_remotely(content: bytes) -> bytes:
    """Carry out a task on a Dask worker."""
    head = decode(content).head
    task = Task(head["name"], head["job"], head["timeout"])
    [outcome] = _own_executor().run([task], lambda *_: None)
    if outcome.result is not None:
        result = {"seconds": outcome.seconds, "result": outcome.result.head}
        return encode(Message(result, outcome.result.body))
    failure = outcome.failure
    assert failure is not None
    told = {name: getattr(failure, name) for name in Failure.__slots__}
    return encode(Message({"seconds": outcome.seconds, "failure": told}))


def _outcome(task: Task, message: Message) -> Outcome:
    head = message.head
    if "result" in head:
        return outcome_from_message(
            task, Message({**head["result"], "type": "result"}, message.body), head["seconds"]
        )
    failure = Failure(**{**head["failure"], "found": tuple(head["failure"]["found"])})
    return Outcome(task, None, failure, head["seconds"])
