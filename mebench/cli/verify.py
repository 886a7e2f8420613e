"""``mebench verify``."""

from pathlib import Path
from typing import Annotated

import typer

from mebench.cli import options

MAX_SHOWN = 40
"""How many differences are printed."""


def verify(
    report: Annotated[
        Path, typer.Argument(help="A report that `mebench score --format json` wrote.")
    ],
    predictions: Annotated[Path, typer.Option("--predictions", help="The prediction file.")],
    truth: options.Truth = None,
    protocol: options.ProtocolId = None,
) -> None:
    """Score again with the settings of a report, and compare signature, counts and metrics.

    Exit status: 0 no differences, 1 differences, 2 invalid command.
    """
    from mebench.evaluation.verify import read_report
    from mebench.evaluation.verify import verify as find_differences

    claimed = read_report(report)
    differences = find_differences(claimed, predictions, truth, protocol)
    for line in differences[:MAX_SHOWN]:
        typer.echo(line)
    if len(differences) > MAX_SHOWN:
        typer.echo(f"... and {len(differences) - MAX_SHOWN} more differences")
    if differences:
        raise typer.Exit(1)
    typer.echo(f"Verified: {claimed.signature}")
