"""Execute tasks on a Dask cluster, with the same results as on this machine.

Each Dask worker starts one worker process of mebench, which executes the jobs: with one thread, as
everywhere, and it can be killed at the time limit. Messages travel as bytes
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
    """Execute tasks on the workers of a running Dask scheduler.

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
                f"Start workers: dask worker {address} --nthreads 1",
            )
        names = sorted(name for name, worker in workers.items() if worker["nthreads"] != 1)
        if names:
            raise UsageError.of(
                "worker-threads",
                f"Dask workers with several threads: {', '.join(names[:5])}. Results are "
                "reproducible only with one thread per worker.",
                f"Start the workers with one thread: dask worker {address} --nthreads 1",
            )

    def run(self, tasks: Iterable[Task], progress: TaskProgressCallback) -> Iterator[Outcome]:
        """Execute tasks; there is no progress within a task."""
        from distributed import as_completed

        by_key = {}
        for task in tasks:
            content = encode(Message({"name": task.name, "timeout": task.timeout, "job": task.job}))
            future = self._client.submit(run_task_remotely, content, pure=False, retries=0)
            by_key[future.key] = task
            self._futures.append(future)
        completed = as_completed(  # type: ignore[no-untyped-call]
            list(self._futures), loop=self._client.loop
        )
        for future in completed:
            task = by_key[future.key]
            self._futures.remove(future)
            if future.status == "finished":
                yield _decode_outcome(task, decode(future.result()))
            else:
                failure = Failure(
                    "worker-died",
                    f"{task.name}: the Dask worker failed: {future.exception()!r:.300}",
                    "Look for the cause in the log of the Dask workers.",
                )
                yield Outcome(task, None, failure, 0.0)

    def close(self) -> None:
        """Cancel the tasks that are still running, and disconnect."""
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
            "In a checkout of mebench: python -m pip install '.[dask]'",
        ) from None
    try:
        return Client(  # type: ignore[no-untyped-call]
            address, timeout=CONNECT_SECONDS, set_as_default=False
        )
    except (OSError, ValueError, TypeError) as error:  # TypeError: a TLS address without TLS setup
        raise UsageError.of(
            "scheduler-unreachable",
            f"No Dask scheduler answers at {address}: {str(error)[:200]}",
            "Start one with `dask scheduler`, and pass the address that it prints.",
        ) from None


@cache
def _worker_executor() -> LocalExecutor:
    """Return the executor of this Dask worker; its process serves all tasks of this worker."""
    return LocalExecutor(1)


def run_task_remotely(content: bytes) -> bytes:
    """Execute a task on a Dask worker; return the encoded outcome."""
    head = decode(content).head
    task = Task(head["name"], head["job"], head["timeout"])
    [outcome] = _worker_executor().run([task], lambda *_: None)
    if outcome.result is not None:
        result = {"seconds": outcome.seconds, "result": outcome.result.head}
        return encode(Message(result, outcome.result.body))
    failure = outcome.failure
    assert failure is not None
    fields = {name: getattr(failure, name) for name in Failure.__slots__}
    return encode(Message({"seconds": outcome.seconds, "failure": fields}))


def _decode_outcome(task: Task, message: Message) -> Outcome:
    """Return the outcome that :func:`run_task_remotely` encoded."""
    head = message.head
    if "result" in head:
        return outcome_from_message(
            task, Message({**head["result"], "type": "result"}, message.body), head["seconds"]
        )
    failure = Failure(**{**head["failure"], "found": tuple(head["failure"]["found"])})
    return Outcome(task, None, failure, head["seconds"])
