"""The terminal: its width, its streams, and progress bars on standard error."""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic
from typing import TYPE_CHECKING, Any, TextIO

from mebench.diagnostics.escaping import escape_lines

if TYPE_CHECKING:
    from rich.progress import Progress

_BOLD = re.compile("(\033\\[[01]m)")


class VisibleStream:
    """A stream that shows invisible characters as escape sequences; other programs' texts too.

    A terminal obeys control characters, and ids and file names can contain any. This is the last
    door before it; a line break in a name is escaped earlier, where the name becomes part of a
    line. Only the titles of tables are bold, and only in a terminal.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._has_styles = stream.isatty()
        self.rich_proxied_file = stream
        """Rich draws its progress bars on this stream."""

    def write(self, text: str) -> int:
        """Write a text without invisible characters."""
        if self._has_styles:
            pieces = _BOLD.split(text)
            pieces[::2] = map(escape_lines, pieces[::2])
            self._stream.write("".join(pieces))
        else:
            self._stream.write(escape_lines(text))
        return len(text)

    def writelines(self, lines: list[str]) -> None:
        """Write several texts."""
        for line in lines:
            self.write(line)

    def __getattr__(self, name: str) -> Any:
        if name == "buffer":  # Click would write past this door
            raise AttributeError(name)
        return getattr(self._stream, name)


@contextmanager
def visible_streams() -> Iterator[None]:
    """Make standard output and standard error visible streams while a block runs.

    They remain visible for the traceback of an unexpected error.
    """
    before = sys.stdout, sys.stderr
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is not None:
            setattr(sys, name, VisibleStream(stream))
    try:
        yield
    except SystemExit:
        sys.stdout, sys.stderr = before
        raise
    sys.stdout, sys.stderr = before


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
