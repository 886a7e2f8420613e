"""The main program of a worker process.

Jobs arrive on standard input, results leave where standard output was. It computes with one
thread, prints into its log, and ends at once when its parent does: a thread notices that the pipe
from the parent closes, and a watchdog process does where the thread is kept from running. A
thread alone is not enough: C code may hold the interpreter lock for hours, and the worker would
go on long after its run was killed.
"""

from __future__ import annotations

import os
import queue
import select
import signal
import sys
import threading
import time
import traceback
from typing import Any, BinaryIO

from mebench.runner.processes.ipc import Message, MessageError, read, write


def start_parent_watchdog(pipe: int) -> None:
    """Post a guard, where the system has forks and this process leads a group.

    To be called before anything starts a thread.

    Parameters
    ----------
    pipe : int
        Its other end is the parent's alone, so that it closes when the parent is gone.
    """
    if not hasattr(os, "fork") or not hasattr(select, "poll") or os.getpgrp() != os.getpid():
        return
    if os.fork() == 0:
        # Nobody but the worker may hold its pipe outward: its closing says that the worker ended.
        for other in (1, 2):
            os.close(other)
        _watch(pipe)


def _watch(pipe: int) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    poll = select.poll()
    poll.register(pipe, 0)
    while True:
        if any(event & (select.POLLHUP | select.POLLERR) for _, event in poll.poll()):
            os.killpg(0, signal.SIGKILL)


THREAD_SETTINGS = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "NUMEXPR_NUM_THREADS",
    "NUMBA_NUM_THREADS",
    "OPENCV_FOR_THREADS_NUM",
    "TF_NUM_INTRAOP_THREADS",
    "TF_NUM_INTEROP_THREADS",
)
"""The environment in which numerical libraries compute with one thread."""


PROGRESS_SECONDS = 0.1
"""Progress is told no oftener: a baseline may report every frame."""


def main() -> None:
    """Carry out jobs until the parent closes the pipe."""
    start_parent_watchdog(0)
    inward = os.fdopen(os.dup(0), "rb")
    outward = os.fdopen(os.dup(1), "wb")
    # What a baseline prints goes to the log, which is standard error, never among the messages.
    os.dup2(2, 1)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    jobs: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(inward, jobs), daemon=True).start()
    try:
        write(outward, Message({"type": "ready"}))
        while True:
            write(outward, handle_job(jobs.get(), outward))
    except (BrokenPipeError, KeyboardInterrupt):
        _end()


def _listen(stream: BinaryIO, jobs: queue.SimpleQueue[dict[str, Any]]) -> None:
    try:
        while message := read(stream):
            jobs.put(message.head)
    except (MessageError, OSError):
        pass
    _end()


def _end() -> None:
    """End this process and whatever it started, without waiting for anything."""
    if os.name == "posix" and os.getpgrp() == os.getpid():
        os.killpg(0, signal.SIGKILL)
    os._exit(1)


def handle_job(job: dict[str, Any], outward: BinaryIO | None = None) -> Message:
    """Carry out a job; whatever goes wrong becomes a message too."""
    from mebench.diagnostics import MebenchError

    told = 0.0

    def report(share: float, what: str = "") -> None:
        nonlocal told
        share = float(share)
        if outward is not None and time.monotonic() - told >= PROGRESS_SECONDS:
            told = time.monotonic()
            share = min(share, 1.0) if share > 0 else 0.0  # which a NaN is not
            write(outward, Message({"type": "progress", "share": share, "what": str(what)[:200]}))

    try:
        from mebench.runner.jobs import execute

        done = execute(job, report)
        return Message({"type": "result", **done.head}, done.body)
    except MebenchError as error:
        found = [one.as_dict() for one in error.diagnostics]
        return Message({"type": "failure", "found": found, "omitted": error.omitted})
    except (Exception, SystemExit) as error:  # a baseline is not our code: it may raise anything
        trace = traceback.format_exc()
        print(trace, file=sys.stderr, flush=True)
        summary = f"{type(error).__name__}: {error}"
        return Message({"type": "failure", "raised": summary[:500], "trace": trace[-20_000:]})


if __name__ == "__main__":
    main()
