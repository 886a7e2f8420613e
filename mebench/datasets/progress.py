"""Progress of long work, on standard error: a bar on a terminal, else a line now and then."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic

EVERY = 10.0
"""Seconds between two lines where there is no terminal."""

Advance = Callable[[int], None]


@contextmanager
def shown(title: str, total: int) -> Iterator[Advance]:
    """Show progress while a block runs.

    Parameters
    ----------
    title : str
        What is done.
    total : int
        How many steps there are.

    Yields
    ------
    callable
        To be told how many steps got done.
    """
    if sys.stderr.isatty():
        with _bar(title, total) as advance:
            yield advance
        return
    done, last = 0, monotonic()

    def note(steps: int) -> None:
        nonlocal done, last
        done += steps
        if monotonic() - last >= EVERY:
            last = monotonic()
            print(f"{title}: {done} of {total}", file=sys.stderr, flush=True)

    yield note


@contextmanager
def _bar(title: str, total: int) -> Iterator[Advance]:
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(title, total=total)
        yield lambda steps: progress.advance(task, steps)
