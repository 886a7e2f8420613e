"""``mebench score``; ``verify``, which scores again; and ``validate``, which only checks."""

from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer
from typer import Argument, Option

from mebench.cli import options
from mebench.cli.completion import complete_metrics
from mebench.cli.output import echo, echo_text, print_or_write, should_use_bold
from mebench.util.terminal import stdout_width
from mebench.util.text import pluralize

if TYPE_CHECKING:
    from mebench.evaluation.scoring_options import ScoringOptions

Format = Literal["table", "json", "markdown", "csv", "latex"]
FOR_GITHUB = "The output format; github: annotations in the log of a workflow."

MAX_DIFFERENCES = 40  # how many differences `mebench verify` prints


@options.takes_scoring_options()
def score(
    predictions: Annotated[list[Path], Argument(help="Prediction files.")],
    truth: options.Truth = None,
    protocol: options.ProtocolId = None,
    layout: Annotated[Format, Option("--format", help="The output format.")] = "table",
    output: options.Output = None,
    by: Annotated[
        Literal["subject", "video", "dataset"] | None,
        Option(help="Also show the scores per subject, video or data set."),
    ] = None,
    sort: Annotated[
        str | None,
        Option(help="With several files: rank by this metric.", autocompletion=complete_metrics),
    ] = None,
    metric: options.OwnMetrics = None,
    curves: options.Curves = None,
    ci: Annotated[
        bool, Option("--ci/--no-ci", help="Whether to compute the 95 % confidence intervals.")
    ] = True,
    *,
    settings: "ScoringOptions",
) -> None:
    """Score predictions against the truth, with a signature that states how.

    Predictions can be a mebench submission (JSON), a CSV, or a log of the MEGC challenges; the
    result states which format was detected. With several files, those with errors are named and
    the others are ranked.

    Exit status: 0 no errors, 1 errors in a file, 2 invalid command.
    """
    settings = replace(settings, metrics=metric or ())
    if len(predictions) > 1:
        if by is not None:
            raise typer.BadParameter("--by works with a single prediction file.", param_hint="--by")
        if curves is not None:
            raise typer.BadParameter(
                "--curves works with a single prediction file.", param_hint="--curves"
            )
        from mebench.diagnostics.formatting import as_text
        from mebench.evaluation.rank_systems import rank_systems
        from mebench.tables.rendering import finding_lines, render_reports

        ranking = rank_systems(predictions, truth, protocol, settings, sort=sort, ci=ci)
        text = render_reports(ranking.reports, layout, ranking.metric, width=stdout_width())
        print_or_write(text, output)
        if layout != "table" or output is not None:
            for line in finding_lines(ranking.reports):
                echo(line, err=True)
        if ranking.refused:
            echo_text(as_text(ranking.errors, ranking.omitted), err=True)
            names = ", ".join(map(str, ranking.refused))
            echo(
                f"{len(ranking.refused)} of {len(predictions)} files not ranked: {names}", err=True
            )
            raise typer.Exit(1)
        return
    if sort is not None:
        raise typer.BadParameter("--sort needs several prediction files.", param_hint="--sort")
    from mebench.diagnostics import Findings
    from mebench.diagnostics.formatting import as_text
    from mebench.evaluation.score import score_with_options
    from mebench.tables.rendering import render_report

    findings = Findings()
    report = score_with_options(
        *(predictions[0], truth, protocol, settings),
        by=by,
        ci=ci,
        curves=curves,
        findings=findings,
    )
    text = render_report(report, layout, bold=should_use_bold(output), width=stdout_width())
    print_or_write(text, output)
    # A printed table ends with the findings; whoever pipes or writes a result must see them too.
    if findings.kept and (layout != "table" or output is not None):
        echo_text(as_text(findings.kept, findings.omitted), err=True)


def verify(
    report: Annotated[Path, Argument(help="A report that `mebench score --format json` wrote.")],
    predictions: Annotated[Path, Option(help="The prediction file.")],
    truth: options.Truth = None,
    protocol: options.ProtocolId = None,
    layout: Annotated[Literal["text", "github"], Option("--format", help=FOR_GITHUB)] = "text",
) -> None:
    """Score again with the options of a report, and compare everything that it states.

    Fields that the files cannot confirm are listed.

    Exit status: 0 no differences, 1 differences, 2 invalid command.
    """
    from mebench.evaluation.verify import read_report
    from mebench.evaluation.verify import verify as verify_report

    claimed = read_report(report)
    differences, unchecked = verify_report(claimed, predictions, truth, protocol)
    lines = differences[:MAX_DIFFERENCES]
    if len(differences) > MAX_DIFFERENCES:
        lines.append(f"... and {len(differences) - MAX_DIFFERENCES} more differences")
    if not differences:
        lines.append(f"Verified: {claimed.signature}")
    lines += [f"Not checked: {field}" for field in unchecked]
    if layout == "github":
        from mebench.diagnostics.escaping import workflow_command

        name = "error" if differences else "notice"
        lines = [workflow_command(name, line, file=str(report)) for line in lines]
    for line in lines:
        echo(line)
    if differences:
        raise typer.Exit(1)


@options.takes_scoring_options()
def validate(
    files: Annotated[list[Path], Argument(help="Predictions or truth files, in any known format.")],
    role: Annotated[
        Literal["predictions", "truth"] | None,
        Option("--as", help="What the files contain; default: detected."),
    ] = None,
    truth: options.Truth = None,
    protocol: options.ProtocolId = None,
    layout: Annotated[
        Literal["text", "json", "github"], Option("--format", help=FOR_GITHUB)
    ] = "text",
    *,
    settings: "ScoringOptions",
) -> None:
    """Report all problems in a file: where they are, what is wrong and how to correct it.

    Exit status: 0 no errors, 1 errors, 2 invalid command.
    """
    from mebench.diagnostics import formatting
    from mebench.evaluation.validate import validate_files

    kept, omitted, errors = [], Counter[str](), 0
    validated = validate_files(files, role=role, truth=truth, protocol=protocol, options=settings)
    for path, findings, detected_format, _ in validated:
        kept += findings.kept
        errors += findings.error_count
        omitted.update(findings.omitted)
        if layout == "text":
            if findings.kept:
                echo_text(formatting.as_text(findings.kept, findings.omitted))
            count = findings.error_count
            verdict = f"{count or 'no'} error{'s' * (count != 1)}"
            coverage = f"read as {detected_format}" if detected_format else "not checked to the end"
            echo(f"{path}: {verdict}; {coverage}.")
    if layout == "json":
        checked = [
            {"file": str(path), "format": detected_format, "errors": findings.error_count}
            for path, findings, detected_format, _ in validated
        ]
        echo_text(formatting.as_json(kept, omitted, checked))
    if layout == "github":
        if kept:
            echo_text(formatting.as_annotations(kept))
        echo(f"Validated {pluralize(len(files), 'file')}: {pluralize(errors, 'error')}.")
    raise typer.Exit(1 if errors else 0)
