"""Print lines and results; the only module of the command line that prints."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import typer

from mebench.diagnostics.escaping import escape_unprintable
from mebench.util.atomic_write import write_text


def echo(line: str, *, err: bool = False) -> None:
    """Print one line; what a name in it contains stays on this line."""
    typer.echo(escape_unprintable(line), err=err)


def echo_text(text: str, *, err: bool = False) -> None:
    """Print a text of several lines; names are escaped where its lines are made."""
    typer.echo(text, nl=not text.endswith("\n"), err=err)


def print_or_write(text: str, output: Path | None) -> None:
    """Print a text, or write it to a file and report the file on standard error."""
    if output is None:
        echo_text(text)
    else:
        write_text(output, text if text.endswith("\n") else text + "\n", follow_links=True)
        echo(f"Wrote {output}.", err=True)


@contextmanager
def report_interruption(folder: Path) -> Iterator[None]:
    """End with a message, not a traceback, when the user presses Ctrl-C during a run."""
    try:
        yield
    except KeyboardInterrupt:
        echo(f"Stopped. Finished work is kept in {folder}; --resume continues.", err=True)
        raise typer.Exit(130) from None


def should_use_bold(output: Path | None) -> bool:
    """Return whether to print titles in bold: only to a terminal, and without ``NO_COLOR``."""
    return (
        output is None
        and sys.stdout is not None
        and sys.stdout.isatty()
        and "NO_COLOR" not in os.environ
    )
