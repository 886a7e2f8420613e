"""Progress on standard error: a bar in a terminal, otherwise a line every few seconds."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic

from mebench.util.terminal import progress_bar, stderr_is_terminal

LINE_INTERVAL = 10.0
"""Seconds between two lines without a terminal."""

Advance = Callable[[int], None]


@contextmanager
def show_progress(title: str, total: int) -> Iterator[Advance]:
    """Show progress while a block runs.

    Parameters
    ----------
    title : str
        The name of the work.
    total : int
        The number of steps.

    Yields
    ------
    callable
        Call it with the number of further steps done.
    """
    if stderr_is_terminal():
        with progress_bar(kept=False) as bar:
            task = bar.add_task(title, total=total, what="")
            yield lambda steps: bar.advance(task, steps)
        return
    done, last = 0, monotonic()

    def print_progress(steps: int) -> None:
        nonlocal done, last
        done += steps
        if monotonic() - last >= LINE_INTERVAL:
            last = monotonic()
            print(f"{title}: {done} of {total}", file=sys.stderr, flush=True)

    yield print_progress
