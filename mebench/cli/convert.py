"""``mebench convert``."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from mebench.cli import options
from mebench.evaluation.scoring_options import ScoringOptions
from mebench.util.text import pluralize

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Convert a file to mebench's own format and check it under a protocol.",
)

Source = Annotated[Path, typer.Argument(help="The file to convert, in any known format.")]
Destination = Annotated[
    Path,
    typer.Option(
        "-o", "--output", help="The new file: .json for mebench's own format, .csv for the STR CSV."
    ),
]
RequiredProtocol = Annotated[
    str, typer.Option("--protocol", help="A protocol's id, or the path of your own .toml file.")
]


@app.command()
def predictions(
    source: Source,
    protocol: RequiredProtocol,
    output: Destination,
    truth: options.Truth = None,
    clip: options.Clip = False,
    kind: options.KindOption = None,
    first_frame: options.FirstFrame = None,
    truth_first_frame: options.TruthFirstFrame = None,
    log_order: options.LogOrder = None,
) -> None:
    """Convert predictions; with --truth, check ids and video lengths too."""
    settings = options.collect_options(
        clip=clip,
        kind=kind,
        first_frame=first_frame,
        truth_first_frame=truth_first_frame,
        log_order=log_order,
    )
    _convert("predictions", source, protocol, output, settings, truth)


@app.command()
def truth(
    source: Source,
    protocol: RequiredProtocol,
    output: Destination,
    clip: options.Clip = False,
    kind: options.KindOption = None,
    first_frame: options.FirstFrame = None,
    log_order: options.LogOrder = None,
) -> None:
    """Convert a truth file."""
    settings = options.collect_options(
        clip=clip, kind=kind, truth_first_frame=first_frame, log_order=log_order
    )
    _convert("truth", source, protocol, output, settings)


def _convert(
    role: Literal["predictions", "truth"],
    source: Path,
    protocol: str,
    output: Path,
    settings: ScoringOptions,
    truth: Path | None = None,
) -> None:
    from mebench.diagnostics import Findings, formatting
    from mebench.evaluation.convert import convert
    from mebench.util.atomic_write import write_text

    findings = Findings()
    as_csv = output.suffix.casefold() == ".csv"
    converted = convert(role, source, protocol, settings, findings, truth=truth, as_csv=as_csv)
    write_text(output, converted.text)
    if findings.kept:
        typer.echo(formatting.as_text(findings.kept, findings.omitted), err=True)
    contents = (
        pluralize(converted.samples, "sample")
        if converted.samples
        else f"{pluralize(converted.videos, 'video')}, {pluralize(converted.intervals, 'interval')}"
    )
    summary = f"Read {source} as {converted.detected_format}; wrote {output}: {contents}."
    typer.echo(formatting.escape_unprintable(summary), err=True)
