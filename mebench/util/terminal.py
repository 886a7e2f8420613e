"""The terminal: its width, and progress bars on standard error."""

from __future__ import annotations

import shutil
import sys
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

    Parameters
    ----------
    kept : bool
        Whether it stays on the screen when it has finished.
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
