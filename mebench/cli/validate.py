"""``mebench validate``."""

from collections import Counter
from pathlib import Path
from typing import Annotated, Literal

import typer

from mebench.cli import options


def validate(
    files: Annotated[
        list[Path], typer.Argument(help="Predictions or truth files, in any known format.")
    ],
    role: Annotated[
        Literal["predictions", "truth"] | None,
        typer.Option("--as", help="What the files contain; default: detected."),
    ] = None,
    truth: options.Truth = None,
    protocol: options.ProtocolId = None,
    layout: Annotated[Literal["text", "json"], typer.Option("--format")] = "text",
    clip: options.Clip = False,
    outside_as: options.OutsideAs = None,
    kind: options.KindOption = None,
    score_threshold: options.ScoreThreshold = None,
    first_frame: options.FirstFrame = None,
    truth_first_frame: options.TruthFirstFrame = None,
    log_order: options.LogOrder = None,
) -> None:
    """Report all problems in a file: where they are, what is wrong and how to correct it.

    Exit status: 0 no errors, 1 errors, 2 invalid command.
    """
    from mebench.diagnostics import formatting
    from mebench.evaluation.validate import validate as validate_file

    settings = options.collect_options(
        clip=clip,
        outside_as=outside_as,
        kind=kind,
        score_threshold=score_threshold,
        first_frame=first_frame,
        truth_first_frame=truth_first_frame,
        log_order=log_order,
    )
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
