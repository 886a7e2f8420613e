"""``mebench conformance``."""

from pathlib import Path
from typing import Annotated

import typer


def conformance(
    folder: Annotated[
        Path | None,
        typer.Argument(help="A folder of test vectors; default: those of the standard."),
    ] = None,
) -> None:
    """Run the standard's test vectors on this installation; exit status 1 if any fails."""
    from mebench.evaluation.conformance import list_vectors, run_vector

    paths = list_vectors(folder)
    if not paths:
        raise typer.BadParameter(
            "The folder contains no test vectors (*.json).", param_hint="FOLDER"
        )
    outcomes = [run_vector(path) for path in paths]
    for outcome in outcomes:
        for difference in outcome.differences:
            typer.echo(f"{outcome.name} ({outcome.title}): {difference}")
    failed = sum(bool(outcome.differences) for outcome in outcomes)
    typer.echo(f"{len(outcomes) - failed} of {len(outcomes)} vectors passed.")
    raise typer.Exit(1 if failed else 0)
