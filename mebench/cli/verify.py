"""``mebench verify``."""

from pathlib import Path
from typing import Annotated

import typer

from mebench.cli import options

MAX_SHOWN = 40
"""So many differences are written out."""


def verify(
    report: Annotated[Path, typer.Argument(help="A report: `mebench score --format json`.")],
    predictions: Annotated[Path, typer.Option("--predictions", help="The predictions.")],
    truth: options.Truth = None,
    protocol: options.ProtocolId = None,
) -> None:
    """Score again with the report's own settings, and compare signature, counts and metrics.

    Exit status 1 where anything differs.
    """
    from mebench.evaluation.verify import read_report
    from mebench.evaluation.verify import verify as compare

    claimed = read_report(report)
    differences = compare(claimed, predictions, truth, protocol)
    for line in differences[:MAX_SHOWN]:
        typer.echo(line)
    if len(differences) > MAX_SHOWN:
        typer.echo(f"... and {len(differences) - MAX_SHOWN} more differences")
    if differences:
        raise typer.Exit(1)
    typer.echo(f"Verified: {claimed.signature}")
