"""Progress bars on standard error, where it is a terminal."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.progress import Progress


def stderr_is_terminal() -> bool:
    """Return whether standard error is a terminal, so that a bar can be shown there."""
    return sys.stderr is not None and sys.stderr.isatty()


def progress_bar(*, kept: bool) -> Progress:
    """Return a progress bar; a task of it has a field ``what`` for a word on what is done.

    Parameters
    ----------
    kept : bool
        Whether it stays on the screen when it is over.
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
