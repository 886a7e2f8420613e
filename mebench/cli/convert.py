"""``mebench convert``."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from typer import Argument, Option

from mebench.cli import options
from mebench.cli.output import echo, echo_text
from mebench.evaluation.system_entry import SystemEntry
from mebench.util.text import pluralize

if TYPE_CHECKING:
    from mebench.evaluation.scoring_options import ScoringOptions

app = options.command_group(
    "Convert a file to mebench's own format and check it under a protocol.", no_args_is_help=True
)

Source = Annotated[Path, Argument(help="The file to convert, in any known format.")]
Destination = Annotated[
    Path,
    Option(
        "-o", "--output", help="The new file: .json for mebench's own format, .csv for the STR CSV."
    ),
]


@app.command()
@options.takes_scoring_options("outside_as", "allow_missing", "score_threshold")
def predictions(
    source: Source,
    protocol: options.RequiredProtocol,
    output: Destination,
    truth: options.Truth = None,
    name: options.SystemName = None,
    model_selection: options.Selection = None,
    folds: options.StatedFolds = None,
    *,
    settings: "ScoringOptions",
) -> None:
    """Convert predictions; with --truth, check ids and video lengths too.

    --folds loso tests the subjects of the truth, or those of the predictions without a truth.
    """
    entry = SystemEntry(name, model_selection, folds)
    _convert("predictions", source, protocol, output, settings, truth, entry)


@app.command()
@options.takes_scoring_options(
    *("outside_as", "allow_missing", "score_threshold"),
    *("truth_first_frame", "truth_ids", "truth_mapping"),
)
def truth(
    source: Source,
    protocol: options.RequiredProtocol,
    output: Destination,
    *,
    settings: "ScoringOptions",
) -> None:
    """Convert a truth file."""
    settings = replace(
        settings,
        first_frame=None,
        truth_first_frame=settings.first_frame,
        ids=None,
        truth_ids=settings.ids,
        mapping=None,
        truth_mapping=settings.mapping,
    )
    _convert("truth", source, protocol, output, settings)


def _convert(
    role: Literal["predictions", "truth"],
    source: Path,
    protocol: str,
    output: Path,
    settings: "ScoringOptions",
    truth: Path | None = None,
    entry: SystemEntry | None = None,
) -> None:
    from mebench.diagnostics import Findings, formatting
    from mebench.evaluation.convert import convert
    from mebench.util.atomic_write import write_text

    findings = Findings()
    as_csv = output.suffix.casefold() == ".csv"
    text, _, table = convert(
        role, source, protocol, settings, findings, truth=truth, as_csv=as_csv, entry=entry
    )
    write_text(output, text, follow_links=True)
    if findings.kept:
        echo_text(formatting.as_text(findings.kept, findings.omitted), err=True)
    contents = pluralize(len(table.samples), "sample")
    if not table.samples:
        videos, intervals = len(table.videos), len(table.intervals)
        contents = f"{pluralize(videos, 'video')}, {pluralize(intervals, 'interval')}"
    summary = f"Read {source} as {table.format}; wrote {output}: {contents}."
    echo(summary, err=True)
