"""The main program of a worker process.

Jobs arrive on standard input, and messages leave on standard output. A worker computes with one
thread, and what a baseline prints goes to the worker's log. A worker ends as soon as its parent
does: a thread notices that the pipe from the parent closes. C code may hold the interpreter lock
for hours and keep that thread from running, so a watchdog process watches the pipe too.
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
    """Fork a process that kills this process group when the parent ends.

    It needs a system with forks, and a process that leads its group. Call it before any thread
    starts.

    Parameters
    ----------
    pipe : int
        The descriptor of a pipe from the parent. Only the parent holds the other end, so that it
        closes when the parent ends.
    """
    if not hasattr(os, "fork") or not hasattr(select, "poll") or os.getpgrp() != os.getpid():
        return
    if os.fork() == 0:
        # The parent sees that the worker has ended when the worker's output closes, so the
        # watchdog must not keep it open.
        for descriptor in (1, 2):
            os.close(descriptor)
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
"""The environment variables that make numerical libraries compute with one thread."""


PROGRESS_SECONDS = 0.1
"""The shortest time between two progress messages: a baseline may report every frame."""


def main() -> None:
    """Execute jobs until the parent closes the pipe."""
    start_parent_watchdog(0)
    job_stream = os.fdopen(os.dup(0), "rb")
    message_stream = os.fdopen(os.dup(1), "wb")
    # What a baseline prints must not mix with the messages: it goes to standard error, the log.
    os.dup2(2, 1)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    jobs: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()
    threading.Thread(target=_receive_jobs, args=(job_stream, jobs), daemon=True).start()
    try:
        write(message_stream, Message({"type": "ready"}))
        while True:
            write(message_stream, handle_job(jobs.get(), message_stream))
    except (BrokenPipeError, KeyboardInterrupt):
        _kill_group()


def _receive_jobs(stream: BinaryIO, jobs: queue.SimpleQueue[dict[str, Any]]) -> None:
    try:
        while message := read(stream):
            jobs.put(message.head)
    except (MessageError, OSError):
        pass
    _kill_group()


def _kill_group() -> None:
    """Kill this process and everything that it started, at once."""
    if os.name == "posix" and os.getpgrp() == os.getpid():
        os.killpg(0, signal.SIGKILL)
    os._exit(1)


def handle_job(job: dict[str, Any], message_stream: BinaryIO) -> Message:
    """Execute a job; return its result or its failure as a message."""
    from mebench.diagnostics import MebenchError

    last_report = 0.0

    def report(share: float, what: str = "") -> None:
        nonlocal last_report
        share = float(share)
        if time.monotonic() - last_report >= PROGRESS_SECONDS:
            last_report = time.monotonic()
            share = min(share, 1.0) if share > 0 else 0.0  # a NaN becomes 0
            head = {"type": "progress", "share": share, "what": str(what)[:200]}
            write(message_stream, Message(head))

    try:
        from mebench.runner.jobs import execute

        result = execute(job, report)
        return Message({"type": "result", **result.head}, result.body)
    except MebenchError as error:
        found = [diagnostic.as_dict() for diagnostic in error.diagnostics]
        return Message({"type": "failure", "found": found, "omitted": error.omitted})
    except (Exception, SystemExit) as error:  # a baseline is not our code: it may raise anything
        trace = traceback.format_exc()
        print(trace, file=sys.stderr, flush=True)
        summary = f"{type(error).__name__}: {error}"
        return Message({"type": "failure", "raised": summary[:500], "trace": trace[-20_000:]})


if __name__ == "__main__":
    main()
