"""Execute tasks on a Dask cluster, with the same results as on this machine.

Each Dask worker starts one worker process of mebench, which executes the tasks: with one thread,
as everywhere, and it can be killed at the time limit.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from multiprocessing import current_process
from typing import TYPE_CHECKING, Any, cast

from mebench.diagnostics import UsageError
from mebench.runner.locations import DatasetLocation
from mebench.runner.processes.local_executor import LocalExecutor
from mebench.runner.processes.messages import Failure
from mebench.runner.processes.outcomes import Outcome, TaskProgressCallback
from mebench.runner.tasks import Task
from mebench.util.extras import require_package

if TYPE_CHECKING:
    from distributed import Client


CONNECT_SECONDS = 20

LOGGERS = ("distributed.client", "distributed.core", "distributed.utils")


class DaskExecutor:
    """Execute tasks on the workers of a running Dask scheduler: ``tcp://host:8786``."""

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
            packed = PackedTask(task.pack(), task.datasets, task.timeout, task.reuses_process)
            future = self._client.submit(run_remotely, packed, pure=False, retries=0)
            by_key[future.key] = task
            self._futures.append(future)
        completed = as_completed(  # type: ignore[no-untyped-call]
            list(self._futures), loop=self._client.loop
        )
        for future in completed:
            self._futures.remove(future)
            if future.status == "finished":
                yield Outcome(by_key[future.key], *future.result())
            else:
                failure = _failure(future)
                yield Outcome(by_key[future.key], failure, 0.0)

    def close(self) -> None:
        """Cancel the tasks that are still running, and disconnect."""
        if self._futures:
            self._client.cancel(self._futures, force=True)  # type: ignore[no-untyped-call]
            self._futures.clear()
        self._client.close()  # type: ignore[no-untyped-call]


def _failure(future: Any) -> Failure:
    """Return why a task has no result."""
    if future.status == "error":
        return Failure.of(
            "worker-died",
            f"the Dask worker failed: {future.exception()!r:.300}",
            "Look for the cause in the log of the Dask workers.",
        )
    return Failure.of(
        "worker-died",
        f"it was {future.status}: the Dask scheduler ended, or dropped the task.",
        "Look for the cause in the log of the scheduler, and continue the run with --resume.",
    )


def _connect(address: str) -> Client:
    require_package("distributed")
    from distributed import Client

    for name in LOGGERS:  # a lost connection is reported per task, not as a traceback
        logging.getLogger(name).setLevel(logging.CRITICAL)
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


@dataclass(frozen=True, slots=True)
class PackedTask:
    """A task as bytes, which a Dask worker passes on to its process."""

    content: bytes
    datasets: tuple[DatasetLocation, ...]
    timeout: float | None
    reuses_process: bool
    store: None = None
    affinity: str = ""

    def pack(self) -> bytes:
        """Return the task as bytes."""
        return self.content


def run_remotely(task: PackedTask) -> tuple[Any, float]:
    """Execute a task on a Dask worker; return its result and the seconds that it took."""
    current_process().daemon = False  # Python lets no daemon start a process, and Dask's are some.
    # The executor uses nothing of a task but what both have.
    [outcome] = _worker_executor().run([cast(Task, task)], lambda *_: None)
    return outcome.result, outcome.seconds
