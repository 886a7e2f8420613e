"""``mebench score``."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from mebench.cli import options
from mebench.cli.output import print_or_write, should_use_bold

Format = Literal["table", "json", "markdown", "csv", "latex"]


def score(
    predictions: Annotated[list[Path], typer.Argument(help="Prediction files.")],
    truth: options.Truth = None,
    protocol: options.ProtocolId = None,
    layout: Annotated[Format, typer.Option("--format", help="How to write the result.")] = "table",
    output: options.Output = None,
    by: Annotated[
        Literal["subject", "video", "dataset"] | None,
        typer.Option("--by", help="Show the same numbers for each of them."),
    ] = None,
    sort: Annotated[
        str | None, typer.Option("--sort", help="With several files: the metric to rank by.")
    ] = None,
    clip: options.Clip = False,
    outside_as: options.OutsideAs = None,
    kind: options.KindOption = None,
    score_threshold: options.ScoreThreshold = None,
    first_frame: options.FirstFrame = None,
    truth_first_frame: options.TruthFirstFrame = None,
    log_order: options.LogOrder = None,
) -> None:
    """Score predictions against the truth, with the signature that fixes the number.

    The predictions may be a mebench submission (JSON), a CSV or a log of the field; what a foreign
    file was taken for is said in the result.
    """
    settings = options.collect_options(
        clip=clip,
        outside_as=outside_as,
        kind=kind,
        score_threshold=score_threshold,
        first_frame=first_frame,
        truth_first_frame=truth_first_frame,
        log_order=log_order,
    )
    from mebench.evaluation.score import score_with_options

    if len(predictions) > 1:
        if by is not None:
            raise typer.BadParameter("It shows the parts of one file.", param_hint="--by")
        from mebench.evaluation.compare_systems import compare_systems

        reports, metric = compare_systems(predictions, truth, protocol, settings, sort=sort)
        from mebench.tables.rendering import render_reports

        print_or_write(render_reports(reports, layout, metric), output)
        return
    report = score_with_options(predictions[0], truth, protocol, settings, by=by)
    if sort is not None:
        raise typer.BadParameter("One file has no rank.", param_hint="--sort")
    from mebench.tables.rendering import render_report

    print_or_write(render_report(report, layout, bold=should_use_bold(output)), output)
