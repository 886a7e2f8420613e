"""The terminal: its width, and progress bars on standard error."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.progress import Progress


def stdout_width() -> int:
    """Return the terminal's width in columns: ``COLUMNS``, the real width, or 80 in a pipe."""
    return shutil.get_terminal_size((80, 24)).columns


def stderr_is_terminal() -> bool:
    """Return whether standard error is a terminal, so that a bar can be shown there."""
    return sys.stderr is not None and sys.stderr.isatty()


def progress_bar(*, kept: bool) -> Progress:
    """Return a progress bar; its tasks have a field ``what``: a word on the current step.

    ``kept`` states whether it stays on the screen when it has finished.
    """
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    return Progress(
        TextColumn("{task.description:>10}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.fields[what]}", markup=False),
        console=Console(stderr=True),
        transient=not kept,
    )


LINE_INTERVAL = 10.0
"""Seconds between two lines without a terminal."""

Advance = Callable[[int], None]


@contextmanager
def show_progress(title: str, total: int) -> Iterator[Advance]:
    """Show progress while a block runs; it calls the yielded function with the further steps."""
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
