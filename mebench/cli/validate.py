"""``mebench validate``."""

from collections import Counter
from pathlib import Path
from typing import Annotated, Literal

import typer
from typer import Argument, Option

from mebench.cli import options
from mebench.evaluation.scoring_options import ScoringOptions


@options.takes_scoring_options()
def validate(
    files: Annotated[list[Path], Argument(help="Predictions or truth files, in any known format.")],
    role: Annotated[
        Literal["predictions", "truth"] | None,
        Option("--as", help="What the files contain; default: detected."),
    ] = None,
    truth: options.Truth = None,
    protocol: options.ProtocolId = None,
    layout: options.TextOrJson = "text",
    *,
    settings: ScoringOptions,
) -> None:
    """Report all problems in a file: where they are, what is wrong and how to correct it.

    Exit status: 0 no errors, 1 errors, 2 invalid command.
    """
    from mebench.diagnostics import formatting
    from mebench.evaluation.validate import validate as validate_file

    kept, omitted, errors = [], Counter[str](), 0
    for path in files:
        findings, detected_format = validate_file(
            path, role=role, truth=truth, protocol=protocol, options=settings
        )
        kept += findings.kept
        errors += findings.error_count
        omitted.update(findings.omitted)
        if layout == "text":
            if findings.kept:
                typer.echo(formatting.as_text(findings.kept, findings.omitted))
            count = findings.error_count
            verdict = f"{count or 'no'} error{'s' * (count != 1)}"
            coverage = f"read as {detected_format}" if detected_format else "not checked to the end"
            typer.echo(formatting.escape_unprintable(f"{path}: {verdict}; {coverage}."))
    if layout == "json":
        typer.echo(formatting.as_json(kept, omitted))
    raise typer.Exit(1 if errors else 0)
