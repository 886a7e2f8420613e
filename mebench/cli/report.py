"""``mebench report``."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from typer import Argument, BadParameter, Option

from mebench.cli import options
from mebench.cli.output import echo, echo_text

if TYPE_CHECKING:
    from mebench.evaluation.scoring_options import ScoringOptions


@options.takes_scoring_options()
def report(
    predictions: Annotated[Path, Argument(help="The prediction file.")],
    output: Annotated[Path, Option("-o", "--output", help="The page: a file ending in .html.")],
    truth: options.Truth = None,
    protocol: options.ProtocolId = None,
    compare: Annotated[
        Path | None,
        Option("--compare", help="The predictions of a second system, for the same timelines."),
    ] = None,
    metric: options.OwnMetrics = None,
    curves: options.Curves = None,
    frames: Annotated[
        bool, Option("--frames", help="Show frames of onset, apex and offset; needs the videos.")
    ] = False,
    root: Annotated[
        list[str] | None,
        Option(metavar="[ID=]DIR", help="For --frames: the folder of a data set."),
    ] = None,
    *,
    settings: "ScoringOptions",
) -> None:
    """Write one HTML page to browse a score: timelines, diagnosis, tables, and the signature.

    The page works offline. --compare adds a second system, which is read with the same options.
    """
    from mebench.diagnostics import Findings
    from mebench.diagnostics.formatting import as_text
    from mebench.report.write_report import html_report
    from mebench.util.atomic_write import write_text
    from mebench.util.text import format_bytes

    if root and not frames:
        raise BadParameter("--root is for --frames.", param_hint="--root")
    findings = Findings()
    page = html_report(
        predictions,
        truth,
        protocol,
        replace(settings, metrics=metric or ()),
        other=compare,
        curves=curves,
        frames=frames,
        roots=root or (),
        findings=findings,
    )
    write_text(output, page, follow_links=True)
    echo(f"Wrote {output} ({format_bytes(len(page.encode()))}).", err=True)
    if findings.kept:
        echo_text(as_text(findings.kept, findings.omitted), err=True)
