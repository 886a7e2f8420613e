"""A worker's guard: a process that waits for the parent's death, and then ends the worker's group.

A thread of the worker cannot do it alone: what computes in C may hold the interpreter's lock for
hours, and a baseline that does is found running long after its run was killed.
"""

from __future__ import annotations

import os
import select
import signal


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
