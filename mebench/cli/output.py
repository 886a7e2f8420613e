"""Print a result, or write it to the file of ``--output``."""

import os
import sys
from pathlib import Path

import typer

from mebench.util.atomic_write import write_text


def print_or_write(text: str, output: Path | None) -> None:
    """Print a text, or write it to a file and report the file on standard error."""
    if output is None:
        typer.echo(text, nl=not text.endswith("\n"))
    else:
        write_text(output, text if text.endswith("\n") else text + "\n")
        typer.echo(f"Wrote {output}.", err=True)


def should_use_bold(output: Path | None) -> bool:
    """Return whether to print titles in bold: only to a terminal, and without ``NO_COLOR``."""
    return (
        output is None
        and sys.stdout is not None
        and sys.stdout.isatty()
        and "NO_COLOR" not in os.environ
    )
